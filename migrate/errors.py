"""Errors meant for the person at the terminal: one line that says what happened, where, and what to do."""


class MigrateError(Exception):
    """Something the user can act on. The command line prints it as one line and exits with `exit_code`."""

    exit_code = 2


class InputError(MigrateError):
    """The input cannot be used at all: missing, unreadable, not what the importer reads."""


class ArchiveError(MigrateError):
    """The archive cannot be used: unwritable, of another version, damaged, in use, or the disk is full."""


class TargetError(MigrateError):
    """The forum refuses or cannot be reached."""

    exit_code = 3

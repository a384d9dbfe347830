"""The list of people to invite, as a file that Discourse's bulk invite takes. Nothing is sent to anybody."""

from __future__ import annotations

import csv
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from migrate.archive import Archive
from migrate.archive.forgotten import PREFIX
from migrate.archive.members import digest_of, is_unwilling
from migrate.errors import ArchiveError

HEADER = ("email", "groups", "topic_id")  # as Discourse has it (app/controllers/invites_controller.rb)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet calculate
# A person's addresses and spellings together. Whoever has a member's account already needs no invitation, and whose
# name or words are withheld is not written to.
_INVITED = """
    SELECT coalesce(choice.same_as, person.same_as, person.id), person.key, email FROM person
    LEFT JOIN person_choice AS choice ON choice.person_id = person.id
    WHERE member = 'invite' AND email IS NOT NULL AND choice.account IS NULL AND choice.withheld IS NULL
    ORDER BY person.id
"""
_EVERYBODY = """
    SELECT coalesce(choice.same_as, person.same_as, person.id), person.key FROM person
    LEFT JOIN person_choice AS choice ON choice.person_id = person.id
"""


@dataclass(frozen=True, slots=True)
class Invitations:
    """What was written."""

    path: Path
    count: int
    unsafe: int  # addresses that a spreadsheet would take for a formula; they are left out


def invitations_path(archive: Path) -> Path:
    """Where the list of an archive lies: beside it."""
    return archive.with_suffix(".invites.csv")


def write_invitations(archive: Archive) -> Invitations | None:
    """Write the list anew, readable by its owner alone; None, and no file, where nobody is to be invited.

    Raises ArchiveError where it cannot be written.
    """
    addresses = _invited(archive)
    path = invitations_path(archive.path)
    try:
        if not addresses:
            path.unlink(missing_ok=True)  # of those who stood in it, nobody is to be invited any more
            return None
        safe = [address for address in addresses if not address.startswith(_FORMULA)]
        _write(path, safe)
    except OSError as error:
        raise ArchiveError(f"The list for invitations, {path}, cannot be written: {error.strerror}.") from error
    return Invitations(path, len(safe), len(addresses) - len(safe))


def refresh_invitations(archive: Archive) -> None:
    """Write the list anew if there still is one: somebody may not want to stand in it any more."""
    if invitations_path(archive.path).exists():
        write_invitations(archive)


def _invited(archive: Archive) -> list[str]:
    """One address of each person, as long as no address of theirs is suppressed or forgotten."""
    found: dict[int, str] = {}
    for head, key, email in archive.db.execute(_INVITED).fetchall():
        if head not in found and not key.startswith(PREFIX):
            found[head] = email
    for head, key in archive.db.execute(_EVERYBODY) if found else ():
        if head in found and is_unwilling(archive.db, digest_of(key)):
            del found[head]
    return list(found.values())


def _write(path: Path, addresses: list[str]) -> None:
    """Put the file in its place whole; what is made by `mkstemp` only its owner may read."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(HEADER)
            table.writerows((address, "", "") for address in addresses)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

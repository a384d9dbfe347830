"""Which list a message came through, and what else its header says about how it was sent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from migrate.mail.headers import Headers, decode_header
from migrate.mail.machines import BUILD, COMMIT, MACHINE_MADE, TRACKER, header_flags
from migrate.mail.problems import Problem, Problems
from migrate.mail.subjects import short_names

_IDENTIFIER = re.compile(rb"<\s*([^<>\s]{1,255})\s*>")
_BARE = re.compile(rb"\s*([\w.@-]{1,255})\s*\Z")
_TELLING = frozenset((b"auto-submitted", b"return-path", b"x-list-administrivia", b"precedence"))
_FIRST_WORD = re.compile(r"\s*[\w-]+")
MOZILLA_DELETED = 0x8


class ListName(NamedTuple):
    """A mailing list: its identifier (RFC 2919) in lower case, and its name for people."""

    key: str
    name: str

    @property
    def short_names(self) -> tuple[str, ...]:
        """What it may be called in an address or a subject's tag."""
        return short_names(self.key, self.name)


def list_of(headers: Headers, problems: Problems) -> ListName | None:
    """The list in List-Id, or None. The name is its phrase, else the identifier's first label."""
    name, found = _list_name(headers.first(b"list-id"))
    problems += found
    return name


@lru_cache(maxsize=64)  # the same in all mail of a list
def _list_name(value: bytes) -> tuple[ListName | None, tuple[Problem, ...]]:
    match = _IDENTIFIER.search(value) or _BARE.match(value)
    if match is None:
        return None, ()
    problems: Problems = []
    key = match[1].decode("latin-1").lower().strip(".")
    key = "".join(character for character in key if character.isprintable())
    phrase = decode_header(value[: match.start()], problems).strip("\" '") if match.start() else ""
    name = ListName(key, phrase or re.split(r"[.@]", key, maxsplit=1)[0]) if key else None
    return name, tuple(problems)


def flags_of(headers: Headers, media_type: str) -> set[str]:
    """ "machine-made", the kinds of notice, "no-archive" and "trashed", as far as the header says so."""
    flags = header_flags(headers)
    if not flags & {COMMIT, TRACKER, BUILD} and _machine_made(headers, media_type):
        flags.add(MACHINE_MADE)
    if headers.text(b"x-no-archive").strip().lower() == "yes":
        flags.add("no-archive")
    status = headers.text(b"x-mozilla-status").strip()
    if status and re.fullmatch(r"[0-9a-fA-F]{1,8}", status) and int(status, 16) & MOZILLA_DELETED:
        flags.add("trashed")
    return flags


def _machine_made(headers: Headers, media_type: str) -> bool:
    if media_type == "multipart/report" or b"mailer-daemon" in headers.first(b"from").lower():
        return True
    if not headers.has_any(_TELLING):
        return False
    submitted = _FIRST_WORD.match(headers.text(b"auto-submitted"))
    return (
        (submitted is not None and submitted[0].strip().lower() != "no")  # RFC 3834 5
        or headers.first(b"return-path") == b"<>"
        or headers.text(b"x-list-administrivia").strip().lower() == "yes"  # Mailman's own notices
        or headers.text(b"precedence").strip().lower() == "auto_reply"
    )

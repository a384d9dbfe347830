"""What lies round the text of a mail: the armour of PGP, and Mailman's notices on the files it took away."""

from __future__ import annotations

from typing import NamedTuple

from migrate.content.mended import NEXT_PART

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_NOT_FOR_READERS = ("HTML attachment", "pgp-signature", "pkcs7-signature")


class Unwrapped(NamedTuple):
    """The lines of the text itself, of notices on files worth having, and of what nobody reads."""

    text: list[str]
    files: list[str]
    wrapper: list[str]


def unwrapped(lines: list[str]) -> Unwrapped:
    """Take the text of a mail out of what lies round it; if nothing remains, all of it is text."""
    text, wrapper = _without_armour(lines) if _SIGNATURE in lines else (lines, [])
    text, notices = _without_notices(text)
    if not any(text):
        return Unwrapped(lines, [], [])
    unread = [line for line in notices if any(word in line for word in _NOT_FOR_READERS)]
    files = [line for line in notices if line not in unread]
    return Unwrapped(text, files, [*unread, *wrapper])


def _without_armour(lines: list[str]) -> tuple[list[str], list[str]]:
    """The text with its dash-escapes undone (RFC 4880 7.1), and the armour."""
    text: list[str] = []
    armour: list[str] = []
    signed = False
    last_end = _last(lines, _SIGNATURE_END)
    last_signature = _last(lines, _SIGNATURE)
    at = 0
    while at < len(lines):
        line = lines[at]
        stop = at
        if line == _SIGNED and at < last_signature and "" in lines[at : at + 6]:
            signed = True
            stop = lines.index("", at) + 1  # behind the headers
        elif line == _SIGNATURE and at < last_end:
            signed = False
            stop = lines.index(_SIGNATURE_END, at) + 1
        if stop > at:
            armour += lines[at:stop]
        else:
            text.append(line[2:] if signed and line[:2] == "- " else line)
        at = max(stop, at + 1)
    return text, armour


def _last(lines: list[str], wanted: str) -> int:
    """The last line that is this one; -1 where none is."""
    return len(lines) - 1 - lines[::-1].index(wanted) if wanted in lines else -1


def _without_notices(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the notices at their end, and those."""
    end = len(lines)
    while end and (not lines[end - 1] or lines[end - 1].startswith(NEXT_PART)):
        end -= 1
    return lines[:end], [line for line in lines[end:] if line]

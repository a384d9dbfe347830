"""Whether a message is a copy of one that is there: mail arrives twice, and programs give one id to several mails."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from hashlib import blake2b

from migrate.mail.subjects import base_subject

# A file that lies elsewhere, on a line of its own (docs/intermediate-format.md).
_LINKED_FILE = re.compile(r"^\[(?:[^\]\\\n]|\\.){1,300}\.\w{1,5}\]\((https?://[^\s()]+)\)[^\n]*", re.MULTILINE)
_FOOTER = re.compile(r" ?\\?[-_=*]")  # how what a list appends begins, in Markdown
_CLOCKS = 24 * 60 * 60 * 1000  # milliseconds; archives that lost a zone are off by less


@dataclass(frozen=True, slots=True)
class Copy:
    """What tells whether two messages with one id are the same."""

    files: Set[tuple[str, str]]  # SHA-256 and name
    source: int
    author: str  # person key
    title: str
    digest: int  # of the body as it was read
    body: str
    elided: str
    header_date: int | None  # milliseconds; None where its header has no date that can be

    def is_of(self, other: Copy) -> bool:
        """Whether they are copies of one message.

        The words show it, or where there are none the files, unless both author and date or subject speak against it:
        lists hide one and change another. Where there is nothing but the header, nothing in it may differ.
        """
        if self.digest != other.digest and not _differ_by_footer(self.body, other.body):
            return False
        if self.source == other.source and _link_other_files(*(f"{it.body}\n{it.elided}" for it in (self, other))):
            return False
        proved = bool(_words(self.body) or self._hashes & other._hashes)
        return not self._has_other_files(other) and self._differences(other) <= proved

    @property
    def _hashes(self) -> set[str]:
        return {sha256 for sha256, _ in self.files}

    def _has_other_files(self, other: Copy) -> bool:
        """Whether each has one that the other has not: a list may remove or rewrite files, not exchange them."""
        here, there = ({name for _, name in it.files} for it in (self, other))
        hashes = self._hashes <= other._hashes or other._hashes <= self._hashes
        return not (hashes or here <= there or there <= here)

    def _differences(self, other: Copy) -> int:
        """In how many of author, date and subject they differ."""
        dates = (self.header_date, other.header_date)
        return (
            (self.author != other.author)
            + (dates[0] is not None and dates[1] is not None and abs(dates[0] - dates[1]) > _CLOCKS)
            + (base_subject(self.title) != base_subject(other.title))
        )


def collision_key(key: str, *texts: str) -> str:
    """A key of its own for a message whose key another one has, made of what tells them apart."""
    return f"{key}#{_digest(' '.join(' '.join(texts).split())) & 0xFFFF_FFFF:08x}"


def body_digest(body: str) -> int:
    """A signed 64-bit digest of the words of a body: equal for copies that differ in white space only.

    Linked files do not count: the archive of each list keeps them in a place of its own, and the mail has them itself.
    """
    return _digest(_words(body))


def _differ_by_footer(one: str, other: str) -> bool:
    """Whether one text is the other and a footer below it, as lists append to what is sent to several of them."""
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return bool(shorter) and longer.startswith(shorter) and _FOOTER.match(longer, len(shorter)) is not None


def _link_other_files(one: str, other: str) -> bool:
    """Whether both link files that lie elsewhere, and not the same: in one list these are two mails."""
    here, there = (set(_LINKED_FILE.findall(text)) for text in (one, other))
    return bool(here and there) and here != there


def _words(text: str) -> str:
    return " ".join((_LINKED_FILE.sub("", text) if "](http" in text else text).split())


def _digest(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)

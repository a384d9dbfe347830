"""An export as one tree of files: a folder, a zip or tar, or the several parts that a download came in.

The index is made without unpacking anything; afterwards each file can be opened by itself, in any order, and from
another process. Names are made safe, sizes and ratios are bounded as everywhere (`migrate.unpack`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from migrate.model import Finding
from migrate.unpack import Peekable


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of a file are found again: a file on disk, and the members to open within one another."""

    path: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of an export. It pickles, and can be opened in another process."""

    path: str  # in the export, parts joined: "Takeout/Groups/…/topics.mbox"; printable, never absolute, without ".."
    label: str  # for people: "takeout-001.zip/Takeout/Groups/…"; never an absolute path
    size: int  # bytes when unpacked, as stated; not to be relied on
    place: Place

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without the name; "" at the top."""
        return self.path.rpartition("/")[0]


class Opened:
    """A file of the tree being read."""

    stream: Peekable

    @property
    def finding(self) -> Finding | None:
        """What broke off or did not match its check sum, once the stream was read to its end."""
        raise NotImplementedError


class Tree:
    """The files of an export, by path. Of files that several parts hold alike the first counts."""

    def __init__(self, files: Sequence[TreeFile], findings: Sequence[Finding]) -> None:
        self.files = {file.path: file for file in reversed(files)}
        self.findings = tuple(findings)  # about the parts: unreadable, encrypted, too many members, …

    def __iter__(self) -> Iterator[TreeFile]:
        """All files, sorted by path."""
        return (self.files[path] for path in sorted(self.files))

    def get(self, path: str) -> TreeFile | None:
        """The file at that path, however the export spells it: without a leading "./", whatever the case."""
        return self.files.get(path.removeprefix("./"))


def read_tree(locations: Sequence[str]) -> Tree:
    """Index what the user named. Raises InputError where a location does not exist or nothing can be read at all."""
    raise NotImplementedError


@contextmanager
def opened(file: TreeFile) -> Iterator[Opened]:
    """A file's bytes as a stream. Raises InputError where the export has gone or changed since it was indexed."""
    raise NotImplementedError


def read_file(file: TreeFile, limit: int) -> tuple[bytes, Finding | None]:
    """At most the first `limit` bytes of a file, and what was wrong with it (cut at the limit, damaged, …)."""
    raise NotImplementedError

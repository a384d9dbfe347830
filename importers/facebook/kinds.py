"""The kinds of export there are of Facebook groups, and which file is of which.

Files that belong to a member's download are opened only if they are about groups; of what is in no download, the
beginning is looked at to see which kind it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

from importers.facebook import dumps, dyi, tables
from importers.facebook.groups import Wanted
from importers.facebook.layout import is_private
from migrate.model import Finding, Record
from migrate.sources import Chunk
from migrate.tree import Tree, TreeFile, opened

HEAD = 64 * 1024  # bytes of a file that are looked at to see what it is
_DATA = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt")


class Looked(Protocol):
    """What a first look through an export's files found."""

    @property
    def groups(self) -> Mapping[str, int]:
        """The groups in it, by name, with how many posts and comments each has."""
        ...

    def chunks(self, wanted: Wanted) -> Iterator[Chunk | Finding]:
        """What is to be read of the wanted groups, and what was wrong with the files."""
        ...


class Kind(Protocol):
    """A module for one kind of export."""

    CHUNK: type[Chunk]  # its own class of chunks: tells who reads one

    def recognises(self, file: TreeFile, head: bytes) -> bool:
        """Whether a file is of this kind, by its name and its first HEAD bytes."""
        ...

    def look(self, tree: Tree, files: Sequence[TreeFile], asked: Sequence[str]) -> Looked:
        """Look through the files it recognised; `asked` are the groups the user named, if any."""
        ...

    def records(self, chunk: Chunk) -> Iterator[Record]:
        """The records of one of its chunks; runs in a worker process."""
        ...


# A download is known by its file names alone; the others are asked in this order.
KINDS: tuple[Kind, ...] = (dyi, dumps, tables)


def recognised(tree: Tree, heads: int | None = None) -> Iterator[tuple[Kind, TreeFile]]:
    """The files that some kind recognises. Of a member's download nothing but the files about groups is opened.

    At most `heads` others are looked into: each may cost reading what lies before it in a compressed archive.
    """
    download, *others = KINDS
    in_download = dyi.downloads(tree)
    known = [file for file in tree if download.recognises(file, b"")]
    yield from ((download, file) for file in known)
    paths = {file.path for file in known}
    data = (file for file in tree if file.name.lower().endswith(_DATA) and file.path not in paths)
    for file in islice((file for file in data if not (is_private(file) or in_download(file))), heads):
        if kind := _kind_of(file, others):
            yield kind, file


def _kind_of(file: TreeFile, kinds: Sequence[Kind]) -> Kind | None:
    with opened(file) as content:
        head = content.stream.read(HEAD)
    return next((kind for kind in kinds if kind.recognises(file, head)), None)


def nothing(tree: Tree) -> str:
    """What to say of an export in which no group was found."""
    if any(map(dyi.downloads(tree), tree)):
        return (
            "This is a Facebook download in which nothing was found that was posted in a group. When asking Facebook"
            " for it, choose Groups among the kinds of information, and JSON as the format. If there are posts of a"
            " group in it, say its name with --group."
        )
    return "This holds no Facebook group: no member's download, no Graph API dump, no capture."

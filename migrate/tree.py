"""An export as one tree of files: a folder, a zip or tar, or the several parts that a download came in.

The index is made without unpacking anything; afterwards each file can be opened by itself, in any order, and from
another process. Names are made safe, sizes and ratios are bounded as everywhere (`migrate.unpack`).

How parts become one tree: archives named together, or lying in a named folder, are joined as if all were unpacked in
one place; files that they share count once. A part that has a path in common with what came before, and another content
there, is no part of it but a second export, say another person's: it stands under its own name, "bob.zip/posts/…".
Archives within are files of the tree themselves, and what they hold follows below: "files/old.zip/…". So it is down to
two folders; an archive deeper down, as people attach them to messages, stays one file.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from migrate.errors import InputError
from migrate.model import Finding
from migrate.unpack import finding
from migrate.unpack.listing import TooManyFilesError, safe_path
from migrate.unpack.parts import Part, parts_of
from migrate.unpack.places import Container, Opened, Place, opened_place

__all__ = ["Opened", "Place", "Tree", "TreeFile", "opened", "read_file", "read_tree"]

MAX_FILES = 300_000
_OWN_PAGES = frozenset(("archive_browser.html", "start_here.html", "index.html", "readme.txt"))  # each part has its own
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of an export. It pickles, and can be opened in another process."""

    path: (
        str  # in the export, parts joined: "Takeout/Groups/…/topics.mbox"; NFC, printable, never absolute, without ".."
    )
    inner: str  # in the folder or archive it lies in; mostly the same
    size: int  # bytes when unpacked, as stated; not to be relied on
    place: Place

    @property
    def label(self) -> str:
        """For people: "takeout-001.zip/Takeout/Groups/…"; never an absolute path."""
        return "/".join(filter(None, (self.place.container.label, self.inner)))

    @property
    def download(self) -> str:
        """What it came in, parts of one download alike: "takeout-2026" for takeout-2026-001.zip and …-002.zip, the
        folder's name for a folder. Two people's exports differ in it."""
        return self.place.container.download

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without the name; "" at the top."""
        return self.path.rpartition("/")[0]


class Tree:
    """The files of an export, by path. Of files that several parts hold alike the first counts."""

    def __init__(self, files: Sequence[TreeFile], findings: Sequence[Finding]) -> None:
        self.files = {file.path: file for file in reversed(files)}
        self.findings = tuple(findings)  # about the parts: unreadable, encrypted, too many members, …
        self._folded: dict[str, str] | None = None
        self._elsewhere: dict[str, list[str]] | None = None

    def __iter__(self) -> Iterator[TreeFile]:
        """All files, sorted by path."""
        return (self.files[path] for path in sorted(self.files))

    def __len__(self) -> int:
        return len(self.files)

    def get(self, path: str) -> TreeFile | None:
        """The file at that path, however the export spells it: without a leading "./", whatever the case or the
        normal form of its letters."""
        path = safe_path(unicodedata.normalize("NFC", path))[0]
        if path in self.files:
            return self.files[path]
        if self._folded is None:
            self._folded = {_fold(known): known for known in sorted(self.files, reverse=True)}
        known = self._folded.get(_fold(path))
        return self.files[known] if known is not None else None

    def beside(self, file: TreeFile, path: str) -> TreeFile | None:
        """The file that `file` means by `path`, which is told from the top of its own export: looked for below each
        folder that `file` lies in, innermost first; then at the top; then in the other parts of the same download."""
        folder = file.folder
        while folder:
            if found := self.get(f"{folder}/{path}"):
                return found
            folder = folder.rpartition("/")[0]
        return self.get(path) or next(filter(None, (self.get(top + path) for top in self._tops(file.download))), None)

    def _tops(self, download: str) -> list[str]:
        """Where else than at the top of the tree the parts of a download begin."""
        if self._elsewhere is None:
            self._elsewhere = {}
            for file in self:
                if file.path != file.inner:
                    tops = self._elsewhere.setdefault(file.download, [])
                    top = file.path.removesuffix(file.inner)
                    if top not in tops:
                        tops.append(top)
        return self._elsewhere.get(download, [])


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


def read_tree(locations: Sequence[str]) -> Tree:
    """Index what the user named. Raises InputError where a location does not exist, where nothing can be read at all
    and where there are more than MAX_FILES files."""
    joined = _Joined()
    findings: list[Finding] = []
    try:
        for part in parts_of(locations, lambda: MAX_FILES - len(joined.files)):
            findings += part.findings
            joined.add(part)
    except TooManyFilesError:
        text = f"There are more than {MAX_FILES:,} files: unpack the export and name only the folders that you need."
        raise InputError(text) from None
    findings += joined.findings
    if not joined.files and findings:
        raise InputError(findings[0].text)
    return Tree(list(joined.files.values()), findings)


class _Joined:
    """The files of the parts so far, by path."""

    def __init__(self) -> None:
        self.files: dict[str, TreeFile] = {}
        self.findings: list[Finding] = []
        self._crcs: dict[str, int] = {}  # by path, of those that had to be compared
        self._numbers: dict[str, int] = {}  # the last one that was put behind a name
        self._tops: dict[str, str] = {}  # of each download: "" or "bob.zip/"

    def add(self, part: Part) -> None:
        """Take up the files of one more part."""
        known = part.download in self._tops
        top = self._tops.setdefault(part.download, "")
        files = [TreeFile(f"{top}{within}{inner}", inner, place.size, place) for within, inner, place in part.files]
        part.files.clear()  # it may be long
        if any(self._differs(file) for file in files if file.name.lower() not in _OWN_PAGES):
            own = f"{part.top}/"
            files = [replace(file, path=own + file.path.removeprefix(top)) for file in files]
            if known:  # no part of it, then, whatever its name
                files = _of_another_download(files, part.top)
            else:
                self._tops[part.download] = own
            top = own
        doubles = 0
        for file in files:
            if self._differs(file):
                doubles += file.name.lower() not in _OWN_PAGES
                path = self._free_path(f"{part.top}/{file.path.removeprefix(top)}")
                self.files[path] = replace(file, path=path)
            else:
                self.files.setdefault(file.path, file)
        if doubles:
            text = f"Files in {part.top} have the name of another file and another content ({doubles}); all were read."
            self.findings.append(replace(finding("archive-duplicate-name", text, part.top), severity="info"))

    def _differs(self, file: TreeFile) -> bool:
        other = self.files.get(file.path)
        if other is None or other.size != file.size:
            return other is not None
        if other.path not in self._crcs:
            self._crcs[other.path] = _crc(other)
        return self._crcs[other.path] != _crc(file)

    def _free_path(self, path: str) -> str:
        stem, dot, ending = path.rpartition(".")
        while path in self.files:
            self._numbers[stem] = number = self._numbers.get(stem, 1) + 1
            path = f"{stem} ({number}){dot}{ending}"
        return path


def _of_another_download(files: Sequence[TreeFile], download: str) -> list[TreeFile]:
    containers: dict[int, Container] = {}
    result = []
    for file in files:
        container = file.place.container
        if id(container) not in containers:
            containers[id(container)] = replace(container, download=download)
        result.append(replace(file, place=replace(file.place, container=containers[id(container)])))
    return result


def _crc(file: TreeFile) -> int:
    if file.place.crc is not None:
        return file.place.crc
    crc = 0
    with opened(file) as content:
        while block := content.stream.read(_BLOCK):
            crc = zlib.crc32(block, crc)
    return crc


@contextmanager
def opened(file: TreeFile) -> Iterator[Opened]:
    """A file's bytes as a stream. Raises InputError where the export has gone or changed since it was indexed."""
    with opened_place(file.place, file.label) as content:
        yield content


def read_file(file: TreeFile, limit: int) -> tuple[bytes, Finding | None]:
    """At most the first `limit` bytes of a file, and what was wrong with it (cut at the limit, damaged, …). Raises
    InputError as `opened` does."""
    with opened(file) as content:
        data = content.stream.read(limit)
        if content.stream.read(1):
            text = f"{file.label} is larger than {limit:,} bytes; what is beyond was left out."
            return data, finding("file-too-large", text, file.label)
        return data, content.finding

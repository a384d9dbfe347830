"""Where the files of an export lie, and how one is opened again: on disk, in a zip or tar, or in one within another.

Only what is compressed and must be read from its end (a zip in a zip) is copied, to a temporary file without a name.
"""

from __future__ import annotations

import io
import os
import tempfile
import weakref
import zlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Literal

from migrate.errors import InputError
from migrate.model import Finding
from migrate.unpack.decompress import Decompressed, Snapshot
from migrate.unpack.limits import MAX_RATIO, Budget, Peekable, finding, printable
from migrate.unpack.zips import ZipWindow

MAX_COPY = 2 << 30  # bytes of a packed archive in an archive, which is copied before it is read
_KEPT_OPEN = 2  # inner archives a process has at hand
_BLOCK = 1 << 20
_MARK_EVERY = 16 << 20  # bytes between places that a gzip can be read from again; 40 KB of memory each
_MOST_MARKS = 500


@dataclass(frozen=True, slots=True)
class Container:
    """A folder, zip or tar that files lie in."""

    kind: Literal["folder", "zip", "tar"]
    path: str  # on disk: the folder, or the file that it is or lies in
    label: str  # for people, never an absolute path; "" for the folder of a file that was named by itself
    download: str  # parts of one download share it
    stamp: tuple[int, int] | None = None  # size and time of the file, to see whether it has changed
    inside: Place | None = None  # the file that this container is, where that lies in another one
    compression: str | None = None  # of the whole of it: "gzip", …


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of one file begin in its container."""

    container: Container
    size: int = 0  # unpacked bytes as stated, 0 where unknown
    name: str = ""  # in a folder: the path below it, as the system spells it
    offset: int = 0  # in a zip: of its local header; in a tar: of its bytes
    packed: int | None = None  # in a zip: bytes as they lie there; None where only the data itself tells
    method: str = "stored"
    crc: int | None = None


class _Stream(io.RawIOBase):
    """The bytes of a file, its check sum added up. `trouble` is (code, words) once it ended too early or wrong."""

    def __init__(self, source: io.RawIOBase | Peekable, left: int | None, crc: int | None) -> None:
        super().__init__()
        self.trouble: tuple[str, str] | None = None
        self._source = source
        self._left = left
        self._stated = crc
        self._crc = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Read on. What goes wrong ends the stream."""
        if self.trouble:
            return 0
        wanted = min(len(buffer), _BLOCK)  # what it is read through would hold copies of as much as is asked for
        if self._left is not None:
            wanted = min(wanted, self._left)
        try:
            data = self._source.read(wanted) or b""
        except OSError as error:
            self.trouble = ("file-unreadable", f"cannot be read to its end: {error.strerror}")
            return 0
        if not data:
            self._ended()
            return 0
        self._crc = zlib.crc32(data, self._crc)
        if self._left is not None:
            self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def _ended(self) -> None:
        if isinstance(self._source, Decompressed) and self._source.trouble:
            self.trouble = self._source.trouble
        elif self._left:
            self.trouble = ("read-truncated", "is cut off; what came before the cut was read")
        elif self._stated is not None and self._crc != self._stated:
            self.trouble = ("read-damaged", "does not match its check sum")


class Opened:
    """A file being read."""

    def __init__(self, source: _Stream, label: str) -> None:
        self.stream: Peekable = io.BufferedReader(source, 1 << 16)
        self._source = source
        self._label = label

    @property
    def finding(self) -> Finding | None:
        """What broke off or did not match its check sum, once the stream was read to its end."""
        if not self._source.trouble:
            return None
        code, words = self._source.trouble
        return finding(code, f"{self._label} {words}.", self._label)


@contextmanager
def opened_place(place: Place, label: str) -> Iterator[Opened]:
    """The bytes at a place. Raises InputError where the file on disk has gone or changed since it was indexed."""
    container = place.container
    if container.kind == "folder":
        with _on_disk(container, place.name) as file:
            yield Opened(_plain(file, container, place), label)
    else:
        with opened_container(container) as file:
            yield Opened(_member(file, place), label)


def _plain(file: Peekable, container: Container, place: Place) -> _Stream:
    if not container.compression:
        return _Stream(file, None, None)
    return _Stream(Decompressed(file, container.compression, Budget(place.size)), None, None)


def _member(file: Peekable, place: Place) -> _Stream:
    if place.container.kind == "tar":
        return _Stream(_Slice(file, place.offset, place.size), place.size, None)
    window = ZipWindow(file, place.offset, place.packed)
    if place.method == "stored":
        return _Stream(window, place.packed, place.crc)
    return _Stream(Decompressed(window, place.method, _budget(place)), None, place.crc)


def _budget(place: Place) -> Budget:
    """What the member may grow to: what it states, or what its packed size makes likely."""
    whole = place.container.stamp[0] if place.container.stamp else 0
    if place.packed is None:
        return Budget(whole)
    packed = min(place.packed, whole)  # a zip may state more than it holds
    budget = Budget(packed)
    budget.bytes_left = max(place.size, MAX_RATIO * packed)
    return budget


@contextmanager
def opened_container(container: Container) -> Iterator[Peekable]:
    """The bytes of a zip or tar, for reading anywhere in them. Raises InputError as `opened_place` does, TooLargeError
    where an inner archive is too large to be copied."""
    inside = container.inside
    if container.compression or (inside and inside.method != "stored"):
        file = _at_hand(container)
        file.seek(0)
        yield file
    elif inside:
        with opened_container(inside.container) as outer:
            start = inside.offset
            if inside.container.kind == "zip":
                start = ZipWindow(outer, inside.offset, inside.packed).start
            yield io.BufferedReader(_Slice(outer, start, inside.size))
    else:
        with _on_disk(container, "") as whole:
            yield whole


def broke_off(file: Peekable) -> tuple[str, str] | None:
    """Why a container's bytes ended too early, as (code, words), where they are unpacked while they are read."""
    return file.raw.trouble if isinstance(file.raw, _Forward) else None


class TooLargeError(Exception):
    """An archive in an archive would need more room than it may take."""


def _on_disk(container: Container, name: str) -> io.BufferedReader:
    shown = "/".join(filter(None, (container.label, printable(name)))) or "The file"
    try:
        file = Path(container.path, name).open("rb")  # noqa: SIM115 (closed by the caller)
    except OSError as error:
        raise InputError(f"{shown} cannot be opened any more: {error.strerror}.") from None
    if container.stamp and container.stamp != stamp(os.fstat(file.fileno())):
        file.close()
        raise InputError(f"{shown} has changed while it was read: start again.")
    return file


def stamp(found: os.stat_result) -> tuple[int, int]:
    """What changes when somebody writes to a file."""
    return found.st_size, found.st_mtime_ns


class _Slice(io.RawIOBase):
    """Some of the bytes of a file, as a file. Seeks before each read, since the file is shared."""

    def __init__(self, file: Peekable, start: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go there."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Read on, up to the end of the slice."""
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        self._at += len(data)
        buffer[: len(data)] = data
        return len(data)


class _Forward(io.RawIOBase):
    """A compressed file, read as if it were not: going forward unpacks, going back begins again, or (gzip) a little
    before the place."""

    def __init__(self, container: Container) -> None:
        super().__init__()
        self._compression = container.compression or ""
        resources = ExitStack()
        weakref.finalize(self, resources.close)
        self._file = resources.enter_context(opened_container(replace(container, compression=None)))
        self._size = self._file.seek(0, io.SEEK_END)
        self._wanted = 0
        self._marks: list[tuple[int, Snapshot]] = []  # by place
        self._restart()

    def _restart(self) -> None:
        self._source = Decompressed(_Slice(self._file, 0, self._size), self._compression, Budget(self._size))
        self._at = 0

    @property
    def trouble(self) -> tuple[str, str] | None:
        """Why it ended too early, once it did."""
        return self._source.trouble

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go there, with the next read."""
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("its end is not known")
        self._wanted = max(0, offset + (self._wanted if whence == io.SEEK_CUR else 0))
        return self._wanted

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Read on from where one wants to be."""
        self._approach()
        while self._at < self._wanted:
            if not self._read(min(_BLOCK, self._wanted - self._at)):
                return 0
        data = self._read(len(buffer))
        self._wanted = self._at
        buffer[: len(data)] = data
        return len(data)

    def _read(self, count: int) -> bytes:
        data = self._source.read(count) or b""
        self._at += len(data)
        last = self._marks[-1][0] if self._marks else 0
        if self._at >= last + _MARK_EVERY and len(self._marks) < _MOST_MARKS and (state := self._source.snapshot()):
            self._marks.append((self._at, state))
        return data

    def _approach(self) -> None:
        """Go to the last mark before the place, where that is nearer than from here."""
        number = bisect_right(self._marks, self._wanted, key=itemgetter(0))
        if number and not self._marks[number - 1][0] <= self._at <= self._wanted:
            self._at, state = self._marks[number - 1]
            self._source.restore(state)
        elif self._wanted < self._at:
            self._restart()


# Inner archives opened last, by process: a forked one must not move its parent's files.
_open: OrderedDict[tuple[int, Container], Peekable] = OrderedDict()


def _at_hand(container: Container) -> Peekable:
    key = (os.getpid(), container)
    file = _open.pop(key, None) or _unpacked(container)
    _open[key] = file
    while len(_open) > _KEPT_OPEN:
        _open.popitem(last=False)  # closed once nobody reads from it
    return file


def _unpacked(container: Container) -> Peekable:
    if container.compression:
        return io.BufferedReader(_Forward(container), 1 << 16)
    assert container.inside is not None
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (closed when nobody holds the slice any more)
    with opened_place(container.inside, container.label) as member:
        while block := member.stream.read(_BLOCK):
            copy.write(block)
            if copy.tell() > MAX_COPY:
                copy.close()
                raise TooLargeError
    whole = _Slice(copy, 0, copy.tell())
    weakref.finalize(whole, copy.close)
    return io.BufferedReader(whole)

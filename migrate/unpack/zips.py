"""The files of a zip: by its directory, or, where that was cut off, one after the other."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.model import Finding
from migrate.unpack.decompress import Decompressed, Stored
from migrate.unpack.limits import Budget, Peekable, finding, printable

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 93: "zstd"}  # APPNOTE 4.4.5
LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # APPNOTE 4.3.7
UTF8_NAME = 0x800
ENCRYPTED = 0x1
SIZES_FOLLOW = 0x8
UNKNOWN_SIZE = 0xFFFFFFFF
MAX_DIRECTORY = 64 << 20


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    method: int
    flags: int
    offset: int  # of its local header
    size: int | None  # compressed bytes; None where only the data itself tells
    crc: int | None


def zip_members(file: Peekable, label: str, budget: Budget) -> Iterator[tuple[str, io.BufferedReader] | Finding]:
    """Names and contents of the files in a zip; a finding for what is encrypted, unknown, damaged or cut off."""
    try:
        if _directory_size(file) > MAX_DIRECTORY:
            text = f"{label} lists too many files: unpack it and name the folder."
            yield finding("archive-too-many-members", text, label)
            return
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
        if any(info.header_offset < 0 for info in infos):
            raise zipfile.BadZipFile
        entries = iter([_from_directory(info) for info in infos])
    except (zipfile.BadZipFile, ValueError, EOFError, struct.error, NotImplementedError):
        yield finding(
            "read-truncated", f"{label} is a zip whose end is missing or damaged; what is whole was read.", label
        )
        entries = _by_local_headers(file)
    for entry in entries:
        yield from _member(file, entry, label, budget)


def _directory_size(file: Peekable) -> int:
    """Bytes of the directory at the end, so that a hostile one is not loaded (zip64's is not told here: 4 GiB)."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(max(0, size - 65_557))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(EMPTY_ZIP_MAGIC)
    if end < 0 or len(tail) < end + 20:
        return 0
    stated: int = struct.unpack_from("<L", tail, end + 12)[0]
    locator = tail.rfind(b"PK\x06\x06", 0, end)
    if stated == UNKNOWN_SIZE and locator >= 0 and len(tail) >= locator + 48:
        stated = struct.unpack_from("<Q", tail, locator + 40)[0]
    return stated


def _from_directory(info: zipfile.ZipInfo) -> _Entry:
    return _Entry(info.filename, info.compress_type, info.flag_bits, info.header_offset, info.compress_size, info.CRC)


def _by_local_headers(file: Peekable) -> Iterator[_Entry]:
    position = 0
    while True:
        file.seek(position)
        fixed = file.read(LOCAL_HEADER.size)
        if len(fixed) < LOCAL_HEADER.size or not fixed.startswith(ZIP_MAGIC):
            return
        _, _, flags, method, _, _, crc, size, _, name_length, extra_length = LOCAL_HEADER.unpack(fixed)
        name = file.read(name_length).decode("utf-8" if flags & UTF8_NAME else "cp437", "replace")
        known = not flags & SIZES_FOLLOW and size != UNKNOWN_SIZE
        yield _Entry(name, method, flags, position, size if known else None, crc if known else None)
        data = position + LOCAL_HEADER.size + name_length + extra_length
        following = data + size if known else _find(file, ZIP_MAGIC, data)
        if following is None:
            return
        position = following


def _find(file: Peekable, magic: bytes, start: int) -> int | None:
    file.seek(start)
    window = b""
    while block := file.read(1 << 16):
        window = window[-3:] + block
        if (at := window.find(magic)) >= 0:
            return file.tell() - len(window) + at
    return None


def _member(
    file: Peekable, entry: _Entry, label: str, budget: Budget
) -> Iterator[tuple[str, io.BufferedReader] | Finding]:
    name = printable(entry.name)
    if entry.name.endswith("/"):
        return
    if entry.flags & ENCRYPTED:
        yield finding("archive-encrypted", f"{name} in {label} is encrypted: unpack it with its password first.", label)
        return
    method = METHODS.get(entry.method)
    if method is None or (method == "stored" and entry.size is None):
        text = f"{name} in {label} is compressed in a way that is not supported (method {entry.method})."
        yield finding("archive-format-unknown", text, label)
        return
    engine = Stored(entry.size or 0) if method == "stored" else None
    source = Decompressed(_Window(file, entry), method, budget, engine)
    yield entry.name, io.BufferedReader(source, 1 << 16)
    if source.trouble:
        yield finding(source.trouble[0], f"{name} in {label} {source.trouble[1]}.", label)
    elif None not in (source.crc, entry.crc) and source.crc != entry.crc:
        yield finding("read-damaged", f"{name} in {label} does not match its check sum.", label)


class _Window(io.RawIOBase):
    """The compressed bytes of one member. Seeks before each read, since the file is shared."""

    def __init__(self, file: Peekable, entry: _Entry) -> None:
        super().__init__()
        file.seek(entry.offset)
        fixed = file.read(LOCAL_HEADER.size)
        lengths = LOCAL_HEADER.unpack(fixed)[-2:] if len(fixed) == LOCAL_HEADER.size else (0, 0)
        self._file = file
        self._position = entry.offset + LOCAL_HEADER.size + sum(lengths)
        self._left = entry.size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Read on within the member."""
        wanted = len(buffer) if self._left is None else min(len(buffer), self._left)
        self._file.seek(self._position)
        data = self._file.read(wanted)
        self._position += len(data)
        if self._left is not None:
            self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

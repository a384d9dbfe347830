"""What a zip says of its files: from its directory, or, where that is missing or damaged, from header to header.

Read in small blocks, so that a directory of any length costs no memory. Paragraph numbers are those of APPNOTE 6.3.10.
"""

from __future__ import annotations

import io
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from migrate.model import Finding
from migrate.unpack.limits import Peekable, finding

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"  # also that of the record at every zip's end
LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # 4.3.7
_DIRECTORY_MAGIC = b"PK\x01\x02"
_DIRECTORY_HEADER = struct.Struct("<4s4B4H3L5H2L")  # 4.3.12
_END = struct.Struct("<4s4H2LH")  # 4.3.16
_END64_LOCATOR = struct.Struct("<4sLQL")  # 4.3.15
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_SIZES_FOLLOW = 0x8
_IN_ZIP64 = 0xFFFFFFFF
_LONGEST_END = _END.size + 0xFFFF
_BLOCK = 1 << 20
_SYMLINK = 0o120000
_KINDS = 0o170000


class BadDirectoryError(Exception):
    """There is no directory, or it cannot be right."""


class Entry(NamedTuple):
    """One file in a zip."""

    name: str  # as its writer meant it, in NFC; not yet made safe
    method: int
    offset: int  # of its local header
    packed: int | None  # bytes; None where only the data itself tells
    size: int  # unpacked bytes as stated, 0 where not
    crc: int | None
    encrypted: bool
    link: bool  # a symbolic link: its content is where it leads to


def zip_entries(file: Peekable, label: str) -> Iterator[Entry | Finding]:
    """The files in a zip, folders left out; a finding where its directory is missing or damaged."""
    size = file.seek(0, io.SEEK_END)
    try:
        for _ in _directory(file):  # looked through before anything is believed
            pass
        entries: Iterator[Entry] = (_entry(*header) for header in _directory(file))
    except BadDirectoryError:
        text = f"{label} is a zip whose end is missing or damaged; what is whole was read."
        yield finding("read-truncated", text, label)
        entries = _by_local_headers(file)
    outside = 0
    for entry in entries:
        if entry.offset >= size:
            outside += 1
        elif not entry.name.endswith("/"):
            yield entry
    if outside:
        text = f"{label} is damaged: files that it lists are not in it ({outside})."
        yield finding("read-damaged", text, label)


def parts_of_split_zip(file: Peekable) -> bool:
    """Whether this is the last of several files that only make a zip together (.z01, .z02, …, .zip)."""
    try:
        position, tail = _end_record(file)
    except BadDirectoryError:
        return False
    disk: int = _END.unpack_from(tail, position)[1]
    return 0 < disk < 0xFFFF


def _end_record(file: Peekable) -> tuple[int, bytes]:
    """The tail of the file, and where in it the record stands that ends a zip."""
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - _LONGEST_END - _END64_LOCATOR.size)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(EMPTY_ZIP_MAGIC)
    while at >= 0 and len(tail) - at < _END.size:
        at = tail.rfind(EMPTY_ZIP_MAGIC, 0, at)
    if at < 0:
        raise BadDirectoryError
    return at, tail


def _bounds(file: Peekable) -> tuple[int, int, int]:
    """Where the directory begins and ends, and what to add to the offsets in it (for bytes put before the zip)."""
    at, tail = _end_record(file)
    end = file.seek(0, io.SEEK_END) - len(tail) + at
    _, _, _, _, _, length, start, _ = _END.unpack_from(tail, at)
    locator = at - _END64_LOCATOR.size
    if locator >= 0 and tail.startswith(b"PK\x06\x07", locator):
        position = _END64_LOCATOR.unpack_from(tail, locator)[2]
        end64 = _end64_at(file, position, end)
        if end64 is not None:
            end, (length, start) = end64
    moved = end - length - start
    if moved < 0:
        raise BadDirectoryError
    return start + moved, end, moved


def _end64_at(file: Peekable, position: int, end: int) -> tuple[int, tuple[int, int]] | None:
    """The larger record of a large zip: where it stands, and the length and start of the directory."""
    for place in (position, end - _END64_LOCATOR.size - _END64.size):
        if 0 <= place < end:
            file.seek(place)
            record = file.read(_END64.size)
            if len(record) == _END64.size and record.startswith(b"PK\x06\x06"):
                *_, length, start = _END64.unpack(record)
                return place, (length, start)
    return None


def _directory(file: Peekable) -> Iterator[tuple[tuple[int, ...], bytes, bytes, int]]:
    """The fields of each entry, its name, its extra fields, and what to add to its offset."""
    position, end, moved = _bounds(file)
    block, used = b"", 0
    while position < end:
        at_hand = len(block) - used
        if at_hand < _DIRECTORY_HEADER.size + 3 * 0xFFFF and position + at_hand < end:
            file.seek(position)
            block, used = file.read(min(_BLOCK, end - position)), 0
        if len(block) - used < _DIRECTORY_HEADER.size or not block.startswith(_DIRECTORY_MAGIC, used):
            raise BadDirectoryError
        fields = _DIRECTORY_HEADER.unpack_from(block, used)
        names, extras, comments = fields[12:15]
        used += _DIRECTORY_HEADER.size
        name, extra = block[used : used + names], block[used + names : used + names + extras]
        used += names + extras + comments
        position += _DIRECTORY_HEADER.size + names + extras + comments
        yield fields, name, extra, moved


def _entry(fields: tuple[int, ...], raw: bytes, extra: bytes, moved: int) -> Entry:
    system, flags, method = fields[2], fields[5], fields[6]
    crc, packed, size = fields[9:12]
    attributes, offset = fields[17:19]
    if _IN_ZIP64 in (packed, size, offset):
        size, packed, offset = _zip64(extra, size, packed, offset)
    unix_kind = attributes >> 16 & _KINDS
    return Entry(
        _name(raw, flags, extra),
        method,
        offset + moved,
        packed,
        size,
        crc,
        encrypted=bool(flags & _ENCRYPTED),
        link=unix_kind == _SYMLINK and system in (3, 19),  # made on Unix or macOS (4.4.2)
    )


def _extras(extra: bytes) -> dict[int, bytes]:
    """The extra fields by their number (4.5.1)."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        found.setdefault(number, extra[at + 4 : at + 4 + length])
        at += 4 + length
    return found


def _zip64(extra: bytes, *values: int) -> Iterator[int]:
    """The three values, those that did not fit from the extra field that has them, in its order (4.5.3)."""
    large = _extras(extra).get(1, b"")
    at = 0
    for value in values:
        if value == _IN_ZIP64 and at + 8 <= len(large):
            yield struct.unpack_from("<Q", large, at)[0]
            at += 8
        else:
            yield value


def _name(raw: bytes, flags: int, extra: bytes) -> str:
    if not raw.isascii():
        return unicodedata.normalize("NFC", _decoded(raw, flags, extra))
    return raw.decode("ascii")


def _decoded(raw: bytes, flags: int, extra: bytes) -> str:
    """Many writers use UTF-8 without the flag for it; some keep a second, right spelling (4.6.9)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if flags & _UTF8_NAME:
            return raw.decode("utf-8", "replace")
    second = _extras(extra).get(0x7075, b"")
    if second[:1] == b"\x01" and second[1:5] == struct.pack("<L", zlib.crc32(raw)):
        return second[5:].decode("utf-8", "replace")
    return raw.decode("cp437")


def _by_local_headers(file: Peekable) -> Iterator[Entry]:
    position = 0
    while True:
        file.seek(position)
        fixed = file.read(LOCAL_HEADER.size)
        if len(fixed) < LOCAL_HEADER.size or not fixed.startswith(ZIP_MAGIC):
            return
        _, _, flags, method, _, _, crc, packed, size, names, extras = LOCAL_HEADER.unpack(fixed)
        raw, extra = file.read(names), file.read(extras)
        if _IN_ZIP64 in (packed, size):
            size, packed = _zip64(extra, size, packed)
        known = not flags & _SIZES_FOLLOW and packed != _IN_ZIP64
        name, encrypted = _name(raw, flags, extra), bool(flags & _ENCRYPTED)
        if known:
            yield Entry(name, method, position, packed, size, crc, encrypted, link=False)
        else:
            yield Entry(name, method, position, None, 0, None, encrypted, link=False)
        data = position + LOCAL_HEADER.size + names + extras
        following = data + packed if known else _find(file, ZIP_MAGIC, data)
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

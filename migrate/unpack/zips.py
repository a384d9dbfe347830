"""The files of a zip: by its directory, or, where that was cut off, one after the other."""

from __future__ import annotations

import io
from collections.abc import Iterator

from migrate.model import Finding
from migrate.unpack.decompress import Decompressed, Stored
from migrate.unpack.directory import EMPTY_ZIP_MAGIC, LOCAL_HEADER, ZIP_MAGIC, Entry, zip_entries
from migrate.unpack.limits import Budget, Peekable, finding, printable

__all__ = ["EMPTY_ZIP_MAGIC", "METHODS", "ZIP_MAGIC", "ZipWindow", "zip_members"]

METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 93: "zstd", 95: "xz"}  # APPNOTE 4.4.5


def zip_members(file: Peekable, label: str, budget: Budget) -> Iterator[tuple[str, io.BufferedReader] | Finding]:
    """Names and contents of the files in a zip; a finding for what is encrypted, unknown, damaged or cut off."""
    for entry in zip_entries(file, label):
        if isinstance(entry, Finding):
            yield entry
        else:
            yield from _member(file, entry, label, budget)


def _member(
    file: Peekable, entry: Entry, label: str, budget: Budget
) -> Iterator[tuple[str, io.BufferedReader] | Finding]:
    name = printable(entry.name)
    if entry.encrypted:
        yield finding("archive-encrypted", f"{name} in {label} is encrypted: unpack it with its password first.", label)
        return
    if entry.link:
        yield finding("archive-member-skipped", f"{name} in {label} is a link or a device, not a file.", label)
        return
    method = METHODS.get(entry.method)
    if method is None or (method == "stored" and entry.packed is None):
        text = f"{name} in {label} is compressed in a way that is not supported (method {entry.method})."
        yield finding("archive-format-unknown", text, label)
        return
    engine = Stored(entry.packed or 0) if method == "stored" else None
    source = Decompressed(ZipWindow(file, entry.offset, entry.packed), method, budget, engine)
    yield entry.name, io.BufferedReader(source, 1 << 16)
    if source.trouble:
        yield finding(source.trouble[0], f"{name} in {label} {source.trouble[1]}.", label)
    elif None not in (source.crc, entry.crc) and source.crc != entry.crc:
        yield finding("read-damaged", f"{name} in {label} does not match its check sum.", label)


class ZipWindow(io.RawIOBase):
    """The compressed bytes of the member whose local header stands at `offset`: `packed` of them, None as far as there
    are any. Seeks before each read, since the file is shared."""

    def __init__(self, file: Peekable, offset: int, packed: int | None) -> None:
        super().__init__()
        file.seek(offset)
        fixed = file.read(LOCAL_HEADER.size)
        lengths = LOCAL_HEADER.unpack(fixed)[-2:] if len(fixed) == LOCAL_HEADER.size else (0, 0)
        self._file = file
        self.start = offset + LOCAL_HEADER.size + sum(lengths)
        self._position = self.start
        self._left = packed

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

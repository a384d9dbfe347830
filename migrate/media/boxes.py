"""MP4, QuickTime, HEIC and AVIF (ISO 14496-12, 23008-12): notes are overwritten in place, since all else is found by
its distance from the beginning."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_CONTAINERS = frozenset((b"moov", b"trak", b"mdia", b"moof", b"traf", b"mpvd"))
_HEADERS = frozenset((b"mvhd", b"tkhd", b"mdhd"))  # they begin with when it was made and changed
_NOTES = frozenset((b"udta", b"meta", b"uuid", b"free", b"skip"))
# All else is overwritten there. `mpvd` is the video of a motion photo.
_AT_THE_TOP = frozenset((b"ftyp", b"styp", b"mdat", b"mfra", b"sidx", b"ssix", b"pdin", b"prft", b"wide", *_CONTAINERS))
_OF_A_PICTURE = frozenset((b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"ipro", b"dinf", b"grpl"))
_HARMLESS_TRACKS = frozenset((b"vide", b"soun", b"auxv", b"pict", b"tmcd", b"hint", b"clcp"))  # by their handler
_PICTURES = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")  # brands, at the beginning
_DEEPEST = 8
_EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0"  # an offset, then a TIFF structure without fields


class _Box(NamedTuple):
    kind: bytes
    start: int
    data: int  # where its content begins
    end: int


class _DamagedError(Exception):
    pass


def without_notes(content: bytes) -> tuple[bytes, bool]:
    """The file with user data, metadata, Exif and XMP overwritten; False where it is damaged, or has a track besides
    picture and sound, which may hold places."""
    work = _Work(content)
    try:
        work.walk(0, len(content), 0)
    except (_DamagedError, struct.error, IndexError):
        work.sure = False
    return work.result(), work.sure


class _Work:
    def __init__(self, content: bytes) -> None:
        self.sure = True
        self._content = content
        self._is_picture = any(brand in content[8:64] for brand in _PICTURES)
        self._edits: list[tuple[int, int, bytes]] = []  # start, end, what is written there before zeros follow

    def result(self) -> bytes:
        """The content with everything overwritten that was found. Takes the memory of one copy, no more."""
        if not self._edits:
            return self._content
        whole = memoryview(self._content)
        pieces: list[bytes | memoryview] = []
        done = 0
        for begin, stop, data in sorted(self._edits):
            start, end = max(begin, done), min(stop, len(whole))
            if start >= end:
                continue  # each byte once, however they overlap
            pieces += (whole[done:start], (data if start == begin else b"")[: end - start])
            pieces.append(bytes(end - start - len(pieces[-1])))
            done = end
        return b"".join((*pieces, whole[done:]))

    def walk(self, start: int, end: int, depth: int) -> None:
        """Overwrite the notes among the boxes between two places, and in those boxes."""
        if depth > _DEEPEST:
            raise _DamagedError
        for box in self._boxes(start, end):
            if box.kind == b"meta" and depth == 0 and self._is_picture:
                self._picture(box)
            elif box.kind in _NOTES or (depth == 0 and box.kind not in _AT_THE_TOP):
                self._blank(box)
            elif box.kind in _HEADERS:
                width = 8 if self._content[box.data] == 1 else 4
                self._edits.append((box.data + 4, min(box.end, box.data + 4 + 2 * width), b""))
            elif box.kind in _CONTAINERS:
                self.walk(box.data, box.end, depth + 1)
            elif box.kind == b"hdlr" and self._content[box.data + 8 : box.data + 12] not in _HARMLESS_TRACKS:
                self.sure = False

    def _boxes(self, start: int, end: int) -> Iterator[_Box]:
        while start + 8 <= end:
            size, kind = struct.unpack_from(">L4s", self._content, start)
            data = start + 8
            if size == 1:
                size = struct.unpack_from(">Q", self._content, data)[0]
                data += 8
            following = start + size if size else end
            if following > end and kind == b"mdat":
                following = end  # cut off
            if not data <= following <= end:
                raise _DamagedError
            yield _Box(kind, start, data, following)
            start = following

    def _blank(self, box: _Box) -> None:
        self._edits.append((box.start + 4, box.start + 8, b"free"))
        self._edits.append((box.data, box.end, b""))

    def _picture(self, meta: _Box) -> None:
        """Overwrite the items of a HEIC or AVIF that are no part of the picture."""
        children = {}
        for box in self._boxes(meta.data + 4, meta.end):
            children[box.kind] = box
            if box.kind not in _OF_A_PICTURE:
                self._blank(box)
        if b"iinf" not in children:
            return
        notes = dict(self._notes(children[b"iinf"]))
        if not notes:
            return
        if b"iloc" not in children:
            raise _DamagedError
        inner = children[b"idat"].data if b"idat" in children else None
        for item, start, end in locations(self._content[children[b"iloc"].data : children[b"iloc"].end], inner):
            if item in notes:
                self._edits.append((start, end, _EMPTY_EXIF if notes[item] == b"Exif" else b""))

    def _notes(self, iinf: _Box) -> Iterator[tuple[int, bytes]]:
        """The items that are notes, by number, and of what kind."""
        content = self._content
        start = iinf.data + (8 if content[iinf.data] else 6)
        for box in self._boxes(start, iinf.end):
            if box.kind != b"infe" or box.end - box.data < 12 or content[box.data] < 2:
                continue  # the first two versions were never used for pictures
            width = 2 if content[box.data] == 2 else 4
            item = int.from_bytes(content[box.data + 4 : box.data + 4 + width], "big")
            kind_at = box.data + 6 + width
            kind = content[kind_at : kind_at + 4]
            media_type = content[kind_at + 4 : box.end].split(b"\0")[1:2]
            if kind in (b"Exif", b"uri ") or (kind == b"mime" and media_type != [b"image/jpeg"]):
                yield item, kind


def locations(iloc: bytes, inner: int | None) -> Iterator[tuple[int, int, int]]:
    """Number, start and end in the file of each extent of each item (ISO 14496-12, 8.11.3); `inner` is where the
    data within the metadata begins."""
    version, sizes = iloc[0], int.from_bytes(iloc[4:6], "big")
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    if not length_size or max(offset_size, length_size, base_size, index_size) > 8 or version > 2:
        raise _DamagedError
    reader = _Numbers(iloc, 6)
    wide = 4 if version == 2 else 2
    for _ in range(reader.take(wide)):
        item = reader.take(wide)
        method = reader.take(2) & 15 if version else 0
        reader.take(2)
        base = reader.take(base_size)
        if method > 1 or (method == 1 and inner is None):
            raise _DamagedError
        for _ in range(reader.take(2)):
            reader.take(index_size)
            start = base + reader.take(offset_size) + (inner or 0 if method else 0)
            yield item, start, start + reader.take(length_size)


class _Numbers:
    """Numbers of given widths, one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    def take(self, width: int) -> int:
        """The next one, of `width` bytes; _DamagedError at the end."""
        if self._at + width > len(self._data):
            raise _DamagedError
        self._at += width
        return int.from_bytes(self._data[self._at - width : self._at], "big")

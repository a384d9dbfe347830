"""JPEG (ITU-T T.81, annex B): the segments that are no part of the picture are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.media.exif import only_orientation, orientation

_END, _SCAN = 0xD9, 0xDA
_COMMENT = 0xFE
_JFIF = 0xE0
_APPLICATION = range(0xE0, 0xF0)
_ALONE = frozenset((0x01, *range(0xD0, 0xD8), _END))  # markers without a length
_EXIF = b"Exif\0"
# What a picture is shown with: its density, its colours, how they were transformed.
_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# In a scan, a marker is what is neither a stuffed FF nor a restart nor fill.
_NEXT_MARKER = re.compile(rb"\xff(?![\x00\xd0-\xd7\xff])", re.DOTALL)


def without_notes(content: bytes) -> tuple[bytes, bool]:
    """The JPEG without Exif, XMP, IPTC, other application data, comments and whatever follows its end; False where it
    breaks off before the picture begins."""
    kept: list[bytes] = []
    turned = 1
    scanned = False
    for marker, piece in _segments(content):
        scanned = scanned or marker == _SCAN
        if marker == 0xE1 and piece.startswith(_EXIF, 4) and turned == 1:
            turned = orientation(piece[4 + len(_EXIF) + 1 :])
        if _belongs(marker, piece):
            kept.append(_without_thumbnail(piece) if marker == _JFIF else piece)
    if not scanned:
        return content, False
    if turned != 1:
        data = _EXIF + b"\0" + only_orientation(turned)
        first = bool(kept) and kept[0].startswith(b"\xff\xe0")  # JFIF wants to come first
        kept.insert(int(first), b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data)
    return b"".join((b"\xff\xd8", *kept)), True


def _belongs(marker: int, piece: bytes) -> bool:
    if marker in _APPLICATION:
        return marker in _KEPT and piece.startswith(_KEPT[marker], 4)
    return marker != _COMMENT


def _without_thumbnail(jfif: bytes) -> bytes:
    """The segment without the small picture that may follow its fields (JFIF 1.02)."""
    return b"\xff\xe0\0\x10" + jfif[4:16] + b"\0\0" if len(jfif) > 18 else jfif


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with what belongs to it, after the first one; a scan with its data. Ends where the picture ends, or
    where it is cut off or damaged."""
    at = 2
    while at + 1 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fill (B.1.1.2)
            at += 1
            continue
        end = at + 2
        if marker not in _ALONE:
            end += int.from_bytes(content[end : end + 2], "big")
            if end < at + 4 or end > len(content):
                return
        if marker == _SCAN:
            following = _NEXT_MARKER.search(content, end)
            end = following.start() if following else len(content)
        yield marker, content[at:end]
        if marker == _END:
            return
        at = end

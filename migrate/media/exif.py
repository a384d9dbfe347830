"""The one thing in Exif that belongs to the picture: which way up it is."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4 A
_SHORT = 3
_MOST_FIELDS = 1000


def orientation(tiff: bytes) -> int:
    """How the picture is to be turned, 1 (not at all) to 8, by the TIFF structure that Exif is; 1 where damaged."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    start: int = struct.unpack_from(f"{order}L", tiff, 4)[0]
    if start + 2 > len(tiff):
        return 1
    count: int = struct.unpack_from(f"{order}H", tiff, start)[0]
    for at in range(start + 2, start + 2 + 12 * min(count, _MOST_FIELDS), 12):
        if at + 12 > len(tiff):
            break
        tag, kind, _, value = struct.unpack_from(f"{order}HHLH", tiff, at)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and 1 <= value <= 8 else 1
    return 1


def only_orientation(turned: int) -> bytes:
    """A TIFF structure that says this and nothing else."""
    return struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)

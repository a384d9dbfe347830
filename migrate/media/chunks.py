"""PNG, WebP and GIF: files of labelled pieces, of which those that are no part of the picture are left out."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from migrate.media.exif import only_orientation, orientation

_PNG = b"\x89PNG\r\n\x1a\n"
# What a picture is shown with, and animation; pieces whose name begins with a capital are needed anyway (PNG, 5.4).
_PNG_KEPT = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs sPLT cICP mDCV cLLI acTL fcTL fdAT".split(),
)
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04  # flags in VP8X
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def png(content: bytes) -> tuple[bytes, bool]:
    """The PNG without text, Exif, times, pieces unknown here and whatever follows its end."""
    kept = [_PNG]
    turned = 1
    at = len(_PNG)
    while at + 8 <= len(content):
        length, name = struct.unpack_from(">L4s", content, at)
        end = at + 12 + length
        if name == b"eXIf":
            turned = orientation(content[at + 8 : end - 4])
        elif name in _PNG_KEPT or b"A" <= name[:1] <= b"Z":
            kept.append(content[at:end])
        at = end
        if name == b"IEND":
            break
    pictures = [number for number, chunk in enumerate(kept) if chunk[4:8] == b"IDAT"]
    if not pictures:
        return content, False
    if turned != 1:
        kept.insert(pictures[0], _png_chunk(b"eXIf", only_orientation(turned)))
    return b"".join(kept), True


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def webp(content: bytes) -> tuple[bytes, bool]:
    """The WebP without Exif, XMP and pieces unknown here."""
    kept: list[bytes] = []
    turned = 1
    end = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    at = 12
    while at + 8 <= end:
        name = content[at : at + 4]
        length = int.from_bytes(content[at + 4 : at + 8], "little")
        data = content[at + 8 : min(at + 8 + length, end)]
        if name == b"EXIF":
            turned = orientation(data.removeprefix(b"Exif\0\0"))
        elif name in _WEBP_KEPT:
            kept.append(_webp_chunk(name, data, length))
        at += 8 + length + length % 2
    if not kept or kept[0][:3] != b"VP8":
        return content, False
    if kept[0].startswith(b"VP8X") and len(kept[0]) > 8:
        flags = kept[0][8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if turned != 1 else 0)
        kept[0] = kept[0][:8] + bytes((flags,)) + kept[0][9:]
        if turned != 1:
            tiff = only_orientation(turned)
            kept.append(_webp_chunk(b"EXIF", tiff, len(tiff)))
    head = b"RIFF" + struct.pack("<L", 4 + sum(map(len, kept))) + b"WEBP"
    return b"".join((head, *kept)), True


def _webp_chunk(name: bytes, data: bytes, length: int) -> bytes:
    """The piece; `length` is what it states, which is more than there is where the file is cut off."""
    return name + struct.pack("<L", length) + data + b"\0" * (length % 2 if len(data) == length else 0)


def gif(content: bytes) -> tuple[bytes, bool]:
    """The GIF without comments, XMP, other application data and whatever follows its end."""
    if len(content) < 13:
        return content, False
    start = 13 + _colours(content[10])
    kept = [content[:start]]
    for kind, piece in _gif_blocks(content, start):
        if not kind:
            return content, False
        if kind in (b",", b";", b"!\xf9", b"!\x01") or (kind == b"!\xff" and piece[3:14] in _GIF_LOOPS):
            kept.append(piece)
    return b"".join(kept), True


def _colours(flags: int) -> int:
    """Bytes of the colour table that these flags announce (GIF89a, 18 and 20)."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks(content: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """The blocks by kind: "," for a picture, "!" and its label for an extension, ";" for the end, nothing for
    what is none of these. Ends early where the file is cut off."""
    while at < len(content):
        kind = content[at : at + 1]
        if kind == b";":
            yield kind, kind
            return
        if kind == b"," and at + 10 < len(content):
            end = _after_data(content, at + 11 + _colours(content[at + 9]))
        elif kind == b"!":
            kind = content[at : at + 2]
            end = _after_data(content, at + 2)
        else:
            kind, end = b"", len(content)
        yield kind, content[at:end]
        at = end


def _after_data(content: bytes, at: int) -> int:
    """Where a chain of blocks of up to 255 bytes ends."""
    while at < len(content):
        length = content[at]
        at += 1 + length
        if not length:
            return at
    return len(content)

"""Pictures and videos without what they tell about people: where and when they were taken, with which camera, by whom.

Only such notes are taken out. Every byte of the picture itself stays as it is, and so does the way it is to be turned.
Works on the bytes as they are, whatever the file is called; hostile ones cost no more than time in proportion.
"""

from __future__ import annotations

from collections.abc import Callable

from migrate.media.boxes import without_notes as _boxes
from migrate.media.chunks import gif as _gif
from migrate.media.chunks import png as _png
from migrate.media.chunks import webp as _webp
from migrate.media.jpeg import without_notes as _jpeg

__all__ = ["media_type_of", "without_whereabouts"]

HEAD = 32  # bytes that `media_type_of` looks at
UNKNOWN = "application/octet-stream"

_CLEANERS: dict[str, Callable[[bytes], tuple[bytes, bool]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
    "image/heic": _boxes,
    "image/avif": _boxes,
    "video/mp4": _boxes,
    "video/quicktime": _boxes,
    "audio/mp4": _boxes,
}
_WITHOUT_NOTES = frozenset(("image/bmp", "image/x-icon"))  # formats that have no room for them

_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"%PDF-": "application/pdf",
    b"\x1a\x45\xdf\xa3": "video/webm",
    b"OggS": "application/ogg",
    b"ID3\2": "audio/mpeg",
    b"ID3\3": "audio/mpeg",
    b"ID3\4": "audio/mpeg",
}
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
_BY_NAME = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heic",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "ico": "image/x-icon",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
    "3gp": "video/3gpp",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
    "html": "text/html",
    "json": "application/json",
    "ics": "text/calendar",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}


def media_type_of(head: bytes, name: str) -> str:
    """What a file is, by its first `HEAD` bytes, else by the ending of its name; "application/octet-stream" where
    neither tells. The same on every machine."""
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if head.startswith(b"RIFF"):
        found = _RIFF.get(head[8:12])
    elif head[4:8] == b"ftyp":
        found = "image/avif" if b"avif" in head[8:HEAD] else _BRANDS.get(head[8:12], "video/mp4")
    elif head[4:8] in (b"moov", b"wide", b"mdat"):
        found = "video/quicktime"
    elif head.startswith(b"BM") and head[6:10] == bytes(4):
        found = "image/bmp"
    return found or _BY_NAME.get(name.rpartition(".")[2].lower(), UNKNOWN)


def without_whereabouts(content: bytes, media_type: str) -> tuple[bytes, bool]:
    """The file without Exif, GPS, XMP, IPTC, maker notes, comments and embedded thumbnails, and whether that is sure.

    `media_type` counts only where the bytes do not tell. False is for a picture, video or sound that could not be
    cleaned, or not wholly: damaged, of a format that is not known here (TIFF, AVI, …), or with a track of its own that
    may hold places; what could be taken out is out nevertheless. Other files come back as they are, with True. Cleaning
    twice changes nothing more. Never raises.
    """
    kind = media_type_of(content[:HEAD], "")
    if kind == UNKNOWN:
        kind = media_type.partition(";")[0].strip().lower()
    if cleaner := _CLEANERS.get(kind):
        return cleaner(content)
    return content, kind in _WITHOUT_NOTES or not kind.startswith(("image/", "video/", "audio/"))

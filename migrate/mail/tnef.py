"""winmail.dat: the files and texts that Outlook put into one (MS-OXTNEF), by way of the optional library tnefparse.

The library believes every count it reads, so what it is given is checked first: no count and no length goes beyond the
data, and there is nothing in it but what is wanted.
"""

from __future__ import annotations

import logging
import struct
from importlib import import_module
from typing import Any, NamedTuple

from migrate.mail.charsets import is_utf8
from migrate.mail.problems import Problem, Problems

MEDIA_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
FILENAME = "winmail.dat"
LARGEST = 64 << 20  # bytes
MOST_WORK = 8 << 30  # bytes: the library copies what is left of the data for each object in it
MAX_DEPTH = 3  # messages in messages

_SIGNATURE = b"\x78\x9f\x3e\x22"
_PROPERTIES, _ATTACHMENT_PROPERTIES = 0x9003, 0x9005
# Body, attachment data, name, rendering (begins an attachment) and properties, message properties, codepage.
_WANTED = {0x800C, 0x800F, 0x8010, 0x9002, _ATTACHMENT_PROPERTIES, _PROPERTIES, 0x9007}
_DATA_OBJECT = 0x3701
_EMBEDDED = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"  # a message follows
_MULTIPLE, _NAMED = 0x1000, 0x8000
_FIXED = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 2, 0x14: 8, 0x40: 8, 0x48: 16}  # bytes, by type
_VARIABLE = {0, 0xD, 0x1E, 0x1F, 0x102}


class Opened(NamedTuple):
    """What was in it; at most one of the texts is filled."""

    text: str
    html: str
    files: list[tuple[str, bytes]]  # name, empty where unknown, and bytes


def opened(data: bytes, problems: Problems) -> Opened | None:
    """The contents, or None with a problem that says why not."""
    try:
        library = import_module("tnefparse.tnef")
    except ImportError:
        text = "A winmail.dat was kept closed; pip install 'discourse-migrate[tnef]', and import into a new archive."
        problems.append(Problem("tnef-closed", "warning", text))
        return None
    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    try:
        tnef = library.TNEF(_checked(data, 0), do_checksum=False)
        return _contents(tnef, 0)
    except Exception:  # the library raises whatever damaged data leads it to
        problems.append(
            Problem("tnef-unreadable", "warning", "A winmail.dat could not be opened; it was kept as it is.")
        )
        return None


def _contents(tnef: Any, depth: int) -> Opened:  # noqa: ANN401 - the library has no types
    files: list[tuple[str, bytes]] = []
    for attachment in tnef.attachments:
        inner = getattr(attachment, "embed", None)
        if inner is None:
            files.append((_name(attachment), attachment.data))
        elif depth < MAX_DEPTH:
            files += _embedded(_contents(inner, depth + 1), _name(attachment))
    html = _decoded(tnef.htmlbody)
    return Opened("" if html else _decoded(tnef.body), html, [(name, content) for name, content in files if content])


def _embedded(inner: Opened, name: str) -> list[tuple[str, bytes]]:
    text, ending = (inner.html, "html") if inner.html else (inner.text, "txt")
    return ([(f"{name or 'message'}.{ending}", text.encode())] if text else []) + inner.files


def _name(attachment: Any) -> str:  # noqa: ANN401 - the library has no types
    try:
        return str(attachment.long_filename())
    except UnicodeDecodeError:
        return ""


def _decoded(text: str | bytes | None) -> str:
    if isinstance(text, bytes):
        text = text.decode("utf-8" if is_utf8(text) else "cp1252", "replace")
    return (text or "").rstrip("\0")


def _checked(data: bytes, depth: int) -> bytes:
    """The wanted objects of the stream. Raises ValueError, struct.error where a count or a length is impossible."""
    if data[:4] != _SIGNATURE or len(data) > LARGEST or depth > MAX_DEPTH:
        raise ValueError("no TNEF")
    objects = [data[:6]]
    at = 6
    while at + 11 <= len(data):
        name, _, length = struct.unpack_from("<HHI", data, at + 1)
        following = at + 11 + length
        if following > len(data) or len(objects) * len(data) > MOST_WORK:
            raise ValueError("cut off, or too many")
        if name in (_PROPERTIES, _ATTACHMENT_PROPERTIES):
            _check_properties(data[at + 9 : following - 2], depth)
        if name in _WANTED:
            objects.append(data[at:following])
        at = following
    return b"".join(objects)


def _check_properties(data: bytes, depth: int) -> None:
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(count):
        kind, name = struct.unpack_from("<HH", data, at)
        at = _behind_name(data, at + 4) if name & _NAMED else at + 4
        many = bool(kind & _MULTIPLE)
        at = _behind_values(data, at, kind & ~_MULTIPLE, many, depth if name == _DATA_OBJECT else None)


def _behind_name(data: bytes, at: int) -> int:
    (by_name, value) = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(value) if by_name else 0)


def _behind_values(data: bytes, at: int, kind: int, many: bool, depth: int | None) -> int:
    """Where the property's values end; `depth` where they may be messages of their own."""
    count = 1
    if many or kind in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
        if many and not count:
            raise ValueError("no values")  # the library would read one
    if kind in _FIXED:
        size = _FIXED[kind] * count
        at += size + (2 if kind in (2, 0xB) and count % 2 else 0)
        if at > len(data) + 2:
            raise ValueError("too many values")
        return at
    if kind not in _VARIABLE:
        raise ValueError("unknown type")
    for _ in range(count):
        (length,) = struct.unpack_from("<I", data, at)
        value = data[at + 4 : at + 4 + length]
        if len(value) < length:
            raise ValueError("too short")
        if depth is not None and value.startswith(_EMBEDDED):
            _checked(value[len(_EMBEDDED) :], depth + 1)
        at += 4 + _padded(length)
    return at


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4

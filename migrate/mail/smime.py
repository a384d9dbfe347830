"""S/MIME: the mail inside an opaque signature (RFC 8551 3.5.2). Nothing is verified; the text is only taken out."""

from __future__ import annotations

from typing import NamedTuple

MAX_DEPTH = 16

_SEQUENCE, _OBJECT_ID, _OCTETS, _CONSTRUCTED_OCTETS, _EXPLICIT = 0x30, 0x06, 0x04, 0x24, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_DATA = bytes.fromhex("2a864886f70d010701")  # 1.2.840.113549.1.7.1
_END = b"\0\0"


class _Element(NamedTuple):
    tag: int
    start: int
    stop: int
    following: int


def signed_content(data: bytes) -> bytes | None:
    """The signed MIME entity within a CMS structure (RFC 5652 5), or None where it is encrypted or cannot be read."""
    try:
        kind, explicit = _children(data, _element(data, 0, len(data)), (_OBJECT_ID, _EXPLICIT))
        if data[kind.start : kind.stop] != _SIGNED_DATA:
            return None
        signed = _element(data, explicit.start, explicit.stop)
        (encapsulated,) = _children(data, signed, (_SEQUENCE,))
        kind, explicit = _children(data, encapsulated, (_OBJECT_ID, _EXPLICIT))
        if data[kind.start : kind.stop] != _DATA:
            return None
        return _octets(data, _element(data, explicit.start, explicit.stop), 0)
    except ValueError:
        return None


def _element(data: bytes, at: int, stop: int, depth: int = 0) -> _Element:
    """One element of BER (X.690 8.1), of definite or indefinite length."""
    if at + 2 > stop or depth > MAX_DEPTH:
        raise ValueError("no element")
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:
        end = start
        while data[end : end + 2] != _END:
            end = _element(data, end, stop, depth + 1).following
        return _Element(tag, start, end, end + 2)
    if length > 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > stop:
        raise ValueError("too short")
    return _Element(tag, start, start + length, start + length)


def _children(data: bytes, parent: _Element, tags: tuple[int, ...]) -> list[_Element]:
    """The first children with these tags, in this order."""
    found: list[_Element] = []
    at = parent.start
    while len(found) < len(tags):
        child = _element(data, at, parent.stop)
        if child.tag == tags[len(found)]:
            found.append(child)
        at = child.following
    return found


def _octets(data: bytes, element: _Element, depth: int) -> bytes:
    if element.tag == _OCTETS:
        return data[element.start : element.stop]
    if element.tag != _CONSTRUCTED_OCTETS or depth > MAX_DEPTH:
        raise ValueError("no octets")
    pieces = []
    at = element.start
    while at < element.stop:
        child = _element(data, at, element.stop)
        pieces.append(_octets(data, child, depth + 1))
        at = child.following
    return b"".join(pieces)

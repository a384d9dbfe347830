"""winmail.dat as Outlook writes it, for tests (MS-OXTNEF)."""

import struct

BODY, FILE_DATA, FILE_TITLE, FILE_BEGINS, PROPERTIES, FILE_PROPERTIES, CODEPAGE, RECIPIENTS = (
    0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007, 0x9004,
)  # fmt: skip
MAPI_BODY, MAPI_HTML, MAPI_LONG_NAME, MAPI_DATA = 0x1000, 0x1013, 0x3707, 0x3701
STRING, UNICODE, BINARY, OBJECT = 0x1E, 0x1F, 0x102, 0x0D


def tnef(*objects: bytes) -> bytes:
    codepage = item(1, CODEPAGE, struct.pack("<II", 1252, 0))
    return b"\x78\x9f\x3e\x22\x01\x00" + codepage + b"".join(objects)


def item(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*values: bytes) -> bytes:
    return struct.pack("<I", len(values)) + b"".join(values)


def value(name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4)


def text(words: str) -> bytes:
    return item(1, PROPERTIES, properties(value(MAPI_BODY, STRING, words.encode("cp1252") + b"\0")))


def file(name: str, data: bytes) -> bytes:
    long_name = properties(value(MAPI_LONG_NAME, UNICODE, f"{name}\0".encode("utf-16-le")))
    return (
        item(2, FILE_BEGINS, bytes(14))
        + item(2, FILE_TITLE, b"SHORT~1.TXT\0")
        + item(2, FILE_DATA, data)
        + item(2, FILE_PROPERTIES, long_name)
    )

"""Zips and tars for tests, also such as no tool would make."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass

LOCAL = struct.Struct("<4s5H3L2H")
DIRECTORY = struct.Struct("<4s4B4H3L5H2L")
END = struct.Struct("<4s4H2LH")
LINK = 0o120777 << 16


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as a tool makes it."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return output.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    """A tar as a tool makes it; "w:gz" for a compressed one."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode=mode) as archive:  # type: ignore[call-overload]  # mode is no literal
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return output.getvalue()


@dataclass(frozen=True)
class Member:
    """One file of a zip, with whatever is wrong with it."""

    name: bytes
    data: bytes = b"x"
    flags: int = 0
    extra: bytes = b""
    attributes: int = 0
    size: int | None = None  # as stated
    offset: int | None = None  # as stated
    method: int = 0


def odd_zip(*members: Member, disk: int = 0) -> bytes:
    """A zip written byte by byte."""
    body, directory = b"", b""
    for member in members:
        packed = member.data
        if member.method == 8:
            packed = zlib.compress(member.data, wbits=-15)
        size = len(member.data) if member.size is None else member.size
        common = (member.flags, member.method, 0, 0, zlib.crc32(member.data), len(packed), size, len(member.name))
        offset = len(body) if member.offset is None else member.offset
        directory += DIRECTORY.pack(
            b"PK\1\2", 20, 3, 20, 0, *common, len(member.extra), 0, 0, 0, member.attributes, offset
        )
        directory += member.name + member.extra
        body += LOCAL.pack(b"PK\3\4", 20, *common, 0) + member.name + packed
    end = END.pack(b"PK\5\6", disk, disk, len(members), len(members), len(directory), len(body), 0)
    return body + directory + end

"""The files of a tar, in one pass."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Generator, Iterator
from typing import IO, Self

from migrate.model import Finding
from migrate.unpack.limits import Budget, finding, printable

# Headers that only add to the next one; tarfile holds them in memory.
ADDING = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
LONGEST_ADDED = 1 << 20  # bytes
READ_ERRORS = (tarfile.TarError, EOFError, OSError, ValueError, RecursionError)  # what tarfile raises on bad input


class _Header(tarfile.TarInfo):
    """A header that says so when it is damaged: tarfile takes that for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf and buf.strip(b"\0"):
                raise tarfile.ReadError(str(error)) from error
            raise  # nothing, or the zeros at the end
        if header.size < 0 or (header.type in ADDING and header.size > LONGEST_ADDED):
            raise tarfile.ReadError("impossible size")
        return header


def is_tar(head: bytes) -> bool:
    """Whether the first 512 bytes are a tar header with a right check sum."""
    try:
        tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def tar_headers(stream: IO[bytes]) -> Iterator[tarfile.TarInfo]:
    """The headers of a tar that can be sought in, nothing else read. Raises TarError, and whatever tarfile raises on
    damaged input (see READ_ERRORS)."""
    with tarfile.open(fileobj=stream, mode="r:", errorlevel=0, ignore_zeros=True, tarinfo=_Header) as tar:
        for info in tar:
            yield info
            vars(tar)["members"] = []  # tarfile would remember them all


def tar_members(stream: IO[bytes], label: str, budget: Budget) -> Iterator[tuple[str, io.BufferedReader] | Finding]:
    """Names and contents of the regular files; a finding for links, devices and what breaks off."""
    try:
        # Zeros end an archive, but another may follow, as in `cat a.tar b.tar`.
        with tarfile.open(fileobj=stream, mode="r|", errorlevel=0, ignore_zeros=True, tarinfo=_Header) as tar:
            for info in tar:
                if (yield from _member(tar, info, label, budget)):
                    return
                vars(tar)["members"] = []  # tarfile would remember them all
    except READ_ERRORS:
        yield finding("read-damaged", f"{label} is damaged or cut off; what came before was read.", label)


def _member(
    tar: tarfile.TarFile, info: tarfile.TarInfo, label: str, budget: Budget
) -> Generator[tuple[str, io.BufferedReader] | Finding, None, bool]:
    """The member, or why there is none; returns whether the archive ends within it."""
    name = printable(info.name)
    if info.isdir():
        return False
    if info.size < 0:  # by an extended header
        raise tarfile.ReadError("impossible size")
    if info.issparse() and not budget.take_bytes(info.size):
        text = f"{name} in {label} grows to more than {budget.ratio} times its size; reading stopped there."
        yield finding("archive-bomb", text, label)
        return True
    content = tar.extractfile(info) if info.isreg() else None
    if content is None:
        yield finding("archive-member-skipped", f"{name} in {label} is a link or a device, not a file.", label)
        return False
    source = _Member(content, info.size)
    yield info.name, io.BufferedReader(source, 1 << 16)
    if source.cut:
        yield finding("read-truncated", f"{name} in {label} is cut off; what came before was read.", label)
    return source.cut


class _Member(io.RawIOBase):
    """A member's bytes; `cut` once fewer came than its header promises."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        super().__init__()
        self.cut = False
        self._source = source
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Read on, up to the member's end or the cut."""
        try:
            data = self._source.read(min(len(buffer), self._left))
        except (tarfile.TarError, EOFError):
            data = b""
        self._left -= len(data)
        self.cut = not data and self._left > 0
        buffer[: len(data)] = data
        return len(data)

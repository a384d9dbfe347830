"""7z archives, as large dumps come in, unpacked while they are read. The library for it is LGPL, hence optional.

py7zr pushes what it unpacks; a thread of its own and a short queue turn that into files that are read.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from migrate.errors import InputError
from migrate.model import Finding
from migrate.unpack import finding, printable
from migrate.unpack.limits import FREE_BYTES, MAX_MEMBERS

MAGIC = b"7z\xbc\xaf\x27\x1c"
# Versions of a page repeat one another: such dumps are known to shrink several hundred times.
MAX_RATIO = 2000
_PIECE = 1 << 20  # bytes handed over at once
_PIECES = 4  # that wait
# py7zr unpacks at once whatever comes out of what it reads at once.
_READ_AT_ONCE = 1 << 12


class _Sparing(io.BufferedReader):
    """A file that hands out little at a time once it is `sparing`."""

    sparing = False

    def read(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes."""
        if self.sparing:
            size = _READ_AT_ONCE if size is None or size < 0 else min(size, _READ_AT_ONCE)
        return super().read(size)


class _StoppedError(Exception):
    """Nobody wants the rest."""


class _BombError(Exception):
    """There is more in it than there can be."""


class _Begin(str):
    """The name of the file that follows."""

    __slots__ = ()


class _End:
    """Of one file, or (with what went wrong, if anything) of them all."""

    def __init__(self, *, last: bool = False, error: Exception | None = None) -> None:
        self.last = last
        self.error = error


_Piece = bytes | _Begin | _End


class _Unpacking:
    """The thread, and the queue it fills."""

    def __init__(self, file: _Sparing, py7zr: Any) -> None:  # noqa: ANN401 - a module without types
        self._file = file
        self._py7zr = py7zr
        self._queue: queue.Queue[_Piece] = queue.Queue(_PIECES)
        self._stopped = threading.Event()
        self._left = max(FREE_BYTES, MAX_RATIO * file.seek(0, io.SEEK_END))
        self._files = 0
        file.seek(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        error: Exception | None = None
        try:
            with self._py7zr.SevenZipFile(self._file) as archive:
                self._file.sparing = True
                archive.extractall(factory=_factory(self, self._py7zr))
        except Exception as raised:  # it has its own errors, and whatever a damaged archive makes of its code
            error = raised
        with suppress(_StoppedError):
            self.put(_End(last=True, error=error))

    def put(self, piece: _Piece) -> None:
        """Hand over, once there is room. Raises _StoppedError where nobody waits for it any more."""
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._queue.put(piece, timeout=0.2)
                return
        raise _StoppedError

    def begin(self, name: str) -> None:
        """A file begins."""
        self._files += 1
        if self._files > MAX_MEMBERS:
            raise _BombError
        self.put(_Begin(name))

    def write(self, data: bytes) -> None:
        """Some of its bytes."""
        self._left -= len(data)
        if self._left < 0:
            raise _BombError
        for start in range(0, len(data), _PIECE):
            self.put(bytes(data[start : start + _PIECE]))

    def get(self) -> _Piece:
        """What comes next."""
        return self._queue.get()

    def stop(self) -> None:
        """Let the thread end."""
        self._stopped.set()
        self._thread.join()


def _factory(unpacking: _Unpacking, py7zr: Any) -> object:  # noqa: ANN401 - a module without types
    """What py7zr asks for something to write each file to."""

    class Output(py7zr.io.Py7zIO):  # type: ignore[misc]  # of a module without types
        def write(self, s: bytes) -> int:
            unpacking.write(s)
            return len(s)

        def close(self) -> None:
            unpacking.put(_End())

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            pass

        def size(self) -> int:
            return 0

    class Factory(py7zr.io.WriterFactory):  # type: ignore[misc]  # of a module without types
        def create(self, filename: str) -> Output:
            unpacking.begin(filename)
            return Output()

    return Factory()


class _Member(io.RawIOBase):
    """One file of the archive; `end` is what came after its last byte."""

    def __init__(self, unpacking: _Unpacking) -> None:
        super().__init__()
        self._unpacking = unpacking
        self._piece = memoryview(b"")
        self.end: _End | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Read on."""
        while not self._piece:
            if self.end:
                return 0
            piece = self._unpacking.get()
            if isinstance(piece, _End):
                self.end = piece
            elif isinstance(piece, bytes):
                self._piece = memoryview(piece)
        size = min(len(buffer), len(self._piece))
        buffer[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size


def members(path: Path, label: str) -> Iterator[tuple[str, io.BufferedReader] | Finding]:
    """Names and contents of the files, each to be read before the next is asked for; then what was wrong with the
    archive. Raises InputError where the library is missing."""
    try:
        import py7zr
        import py7zr.io
    except ImportError:
        raise InputError(
            f"{label} is a 7z archive, and reading one takes a library that is not here:"
            " pip install 'discourse-migrate[sevenzip]'. Or unpack it and name the folder."
        ) from None
    try:
        file = _Sparing(io.FileIO(path))
    except OSError as error:
        yield finding("file-unreadable", f"{label} cannot be read: {error.strerror}.", label)
        return
    with file:
        unpacking = _Unpacking(file, py7zr)
        try:
            end = yield from _members(unpacking)
        finally:
            unpacking.stop()
    if end.error is not None:
        yield _trouble(end.error, label)


def _members(unpacking: _Unpacking) -> Generator[tuple[str, io.BufferedReader], None, _End]:
    while True:
        piece = unpacking.get()
        if isinstance(piece, _End) and piece.last:
            return piece
        if isinstance(piece, _Begin):
            member = _Member(unpacking)
            yield str(piece), io.BufferedReader(member, 1 << 16)
            while member.end is None:  # what nobody read
                member.read(_PIECE)
            if member.end.last:
                return member.end


def _trouble(error: Exception, label: str) -> Finding:
    name = type(error).__name__
    if name == "PasswordRequired":
        text = f"{label} is encrypted: unpack it with its password and name the folder."
        return finding("archive-encrypted", text, label)
    if isinstance(error, _BombError):
        text = f"{label} grows to more than {MAX_RATIO} times its size, or holds too many files; reading stopped there."
        return finding("archive-bomb", text, label)
    if name == "UnsupportedCompressionMethodError":
        text = f"{label} is compressed in a way that is not supported: unpack it and name the folder."
        return finding("archive-format-unknown", text, label)
    text = f"{label} is damaged, or holds unsafe names ({printable(name)}); what came before was read."
    return finding("read-damaged", text, label)

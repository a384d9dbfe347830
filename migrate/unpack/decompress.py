"""Compressed bytes as a stream that ends early, and says why, where its input is damaged, cut off or hostile."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import NamedTuple, Protocol, Self, runtime_checkable

from migrate.unpack.limits import Budget, Peekable

# Small enough that even the densest slice (a zstd block of zeros is 128 KiB from 4 bytes) unpacks to a bearable size.
SLICE = 4096
MAX_MEMORY = 256 << 20  # bytes an xz file may ask for; `xz -9` takes 65 MB


class Engine(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


@runtime_checkable
class CopyingEngine(Engine, Protocol):
    """One whose state can be kept."""

    def copy(self) -> Self: ...


def _zstd() -> Engine:
    import zstandard  # slow to load and seldom needed

    engine: Engine = zstandard.ZstdDecompressor().decompressobj()
    return engine


MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
MAGIC[b"\x50\x2a\x4d\x18"] = "zstd"  # the skippable frame that pzstd begins with
ENGINES: dict[str, Callable[[], Engine]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "deflate": lambda: zlib.decompressobj(wbits=-15),  # a zip member, which has no magic of its own
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MAX_MEMORY),
    "zstd": _zstd,
}


def compression_of(head: bytes) -> str | None:
    """The compression of a file with this beginning, or None."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


class Stored:
    """No compression at all: `size` bytes as they are."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return self._left <= 0

    def decompress(self, data: bytes, /) -> bytes:
        """The bytes themselves, none beyond the end."""
        output, self.unused_data = data[: self._left], data[self._left :]
        self._left -= len(output)
        return output


class Snapshot(NamedTuple):
    """Where a stream was, so that it can go on from there again."""

    source_at: int
    engine: CopyingEngine
    input: bytes
    output: bytes
    bytes_left: int
    crc: int


class Decompressed(io.RawIOBase):
    """A compressed stream, unpacked while it is read. `trouble` is set, as (code, words), where it ended too early."""

    def __init__(
        self, source: io.RawIOBase | Peekable, compression: str, budget: Budget, engine: Engine | None = None
    ) -> None:
        super().__init__()
        self.trouble: tuple[str, str] | None = None
        self.crc: int | None = None  # of all that came out, once it is out
        self._source = source
        self._compression = compression
        self._budget = budget
        self._engine: Engine | None = engine or ENGINES[compression]()
        self._input = b""
        self._output = memoryview(b"")
        self._running_crc = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower than WriteableBuffer, as io calls it
        """Fill the buffer as far as there is anything left."""
        done = 0
        while done < len(buffer) and (self._output or self._refill()):
            count = min(len(buffer) - done, len(self._output))
            buffer[done : done + count] = self._output[:count]
            self._output = self._output[count:]
            done += count
        return done

    def snapshot(self) -> Snapshot | None:
        """What `restore` needs; None at the end, and where the compression cannot do it (only gzip and deflate can)."""
        if not isinstance(self._engine, CopyingEngine):
            return None
        return Snapshot(
            self._source.tell(),
            self._engine.copy(),
            self._input,
            bytes(self._output),
            self._budget.bytes_left,
            self._running_crc,
        )

    def restore(self, state: Snapshot) -> None:
        """Go back, or forward, to where the snapshot was taken. The source has to be seekable."""
        self._source.seek(state.source_at)
        self._engine = state.engine.copy()
        self._input, self._output = state.input, memoryview(state.output)
        self._budget.bytes_left, self._running_crc = state.bytes_left, state.crc
        self.trouble = None

    def _refill(self) -> bool:
        """Whether there is more to hand out."""
        while not self._output:
            if self._engine is None or self._engine.eof:
                if not self._next_frame():
                    self.crc = None if self.trouble else self._running_crc
                    return False
                continue
            self._step(self._engine)
        return True

    def _step(self, engine: Engine) -> None:
        data = self._input or self._source.read(SLICE)
        self._input = b""
        if not data:
            return self._end("read-truncated", "is cut off; what came before the cut was read")
        try:
            output = engine.decompress(data)
        except Exception as error:  # each library has its own errors, and zstandard is not to be loaded for their names
            if "memory" in str(error).lower():  # as `zstd --long=31` makes files
                return self._end("archive-format-unknown", "takes too much memory to unpack here: unpack it first")
            return self._end("read-damaged", f"is damaged ({type(error).__name__}); what came before was read")
        if not self._budget.take_bytes(len(output)):
            most = self._budget.ratio
            return self._end("archive-bomb", f"grows to more than {most} times its size; reading stopped there")
        self._output = memoryview(output)
        self._running_crc = zlib.crc32(output, self._running_crc)
        if engine.eof:
            self._input = engine.unused_data
        return None

    def _next_frame(self) -> bool:
        """Whether another compressed frame follows the finished one (as in `cat a.gz b.gz`)."""
        if self._compression not in MAGIC.values() or self.trouble:
            return False
        data = self._input.lstrip(b"\0")  # tapes and xz pad with zeros
        while not data and (more := self._source.read(SLICE)):
            data = more.lstrip(b"\0")
        if not data:
            return False
        data += self._source.read(SLICE) or b""
        if compression_of(data) != self._compression:
            self.trouble = ("bytes-after-end", "has bytes after its end that are not compressed; they were left out")
            return False
        self._input = data
        self._engine = ENGINES[self._compression]()
        return True

    def _end(self, code: str, words: str) -> None:
        self.trouble = (code, words)
        self._engine = None

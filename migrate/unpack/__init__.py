"""Compressed and packed files as streams: gzip, bzip2, xz, zstd, zip and tar, also one inside another.

Nothing is written to disk by a name found in an archive. What an archive may cost is bounded: by how much it may grow,
how many files it may hold and how deep it may nest.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.model import Finding
from migrate.unpack.decompress import Decompressed, compression_of
from migrate.unpack.limits import MAX_DEPTH, MAX_RATIO, Budget, Peekable, finding, printable
from migrate.unpack.tars import is_tar, tar_members
from migrate.unpack.zips import EMPTY_ZIP_MAGIC, ZIP_MAGIC, zip_members

__all__ = ["MAX_RATIO", "Budget", "Peekable", "Unpacked", "finding", "printable", "unpack"]

FOREIGN = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One stream of plain bytes; `folder` is the folder or archive it lies in, "" outside of an archive."""

    label: str
    folder: str
    stream: Peekable


def unpack(
    stream: Peekable, label: str, budget: Budget, folder: str = "", depth: int = 0
) -> Iterator[Unpacked | Finding]:
    """The plain streams inside `stream`, each to be read before the next is asked for.

    What breaks off keeps what came before it; the finding about it follows.
    """
    head = stream.peek(1024)[:1024]
    compression = compression_of(head)
    is_zip = head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC))
    if foreign := next((name for magic, name in FOREIGN.items() if head.startswith(magic)), None):
        yield finding(
            "archive-format-unknown", f"{label} is a {foreign} archive: unpack it and name the folder.", label
        )
    elif not (compression or is_zip or is_tar(head)):
        yield Unpacked(label, folder, stream)
    elif depth >= MAX_DEPTH:
        yield finding(
            "archive-too-deep", f"{label} is packed more than {MAX_DEPTH} times over: unpack it first.", label
        )
    elif compression:
        source = Decompressed(stream, compression, budget)
        yield from unpack(io.BufferedReader(source, 1 << 16), label, budget, folder, depth + 1)
        if source.trouble:
            yield finding(source.trouble[0], f"{label} {source.trouble[1]}.", label)
    else:
        yield from _members(stream, is_zip, label, budget, depth)


def _members(stream: Peekable, is_zip: bool, label: str, budget: Budget, depth: int) -> Iterator[Unpacked | Finding]:
    with tempfile.TemporaryFile() as spool:
        if is_zip and depth > 0:  # a zip is read from its end
            shutil.copyfileobj(stream, spool, 1 << 20)
            stream = spool
        for item in zip_members(stream, label, budget) if is_zip else tar_members(stream, label, budget):
            if isinstance(item, Finding):
                yield item
                if budget.bytes_left < 0:
                    return  # said once, not for each file left
                continue
            if not budget.take_member():
                text = f"{label} holds too many files; reading stopped there: unpack it and name the folder."
                yield finding("archive-too-many-members", text, label)
                return
            name, content = item
            parts = _safe_parts(name)
            if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
                text = f"A file in {label} has a name that leads out of the archive; it was read under a safe one."
                yield finding("archive-unsafe-name", text, label)
            inner = parts[-2] if len(parts) > 1 else label.rpartition("/")[2]
            yield from unpack(content, "/".join((label, *parts)), budget, inner, depth + 1)


def _safe_parts(name: str) -> list[str]:
    parts = [part for part in printable(name).replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return parts or ["unnamed"]

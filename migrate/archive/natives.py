"""The source's own bytes of messages: those of many compressed together, for which they take half the room."""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from isal import isal_zlib

_BLOCK = 64 * 1024  # bytes, uncompressed: they are all read again for one message
_LEVEL = 2  # five times as quick as zlib's 6, for a tenth more bytes


class Place(NamedTuple):
    """Where in the blocks of a chunk the bytes of one message are."""

    block: int  # from 0
    at: int
    size: int


class Block(NamedTuple):
    """The bytes of some messages, one after the other."""

    packed: bytes  # zlib
    size: int  # unpacked


class Packer:
    """Makes blocks, where messages are read."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._waiting: list[bytes] = []
        self._size = 0

    def add(self, native: bytes) -> Place:
        """Take the bytes of a message; returns where they will be."""
        if self._waiting and self._size + len(native) > _BLOCK:
            self._close()
        place = Place(len(self._blocks), self._size, len(native))
        self._waiting.append(native)
        self._size += len(native)
        return place

    def blocks(self) -> list[Block]:
        """All blocks, once everything was added."""
        if self._waiting:
            self._close()
        return self._blocks

    def _close(self) -> None:
        self._blocks.append(Block(_packed(b"".join(self._waiting)), self._size))
        self._waiting, self._size = [], 0


class Arriving:
    """The blocks of a chunk on their way into the archive; of what is not kept no byte comes in."""

    def __init__(self, db: sqlite3.Connection, blocks: Sequence[Block] = ()) -> None:
        (last,) = db.execute("SELECT max(id) FROM native_block").fetchone()
        self._db = db
        self._first = (last or 0) + 1
        self._blocks = blocks
        self._kept: list[list[Place]] = [[] for _ in blocks]
        self._stored = Natives(db)
        self._last: tuple[int | None, bytes] = (None, b"")  # the block that was read last, and what is in it

    def read(self, place: Place | None) -> bytes | None:
        """The bytes of a message that is arriving."""
        if place is None:
            return None
        if self._last[0] != place.block:
            self._last = (place.block, zlib.decompress(self._blocks[place.block].packed))
        return self._last[1][place.at : place.at + place.size]

    def keep(self, place: Place | None) -> tuple[int, int, int] | tuple[None, None, None]:
        """A message stays in the archive: its block, place and size there."""
        if place is None:
            return None, None, None
        self._kept[place.block].append(place)
        return self._first + place.block, place.at, place.size

    def of(self, message_id: int) -> bytes | None:
        """The bytes of a message that is in the archive, perhaps since a moment ago."""
        query = "SELECT native, native_id, native_at, native_size FROM content WHERE message_id = ?"
        native, *held = self._db.execute(query, (message_id,)).fetchone()
        place = self._place(*held)
        return self.read(place) if place else self._stored.read(native, *held)

    def drop(self, message_id: int) -> None:
        """Take them out again, as `drop_natives` does."""
        query = "SELECT native_id, native_at, native_size FROM content WHERE message_id = ?"
        place = self._place(*self._db.execute(query, (message_id,)).fetchone())
        if place:
            self._kept[place.block].remove(place)
        else:
            drop_natives(self._db, [message_id])

    def _place(self, block: int | None, at: int, size: int) -> Place | None:
        """Where among the blocks that are arriving, if it is one of them."""
        return Place(block - self._first, at, size) if block is not None and block >= self._first else None

    def store(self) -> None:
        """Write the blocks, with zeros for what was not kept."""
        for number, (block, kept) in enumerate(zip(self._blocks, self._kept, strict=True), self._first):
            if kept:
                packed = block.packed if sum(place.size for place in kept) == block.size else _only(block, kept)
                self._db.execute("INSERT INTO native_block VALUES (?, ?)", (number, packed))


class Natives:
    """Reads them out of an archive; quickest in the order in which they came."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._last: tuple[int | None, bytes] = (None, b"")

    def read(self, native: bytes | None, block: int | None, at: int | None, size: int | None) -> bytes | None:
        """The bytes of a message, by the columns of `content` that are called so. Raises zlib.error: damaged."""
        if native is not None:  # an archive of a version before 7
            return zlib.decompress(native)
        if block is None or at is None or size is None:
            return None
        if self._last[0] != block:
            self._last = (block, _block(self._db, block))
        return self._last[1][at : at + size]


def drop_natives(db: sqlite3.Connection, message_ids: Iterable[int]) -> None:
    """Take the bytes of messages out of the archive; those beside them in their blocks stay."""
    ids = [(message_id,) for message_id in message_ids]
    places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for message_id in ids:
        query = "SELECT native_id, native_at, native_size FROM content WHERE message_id = ?"
        block, at, size = db.execute(query, message_id).fetchone()
        if block is not None:
            places[block].append((at, size))
    for block, dropped in places.items():
        db.execute("UPDATE native_block SET packed = ? WHERE id = ?", (_without(db, block, dropped), block))
    update = "native = NULL, native_id = NULL, native_at = NULL, native_size = NULL"
    db.executemany(f"UPDATE content SET {update} WHERE message_id = ?", ids)  # noqa: S608 - our own words


def _without(db: sqlite3.Connection, block: int, dropped: Iterable[tuple[int, int]]) -> bytes:
    try:
        raw = bytearray(_block(db, block))
    except zlib.error:  # nobody can read it any more
        return b""
    for at, size in dropped:
        raw[at : at + size] = bytes(size)
    return _packed(bytes(raw))


def _packed(raw: bytes) -> bytes:
    return isal_zlib.compress(raw, _LEVEL)


def _only(block: Block, kept: Sequence[Place]) -> bytes:
    raw, left = zlib.decompress(block.packed), bytearray(block.size)
    for _, at, size in kept:
        left[at : at + size] = raw[at : at + size]
    return _packed(bytes(left))


def _block(db: sqlite3.Connection, block: int) -> bytes:
    row = db.execute("SELECT packed FROM native_block WHERE id = ?", (block,)).fetchone()
    return zlib.decompress(row[0] if row else b"")

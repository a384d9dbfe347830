"""The messages of an archive as columns in memory: some 40 bytes a message."""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

UNDATED = -(2**62)  # sorts before every date

# SQL: whether a message answers another, of which the source may only tell whose it was.
COMMENT = (
    "(answers_id IS NOT NULL OR flags <> '[]' AND EXISTS"
    " (SELECT 1 FROM json_each(flags) WHERE value IN ('comment', 'reply')))"
)

_MESSAGES = """
SELECT id, coalesce(given_at, :undated), coalesce(sent_at, :undated),
       coalesce(parent_id, 0), coalesce(thread_id, 0), coalesce(given_parent_id, 0), coalesce(given_thread_id, 0),
       thread_id IN (SELECT thread_id FROM operation WHERE kind = 'post'),
       id IN (SELECT ref FROM operation WHERE kind = 'post')
FROM message
"""

# Archives of version 1 kept only the date that was settled.
_GIVEN_BEFORE = """
UPDATE message SET given_at = sent_at, given_source = date_source
WHERE given_source IS NULL AND date_source NOT IN ('neighbours', 'arrival')
"""


@dataclass(frozen=True, slots=True)
class Columns:
    """The messages of the archive, a column each, indexed by container id (0 and empty containers hold zero)."""

    present: bytearray
    sent: bytearray  # 1 where the thread is on its way to a forum: nothing of it changes
    posted: bytearray  # 1 where the message itself is: what it answers does not change either, be it nothing
    dates: array[int]  # milliseconds, UNDATED where there is none
    parents: array[int]  # as the source gave them, or as they were sent
    threads: array[int]  # likewise
    settled: array[int]  # the thread it was in before
    marks: array[int]  # a number made from the key, for an order that does not depend on ids

    def __len__(self) -> int:
        return len(self.present)

    def messages(self) -> Iterator[int]:
        """The containers that hold a message, in order of their ids."""
        return (container for container, present in enumerate(self.present) if present)

    def rank(self, container: int) -> tuple[int, int]:
        """By this messages are put in order: the date, then the mark."""
        return self.dates[container], self.marks[container]


def load(db: sqlite3.Connection) -> Columns:
    """All of them, as the archive has them now; dates as the source gives them, or as they were sent."""
    db.execute(_GIVEN_BEFORE)
    (highest,) = db.execute("SELECT coalesce(max(id), 0) FROM container").fetchone()
    size = highest + 1
    parents, threads, settled = (array("i", [0]) * size for _ in range(3))
    columns = Columns(
        bytearray(size),
        bytearray(size),
        bytearray(size),
        array("q", [UNDATED]) * size,
        parents,
        threads,
        settled,
        array("I", [0]) * size,
    )
    for container, key in db.execute("SELECT id, key FROM container"):
        columns.marks[container] = zlib.crc32(key.encode())
    for container, given_at, sent_at, parent, thread, given_parent, given_thread, is_sent, is_posted in db.execute(
        _MESSAGES, {"undated": UNDATED}
    ):
        columns.present[container] = 1
        columns.settled[container] = thread
        columns.sent[container] = bool(is_sent)
        columns.posted[container] = is_posted
        columns.dates[container] = sent_at if is_sent else given_at
        columns.parents[container] = parent if is_sent else given_parent
        columns.threads[container] = thread if is_sent else given_thread
    return columns

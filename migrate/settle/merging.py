"""Which threads turn out to be one, and which stay apart: a forum holds both, or their group shows them as two."""

from __future__ import annotations

import sqlite3
from collections.abc import Set

from migrate.archive import Archive
from migrate.mail.ids import GROUP_THREAD
from migrate.model import Finding

_APART = "Two topics that were sent to a forum turn out to be one conversation; both stay as they are."
# What a copy of a message says of its thread stands as its conversation, where the message has a thread already.
_DOUBLY_THREADED = """
    SELECT message.id, thread.id FROM message JOIN container ON container.id = conversation_id
    JOIN thread ON thread.key = container.key WHERE substr(thread.key, 1, ?1) = ?2
    UNION SELECT id, given_thread_id FROM message WHERE given_thread_id IS NOT NULL AND given_thread_id <> thread_id
    ORDER BY 1, 2
"""
# Its key stays known by the messages it was given for: others of it may come with the next import.
_REMEMBER = """
    UPDATE message SET given_thread_id = :into, conversation_id = iif(
        (SELECT substr(key, 1, :length) = :prefix FROM thread WHERE id = :thread),
        (SELECT container.id FROM container JOIN thread USING (key) WHERE thread.id = :thread), conversation_id)
    WHERE given_thread_id = :thread
"""


def group_threads(db: sqlite3.Connection) -> set[int]:
    """The threads as a group's own page shows them: that an answer leads from one to the other does not join them."""
    query = "SELECT id FROM thread WHERE substr(key, 1, ?1) = ?2"
    return {thread for (thread,) in db.execute(query, (len(GROUP_THREAD), GROUP_THREAD))}


def doubly_threaded(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """Messages, and another thread that each is in: its copy came from another group, or it was sent before."""
    return db.execute(_DOUBLY_THREADED, (len(GROUP_THREAD), GROUP_THREAD)).fetchall()


class ThreadMerge:
    """Joins threads as it turns out that they are one.

    `pushed` are those that a forum has: two of them stay two. Of the `firm` ones two are one only where that is sure.
    """

    def __init__(self, pushed: Set[int], firm: set[int]) -> None:
        self._pushed = pushed
        self._firm = firm
        self._into: dict[int, int] = {}
        self._apart: set[tuple[int, int]] = set()
        self.any_firm_apart = False

    @property
    def any_apart(self) -> bool:
        """Whether some tree holds more than one thread."""
        return self.any_firm_apart or bool(self._apart)

    def kept(self, thread: int) -> int:
        """The thread that `thread` became part of, or itself."""
        while thread in self._into:
            thread = self._into[thread]
        return thread

    def join(self, one: int, other: int, *, surely: bool = False) -> int:
        """Make two threads of a tree one: the pushed one stays, else the firm, else the older.

        Returns the thread of the tree. `surely`: a message is in both.
        """
        first = self.kept(one)
        stays, goes = sorted((first, self.kept(other)), key=self._rank)
        if stays == goes:
            return stays
        if goes in self._pushed:
            self._apart.add((stays, goes))
        elif surely or not {stays, goes} <= self._firm:
            self._into[goes] = stays
            if goes in self._firm:
                self._firm.add(stays)
        else:
            self.any_firm_apart = True
            return first
        return stays

    def _rank(self, thread: int) -> tuple[bool, bool, int]:
        return thread not in self._pushed, thread not in self._firm, thread

    def store(self, archive: Archive) -> None:
        """Remove the threads that are part of another now, and report those that stay apart."""
        db = archive.db
        for thread in self._into:
            db.execute("INSERT OR IGNORE INTO container (key) SELECT key FROM thread WHERE id = ?", (thread,))
            values = {"thread": thread, "into": self.kept(thread), "length": len(GROUP_THREAD), "prefix": GROUP_THREAD}
            db.execute(_REMEMBER, values)
            db.execute("DELETE FROM thread WHERE id = ?", (thread,))
        for pair in sorted(self._apart):
            keys = [key for (key,) in db.execute("SELECT key FROM thread WHERE id IN (?, ?) ORDER BY id", pair)]
            locator = " | ".join(keys)
            archive.add_finding(
                Finding(stage="settle", severity="info", code="threads-stay-apart", text=_APART, locator=locator)
            )

"""Notes in the archive which message each quote quotes, for threads that have changed since the last time.

Threads are gone through in worker processes, which get what they need of them and have no archive at hand. One that is
too large to be handed over is gone through here, with few of its texts in memory.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from migrate.archive import Archive
from migrate.settle.quoted import QuotingThread, Reference
from migrate.workers import in_order, pool

_AT_ONCE, _SIZE = 200, 1_000_000  # messages and characters that are handed over and noted in one go, or one thread
_LARGEST = 4_000_000  # characters of a thread that is handed over
_FEW = 500  # messages that are not worth a process

_STALE = """
SELECT id, messages FROM thread
JOIN (SELECT thread_id, count(*) AS messages FROM message GROUP BY thread_id) ON thread_id = id
WHERE messages != quotes_among AND (messages > 1 OR quotes_among != 0) ORDER BY id
"""
_MESSAGES = """
SELECT message.id, parent_id, coalesce(same_as, author_id) {texts} WHERE thread_id = ? ORDER BY position
"""
_ALONE = _MESSAGES.format(texts="FROM message JOIN person ON person.id = author_id")
_WITH_TEXTS = _MESSAGES.format(
    texts=", body, elided FROM message JOIN person ON person.id = author_id JOIN content ON message_id = message.id"
)
_NAMES = """
SELECT coalesce(same_as, person.id), email, name FROM person LEFT JOIN person_name ON person_id = person.id
WHERE person.id IN (SELECT author_id FROM message WHERE thread_id = ?)
"""
_TEXT = "SELECT body, elided FROM content WHERE message_id = ?"


class _Thread(NamedTuple):
    """All that is to be known of a thread to go through it; `QuotingThread` says what the rows hold."""

    id: int
    messages: list[tuple[int, int | None, int]]
    names: list[tuple[int, str | None, str | None]]
    texts: dict[int, tuple[str, str]]


class _Found(NamedTuple):
    """What a thread quotes of itself."""

    thread: int
    messages: int  # it has so many
    references: list[Reference]


def resolve_quotes(archive: Archive) -> None:
    """Note for every quote which message it quotes, in threads that have changed since the last time.

    Raises ArchiveError, and InputError where a worker process dies. What was noted before an interruption stays.
    """
    stale, messages, large = array("q"), 0, array("q")
    for thread_id, count in archive.db.execute(_STALE):
        stale.append(thread_id)
        messages += count
    with pool(inline=messages <= _FEW) as submit:
        for _, future in in_order(_batches(archive.db, stale, large.append), partial(submit, _found_in)):
            _note(archive, future.result())
    for thread_id in large:
        _note(archive, [_found_here(archive.db, thread_id)])


def _batches(db: sqlite3.Connection, stale: Iterable[int], too_large: Callable[[int], None]) -> Iterator[list[_Thread]]:
    """The threads, several at once; `too_large` is told of those that are not handed over."""
    batch: list[_Thread] = []
    messages = size = 0
    for thread_id in stale:
        thread = _thread(db, thread_id)
        if thread is None:
            too_large(thread_id)
            continue
        batch.append(thread)
        messages += len(thread.messages)
        size += _size(thread)
        if messages >= _AT_ONCE or size >= _SIZE:
            yield batch
            batch, messages, size = [], 0, 0
    if batch:
        yield batch


def _thread(db: sqlite3.Connection, thread_id: int) -> _Thread | None:
    """A thread with all its texts; None where they are too large to be held together."""
    thread = _Thread(thread_id, [], [], {})
    size = 0
    for message, parent, author, body, elided in db.execute(_WITH_TEXTS, (thread_id,)):
        thread.messages.append((message, parent, author))
        thread.texts[message] = body, elided
        size += len(body) + len(elided)
        if size > _LARGEST:
            return None
    thread.names.extend(db.execute(_NAMES, (thread_id,)))
    return thread


def _size(thread: _Thread) -> int:
    return sum(len(body) + len(elided) for body, elided in thread.texts.values())


def _found_in(threads: Sequence[_Thread]) -> list[_Found]:
    """Runs in a worker."""
    return [
        _found(thread.id, QuotingThread(thread.messages, thread.names.__iter__, thread.texts.__getitem__))
        for thread in threads
    ]


def _found_here(db: sqlite3.Connection, thread_id: int) -> _Found:
    def names() -> Iterable[tuple[int, str | None, str | None]]:
        return db.execute(_NAMES, (thread_id,))

    def read(message: int) -> tuple[str, str]:
        text: tuple[str, str] = db.execute(_TEXT, (message,)).fetchone()
        return text

    return _found(thread_id, QuotingThread(db.execute(_ALONE, (thread_id,)), names, read))


def _found(thread_id: int, thread: QuotingThread) -> _Found:
    return _Found(thread_id, len(thread.messages), list(thread.references()))


def _note(archive: Archive, threads: Iterable[_Found]) -> None:
    with archive.transaction() as db:
        for found in threads:
            query = "DELETE FROM quote WHERE message_id IN (SELECT id FROM message WHERE thread_id = ?)"
            db.execute(query, (found.thread,))
            db.executemany("INSERT INTO quote VALUES (?, ?, ?, ?, ?)", found.references)
            db.execute("UPDATE thread SET quotes_among = ? WHERE id = ?", (found.messages, found.thread))

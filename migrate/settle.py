"""What needs the whole archive: threads, parents, order and missing dates. Run after every import; it only ever adds.

A thread's key is fixed when it is first settled. Threads that turn out to be one become one, unless both were sent to a
forum already: then both stay, with a finding.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from migrate.archive import Archive
from migrate.mail.lists import ListName
from migrate.mail.subjects import base_subject, is_reply, thread_title
from migrate.model import Finding
from migrate.threads import (
    NONE,
    Forest,
    Root,
    effective_dates,
    link_chains,
    link_conversations,
    link_references,
    link_subjects,
)

UNDATED = -(2**62)  # sorts before every date

_SETTLED_BY_REFERENCE = """
SELECT id, parent_id FROM message
WHERE parent_id = (SELECT container_id FROM reference WHERE message_id = message.id ORDER BY position DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class _Columns:
    """The messages of the archive, a column each, indexed by container id (0 and empty containers hold `NONE`)."""

    present: bytearray
    dates: array[int]  # milliseconds, UNDATED where there is none
    parents: array[int]  # as the source gave them or as settled before
    threads: array[int]  # likewise

    def messages(self) -> Iterator[int]:
        """The containers that hold a message, in order of their ids."""
        return (container for container, present in enumerate(self.present) if present)


def settle(archive: Archive) -> None:
    """Give every message its thread, parent and position, and a date where it lacks one. Raises ArchiveError."""
    with archive.transaction() as db:
        if db.execute("SELECT 1 FROM message WHERE position IS NULL LIMIT 1").fetchone() is None:
            return
        _date_undated(archive)
        columns = _load(db)
        forest = _build_forest(db, columns)
        threads = _assign_threads(archive, columns, forest)
        _store(db, columns, forest, threads)
        _add_titles(db)


def unsettled(archive: Archive) -> int:
    """How many messages were read by an import that was interrupted before it settled them."""
    (count,) = archive.db.execute("SELECT count(*) FROM message WHERE position IS NULL").fetchone()
    return int(count)


def _load(db: sqlite3.Connection) -> _Columns:
    (highest,) = db.execute("SELECT coalesce(max(id), 0) FROM container").fetchone()
    size = highest + 1
    columns = _Columns(bytearray(size), array("q", [UNDATED]) * size, array("i", [0]) * size, array("i", [0]) * size)
    for container, sent_at, parent, thread in db.execute(
        "SELECT id, coalesce(sent_at, ?), coalesce(parent_id, 0), coalesce(thread_id, 0) FROM message", (UNDATED,)
    ):
        columns.present[container] = 1
        columns.dates[container] = sent_at
        columns.parents[container] = parent
        columns.threads[container] = thread
    return columns


def _build_forest(db: sqlite3.Connection, columns: _Columns) -> Forest:
    forest = Forest(len(columns.present) - 1)
    # What was settled by a reference stands: a loop stays broken where it was, whatever order an export is read in.
    for message, parent in db.execute(_SETTLED_BY_REFERENCE):
        forest.link(parent, message)
    link_references(forest, _references(db))
    # What the source says of a parent holds where no reference does; so does what was settled by subject before.
    for message in columns.messages():
        if columns.parents[message] != NONE:
            forest.link(columns.parents[message], message)
    link_chains(forest, _references(db))
    query = "SELECT id, conversation_id FROM message WHERE conversation_id IS NOT NULL ORDER BY id"
    link_conversations(forest, db.execute(query))
    for roots in _roots_by_subject(db, columns, forest):
        link_subjects(forest, roots)
    return forest


def _references(db: sqlite3.Connection) -> Iterator[tuple[int, list[int]]]:
    rows = db.execute("SELECT message_id, container_id FROM reference ORDER BY message_id, position")
    for message, group in groupby(rows, key=itemgetter(0)):
        yield message, [container for _, container in group]


def _roots_by_subject(db: sqlite3.Connection, columns: _Columns, forest: Forest) -> Iterable[list[Root]]:
    """The trees that share a base subject with a reply which names no parent, subject by subject."""
    query = (
        "SELECT id, title FROM message WHERE thread_id IS NULL AND conversation_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM reference WHERE message_id = message.id) ORDER BY id"
    )
    joining = {
        message: base_subject(title)
        for message, title in db.execute(query)
        if forest.parent[message] == NONE and is_reply(title)
    }
    subjects = {subject for subject in joining.values() if subject}
    if not subjects:
        return []
    last = array("q", columns.dates)
    for message in columns.messages():
        root = forest.root(message)
        last[root] = max(last[root], columns.dates[message])
    by_subject: defaultdict[str, list[Root]] = defaultdict(list)
    for message, title in db.execute("SELECT id, title FROM message ORDER BY id"):
        if forest.parent[message] == NONE and (subject := base_subject(title)) in subjects:
            tree = Root(message, columns.dates[message], last[message], message in joining)
            by_subject[subject].append(tree)
    return by_subject.values()


def _assign_threads(archive: Archive, columns: _Columns, forest: Forest) -> array[int]:
    """The thread of every message: the one it is in, else that of its tree, else a new one."""
    db = archive.db
    pushed = {thread for (thread,) in db.execute("SELECT DISTINCT thread_id FROM operation WHERE kind = 'post'")}
    merge = _ThreadMerge(pushed)
    of_tree = array("i", [NONE]) * len(forest)
    for message in columns.messages():
        if (thread := columns.threads[message]) != NONE:
            root = forest.root(message)
            of_tree[root] = thread if of_tree[root] == NONE else merge.join(of_tree[root], thread)
    threads = array("i", columns.threads)
    for message in columns.messages():
        if threads[message] != NONE:
            threads[message] = merge.kept(threads[message])
            continue
        root = forest.root(message)
        if of_tree[root] == NONE:
            of_tree[root] = _new_thread(db, message, root)
        near = _nearest_thread(forest, threads, message) if merge.any_apart else NONE
        threads[message] = near or merge.kept(of_tree[root])
    merge.store(archive)
    return threads


class _ThreadMerge:
    """Which threads turned out to be one, and which stay apart because a forum holds both."""

    def __init__(self, pushed: set[int]) -> None:
        self._pushed = pushed
        self._into: dict[int, int] = {}
        self._apart: set[tuple[int, int]] = set()

    @property
    def any_apart(self) -> bool:
        """Whether some tree holds more than one thread."""
        return bool(self._apart)

    def kept(self, thread: int) -> int:
        """The thread that `thread` became part of, or itself."""
        while thread in self._into:
            thread = self._into[thread]
        return thread

    def join(self, one: int, other: int) -> int:
        """Make two threads of a tree one: the pushed one stays, else the older. Returns the thread of the tree."""
        one, other = sorted((self.kept(one), self.kept(other)), key=lambda item: (item not in self._pushed, item))
        if one != other:
            if other in self._pushed:
                self._apart.add((one, other))
            else:
                self._into[other] = one
        return one

    def store(self, archive: Archive) -> None:
        """Remove the threads that are part of another now, and report those that stay apart."""
        archive.db.executemany("DELETE FROM thread WHERE id = ?", [(thread,) for thread in self._into])
        for pair in sorted(self._apart):
            keys = [key for (key,) in archive.db.execute("SELECT key FROM thread WHERE id IN (?, ?) ORDER BY id", pair)]
            archive.add_finding(
                Finding(
                    stage="settle",
                    severity="info",
                    code="threads-stay-apart",
                    text="Two topics that were sent to a forum turn out to be one conversation; both stay as they are.",
                    locator=" | ".join(keys),
                )
            )


def _nearest_thread(forest: Forest, threads: array[int], message: int) -> int:
    return next((threads[ancestor] for ancestor in forest.ancestors(message) if threads[ancestor] != NONE), NONE)


def _new_thread(db: sqlite3.Connection, message: int, root: int) -> int:
    """A thread is known by the key at the root of its tree, be that message here or lost."""
    query = (
        "INSERT OR IGNORE INTO thread (key, source_id, title, labels)"
        " SELECT ?, source_id, '', '[]' FROM message WHERE id = ?"
    )
    for container in (root, message):
        (key,) = db.execute("SELECT key FROM container WHERE id = ?", (container,)).fetchone()
        cursor = db.execute(query, (key, message))
        if cursor.rowcount:
            return int(cursor.lastrowid or 0)
    cursor = db.execute(query, (f"{key}#{message}", message))  # a forum holds another thread by that key
    return int(cursor.lastrowid or 0)


def _store(db: sqlite3.Connection, columns: _Columns, forest: Forest, threads: array[int]) -> None:
    parents = array("i", [NONE]) * len(forest)
    for message in columns.messages():
        for ancestor in forest.ancestors(message):
            if columns.present[ancestor]:
                parents[message] = ancestor if threads[ancestor] == threads[message] else NONE
                break
    effective, depths = effective_dates(parents, columns.dates)
    db.execute("CREATE TEMP TABLE settled (id INTEGER PRIMARY KEY, thread_id, parent_id, effective, depth)")
    db.executemany(
        "INSERT INTO settled VALUES (?, ?, nullif(?, 0), ?, ?)",
        (
            (message, threads[message], parents[message], effective[message], depths[message])
            for message in columns.messages()
        ),
    )
    db.execute(
        "UPDATE message SET thread_id = new.thread_id, parent_id = new.parent_id, position = new.position"
        " FROM (SELECT settled.*, row_number() OVER (PARTITION BY settled.thread_id"
        "       ORDER BY effective, depth, sent_at, container.key) AS position"
        "       FROM settled JOIN message USING (id) JOIN container USING (id)) AS new"
        " WHERE message.id = new.id AND (message.thread_id, message.parent_id, message.position)"
        "       IS NOT (new.thread_id, new.parent_id, new.position)"
    )
    db.execute("DROP TABLE settled")


def _add_titles(db: sqlite3.Connection) -> None:
    """A new thread is called what its first message is called, without reply prefixes and the list's own tag."""
    untitled = db.execute(
        "SELECT thread.id, message.title, source.id, source.name, source.key FROM thread"
        " JOIN message ON message.thread_id = thread.id AND message.position = 1"
        " JOIN source ON source.id = message.source_id WHERE thread.title = ''"
    ).fetchall()
    db.executemany(
        "UPDATE thread SET title = ?, source_id = ? WHERE id = ?",
        (
            (thread_title(title, ListName(key, name).short_names), source, thread)
            for thread, title, source, name, key in untitled
        ),
    )


def _date_undated(archive: Archive) -> None:
    """A message without a usable date gets that of the message before it in its source, else of the one after it."""
    db = archive.db
    if db.execute("SELECT 1 FROM message WHERE sent_at IS NULL LIMIT 1").fetchone() is None:
        return
    latest: dict[int, int] = {}  # source → date of its last dated message
    guesses: dict[int, int] = {}
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for message, source, sent_at in db.execute("SELECT id, source_id, sent_at FROM message ORDER BY id"):
        if sent_at is not None:
            latest[source] = sent_at
            guesses.update(dict.fromkeys(waiting.pop(source, ()), sent_at))
        elif source in latest:
            guesses[message] = latest[source]
        else:
            waiting[source].append(message)
    for message, guess in guesses.items():
        query = "UPDATE message SET sent_at = ?, date_source = 'neighbours' WHERE id = ?"
        db.execute(query, (guess, message))
        _report_guess(archive, message)


def _report_guess(archive: Archive, message: int) -> None:
    query = "SELECT container.key, locator FROM message JOIN container USING (id) WHERE message.id = ?"
    key, locator = archive.db.execute(query, (message,)).fetchone()
    text = "This message has no usable date; it got that of its neighbour in the source."
    archive.add_finding(
        Finding(
            stage="settle",
            severity="warning",
            code="date-from-neighbours",
            text=text,
            message=key,
            locator=locator,
        )
    )

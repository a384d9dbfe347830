"""From trees to threads: keys that stay, the order of messages, titles."""

from __future__ import annotations

import sqlite3
from array import array

from migrate.archive import Archive
from migrate.mail.ids import GROUP_THREAD
from migrate.mail.lists import ListName
from migrate.mail.subjects import is_empty, thread_title, title_of
from migrate.settle.columns import Columns
from migrate.settle.merging import ThreadMerge, doubly_threaded, group_threads
from migrate.threads import NONE, Forest, effective_dates


def assign_threads(archive: Archive, columns: Columns, forest: Forest) -> array[int]:
    """The thread of every message: the one it was sent in or the source gave it, else that of its tree, else a new one.

    What was settled before and not sent may be settled otherwise; the tree that goes on with a thread keeps its key.
    Where a group's page shows one tree as several threads, a message without one is in that of the nearest it answers.
    """
    db = archive.db
    pushed = {thread for (thread,) in db.execute("SELECT DISTINCT thread_id FROM operation WHERE kind = 'post'")}
    merge = ThreadMerge(pushed, group_threads(db))
    for message, thread in doubly_threaded(db):
        if columns.threads[message] != NONE:
            merge.join(columns.threads[message], thread, surely=True)
    of_tree = array("i", [NONE]) * len(forest)
    for message in columns.messages():
        if (thread := columns.threads[message]) != NONE:
            root = forest.root(message)
            of_tree[root] = thread if of_tree[root] == NONE else merge.join(of_tree[root], thread)
    if merge.any_firm_apart:
        _first_of_each(columns, forest, of_tree)
    free = _go_on(db, columns, forest, of_tree)
    threads = array("i", columns.threads)
    for message in columns.messages():
        if threads[message] != NONE:
            threads[message] = merge.kept(threads[message])
            continue
        root = forest.root(message)
        if of_tree[root] == NONE:
            of_tree[root] = _new_thread(db, message, root)
        near = _nearest_thread(forest, threads, message) if merge.any_apart else NONE
        threads[message] = merge.kept(near or of_tree[root])
    db.executemany("DELETE FROM thread WHERE id = ?", ((thread,) for thread in free))
    merge.store(archive)
    return threads


def _first_of_each(columns: Columns, forest: Forest, of_tree: array[int]) -> None:
    """Of several threads in a tree that of the first message, whatever was read first."""
    first = array("i", [NONE]) * len(forest)
    for message in columns.messages():
        if columns.threads[message] != NONE:
            root = forest.root(message)
            if first[root] == NONE or columns.rank(message) < columns.rank(first[root]):
                first[root] = message
                of_tree[root] = columns.threads[message]


def _go_on(db: sqlite3.Connection, columns: Columns, forest: Forest, of_tree: array[int]) -> list[int]:
    """Give trees the threads that their messages were settled in. Returns the threads that are left over.

    Of several threads the oldest goes on, in the tree that its key is of, else in that of its first message.
    """
    firm = set(columns.threads)
    first: dict[int, int] = {}  # thread → container whose tree goes on with it
    named = dict(db.execute("SELECT thread.id, container.id FROM thread JOIN container USING (key)").fetchall())
    alive = {forest.root(named[thread]) for thread in named} & {forest.root(message) for message in columns.messages()}
    for message in columns.messages():
        thread = columns.settled[message]
        if thread != NONE and thread not in firm and thread not in first:
            namesake = named.get(thread, message)
            first[thread] = namesake if forest.root(namesake) in alive else message
    left_over = []
    for thread in sorted(first):
        root = forest.root(first[thread])
        if of_tree[root] == NONE:
            of_tree[root] = thread
        else:
            left_over.append(thread)
    return left_over


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


def store(db: sqlite3.Connection, columns: Columns, forest: Forest, threads: array[int]) -> None:
    """Write thread, parent and position of every message that has not just these."""
    parents = array("i", [NONE]) * len(forest)
    for message in columns.messages():
        if columns.posted[message]:
            parents[message] = columns.parents[message]
            continue
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


def add_titles(db: sqlite3.Connection) -> None:
    """A thread is called what its first message is called, without reply prefixes and the list's own tag.

    The title the source gave it stays, and so does the one it was sent with. Google gives none.
    """
    untitled = db.execute(
        "SELECT thread.id, thread.title, thread.source_id, message.title, source.id, source.name, source.key"
        " FROM thread JOIN message ON message.thread_id = thread.id AND message.position = 1"
        " JOIN source ON source.id = message.source_id WHERE thread.title = ''"
        " OR (substr(thread.key, 1, ?1) = ?2"
        "     OR thread.id NOT IN (SELECT given_thread_id FROM message WHERE given_thread_id IS NOT NULL))"
        " AND thread.id NOT IN (SELECT thread_id FROM operation WHERE kind = 'post' AND thread_id IS NOT NULL)",
        (len(GROUP_THREAD), GROUP_THREAD),
    ).fetchall()
    for thread, old_title, old_source, title, source, name, key in untitled:
        new_title = thread_title(title, ListName(key, name).short_names)
        if is_empty(new_title):
            new_title = title_of(_first_text(db, thread)) or new_title
        if (new_title, source) != (old_title, old_source):
            db.execute("UPDATE thread SET title = ?, source_id = ? WHERE id = ?", (new_title, source, thread))


def _first_text(db: sqlite3.Connection, thread: int) -> str:
    query = "SELECT body FROM content JOIN message ON id = message_id WHERE thread_id = ? AND position = 1"
    (body,) = db.execute(query, (thread,)).fetchone()
    return str(body)

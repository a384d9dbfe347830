"""A made-up archive of any size, written by SQL in seconds; parts of it can be marked as sent."""

from __future__ import annotations

import hashlib
from pathlib import Path

from migrate.archive import Archive
from migrate.plan import Plan

LIST = "gardeners"
SENT_TEXT = "x"  # what the journal says was sent, of each post
_WORDS = "Sow beans when the soil is warm, and water them in the evening; the slugs will find them all the same. "
_NUMBERS = "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < ?)"


def make_archive(path: Path, *, messages: int, threads: int, people: int, words: int = 1) -> Archive:
    """An archive of one list, open for writing; messages hold so many sentences, threads are of one length."""
    archive = Archive.open(path, mode="create")
    long = -(-messages // threads)
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO source (id, key, kind, name, description) VALUES (1, 'gardeners.example.org', 'mbox', ?, '')",
            (LIST,),
        )
        db.execute(
            f"{_NUMBERS} INSERT INTO person (id, key, email)"  # noqa: S608 - our own words
            " SELECT n, 'p' || n || '@example.org', 'p' || n || '@example.org' FROM count",
            (people,),
        )
        db.execute(f"{_NUMBERS} INSERT INTO person_name SELECT n, n, 'Person ' || n, 1 FROM count", (people,))  # noqa: S608 - our own words
        db.execute(f"{_NUMBERS} INSERT INTO container SELECT n, 'm' || n || '@example.org' FROM count", (messages,))  # noqa: S608 - our own words
        db.execute(
            f"{_NUMBERS} INSERT INTO thread SELECT n, 't' || n || '@example.org', 1, 'Beans, part ' || n, '[]', NULL, ?"  # noqa: S608 - our own words
            " FROM count",
            (threads, long),
        )
        db.execute(
            "INSERT INTO message (id, source_id, author_id, thread_id, parent_id, position, sent_at, date_source,"
            " title, flags, locator, digest)"
            " SELECT id, 1, 1 + id % ?1, 1 + (id - 1) / ?2, iif((id - 1) % ?2, id - 1, NULL), 1 + (id - 1) % ?2,"
            " 1000000000000 + id * 60000, 'header', 'Beans', '[]', 'gardeners.mbox@' || id, id FROM container",
            (people, long),
        )
        db.execute(
            "INSERT INTO content (message_id, body, elided, native_format, native)"
            " SELECT id, 'Message ' || id || '. ' || ?, '', 'text/plain', NULL FROM container",
            (_WORDS * words,),
        )
    return archive


def mark_sent(archive: Archive, target_id: int, *, threads: int) -> None:
    """The journal of a push that got as far as the first so many threads, with every account made."""
    with archive.transaction() as db:
        start = "INSERT INTO operation (target_id, generation, kind, ref, state, attempts, sent_at, remote_id"
        db.execute(
            f"{start}, remote_name) SELECT ?, 1, 'user', id, 'done', 1, 0, id, 'person' || id FROM person",  # noqa: S608 - our own words
            (target_id,),
        )
        db.executemany(
            f"{start}, remote_name) VALUES (?, 1, 'category', ?, 'done', 1, 0, 1, 'c')",
            [(target_id, category.ref) for category in Plan(archive).categories()],
        )
        db.execute(
            f"{start}, thread_id, topic_id, post_number, remote_name, digest)"  # noqa: S608 - our own words
            " SELECT ?, 1, 'post', id, 'done', 1, 0, id, thread_id, thread_id, position, 'beans', ?"
            " FROM message WHERE thread_id <= ?",
            (target_id, hashlib.sha256(SENT_TEXT.encode()).hexdigest(), threads),
        )

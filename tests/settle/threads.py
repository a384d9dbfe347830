"""What settling made of an archive, for tests."""

from __future__ import annotations

from pathlib import Path

from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.model import Record
from migrate.settle import settle
from tests.build import new_archive


def settled(folder: Path, *records: Record) -> Archive:
    """A new archive with these records, settled."""
    archive = new_archive(folder, *records)
    settle(archive)
    return archive


def parents(archive: Archive) -> dict[str, str | None]:
    """Key of each message → key of what it answers."""
    return {message.key: message.parent for message in read_messages(archive)}


def together(archive: Archive) -> set[frozenset[str]]:
    """The threads, as the keys of their messages."""
    threads: dict[str | None, set[str]] = {}
    for message in read_messages(archive):
        threads.setdefault(message.thread, set()).add(message.key)
    return set(map(frozenset, threads.values()))


def mark_pushed(archive: Archive, key: str) -> None:
    """As if the message with that key were on a forum."""
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, thread_id)"
            " SELECT 1, 'post', message.id, 1, 'done', 1, 0, thread_id"
            " FROM message JOIN container USING (id) WHERE key = ?",
            (key,),
        )

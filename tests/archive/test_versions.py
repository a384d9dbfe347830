"""Archives that earlier versions made: opened, they have what they lacked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from migrate.archive import VERSION, Archive
from migrate.archive.reader import read_messages, read_persons, read_sources
from migrate.settle import settle
from tests.build import ANN, BEN, GARDENERS, mail, new_archive, write


def as_version_4(path: Path) -> None:
    """What version 5 brought is taken out again."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "PRAGMA legacy_alter_table = ON; DROP VIEW messages; DROP TABLE suppressed;"
            " ALTER TABLE source DROP COLUMN private; ALTER TABLE message DROP COLUMN answers_id;"
            " ALTER TABLE person RENAME TO later; CREATE TABLE person (id INTEGER PRIMARY KEY,"
            " key TEXT NOT NULL UNIQUE, email TEXT, same_as INTEGER REFERENCES person);"
            " INSERT INTO person SELECT id, key, email, same_as FROM later; DROP TABLE later; PRAGMA user_version = 4;"
        )


def test_version_3_had_no_parts_of_posts_and_gets_every_index(tmp_path: Path) -> None:
    new_archive(tmp_path, mail("a")).close()
    path = tmp_path / "migration.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        now = indexes(db)
        (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'operation'").fetchone()
        key = "PRIMARY KEY (target_id, kind, ref, part, generation)"
        assert key in sql
        db.executescript(
            "PRAGMA legacy_alter_table = ON; DROP TABLE operation; DROP INDEX message_author;"
            f"{sql.replace(key, 'PRIMARY KEY (target_id, kind, ref, generation)')};"
            " CREATE INDEX operation_thread ON operation (target_id, thread_id) WHERE kind = 'post';"
            " DROP INDEX message_unsettled; CREATE INDEX message_unsettled ON message (id) WHERE position IS NULL;"
            " PRAGMA user_version = 3;"
        )
    with Archive.open(path, mode="read") as archive:
        assert indexes(archive.db) == now


def indexes(db: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))


def test_version_4_knew_nothing_of_private_sources_and_members(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a"), mail("b", "a", day=1, author=BEN.key)) as archive:
        settle(archive)
        before = list(read_messages(archive))
    path = tmp_path / "migration.sqlite3"
    as_version_4(path)
    with Archive.open(path, mode="write") as archive:
        assert archive.db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert list(read_messages(archive)) == before
        assert [source.private for source in read_sources(archive)] == [False]
        assert [person.member for person in read_persons(archive)] == [None, None]
        leaving = replace(ANN, key="mia@example.org", email="mia@example.org", member="never")
        private = replace(GARDENERS, private=True)
        write(archive, [private, leaving, replace(ANN, member="account"), mail("c", "b", day=2, answers=BEN.key)])
        settle(archive)
        assert [source.private for source in read_sources(archive)] == [True]
        assert {person.key: person.member for person in read_persons(archive)} == {ANN.key: "account", BEN.key: None}
        assert [message.answers for message in read_messages(archive)] == [None, None, BEN.key]

"""The source's own bytes: each message has its own again, and of what is not kept none stay in the file."""

from __future__ import annotations

import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import VERSION, Archive
from migrate.archive.forget import forget
from migrate.archive.natives import drop_natives
from migrate.archive.reader import read_messages
from migrate.archive.writer import Counts
from tests.build import BEN, mail, new_archive, write


def natives(archive: Archive) -> dict[str, bytes | None]:
    return {message.key: message.native for message in read_messages(archive)}


def held(archive: Archive) -> bytes:
    """All bytes that are in blocks."""
    return b"".join(zlib.decompress(packed) for (packed,) in archive.db.execute("SELECT packed FROM native_block"))


def test_every_message_has_its_own_bytes(tmp_path: Path) -> None:
    sizes = (0, 10, 1000, 60_000, 70_000, 5, 200_000, 1, 3000)
    given: dict[str, bytes | None] = {f"m{size}": bytes([size % 251]) * size for size in sizes}
    given["none"] = None
    with new_archive(tmp_path, *(mail(key, native=native) for key, native in given.items())) as archive:
        assert natives(archive) == given
        more = {f"n{size}": b"n" * size for size in sizes}
        write(archive, [mail(key, native=native) for key, native in more.items()])
        assert natives(archive) == given | more
        assert all(message.native is None for message in read_messages(archive, with_natives=False))


def test_many_small_messages_share_a_block(tmp_path: Path) -> None:
    with new_archive(tmp_path, *(mail(f"m{number}", native=b"x" * 1000) for number in range(130))) as archive:
        assert archive.db.execute("SELECT count(*) FROM native_block").fetchone() == (2,)


def test_of_a_copy_no_bytes_come_in(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", native=b"first")) as archive:
        again = [mail("b", native=b"before"), mail("a", native=b"second"), mail("c", native=b"after")]
        assert write(archive, again) == Counts(read=3, new=2, duplicates=1)
        assert natives(archive) == {"a": b"first", "b": b"before", "c": b"after"}
        assert b"second" not in held(archive)
        blocks = archive.db.execute("SELECT count(*) FROM native_block").fetchone()
        write(archive, again)
        assert archive.db.execute("SELECT count(*) FROM native_block").fetchone() == blocks


def test_what_replaces_a_message_that_was_cut_off_takes_its_bytes_out(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", native=b"From: Ann\n\nWor"), mail("b", native=b"other")) as archive:
        write(archive, [mail("a", native=b"From: Ann\n\nWords and more")])
        assert natives(archive) == {"a": b"From: Ann\n\nWords and more", "b": b"other"}
        assert held(archive).count(b"From: Ann") == 1


def test_a_copy_that_is_longer_completes_nothing(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", native=b"From: Ann")) as archive:
        elsewhere = replace(mail("b"), key="a", title="About a", body="Words of a.", native=b"From: Ann\n-- \nAnn")
        for _ in range(2):  # the second time its place is known
            assert write(archive, [elsewhere]) == Counts(read=1, duplicates=1)
        assert natives(archive) == {"a": b"From: Ann"}


def test_damaged_bytes_cost_nothing_else(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", native=b"From: Ann"), mail("b", native=b"other")) as archive:
        archive.db.execute("UPDATE native_block SET packed = x'00'")
        more = [mail("a", native=b"From: Ann Lee"), mail("c", native=b"new")]
        assert write(archive, more) == Counts(read=2, new=1, duplicates=1)


def test_those_beside_it_stay(tmp_path: Path) -> None:
    with new_archive(tmp_path, *(mail(key, native=key.encode() * 9) for key in "abcd")) as archive:
        ids = archive.db.execute("SELECT id FROM container WHERE key IN ('b', 'd')").fetchall()
        drop_natives(archive.db, [message_id for (message_id,) in ids])
        assert natives(archive) == {"a": b"a" * 9, "b": None, "c": b"c" * 9, "d": None}
        assert held(archive) == b"a" * 9 + bytes(9) + b"c" * 9 + bytes(9)


def test_who_is_forgotten_sends_no_bytes_any_more(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", native=b"ann@example.org wrote")) as archive:
        forget(archive, [1], words=False)
        later = mail("b", author=BEN.key, native=b"To: ann@example.org")
        write(archive, [mail("c", native=b"From: Ann Lee"), later, mail("d", author=BEN.key, native=b"kept")])
        assert natives(archive) == {"a": None, "b": None, "c": None, "d": b"kept"}
        assert held(archive).strip(b"\0") == b"kept"


@pytest.mark.parametrize("words", [True, False])
def test_version_6_had_the_bytes_beside_the_texts(tmp_path: Path, words: bool) -> None:
    new = new_archive(tmp_path, mail("a"), mail("b", author=BEN.key), mail("c", author=BEN.key, native=b"lost"))
    with closing(new.db) as db:
        db.executescript(
            "PRAGMA legacy_alter_table = ON; DROP VIEW messages; DROP TABLE native_block;"
            " ALTER TABLE content RENAME TO later; CREATE TABLE content (message_id INTEGER PRIMARY KEY,"
            " body TEXT NOT NULL, elided TEXT NOT NULL, native_format TEXT NOT NULL, native BLOB);"
            " INSERT INTO content SELECT message_id, body, elided, native_format, NULL FROM later; DROP TABLE later;"
            " PRAGMA user_version = 6;"
        )
        for key, native in (("a", b"Words of a."), ("b", b"To: ann@example.org")):
            query = "UPDATE content SET native = ? WHERE message_id = (SELECT id FROM container WHERE key = ?)"
            db.execute(query, (zlib.compress(native), key))
    new.close()
    with Archive.open(tmp_path / "migration.sqlite3", mode="write") as archive:
        assert archive.db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert natives(archive) == {"a": b"Words of a.", "b": b"To: ann@example.org", "c": None}
        whole = replace(mail("a"), native=b"Words of a. And more.")
        assert write(archive, [whole, mail("d", author=BEN.key, native=b"new")]) == Counts(read=2, new=1, duplicates=1)
        assert natives(archive) == {"a": whole.native, "b": b"To: ann@example.org", "c": None, "d": b"new"}
        forget(archive, [1], words=words)
        assert natives(archive) == {"a": None, "b": None, "c": None, "d": b"new"}

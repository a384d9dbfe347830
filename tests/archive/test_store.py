"""Opening archives: what a user may name with -a, and what happens to the file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from migrate.archive import VERSION, Archive
from migrate.archive.reader import read_messages
from migrate.archive.store import attachment_path, digest, store_attachment, whole_file
from migrate.errors import ArchiveError
from migrate.model import Finding
from migrate.settle import settle
from tests.build import mail, new_archive, write


def test_reopening_finds_what_was_written(tmp_path: Path) -> None:
    new_archive(tmp_path, mail("a")).close()
    with Archive.open(tmp_path / "migration.sqlite3", mode="read") as archive:
        assert archive.db.execute("SELECT key FROM messages").fetchall() == [("a",)]


@pytest.mark.parametrize("mode", ["read", "write"])
def test_a_missing_archive_is_named_with_the_remedy(tmp_path: Path, mode: str) -> None:
    with pytest.raises(ArchiveError, match=r"no archive at .*x\.sqlite3.*migrate import"):
        Archive.open(tmp_path / "x.sqlite3", mode=mode)  # type: ignore[arg-type]  # one of the three words


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_archive_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="no archive"):
        Archive.open(path, mode="write")
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE precious (a)")
    with pytest.raises(ArchiveError, match="no archive of migrate"):
        Archive.open(path, mode="create")


def test_an_archive_of_another_version_is_refused(tmp_path: Path) -> None:
    new_archive(tmp_path).close()
    path = tmp_path / "migration.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(ArchiveError, match="version 99"):
        Archive.open(path, mode="read")


def as_version_1(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(
            "DROP TABLE quote; DROP VIEW messages; DROP TRIGGER text_changed; DROP TRIGGER text_removed;"
            " DROP TRIGGER message_moved;"
            " ALTER TABLE thread DROP COLUMN quotes_among;"
            " DROP TABLE target; CREATE TABLE target (id INTEGER PRIMARY KEY, url TEXT, generation INTEGER, facts TEXT)"
            "; INSERT INTO target VALUES (1, 'https://forum.example.org', 1, '{}'); PRAGMA user_version = 1;"
        )
    db.close()


def test_what_an_earlier_version_did_of_itself_is_done_as_now(tmp_path: Path) -> None:
    new_archive(tmp_path, mail("a"), mail("b", "a", day=1)).close()
    path = tmp_path / "migration.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        (now,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'text_changed'").fetchone()
        db.executescript(
            "DROP TRIGGER message_moved; DROP TRIGGER text_changed; CREATE TRIGGER text_changed AFTER UPDATE ON content"
            " BEGIN UPDATE thread SET quotes_among = 0; END; PRAGMA user_version = 2;"
        )
    with Archive.open(path, mode="read") as archive:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        triggers = dict(archive.db.execute(query).fetchall())
        assert list(triggers) == ["message_moved", "text_changed", "text_removed"]
        assert triggers["text_changed"] == now


@pytest.mark.parametrize("mode", ["read", "write"])
def test_an_archive_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path, mode: Literal["read", "write"]) -> None:
    words = "Words enough to be quoted by somebody."
    new_archive(tmp_path, mail("a", body=words), mail("b", "a", day=1, body=f"> {words}\n\nYes.")).close()
    path = tmp_path / "migration.sqlite3"
    as_version_1(path)
    with Archive.open(path, mode=mode) as archive:
        assert archive.db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert archive.db.execute("SELECT key FROM messages ORDER BY key").fetchall() == [("a",), ("b",)]
        assert archive.db.execute("SELECT quotes FROM target").fetchall() == [("fold",)]
    with Archive.open(path, mode="write") as archive:
        settle(archive)
        assert archive.db.execute("SELECT number FROM quote").fetchall() == [(0,)]


def test_an_earlier_archive_on_a_read_only_disk_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_archive(tmp_path).close()
    as_version_1(tmp_path / "migration.sqlite3")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(ArchiveError, match="Copy it"):
        Archive.open(tmp_path / "migration.sqlite3", mode="read")


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="does not exist"):
        Archive.open(tmp_path / "nowhere" / "x.sqlite3", mode="create")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder that not even root may write to")
def test_a_folder_that_cannot_be_written_to_is_an_error() -> None:
    with pytest.raises(ArchiveError, match="Cannot write"):
        Archive.open(Path("/proc/x.sqlite3"), mode="create")


def test_an_archive_on_a_read_only_disk_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_archive(tmp_path, mail("a")).close()
    monkeypatch.setattr("os.access", lambda path, wanted: wanted == os.R_OK)
    with Archive.open(tmp_path / "migration.sqlite3", mode="read") as archive:
        assert archive.db.execute("SELECT key FROM messages").fetchall() == [("a",)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            archive.db.execute("DELETE FROM message")


def test_two_processes_cannot_write_to_one_archive(tmp_path: Path) -> None:
    with new_archive(tmp_path) as archive:
        code = (
            "import sys; from pathlib import Path; from migrate.archive import Archive; from migrate.errors import *\n"
            "try: Archive.open(Path(sys.argv[1]), mode='write')\n"
            "except ArchiveError as error: print(error)"
        )
        command = [sys.executable, "-c", code, str(archive.path)]
        other = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "in use by another migrate command" in other.stdout
        Archive.open(archive.path, mode="read").close()  # looking is always allowed


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a")) as archive:
        (pages,) = archive.db.execute("PRAGMA page_count").fetchone()
        archive.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(ArchiveError, match="disk is full"):
            write(archive, [mail(f"m{number}", body="word " * 10_000) for number in range(20)])
        archive.db.execute("PRAGMA max_page_count = 1000000")
        assert archive.db.execute("SELECT key FROM messages").fetchall() == [("a",)]
        assert write(archive, [mail("b")]).new == 1


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    with new_archive(tmp_path) as archive:
        with pytest.raises(RuntimeError), archive.transaction():
            write(archive, [mail("a")])
            raise RuntimeError
        assert archive.db.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_a_finding_is_stored_once(tmp_path: Path) -> None:
    finding = Finding(stage="read", severity="info", code="c", text="t", locator="here")
    with new_archive(tmp_path) as archive:
        archive.add_finding(finding)
        archive.add_finding(finding)
        assert archive.db.execute("SELECT count(*) FROM finding").fetchone() == (1,)


def test_attachments_lie_under_their_hash(tmp_path: Path) -> None:
    content = b"tomatoes"
    for _ in range(2):
        store_attachment(tmp_path / "files", digest(content), content)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [attachment_path(tmp_path / "files", digest(content))]
    assert files[0].read_bytes() == content


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "0" * 63, ""])
def test_only_a_hash_names_an_attachment(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        attachment_path(tmp_path, name)


def test_an_attachment_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ArchiveError, match="No space left"):
        store_attachment(tmp_path / "files", digest(b"x"), b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_snapshot_is_of_one_moment(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a")) as archive, Archive.open(archive.path, mode="read") as reader:
        with reader.snapshot() as db:
            assert db.execute("SELECT count(*) FROM message").fetchone() == (1,)
            write(archive, [mail("b")])
            assert db.execute("SELECT count(*) FROM message").fetchone() == (1,)
        assert reader.db.execute("SELECT count(*) FROM message").fetchone() == (2,)


def test_an_archive_that_another_program_locks_is_not_called_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_archive(tmp_path).close()
    monkeypatch.setattr("migrate.archive.store.BUSY_SECONDS", 0)
    db = sqlite3.connect(tmp_path / "migration.sqlite3", isolation_level=None)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ArchiveError, match="locked"):
        Archive.open(tmp_path / "migration.sqlite3", mode="read")
    db.close()


def test_damaged_content_is_one_clear_line(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", native=b"From: Ann")) as archive:
        archive.db.execute("UPDATE native_block SET packed = x'00'")
        with pytest.raises(ArchiveError, match="damaged"):
            list(read_messages(archive))
        archive.db.execute("DELETE FROM native_block")
        with pytest.raises(ArchiveError, match="damaged"):
            list(read_messages(archive))


def test_only_its_owner_can_read_what_is_made(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "new.sqlite3", mode="create") as archive:
        archive.add_finding(Finding(stage="read", severity="info", code="empty-file", text="Something."))
        files = [tmp_path / f"new.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")]
        assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3
        store_attachment(archive.attachments, "a" * 64, b"x")
        stored = archive.attachment_path("a" * 64)
        places = (archive.attachments, stored.parent, stored)
        assert [place.stat().st_mode & 0o777 for place in places] == [0o700, 0o700, 0o600]


def test_an_unfinished_file_is_told_by_the_name_it_was_to_have(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as error, whole_file(tmp_path / "no" / "x.csv"):
        pass
    assert error.value.filename == str(tmp_path / "no" / "x.csv")

"""Export and re-import: equal records, attachments with them, and hostile lines cost no more than themselves."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from importers.jsonl import JsonlImporter
from migrate.archive import Archive
from migrate.archive.reader import read_records
from migrate.archive.store import attachment_path, attachments_folder, digest, store_attachment
from migrate.archive.writer import Counts
from migrate.errors import ArchiveError, InputError
from migrate.ingest import ingest
from migrate.jsonl import copy_attachments, export, export_to
from migrate.model import Attachment, AttachmentRef, Finding, Message, Person, Record, Source, Thread
from migrate.settle import settle
from tests.build import BEN, GARDENERS, mail, new_archive, write

PICTURE = b"\x89PNG, say"
FILE = AttachmentRef(sha256=digest(PICTURE), filename="a.png", media_type="image/png", size=len(PICTURE))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A settled archive with a bit of everything, exported."""
    folder = tmp_path / "first"
    folder.mkdir()
    finding = Finding(stage="read", severity="info", code="c", text="t", message="a", locator="x@1", lost=1)
    picture = Attachment(sha256=FILE.sha256, media_type=FILE.media_type, size=FILE.size)
    reply = mail("b", "lost", "a", day=1.0000001, elided="> said", flags=("machine-made",), url="https://x.example/")
    thread = Thread(key="board", source=GARDENERS.key, title="Board", labels=("one", "zwei"), url="https://x.example/b")
    records: list[Record] = [
        mail("a", attachments=(FILE,)),
        reply,
        mail("c", day=None),
        thread,
        mail("d", thread="board"),
    ]
    with new_archive(folder, picture, *records, finding) as archive:
        store_attachment(archive.attachments, FILE.sha256, PICTURE)
        settle(archive)
        target = tmp_path / "archive.jsonl"
        with target.open("w", encoding="utf-8") as file:
            export(archive, file)
        copy_attachments(archive, target)
    return target


DATED = {"sent_at": "2020-01-01T00:00:00Z"}


def import_into(path: Path, archive: Archive) -> Counts:
    counts = ingest(archive, JsonlImporter(), [str(path)])
    settle(archive)
    return counts


def exported_again(archive: Archive) -> str:
    file = io.StringIO()
    export(archive, file)
    return file.getvalue()


def test_the_header_comes_first_and_every_line_has_a_type(exported: Path) -> None:
    lines = [json.loads(line) for line in exported.read_text().splitlines()]
    assert (lines[0]["type"], lines[0]["version"]) == ("archive", 1)
    kinds = {line["type"] for line in lines[1:]}
    assert kinds == {"source", "person", "thread", "attachment", "message", "finding"}


def test_a_message_has_the_documented_fields(exported: Path) -> None:
    messages = {
        item["key"]: item
        for line in exported.read_text().splitlines()
        if (item := json.loads(line))["type"] == "message"
    }
    reply = messages["b"]
    assert reply["sent_at"].endswith("Z")
    assert (reply["thread"], reply["parent"], reply["references"]) == ("lost", "a", ["lost", "a"])
    assert messages["a"]["attachments"] == [
        {"sha256": FILE.sha256, "filename": "a.png", "media_type": "image/png", "size": 9, "content_id": None}
    ]
    assert set(reply) >= {
        "key", "source", "thread", "parent", "author", "sent_at", "date_source", "title", "body", "elided",
        "native_format", "attachments", "references", "origins", "flags", "url", "locator",
    }  # fmt: skip


def test_reading_it_back_gives_equal_records(exported: Path, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
        import_into(exported, second)
        assert exported_again(second) == exported.read_text()
        assert attachment_path(second.attachments, FILE.sha256).read_bytes() == PICTURE


def test_reading_it_into_the_archive_it_came_from_adds_nothing(exported: Path) -> None:
    with Archive.open(exported.parent / "first" / "migration.sqlite3", mode="write") as archive:
        before = list(read_records(archive))
        assert import_into(exported, archive).new == 0
        assert list(read_records(archive)) == before


def test_loops_of_references_come_back_as_they_were_broken(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("late", "early", day=2), mail("early", "late", day=1)) as first:
        settle(first)
        target = tmp_path / "loop.jsonl"
        export_to(first, target)
    with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
        import_into(target, second)
        assert exported_again(second) == target.read_text()


def test_a_parent_found_for_an_answer_to_a_lost_mail_comes_back(tmp_path: Path) -> None:
    words = "Who has put the tall ladder into the shed behind the apple trees?"
    question = replace(mail("question", day=1, title="The ladder"), body=words)
    answer = replace(mail("answer", "lost", day=2, title="Re: The ladder"), body=f"> {words}\n\nI have.")
    with new_archive(tmp_path, question, answer) as first:
        settle(first)
        target = tmp_path / "ladder.jsonl"
        export_to(first, target)
    assert '"parent":"question"' in target.read_text().replace(": ", ":")
    with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
        import_into(target, second)
        assert exported_again(second) == target.read_text()


def test_a_long_file_is_read_in_parts_and_a_grown_one_only_where_it_grew(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.jsonl.LONGEST_PART", 100)
    with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
        import_into(exported, second)
        (parts,) = second.db.execute("SELECT count(*) FROM chunk").fetchone()
        assert parts > 5
        assert exported_again(second) == exported.read_text()
        with exported.open("a") as file:
            file.write('{"type":"message"}\n')
        assert import_into(exported, second).new == 0
        assert second.db.execute("SELECT count(*) FROM chunk").fetchone() == (parts + 1,)
        number = len(exported.read_text().splitlines())
        place = second.db.execute("SELECT locator FROM finding WHERE code = 'bad-line'").fetchone()
        assert place == (f"archive.jsonl:{number}",)


def test_an_attachment_put_back_is_found_by_the_next_import(exported: Path, tmp_path: Path) -> None:
    path = attachment_path(attachments_folder(exported), FILE.sha256)
    path.rename(tmp_path / "elsewhere")
    with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
        import_into(exported, second)
        (tmp_path / "elsewhere").rename(path)
        assert import_into(exported, second).new == 0
        assert second.attachment_path(FILE.sha256).read_bytes() == PICTURE


def test_an_export_never_replaces_the_archive(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a")) as archive:
        with pytest.raises(ArchiveError, match="is the archive itself"):
            export_to(archive, archive.path)
        assert len(list(read_records(archive))) == 4


def test_a_copy_that_fails_leaves_no_half_a_file(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def half(content: BinaryIO, file: BinaryIO) -> None:
        file.write(content.read(3))
        refuse()

    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr("os.link", refuse)
    monkeypatch.setattr("shutil.copyfileobj", half)
    with Archive.open(exported.parent / "first" / "migration.sqlite3", mode="read") as archive:
        with pytest.raises(ArchiveError, match="No space left"):
            export_to(archive, folder / "x.jsonl")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        '{"type":"message"}',
        '{"type":"dragon"}',
        '{"type":["source"]}',
        "[" * 100_000,
        '{"type":"person","key":5}',
        '{"type":"person","key":"half \\ud800"}',
        '{"type":"message","key":"k","source":"s","author":"a","title":"","body":"","sent_at":"soon"}',
        '{"type":"message","key":"k","source":"s","author":"a","title":"","body":"","attachments":[{"sha256":1}]}',
        '{"type":"finding","stage":"read","severity":"dire","code":"c","text":"t"}',
        '{"type":"attachment","sha256":"../../etc/passwd","media_type":"x","size":6}',
        '{"type":"attachment","sha256":"%s","media_type":"x","size":99999999999999999999}' % ("a" * 64),
        '{"type":"message","key":"","source":"s","author":"a","title":"","body":""}',
    ],
)
def test_a_bad_line_costs_that_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.jsonl"
    good = json.dumps({"type": "message", "key": "k", "source": "s", "author": "a", "title": "", "body": ""} | DATED)
    path.write_text(f'{{"type":"archive","version":1}}\n{line}\n{good}\n')
    with Archive.open(tmp_path / "x.sqlite3", mode="create") as archive:
        counts = import_into(path, archive)
        assert (counts.new, counts.lost) == (1, 1)
        assert archive.db.execute("SELECT code, locator FROM finding").fetchall() == [("bad-line", "x.jsonl:2")]


def test_an_attachment_outside_its_folder_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    (tmp_path / "secret").write_text("secret")
    path.write_text(
        '{"type":"archive","version":1}\n{"type":"attachment","sha256":"../secret","media_type":"text/plain","size":6}\n'
    )
    with Archive.open(tmp_path / "x.sqlite3", mode="create") as archive:
        import_into(path, archive)
        assert archive.db.execute("SELECT code FROM finding").fetchall() == [("bad-line",)]


def test_an_attachment_with_other_bytes_is_reported_and_not_stored(exported: Path, tmp_path: Path) -> None:
    path = attachment_path(attachments_folder(exported), FILE.sha256)
    path.unlink()
    path.write_bytes(b"forged")
    with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
        import_into(exported, second)
        assert ("attachment-changed",) in second.db.execute("SELECT code FROM finding").fetchall()
        assert not second.attachment_path(FILE.sha256).exists()


@pytest.mark.parametrize("content", ["", "hello\n", '{"type":"message"}\n', '{"type":"archive","version":2}\n'])
def test_what_is_no_export_of_ours_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with Archive.open(tmp_path / "x.sqlite3", mode="create") as archive, pytest.raises(InputError):
        import_into(path, archive)


def test_who_may_read_it_who_belongs_to_it_and_whom_it_answers_come_back(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    invited = Person(key="theo@example.org", name="Theo", names=("Theo",), email="theo@example.org", member="invite")
    member = replace(invited, key="mia@example.org", email="mia@example.org", member="account")
    left = replace(member, member="never")
    group = replace(GARDENERS, private=True, description="For us.")
    records: list[Record] = [group, invited, member, mail("a", answers=BEN.key)]
    with new_archive(tmp_path / "first", *records) as first:
        settle(first)
        before = {record for record in read_records(first) if isinstance(record, Source | Person | Message)}
        export_to(first, tmp_path / "archive.jsonl")
        with Archive.open(tmp_path / "second.sqlite3", mode="create") as second:
            import_into(tmp_path / "archive.jsonl", second)
            assert before == {r for r in read_records(second) if isinstance(r, Source | Person | Message)}
        # Whoever left is not exported at all, and so nobody is made a member by an export that is read back.
        write(first, [left])
        export_to(first, tmp_path / "later.jsonl")
        assert "mia@example.org" not in (tmp_path / "later.jsonl").read_text("utf-8")

"""Whoever is forgotten is not found in the archive's file any more, and does not come back."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.files import drop_unused
from migrate.archive.forget import Scrubbed, forget
from migrate.archive.reader import read_messages, read_persons
from migrate.archive.store import store_attachment
from migrate.archive.writer import Counts, Writer
from migrate.errors import ArchiveError, MigrateError
from migrate.model import Attachment, AttachmentRef, Finding, Message, Origin, Person, Record
from migrate.settle import settle
from tests.build import ANN, BEN, GARDENERS, mail, new_archive, write

CONTENT = b"The plan of the garden.\n"
PLAN = AttachmentRef(
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    filename="Plan by Ann Lee.txt",
    media_type="text/plain",
    size=len(CONTENT),
)
WORDS = ("ann@example.org", "Ann Lee", "Lee, Ann")


def records() -> list[Record]:
    header = b"From: Ann Lee <ann@example.org>\nTo: ben@example.org\n\nHi"
    return [
        Attachment(sha256=PLAN.sha256, media_type=PLAN.media_type, size=PLAN.size),
        mail(
            "a", body="Hello,\n\nAnn Lee", elided="\\-- \nAnn Lee <ann@example.org>", native=header, attachments=(PLAN,)
        ),
        mail("20200101.ann@example.org", "a", title="Ann Lee's beans", url="https://lists.example.org/ann@example.org"),
        mail(
            "b",
            "20200101.ann@example.org",
            author=BEN.key,
            day=1,
            body="On 1 January 2020, Lee, Ann <ann@example.org> wrote:\n> Hello\n\nThank you, Ann Lee.",
            native=b"From: ben@example.org\nTo: Ann Lee <ann@example.org>\n\nThanks",
        ),
        mail("c", "b", author=BEN.key, day=2, native=b"From: ben@example.org\n\nMore"),
        Finding(stage="read", severity="info", code="people-joined", text="Something.", locator="Ann Lee"),
    ]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    store_attachment(tmp_path / "migration.attachments", PLAN.sha256, CONTENT)
    made = new_archive(tmp_path, *records())
    settle(made)
    return made


def ann(archive: Archive) -> list[int]:
    return [person for (person,) in archive.db.execute("SELECT id FROM person WHERE id = 1")]


def found(archive: Archive) -> list[str]:
    """Which of WORDS are in the file or its log, or in what is compressed there."""
    files = [archive.path, archive.path.with_name(archive.path.name + "-wal")]
    contents = [file.read_bytes() for file in files if file.exists()]
    contents += [zlib.decompress(packed) for (packed,) in archive.db.execute("SELECT packed FROM native_block")]
    return [word for word in WORDS if any(word.encode().lower() in content.lower() for content in contents)]


def test_neither_name_nor_address_is_found_in_the_file(archive: Archive) -> None:
    assert found(archive) == list(WORDS)
    assert forget(archive, ann(archive), words=False) == Scrubbed(messages=2, mentions=1, files=0)
    assert found(archive) == []
    texts = {message.key: message.body for message in read_messages(archive)}
    assert texts["a"] == "Hello,\n\nFormer member 1"
    assert texts["b"] == "On 1 January 2020, Former member 1 <…> wrote:\n> Hello\n\nThank you, Former member 1."
    (message,) = (message for message in read_messages(archive) if message.key == "c")
    assert message.native
    assert archive.attachment_path(PLAN.sha256).exists()


def test_words_and_files_go_where_that_is_asked(archive: Archive) -> None:
    assert forget(archive, ann(archive), words=True).files == 1
    messages = {message.key: message for message in read_messages(archive)}
    assert (messages["a"].body, messages["a"].elided, messages["a"].attachments) == ("", "", ())
    assert messages["c"].body == "Words of c."
    assert not archive.attachment_path(PLAN.sha256).exists()


def test_a_file_that_somebody_else_sent_too_stays(archive: Archive) -> None:
    write(archive, [mail("d", author=BEN.key, day=3, attachments=(PLAN,))])
    assert forget(archive, ann(archive), words=True).files == 0
    assert archive.attachment_path(PLAN.sha256).exists()


@pytest.mark.parametrize("words", [False, True])
def test_the_same_export_read_again_does_not_bring_anybody_back(archive: Archive, words: bool) -> None:
    forget(archive, ann(archive), words=words)
    before = list(read_messages(archive)), list(read_persons(archive))
    store_attachment(archive.attachments, PLAN.sha256, CONTENT)  # as a worker does before the writer knows
    with archive.transaction():
        writer = Writer(archive)
        counts = writer.write([GARDENERS, ANN, BEN, *records()[:-1]])
        drop_unused(archive, writer.spared)
    archive.vacuum()
    assert counts == Counts(read=4, duplicates=4)
    assert (list(read_messages(archive)), list(read_persons(archive))) == before
    assert found(archive) == []
    assert archive.attachment_path(PLAN.sha256).exists() == (not words)


def test_what_they_wrote_elsewhere_comes_without_their_name(archive: Archive) -> None:
    forget(archive, ann(archive), words=False)
    place = (Origin(source=GARDENERS.key, locator="gardeners.mbox@later"),)
    new: list[Message] = [
        mail("e", day=5, body="Again,\n\nAnn Lee", native=b"From: Ann Lee <ann@example.org>", origins=place),
        mail(
            "f", "e", author=BEN.key, day=6, body="Ask ann@example.org.", native=b"To: ann@example.org", origins=place
        ),
    ]
    write(archive, new)
    archive.vacuum()
    texts = {message.key: (message.body, message.native) for message in read_messages(archive)}
    assert texts["e"] == ("Again,\n\nFormer member 1", None)
    assert texts["f"] == ("Ask ….", None)
    assert found(archive) == []


def test_what_comes_later_holds_no_address_in_its_keys_and_places(archive: Archive) -> None:
    forget(archive, ann(archive), words=False)
    file = replace(PLAN, filename="Plan for ann@example.org.txt")
    later = mail("h", "20210101.ann@example.org", author=BEN.key, day=7, attachments=(file,))
    new: list[Record] = [
        replace(later, references=("20210101.ann@example.org",), url="https://lists.example.org/ann@example.org"),
        mail("20210101.ann@example.org", day=6),
    ]
    write(archive, new)
    settle(archive)
    archive.vacuum()
    messages = {message.key: message for message in read_messages(archive)}
    assert messages["h"].parent in messages
    assert found(archive) == []


def test_forgetting_again_with_words_removes_these_too(archive: Archive) -> None:
    forget(archive, ann(archive), words=False)
    forget(archive, ann(archive), words=True)
    assert {message.body for message in read_messages(archive) if message.author != BEN.key} == {""}
    rows = archive.db.execute("SELECT words FROM forgotten").fetchall()
    assert rows == [(1,)]


def test_others_who_are_called_alike_keep_their_address(archive: Archive) -> None:
    other = Person(key="ann.lee@example.net", name="Ann Lee", names=("Ann Lee",), email="ann.lee@example.net")
    write(archive, [other, replace(mail("g", day=8), author=other.key)])
    forget(archive, ann(archive), words=False)
    assert other in list(read_persons(archive))


def test_while_it_is_read_elsewhere_nothing_is_said_to_be_gone(archive: Archive) -> None:
    archive.db.execute("PRAGMA busy_timeout = 10")
    with Archive.open(archive.path, mode="read") as other, other.snapshot() as db:
        db.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(ArchiveError, match="preview"):
            forget(archive, ann(archive), words=False)
    forget(archive, ann(archive), words=False)
    assert found(archive) == []


@pytest.mark.parametrize(("kind", "ref"), [("user", 1), ("post", 2)])
def test_what_a_push_looks_up_by_their_keys_is_settled_first(archive: Archive, kind: str, ref: int) -> None:
    archive.db.execute(
        "INSERT INTO target (id, url, generation, facts) VALUES (1, 'https://forum.example.org', 1, '{}')"
    )
    archive.db.execute(
        "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at)"
        " VALUES (1, ?, ?, 1, 'sending', 1, 0)",
        (kind, ref),
    )
    with pytest.raises(MigrateError, match=r"migrate resume --to https://forum\.example\.org"):
        forget(archive, ann(archive), words=False)
    assert found(archive) == list(WORDS)


def test_names_of_accounts_that_are_no_more_go_wherever_they_stand(archive: Archive) -> None:
    archive.db.execute("INSERT INTO target (id, url, generation, facts) VALUES (1, 'x', 1, '{}')")
    insert = (
        "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, remote_name)"
        " VALUES (1, ?, ?, 1, ?, 1, 0, ?)"
    )
    archive.db.execute(insert, ("user", 1, "refused", "annie_l"))
    archive.db.execute(insert, ("post", 2, "done", "annie_l-s-beans"))
    archive.add_finding(
        Finding(stage="push", severity="warning", code="user-refused", text="Refused.", locator="user annie_l")
    )
    forget(archive, ann(archive), words=False)
    assert b"annie_l" not in archive.path.read_bytes()


def test_the_journal_keeps_no_name(archive: Archive) -> None:
    details = json.dumps({"title": "Ann Lee's beans", "category": 3})
    archive.db.execute(
        "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, details)"
        " VALUES (1, 'post', 2, 1, 'done', 1, 0, ?)",
        (details,),
    )
    forget(archive, ann(archive), words=False)
    (left,) = archive.db.execute("SELECT details FROM operation").fetchone()
    assert json.loads(left) == {"title": "Former member 1's beans", "category": 3}


def test_whom_an_answer_answers_is_forgotten_too(archive: Archive) -> None:
    write(archive, [mail("d", author=BEN.key, answers=ANN.key, day=5)])
    forget(archive, [1], words=False)
    write(archive, [mail("e", author=BEN.key, answers=ANN.key, day=6)])
    settle(archive)
    answered = {message.key: message.answers for message in read_messages(archive)}
    assert answered["d"] == answered["e"]
    assert answered["d"]
    assert answered["d"].startswith("forgotten:")
    assert ANN.key not in {person.key for person in read_persons(archive)} - {answered["d"]}


def test_what_a_group_says_of_itself_names_nobody_who_is_forgotten(archive: Archive) -> None:
    write(archive, [replace(GARDENERS, description="Ask Ann Lee <ann@example.org>.")])
    forget(archive, [1], words=False)
    assert archive.db.execute("SELECT description FROM source").fetchall() == [("Ask Former member 1 <…>.",)]

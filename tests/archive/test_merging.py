"""One message from two exports: what either of them knows is kept, whichever is read first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_messages, read_sources, read_threads
from migrate.archive.writer import Counts
from migrate.model import Message, Origin, Record, Source, Thread
from migrate.settle import settle
from tests.build import BEN, GARDENERS, mail, moment, new_archive, write

GROUP = Source(key=GARDENERS.key, kind="google-groups", name="Gardeners", description="For all.", private=True)
THREAD = Thread(key="x-gm-thrid:1", source=GARDENERS.key, title="Beans", labels=("Food",), url="https://g.example/c/1")


def from_mailbox(key: str, **fields: Any) -> Message:
    """As a member's mailbox has it."""
    return mail(key, origins=(Origin(source=GARDENERS.key, locator=f"box@{key}"),), **fields)


def from_group(key: str, **fields: Any) -> Message:
    """As the group's own export has it."""
    known = mail(key, origins=(Origin(source=GARDENERS.key, locator=f"group@{key}"),), **fields)
    return replace(known, thread=THREAD.key, url=f"https://g.example/{key}", arrived_at=moment(2))


MAILBOX: list[Record] = [from_mailbox("a"), from_mailbox("b", day=1), from_mailbox("c", flags=("machine-made",), day=2)]
EXPORT: list[Record] = [
    GROUP,
    THREAD,
    from_group("a", flags=("pinned",)),
    from_group("b", day=1, flags=("closed", "trashed")),
    replace(from_group("c", day=2), parent="b"),
]


@pytest.mark.parametrize("settled_between", [True, False])
@pytest.mark.parametrize("group_first", [True, False])
def test_what_one_lacks_comes_from_the_other(tmp_path: Path, group_first: bool, settled_between: bool) -> None:
    batches = [EXPORT, MAILBOX] if group_first else [MAILBOX, EXPORT]
    with new_archive(tmp_path) as archive:
        for batch in batches:
            counts = write(archive, batch)
            if settled_between:
                settle(archive)
        assert counts == Counts(read=3, duplicates=3)
        settle(archive)
        found = {message.key: message for message in read_messages(archive)}
        assert {message.thread for message in found.values()} == {THREAD.key}
        assert [message.url for message in found.values()] == [f"https://g.example/{key}" for key in "abc"]
        assert {message.arrived_at for message in found.values()} == {moment(2)}
        assert found["c"].parent == "b"
        assert "pinned" in found["a"].flags
        assert "closed" in found["b"].flags
        assert {key: len(message.origins) for key, message in found.items()} == {"a": 2, "b": 2, "c": 2}
        assert list(read_threads(archive)) == [THREAD]
        (source,) = read_sources(archive)
        assert (source.private, source.description) == (True, "For all.")
        assert archive.db.execute("SELECT count(*) FROM message WHERE position IS NULL").fetchone() == (0,)


def test_what_the_first_says_otherwise_stays(tmp_path: Path) -> None:
    first = replace(from_mailbox("a"), thread="t", parent="p", answers=BEN.key, url="https://one.example")
    other = replace(from_group("a"), answers="other@example.org")
    with new_archive(tmp_path, first) as archive:
        write(archive, [other])
        (message,) = read_messages(archive)
        assert (message.thread, message.parent, message.answers) == ("t", "p", BEN.key)
        assert message.url == "https://one.example"


def test_flags_that_leave_a_message_out_are_not_taken_from_a_copy(tmp_path: Path) -> None:
    with new_archive(tmp_path, from_mailbox("a")) as archive:
        write(archive, [from_group("a", flags=("machine-made", "trashed"))])
        (message,) = read_messages(archive)
        assert message.flags == ()


def test_what_was_sent_stays_in_its_topic(tmp_path: Path) -> None:
    with new_archive(tmp_path, *MAILBOX) as archive:
        settle(archive)
        before = threads(archive)
        _send(archive)
        write(archive, EXPORT)
        settle(archive)
        assert threads(archive) == before


def test_whom_a_copy_answers_is_learned(tmp_path: Path) -> None:
    with new_archive(tmp_path, from_mailbox("a")) as archive:
        write(archive, [replace(from_mailbox("a"), answers=BEN.key)])
        (message,) = read_messages(archive)
        assert message.answers == BEN.key


def threads(archive: Archive) -> dict[str, int]:
    query = "SELECT container.key, thread_id FROM message JOIN container USING (id)"
    return dict(archive.db.execute(query).fetchall())


def _send(archive: Archive) -> None:
    archive.db.execute(
        "INSERT INTO target (id, url, generation, facts) VALUES (1, 'https://forum.example.org', 1, '{}')"
    )
    archive.db.execute(
        "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, thread_id)"
        " SELECT 1, 'post', id, 1, 'done', 1, 0, thread_id FROM message"
    )

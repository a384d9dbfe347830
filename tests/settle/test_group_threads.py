"""Threads as a group's own page shows them (X-GM-THRID of its export), and the same mail as members have it."""

from itertools import permutations
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.model import Message
from migrate.settle import settle
from tests.build import mail, new_archive, write
from tests.settle.threads import mark_pushed, parents, settled, together

ONE, TWO = "google-groups:1", "google-groups:2"


def keys(archive: Archive) -> dict[str, str | None]:
    return {message.key: message.thread for message in read_messages(archive)}


def sets(*threads: str) -> set[frozenset[str]]:
    return set(map(frozenset, threads))


def imported(folder: Path, *imports: list[Message]) -> Archive:
    """Import after import, each settled."""
    archive = new_archive(folder)
    for records in imports:
        write(archive, records)
        settle(archive)
    return archive


def test_answers_that_name_nothing_are_in_the_thread_their_group_says(tmp_path):
    with settled(tmp_path, mail("a", thread=ONE), mail("b", day=900, title="Other words", thread=ONE)) as archive:
        assert keys(archive) == {"a": ONE, "b": ONE}


def test_two_threads_of_a_group_stay_two_whatever_an_answer_refers_to(tmp_path):
    with settled(tmp_path, mail("a", thread=ONE), mail("b", "a", day=1, thread=TWO)) as archive:
        assert keys(archive) == {"a": ONE, "b": TWO}
        assert parents(archive) == {"a": None, "b": None}
        assert list(read_findings(archive)) == []


EXPORT = [
    mail("a", thread=ONE, title="Snails"),
    mail("b", day=1, thread=ONE, title="Re: Snails"),
    mail("c", "b", day=2, thread=TWO, title="Slugs (was: Snails)"),
]
MAILBOX = [
    mail("b", day=1, title="Re: Snails"),
    mail("c", "b", day=2, title="Slugs (was: Snails)"),
    mail("d", "c", day=3, title="Re: Slugs"),
    mail("e", "b", day=4, title="Re: Snails"),
]
GMAIL = [mail("e", "b", day=4, conversation="x-gm-thrid:9"), mail("f", day=5, conversation="x-gm-thrid:9")]


@pytest.mark.parametrize("order", list(permutations([EXPORT, MAILBOX, GMAIL])))
def test_whatever_is_read_first_the_threads_are_the_same(tmp_path, order):
    with imported(tmp_path, *order) as archive:
        assert together(archive) == sets("abef", "cd")
        assert {keys(archive)[key] for key in "abc"} == {ONE, TWO}
        assert parents(archive)["d"] == "c"
        assert archive.db.execute("SELECT count(*) FROM thread").fetchone() == (2,)


def test_the_title_is_that_of_the_first_message_even_if_it_comes_later(tmp_path):
    with imported(tmp_path, EXPORT[1:], EXPORT) as archive:
        titles = archive.db.execute("SELECT title FROM thread ORDER BY key").fetchall()
        assert titles == [("Snails",), ("Slugs (was: Snails)",)]


def test_what_was_sent_stays_and_takes_in_what_the_export_adds(tmp_path):
    with imported(tmp_path, MAILBOX[:1]) as archive:
        mark_pushed(archive, "b")
        sent = keys(archive)["b"]
        for records in (EXPORT, [mail("g", day=9, thread=ONE)]):  # and still does with the import after that
            write(archive, records)
            settle(archive)
        found = keys(archive)
        assert {found["a"], found["b"], found["g"]} == {sent}
        assert found["c"] == TWO


def test_a_thread_that_two_groups_hold_is_one(tmp_path):
    first = [mail("a", thread=ONE), mail("b", "a", day=1, thread=ONE)]
    second = [mail("a", thread=TWO), mail("c", "a", day=2, thread=TWO)]
    for number, order in enumerate(([first, second, second], [second, first, first])):
        (folder := tmp_path / str(number)).mkdir()
        with imported(folder, *order) as archive:
            assert together(archive) == sets("abc")
            write(archive, [mail("d", day=3, thread=TWO)])
            settle(archive)
            assert together(archive) == sets("abcd")
            assert archive.db.execute("SELECT count(*) FROM thread").fetchone() == (1,)


def test_an_export_read_again_changes_nothing(tmp_path):
    with imported(tmp_path, MAILBOX, EXPORT) as archive:
        before = list(read_messages(archive))
        write(archive, [*EXPORT, *MAILBOX])
        assert archive.db.execute("SELECT count(*) FROM message WHERE position IS NULL").fetchone() == (0,)
        settle(archive)
        assert list(read_messages(archive)) == before


def test_a_copy_tells_that_the_thread_is_pinned_or_closed(tmp_path):
    with imported(tmp_path, [mail("a", flags=("no-archive",))], [mail("a", flags=("closed", "draft"))]) as archive:
        (message,) = read_messages(archive)
        assert message.flags == ("closed", "no-archive")

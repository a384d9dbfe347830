"""Settling: every message in exactly one thread, parents before children, keys that never change."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages, read_threads
from migrate.settle import settle
from tests.build import mail, moment, write
from tests.settle.threads import mark_pushed, parents, settled


def threads(archive: Archive) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for message in read_messages(archive):
        assert message.thread is not None
        result.setdefault(message.thread, []).append(message.key)
    return result


def test_replies_stand_under_what_they_answer(tmp_path: Path) -> None:
    with settled(tmp_path, mail("c", "a", "b", day=2), mail("a"), mail("b", "a", day=1), mail("x", day=5)) as archive:
        assert threads(archive) == {"a": ["a", "b", "c"], "x": ["x"]}
        assert parents(archive) == {"a": None, "b": "a", "c": "b", "x": None}


def test_a_thread_is_called_after_its_first_message(tmp_path: Path) -> None:
    with settled(
        tmp_path, mail("b", "a", day=1, title="Re: Frost"), mail("a", title="Re: [Gardeners] Frost [help]")
    ) as archive:
        assert [thread.title for thread in read_threads(archive)] == ["Frost [help]"]


def test_replies_to_a_lost_message_share_a_thread(tmp_path: Path) -> None:
    with settled(tmp_path, mail("b", "lost"), mail("c", "lost", day=1)) as archive:
        assert threads(archive) == {"lost": ["b", "c"]}
        assert parents(archive) == {"b": None, "c": None}


def test_a_lost_message_in_the_middle_is_skipped(tmp_path: Path) -> None:
    with settled(tmp_path, mail("a"), mail("c", "a", "lost", day=1)) as archive:
        assert parents(archive)["c"] == "a"


def test_no_message_is_lost_in_loops(tmp_path: Path) -> None:
    with settled(tmp_path, mail("a", "b", "a"), mail("b", "a"), mail("self", "self")) as archive:
        assert sorted(chain(*threads(archive).values())) == ["a", "b", "self"]


def test_a_parent_that_arrives_later_joins_its_thread(tmp_path: Path) -> None:
    with settled(tmp_path, mail("b", "a", day=1)) as archive:
        write(archive, [mail("a")])
        settle(archive)
        assert threads(archive) == {"a": ["a", "b"]}
        assert parents(archive)["b"] == "a"


def test_settling_again_changes_nothing(tmp_path: Path) -> None:
    with settled(tmp_path, mail("a"), mail("b", "a", day=1), mail("c", day=2)) as archive:
        before = list(read_messages(archive)), list(read_threads(archive))
        write(archive, [mail("d", day=3)])
        settle(archive)
        assert [item for item in read_messages(archive) if item.key != "d"] == before[0]
        assert list(read_threads(archive))[:2] == before[1]


@pytest.mark.parametrize(("pushed", "expected"), [([], "a"), (["c"], "c"), (["a"], "a")])
def test_threads_that_turn_out_to_be_one_become_one(tmp_path: Path, pushed: list[str], expected: str) -> None:
    with settled(tmp_path, mail("a"), mail("c", day=2)) as archive:
        for key in pushed:
            mark_pushed(archive, key)
        write(archive, [mail("d", "a", "c", day=3)])
        settle(archive)
        assert threads(archive) == {expected: ["a", "c", "d"]}
        assert [thread.key for thread in read_threads(archive)] == [expected]


def test_two_threads_that_a_forum_holds_stay_two(tmp_path: Path) -> None:
    with settled(tmp_path, mail("a"), mail("c", day=2)) as archive:
        mark_pushed(archive, "a")
        mark_pushed(archive, "c")
        write(archive, [mail("d", "a", "c", day=3)])
        settle(archive)
        assert threads(archive) == {"a": ["a"], "c": ["c", "d"]}
        assert parents(archive) == {"a": None, "c": None, "d": "c"}
        assert [finding.code for finding in read_findings(archive)] == ["threads-stay-apart"]


def test_a_reply_without_references_joins_by_subject(tmp_path: Path) -> None:
    first, reply = mail("a", title="[garden] Frost"), mail("b", title="RE: frost", day=3)
    late = mail("c", title="Re: Frost", day=90)
    with settled(tmp_path, first, reply, late) as archive:
        assert threads(archive) == {"a": ["a", "b"], "c": ["c"]}


def test_equal_subjects_of_no_replies_do_not_join(tmp_path: Path) -> None:
    with settled(tmp_path, mail("a", title="Reminder"), mail("b", title="Reminder", day=3)) as archive:
        assert len(threads(archive)) == 2


def test_one_conversation_id_is_one_thread(tmp_path: Path) -> None:
    first = mail("a", conversation="x-gm-thrid:1")
    second = mail("b", "lost", day=1, conversation="x-gm-thrid:1")
    with settled(tmp_path, first, second) as archive:
        assert threads(archive) == {"x-gm-thrid:1": ["a", "b"]}


def test_what_the_source_says_of_threads_and_parents_stands(tmp_path: Path) -> None:
    given = [replace(mail(key, day=day), thread="board/7") for day, key in enumerate("abc")]
    given[2] = replace(given[2], parent="b")
    with settled(tmp_path, *given) as archive:
        assert threads(archive) == {"board/7": ["a", "b", "c"]}
        assert parents(archive) == {"a": None, "b": None, "c": "b"}


def test_a_message_without_date_gets_that_of_its_neighbour(tmp_path: Path) -> None:
    with settled(tmp_path, mail("z", day=None), mail("a", day=4), mail("b", day=None)) as archive:
        messages = {message.key: message for message in read_messages(archive)}
        assert messages["z"].sent_at == messages["b"].sent_at == moment(4)
        assert messages["z"].date_source == "neighbours"
        assert [finding.code for finding in read_findings(archive)] == ["date-from-neighbours"] * 2


def test_a_source_without_any_date_is_settled_all_the_same(tmp_path: Path) -> None:
    with settled(tmp_path, mail("a", day=None), mail("b", "a", day=None)) as archive:
        assert threads(archive) == {"a": ["a", "b"]}
        assert [finding.code for finding in read_findings(archive)] == ["date-unknown"]


def test_a_message_nothing_dates_comes_last_in_its_list_and_is_reported(tmp_path: Path) -> None:
    files = {"a": 4.0, "b": 2.0, "c": None}
    with settled(tmp_path, *(mail(key, day=day, locator=f"{key}.eml@0") for key, day in files.items())) as archive:
        (undated,) = (message for message in read_messages(archive) if message.key == "c")
        assert (undated.sent_at, undated.date_source) == (moment(4), "neighbours")
        assert [(finding.code, finding.message) for finding in read_findings(archive)] == [("date-unknown", "c")]


def test_a_thread_without_a_subject_is_called_by_its_first_words(tmp_path: Path) -> None:
    first = mail("a", title="Re: [Gardeners] (no subject)", body="Hi all,\n\nthe slugs are back. They eat everything.")
    with settled(tmp_path, first, mail("b", title="", body="", day=40)) as archive:
        assert [thread.title for thread in read_threads(archive)] == ["the slugs are back. They eat everything", ""]


def test_what_a_message_on_a_forum_answers_stays(tmp_path: Path) -> None:
    """It was sent as an answer to nothing; what it answers turns up and answers another one in turn."""
    with settled(tmp_path, mail("b", "lost"), mail("c", "lost", day=1), mail("d", "lost", "a", day=2)) as archive:
        for key in "bcd":
            mark_pushed(archive, key)
        write(archive, [mail("a", "lost", "c", day=1.5), mail("e", "lost", "a", day=4)])
        settle(archive)
        assert threads(archive) == {"lost": ["b", "c", "a", "d", "e"]}
        assert parents(archive) == {"b": None, "c": None, "d": None, "a": "c", "e": "a"}


def test_a_long_push_makes_settling_no_slower(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        folder = tmp_path / str(count)
        folder.mkdir()
        messages = [mail(f"{number:05}", day=number / 100, title=f"Bed {number}") for number in range(count)]
        with settled(folder, *messages) as archive:
            with archive.transaction() as db:
                db.execute(
                    "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, thread_id)"
                    " SELECT 1, 'post', id, 1, 'done', 1, 0, thread_id FROM message"
                )
                db.execute("UPDATE source SET footers_among = 0")
            write(archive, [mail("new", day=count)])
            start = time.process_time()
            settle(archive)
            return time.process_time() - start

    assert seconds(6000) < 6 * seconds(2000)  # a quadratic one takes nine times

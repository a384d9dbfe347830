"""Dates that cannot be, and what takes their place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.model import Message
from migrate.settle import settle
from tests.build import mail, moment, write
from tests.settle.threads import mark_pushed, settled

MANY = range(10)


def box(key: str, *references: str, day: float | None, arrived: float | None = None) -> Message:
    return mail(key, *references, day=day, arrived_at=None if arrived is None else moment(arrived))


def mailbox(*messages: Message) -> list[Message]:
    """These messages, one after the other in one file."""
    return [replace(message, locator=f"g.mbox@{place * 900}") for place, message in enumerate(messages)]


def day_of(archive: Archive, key: str) -> tuple[float, str | None]:
    message = next(item for item in read_messages(archive) if item.key == key)
    assert message.sent_at is not None
    return (message.sent_at - moment(0)).total_seconds() / 86400, message.date_source


def around(*odd: Message) -> list[Message]:
    """These, in the middle of a mailbox of ten messages, one a day."""
    others = [box(f"o{day}", day=day) for day in MANY]
    return mailbox(*others[:5], *odd, *others[5:])


def codes(archive: Archive) -> list[str]:
    return [finding.code for finding in read_findings(archive)]


@pytest.mark.parametrize("at", [0, 5, 10])
@pytest.mark.parametrize("day", [-4000, -200, 200, 900])
def test_a_date_that_does_not_fit_gives_way_to_the_arrival(tmp_path: Path, day: float, at: int) -> None:
    others = [box(f"o{day}", day=day) for day in MANY]
    with settled(tmp_path, *mailbox(*others[:at], box("x", day=day, arrived=4.2), *others[at:])) as archive:
        found, source = day_of(archive, "x")
        assert found == pytest.approx(4.2)
        assert source == "arrival"
        assert codes(archive) == ["date-from-arrival"]


def test_an_arrival_that_fits_no_better_is_not_believed(tmp_path: Path) -> None:
    with settled(tmp_path, *around(box("x", day=-4000, arrived=-3000))) as archive:
        assert day_of(archive, "x") == (4, "neighbours")
        assert codes(archive) == ["date-from-neighbours"]


@pytest.mark.parametrize("day", [-4000, 900])
def test_old_mail_among_new_keeps_the_date_that_two_clocks_tell(tmp_path: Path, day: float) -> None:
    with settled(tmp_path, *around(box("x", day=day, arrived=day + 1))) as archive:
        assert day_of(archive, "x") == (day, "header")
        assert codes(archive) == []


def test_a_date_that_is_that_of_the_arrival_is_told_by_one_clock(tmp_path: Path) -> None:
    odd = replace(box("x", day=-4000, arrived=-4000), date_source="envelope")
    with settled(tmp_path, *around(odd)) as archive:
        assert day_of(archive, "x") == (4, "neighbours")


@pytest.mark.parametrize(("at", "day"), [(10, 700), (0, -700)])
def test_the_first_and_the_last_mail_may_be_years_away(tmp_path: Path, at: int, day: float) -> None:
    """Lists begin with a test and end with a question whether anybody is there."""
    others = [box(f"o{day}", day=day) for day in MANY]
    with settled(tmp_path, *mailbox(*others[:at], box("x", day=day), *others[at:])) as archive:
        assert day_of(archive, "x") == (day, "header")


def test_the_place_in_the_file_counts_and_not_what_was_read_first(tmp_path: Path) -> None:
    """An answer in another file names two of the messages before they are read."""
    old = [box("a", day=-900), box("x", day=None), box("b", day=-899), box("c", day=-898)]
    late = mail("z", "a", "x", day=20, locator="h.mbox@0")
    with settled(tmp_path, late) as archive:
        write(archive, mailbox(*(box(f"o{day}", day=day - 1000) for day in MANY), *old))
        settle(archive)
        assert day_of(archive, "x") == (-900, "neighbours")


def test_only_a_mailbox_is_in_the_order_of_its_dates(tmp_path: Path) -> None:
    """Comments of wiki pages are read page by page; one without a date gets that of the one before it all the same."""
    pages = [replace(item, locator=f"https://wiki.example.org/{item.key}") for item in around(box("x", day=-4000))]
    undated = replace(box("y", day=None), locator="https://wiki.example.org/y")
    with settled(tmp_path, *pages, undated) as archive:
        assert day_of(archive, "x") == (-4000, "header")
        assert day_of(archive, "y") == (9, "neighbours")


def test_mail_of_a_digest_stands_where_the_digest_stands(tmp_path: Path) -> None:
    parts = [replace(box(f"d{n}", day=day), locator=f"g.mbox@4500#{n}") for n, day in enumerate([4, -4000, None], 9)]
    with settled(tmp_path, *around()[:5], *parts, *around()[6:]) as archive:
        assert [day_of(archive, f"d{n}")[0] for n in (9, 10, 11)] == [4, 4, 4]


@pytest.mark.parametrize("day", [None, -4000])
def test_between_what_it_answers_and_its_answers(tmp_path: Path, day: float | None) -> None:
    """The mailbox has them out of order."""
    odd = [box("child", "x", day=2.5), box("x", "parent", day=day), box("parent", day=2)]
    with settled(tmp_path, *around(*odd)) as archive:
        found, source = day_of(archive, "x")
        assert 2 <= found <= 2.5
        assert source == "neighbours"


def test_mail_that_was_held_back_keeps_its_date(tmp_path: Path) -> None:
    with settled(tmp_path, *around(box("x", day=-20, arrived=4.2))) as archive:
        assert day_of(archive, "x") == (-20, "header")


def test_a_late_answer_is_believed_where_its_thread_agrees(tmp_path: Path) -> None:
    """An old thread, copied into this mailbox."""
    new = around(box("b", "a", day=-399))
    with settled(tmp_path, *mailbox(*new[:3], box("a", day=-400), *new[3:])) as archive:
        assert [day_of(archive, key) for key in "ab"] == [(-400, "header"), (-399, "header")]
        assert codes(archive) == []


def test_nothing_is_doubted_in_a_mailbox_without_order(tmp_path: Path) -> None:
    days = [0, 900, 30, 2000, 400, 1500, 100]
    with settled(tmp_path, *mailbox(*(box(f"m{day}", day=day) for day in days))) as archive:
        assert codes(archive) == []


def test_an_answer_long_before_its_question_is_moved_behind_it(tmp_path: Path) -> None:
    """Single files have no neighbours."""
    with settled(tmp_path, mail("a", day=50, locator="a.eml@0"), mail("b", "a", day=3, locator="b.eml@0")) as archive:
        assert day_of(archive, "b") == (50, "neighbours")


def test_what_is_learned_later_counts_until_it_is_sent(tmp_path: Path) -> None:
    with settled(tmp_path, mail("b", "a", day=None, locator="b.eml@0"), mail("z", day=9, locator="z.eml@0")) as archive:
        write(archive, [mail("a", day=5, locator="a.eml@0")])
        settle(archive)
        assert day_of(archive, "b") == (5, "neighbours")
        mark_pushed(archive, "b")
        write(archive, [mail("c", "b", day=2, locator="c.eml@0")])
        settle(archive)
        assert day_of(archive, "b") == (5, "neighbours")


def test_what_was_sent_keeps_its_place(tmp_path: Path) -> None:
    files = {"a": 1, "b": 3, "c": None}
    mails = [mail(key, *(["a"] if key != "a" else []), day=day, locator=f"{key}.eml@0") for key, day in files.items()]
    with settled(tmp_path, *mails, mail("d", "c", day=5, locator="d.eml@0")) as archive:
        order = [message.key for message in read_messages(archive)]
        mark_pushed(archive, "a")
        write(archive, [mail("z", day=9, locator="z.eml@0")])
        settle(archive)
        assert [message.key for message in read_messages(archive)][:4] == order

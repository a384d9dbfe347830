"""Dates that cannot be, and what takes their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.model import Message
from migrate.settle import settle
from tests.build import mail, moment, write
from tests.settle.threads import mark_pushed, settled

MANY = range(10)


def box(key: str, *references: str, day: float | None, arrived: float | None = None, title: str = "") -> Message:
    """A message of one mailbox, in which tests put them in the order they write them."""
    return mail(
        key,
        *references,
        day=day,
        title=title or f"About {key}",
        locator=f"g.mbox@{key}",
        arrived_at=None if arrived is None else moment(arrived),
    )


def day_of(archive: Archive, key: str) -> tuple[float, str | None]:
    message = next(item for item in read_messages(archive) if item.key == key)
    assert message.sent_at is not None
    return (message.sent_at - moment(0)).total_seconds() / 86400, message.date_source


def around(*odd: Message) -> list[Message]:
    """These, in the middle of a mailbox of ten messages, one a day."""
    others = [box(f"o{day}", day=day) for day in MANY]
    return [*others[:5], *odd, *others[5:]]


def codes(archive: Archive) -> list[str]:
    return [finding.code for finding in read_findings(archive)]


@pytest.mark.parametrize("day", [-4000, -200, 200, 900])
def test_a_date_that_does_not_fit_gives_way_to_the_arrival(tmp_path: Path, day: float) -> None:
    with settled(tmp_path, *around(box("x", day=day, arrived=4.2))) as archive:
        found, source = day_of(archive, "x")
        assert found == pytest.approx(4.2)
        assert source == "arrival"
        assert codes(archive) == ["date-from-arrival"]


def test_an_arrival_that_fits_no_better_is_not_believed(tmp_path: Path) -> None:
    with settled(tmp_path, *around(box("x", day=-4000, arrived=-3999))) as archive:
        assert day_of(archive, "x") == (4, "neighbours")
        assert codes(archive) == ["date-from-neighbours"]


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
    with settled(tmp_path, *new[:3], box("a", day=-400), *new[3:]) as archive:
        assert [day_of(archive, key) for key in "ab"] == [(-400, "header"), (-399, "header")]
        assert codes(archive) == []


def test_nothing_is_doubted_in_a_mailbox_without_order(tmp_path: Path) -> None:
    days = [0, 900, 30, 2000, 400, 1500, 100]
    with settled(tmp_path, *(box(f"m{day}", day=day) for day in days)) as archive:
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

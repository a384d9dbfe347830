"""Who brought which line, as a page's history tells it."""

from __future__ import annotations

import random

import pytest

from importers.wiki import history
from importers.wiki.history import LineHistory, Version, numbered


def version(number: int, parent: int | None = None) -> Version:
    return Version(number, parent, "2020-01-01T00:00:00Z", f"User {number}", order=("2020", number, number))


def owners(*texts: str | None, order: list[int] | None = None) -> list[int | None]:
    """Per line of the last text the number of the version that brought it, from 1."""
    lines = LineHistory()
    saved = [(version(number, number - 1 or None), text) for number, text in enumerate(texts, 1)]
    for place in order or range(len(saved)):
        lines.add(*saved[place])
    return [owner.id if owner else None for owner in lines.owners()]


def test_lines_belong_to_the_version_that_added_them():
    assert owners("a\nb", "a\nb\nc", "x\na\nb\nc") == [3, 1, 1, 2]


def test_a_line_in_the_middle():
    assert owners("a\nz", "a\nm\nz", "a\nm\nn\nz") == [1, 2, 3, 1]


def test_a_changed_line_belongs_to_whoever_changed_it():
    assert owners("a\nb\nc", "a\nB\nc") == [1, 2, 1]


def test_a_line_that_vanished_and_came_back_stays_its_writers():
    assert owners("a\nb", "a", "", "a\nb") == [1, 1]


def test_a_moved_section_stays_its_writers():
    assert owners("== A ==\na1\n== B ==\nb1", "== A ==\na1\n== B ==\nb1\nb2", "== B ==\nb1\nb2\n== A ==\na1") == [
        *(1, 1, 2),
        *(1, 1),
    ]


def test_an_indent_or_a_space_is_no_writing():
    assert owners("a\n::Yes, I think so", "a\n:Yes, I  think so") == [1, 1]


def test_equal_lines_are_told_apart_by_where_they_were_added():
    assert owners("== A ==\nAgreed\n== B ==\nb", "== A ==\nAgreed\n== B ==\nb\nAgreed") == [1, 1, 1, 1, 2]
    assert owners("== A ==\na\n== B ==\nb\nAgreed", "== A ==\na\nAgreed\n== B ==\nb\nAgreed") == [1, 1, 2, 1, 1, 1]


def test_line_breaks_at_the_end_are_lines_as_well():
    assert owners("a\n", "a\n\n") == [1, 1, 2]
    assert owners("a\nb\n", "a\n") == [1, 1]
    assert owners("", "") == [1]


def test_what_a_version_that_is_not_there_may_have_brought_is_nobodys():
    lines = LineHistory()
    lines.add(version(5, parent=4), "a\nb")  # an export of the newest 2: the first of them had a parent
    lines.add(version(6, parent=5), "a\nb\nc")
    lines.add(version(9, parent=8), "a\nb\nc\nd")
    assert [owner.id if owner else None for owner in lines.owners()] == [None, None, 6, None]


def test_after_a_hidden_version_new_lines_are_nobodys():
    assert owners("a", None, "a\nb", "a\nb\nc") == [1, None, 4]


def test_the_newest_first_as_some_wikis_export_it():
    texts = ("a\nb", "a\nb\nc", "a\nc", "x\na\nc\nb")
    assert owners(*texts, order=[3, 2, 1, 0]) == owners(*texts) == [4, 1, 2, 1]


@pytest.mark.parametrize("shuffled", [False, True])
def test_whatever_was_done_a_line_is_its_first_writers(shuffled: bool):
    chance = random.Random(7)
    for _ in range(200):
        first: dict[str, int] = {}
        texts: list[list[str]] = []
        for number in range(1, 10):
            lines = list(chance.choice(texts)) if texts and chance.random() < 0.3 else list(texts[-1] if texts else [])
            chance.shuffle(lines) if chance.random() < 0.2 else None
            lines = [line for line in lines if chance.random() < 0.9]
            for _ in range(chance.randint(0, 3)):
                lines.insert(chance.randint(0, len(lines)), f"line {len(first)} " + "x" * chance.randint(0, 90))
                first.update({line: number for line in lines if line not in first})
            lines = lines or ["kept"]
            first.setdefault(lines[0], number)
            texts.append(lines)
        order = chance.sample(range(9), 9) if shuffled else None
        assert owners(*map("\n".join, texts), order=order) == [first[line] for line in texts[-1]]


def test_memory_is_bounded_where_all_lines_change_each_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "MAX_GONE", 100)
    lines = LineHistory()
    for number in range(1, 50):
        lines.add(version(number, number - 1 or None), "\n".join(f"{number} {line}" for line in range(40)))
    assert len(lines._gone) <= 100
    assert {owner.id for owner in lines.owners() if owner} == {49}


def test_many_versions_that_come_late_cost_little():
    lines = LineHistory()
    lines.add(version(100_000), "\n".join(f"line {number}" for number in range(50_000)))
    for number in range(20_000, 0, -1):
        lines.add(version(number), "line 1")
    assert lines.owners()[1] is not None and lines.owners()[1].id == 1  # type: ignore[union-attr]  # said before


def test_versions_are_numbered_from_the_oldest():
    one, two, three = version(1), version(2), version(3)
    assert numbered([three, None, one, three]) == ([one, three], [1, -1, 0, 1])
    assert numbered([]) == ([], [])
    assert numbered([None, None]) == ([], [-1, -1])
    assert two.user == "User 2"

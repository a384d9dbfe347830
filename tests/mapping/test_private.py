"""Sources that their exports call private: staff alone reads them, unless rules say otherwise, and nothing leaks."""

from __future__ import annotations

import pytest

from migrate.mapping import DEFAULT_RULE, Place, PlaceError, SourceName, may_join, places, read_mapping

GARDENERS = SourceName(1, "gardeners.example.org", "gardeners", "mbox")
BOARD = SourceName(2, "board.example.org", "Board", "google-groups", private=True)
CLUB = SourceName(3, "club.example.org", "Club", "facebook", private=True)
NAMES = {1: "gardeners", 2: "Board", 3: "Club"}


def placed(text: str) -> dict[tuple[int, int], Place]:
    return places(read_mapping(text, "map.toml"), (GARDENERS, BOARD, CLUB), NAMES)


def readers(text: str) -> dict[tuple[int, int], tuple[str, ...]]:
    return {key: place.read for key, place in placed(text).items() if key[0] != GARDENERS.id}


def test_without_rules_only_staff_reads_it() -> None:
    found = placed("")
    assert [(place.name, place.read, place.is_reserved) for place in found.values()] == [
        ("gardeners", (), False),
        ("Board", ("staff",), True),
        ("Club", ("staff",), True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[rule]]\nsource = "board*"\nread = "members"', {(2, 0): ("members",), (3, DEFAULT_RULE): ("staff",)}),
        ('[[rule]]\nsource = "board*"\npublic = true', {(2, 0): (), (3, DEFAULT_RULE): ("staff",)}),
        ('[[rule]]\nsource = ["board*", "club*"]\ncategory = "Inner"', {(2, 0): ("staff",), (3, 0): ("staff",)}),
        (
            '[[rule]]\nsource = "b*"\ntitle = "*news*"\npublic = true\ncategory = "News"',
            {(2, 0): (), (2, DEFAULT_RULE): ("staff",), (3, DEFAULT_RULE): ("staff",)},
        ),
        (
            '[[rule]]\nsource = "b*"\nparent = "Inner"\n[[rule]]\nsource = "c*"\ncategory = "Inner"\nread = "members"',
            {(2, 0): ("members",), (3, 1): ("members",)},
        ),
    ],
)
def test_rules_say_who_reads_it(text: str, expected: dict[tuple[int, int], tuple[str, ...]]) -> None:
    assert readers(text) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('[[rule]]\ncategory = "All"', 0),
        ('[[rule]]\nsource = "gard*"\ncategory = "Board"', 0),
        ('[[rule]]\nsource = "board*"\ncategory = "Gardeners"', 0),
        ('[[rule]]\nsource = "gard*"\nparent = "board"', 0),
        ('[[rule]]\nsource = "club*"\ncategory = "X"\n[[rule]]\nsource = "board*"\ncategory = "X"\npublic = true', 0),
    ],
)
def test_it_shares_no_category_with_what_is_for_everyone_unless_that_is_said(text: str, rule: int) -> None:
    with pytest.raises(PlaceError, match=r"is private, as its export says, .*\(read = \[") as raised:
        placed(text)
    assert raised.value.rule == rule


@pytest.mark.parametrize("place", ['category = "X"', 'category = "Y"\nparent = "X"'])
@pytest.mark.parametrize("source", ["club", "gard"])
def test_what_everyone_may_read_is_not_hidden_in_a_category_for_some(source: str, place: str) -> None:
    board = '[[rule]]\nsource = "board*"\ncategory = "X"\nread = "board"\n'
    words = "everyone may read the category '[XY]', another one that only board may"
    with pytest.raises(PlaceError, match=words) as raised:
        placed(f'{board}[[rule]]\nsource = "{source}*"\n{place}\npublic = true')
    assert raised.value.rule == 1


def test_a_rule_that_calls_it_private_asks_for_its_readers_everywhere() -> None:
    board = SourceName(2, "board.example.org", "Board", "mbox")
    text = '[[rule]]\nsource = "b*"\ntitle = "x*"\ncategory = "X"\nprivate = true\nread = "staff"'
    for source in (board, BOARD):  # whatever its export says
        with pytest.raises(PlaceError, match="'Board' is private, and what no rule takes of it would be in the public"):
            places(read_mapping(text, "map.toml"), (GARDENERS, source), NAMES)


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("", GARDENERS, False),
        ("", CLUB, True),
        ('[[rule]]\nsource = "club*"\nread = "members"', CLUB, False),
        ('[[rule]]\nsource = "club*"\npublic = true', CLUB, False),
        ("[[rule]]\npublic = true", GARDENERS, True),
        # "Club" is read by members, since another rule says so of the category of that name.
        ('[[rule]]\nsource = "gard*"\ncategory = "Club"\nread = "members"', CLUB, False),
    ],
)
def test_its_answers_join_only_where_nobody_else_reads(text: str, other: SourceName, expected: bool) -> None:
    mapping = read_mapping(text, "map.toml")
    found = placed(text)
    assert may_join(mapping, found, BOARD, other, mapping.chain(other)[-1]) is expected

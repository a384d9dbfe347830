"""Block quotes have the numbers that settling and composing agree on."""

from __future__ import annotations

import pytest

from migrate.content.blockquotes import block_quotes, quote_depths, unquoted


def numbered(text: str) -> list[tuple[int, int, int, int]]:
    quotes = block_quotes(quote_depths(text.split("\n")))
    return [(quote.number, quote.depth, quote.start, quote.stop) for quote in quotes]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n> b\nc", [(0, 1, 1, 2)]),
        ("> a\n\n> b", [(0, 1, 0, 1), (1, 1, 2, 3)]),
        ("> a\n> > b\n>\n> > c\n\n> d", [(0, 1, 0, 4), (1, 2, 1, 2), (2, 2, 3, 4), (3, 1, 5, 6)]),
        (">> b\n> a", [(0, 1, 0, 2), (1, 2, 0, 1)]),
        ("```\n> code\n```\n> quote", [(0, 1, 3, 4)]),
        ("1. ~~~\n> code\n~~~", []),
        ("> ```\n> > code\n> ```\n> > quote", [(0, 1, 0, 4), (1, 2, 3, 4)]),
        ("> ```\n> > code\n\n> > quote", [(0, 1, 0, 2), (1, 1, 3, 4), (2, 2, 3, 4)]),
        ("````\n```\n> code\n````\n> quote", [(0, 1, 4, 5)]),
        ("- item\n  > not counted\n\\> nor this", []),
        ("", []),
    ],
)
def test_quotes_are_counted_as_they_begin(text: str, found: list[tuple[int, int, int, int]]) -> None:
    assert numbered(text) == found


def test_marks_without_end_are_no_depth_without_end() -> None:
    assert len(numbered("> " * 5000 + "x")) == 12


@pytest.mark.parametrize(
    "text", ["> a\n>> b\n> > > c\nd", ">a\n> > b\n>  > c\n>x> d\n>", "a\n\n> " + "> " * 14 + "b", " > a\n\\> b", ""]
)
def test_a_fence_further_down_changes_no_depth(text: str) -> None:
    lines = text.split("\n")
    assert quote_depths([*lines, "```"])[:-1] == quote_depths(lines)


def test_only_quote_marks_are_taken_off() -> None:
    assert [unquoted("> > > a", depth) for depth in (0, 1, 2, 3, 4)] == ["> > > a", "> > a", "> a", "a", "a"]
    assert [unquoted(line, 1) for line in (" > a", "\\> a", "a > b", "", ">")] == [" > a", "\\> a", "a > b", "", ""]

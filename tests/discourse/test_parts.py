"""A long text comes in parts: none too long, nothing lost, cut where a reader would cut it."""

from __future__ import annotations

import random
import re
import time

import pytest

from migrate.discourse.parts import split_post
from migrate.pages.markdown import render

HEADER = "*(continued)*\n\n"


def split(raw: str, limit: int) -> list[str]:
    parts = split_post(raw, limit, "(continued)")
    assert all(len(part) <= limit for part in parts)
    assert all(part.startswith(HEADER) for part in parts[1:])
    return [parts[0], *(part.removeprefix(HEADER) for part in parts[1:])]


def words(raw: str) -> list[str]:
    return re.findall(r"word\d+", raw)


def paragraph(start: int, count: int) -> str:
    return " ".join(f"word{number}" for number in range(start, start + count))


def test_what_fits_stays_one() -> None:
    assert split_post("a\n\n\nb", 10, "(continued)") == ["a\n\n\nb"]


def test_paragraphs_stay_whole() -> None:
    texts = [paragraph(number * 10, 10) for number in range(6)]
    assert split("\n\n".join(texts), 160) == ["\n\n".join(texts[at : at + 2]) for at in (0, 2, 4)]


@pytest.mark.parametrize(
    "block",
    [
        "```python\n" + "\n\n".join(paragraph(at, 4) for at in range(0, 12, 4)) + "\n```",
        '[quote="ann, post:3, topic:45"]\n\n' + paragraph(0, 6) + "\n\n" + paragraph(6, 6) + "\n\n[/quote]",
        '[details="…"]\n\n' + paragraph(0, 6) + "\n\n```\n[/details]\n```\n\n" + paragraph(6, 6) + "\n\n[/details]",
        "| a | b |\n|---|---|\n" + "\n".join(f"| word{at} | x |" for at in range(10)),
        "> " + paragraph(0, 6) + "\n>\n> " + paragraph(6, 6),
        "- " + paragraph(0, 6) + "\n\n  " + paragraph(6, 6),
    ],
)
def test_a_block_that_fits_is_not_cut(block: str) -> None:
    before, after = paragraph(100, 14), paragraph(200, 14)
    assert split(f"{before}\n\n{block}\n\n{after}", 180) == [before, block, after]


def test_a_long_fence_is_closed_and_opened_again() -> None:
    code = [f"    word{number} = {number}" for number in range(40)]
    parts = split("\n".join(["~~~~ python", *code, "~~~~"]), 200)
    assert len(parts) > 3
    assert all(part.startswith("~~~~ python\n") and part.endswith("\n~~~~") for part in parts)
    assert [line for part in parts for line in part.split("\n")[1:-1]] == code


def test_a_long_box_is_closed_and_opened_again_with_the_boxes_in_it() -> None:
    outer, inner = '[quote="ann, post:3, topic:45"]', '[quote="ben, post:2, topic:45"]'
    texts = [paragraph(at, 8) for at in range(0, 80, 8)]
    raw = "\n\n".join([outer, inner, *texts[:6], "[/quote]", *texts[6:], "[/quote]"])
    parts = split(raw, 260)
    assert len(parts) > 3
    for part in parts:
        assert part.startswith(outer)
        assert part.endswith("[/quote]")
        assert part.count("[quote=") == part.count("[/quote]")
    assert words(" ".join(parts)) == words(raw)


def test_a_long_quote_is_marked_line_by_line_and_its_fence_opened_again() -> None:
    raw = "\n".join(["> ```", *(f"> word{number}" for number in range(60)), "> ```"])
    parts = split(raw, 200)
    assert all(part.startswith("> ```\n") and part.endswith("\n> ```") for part in parts)
    assert words(" ".join(parts)) == words(raw)


def test_a_long_table_has_its_head_again() -> None:
    rows = [f"| word{number} | x |" for number in range(40)]
    parts = split("\n".join(["| a | b |", "|---|---|", *rows]), 200)
    assert all(part.startswith("| a | b |\n|---|---|\n| word") for part in parts)
    assert words(" ".join(parts)) == words("\n".join(rows))


def test_a_long_line_is_cut_between_words_and_starts_no_block() -> None:
    parts = split(" - ".join(f"word{number}" for number in range(100)), 200)
    assert len(parts) > 4
    assert not any(part.startswith("- ") for part in parts)
    assert all("<li>" not in render(part) for part in parts)
    assert words(" ".join(parts)) == words(paragraph(0, 100))


def test_links_and_code_are_not_cut() -> None:
    link = "[a link of several words](https://example.org/very/long/address)"
    parts = split(" ".join([link, "`some code with spaces`"] * 20), 200)
    assert sum(part.count(link) for part in parts) == 20
    assert sum(part.count("`some code with spaces`") for part in parts) == 20


def test_one_endless_word_is_cut_anywhere() -> None:
    parts = split("x" * 1000, 200)
    assert "".join(parts) == "x" * 1000


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_whatever_the_text(seed: int) -> None:
    rng = random.Random(seed)
    number = 0
    pieces = []
    marks = (
        "",
        "",
        "> ",
        "- ",
        "    ",
        "```\n",
        "\n```\n",
        '\n[quote="x, post:1, topic:2"]\n',
        "\n[/quote]\n",
        "\n\n\n",
    )
    for _ in range(rng.randint(20, 150)):
        count = rng.choice((1, 3, 10, 60))
        pieces.append(rng.choice(marks) + paragraph(number, count))
        number += count
    raw = rng.choice(("\n", "\n\n")).join(pieces).strip()
    parts = split(raw, rng.choice((150, 400, 2000)))
    assert words(" ".join(parts)) == words(raw)


def test_it_is_quick() -> None:
    raw = "\n\n".join(["> quoted\n> line", "- item\n\n  goes on", "text of a paragraph", "```\ncode\n```"] * 10_000)
    started = time.perf_counter()
    split(raw, 32_000)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("depth", [8, 400])
def test_quotes_may_stand_in_each_other_as_deep_as_they_like(depth: int) -> None:
    raw = "\n".join("> " * depth + f"word{number}" for number in range(3000))
    started = time.perf_counter()
    parts = split(raw, 32_000)
    assert time.perf_counter() - started < 2
    assert words(" ".join(parts)) == words(raw)
    assert all(part.startswith("> > ") for part in parts)


def test_fences_that_nothing_closes_take_no_time_and_are_closed() -> None:
    raw = "\n".join(f"> ```word{number}" for number in range(10_000))
    started = time.perf_counter()
    parts = split(raw, 32_000)
    assert time.perf_counter() - started < 2
    assert all(part.startswith("> ```word0\n") and part.endswith("\n> ```") for part in parts)


def test_boxes_that_nothing_closes_take_no_time() -> None:
    raw = '[quote="x, post:1, topic:2"]\n' * 6000
    started = time.perf_counter()
    split(raw, 32_000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("letter", ["e\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0e17\u0e35\u0e48"])
@pytest.mark.parametrize("limit", range(200, 205))
def test_a_letter_and_its_accents_do_not_come_apart(letter: str, limit: int) -> None:
    parts = split(letter * 500, limit)
    assert "".join(parts) == letter * 500
    assert all(part.startswith(letter) and part.endswith(letter) for part in parts)


def test_what_stood_in_a_list_is_no_code_without_it() -> None:
    items = "\n".join(f"- word{at}\n  - word{at + 1}\n    - word{at + 2}" for at in range(0, 90, 3))
    fence = "\n".join(["1.  item\n\n    ```", *(f"      word{at}" for at in range(60)), "    ```"])
    for raw in (items, fence):
        parts = split(raw, 200)
        assert words(" ".join(parts)) == words(raw)
        assert not any(part.startswith(" ") for part in parts)
    assert all("\n  word" in part and "\n    " not in part for part in parts[1:])  # as deep as in the list

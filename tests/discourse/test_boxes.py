"""Quotes become boxes that Discourse reads as such, and everything else stays as it was."""

from __future__ import annotations

import time

import pytest

from migrate.discourse.boxes import Quoted
from migrate.discourse.compose import compose
from migrate.pages.markdown import render

ANN, BEN = Quoted("ann", 3, 45), Quoted("ben", 2, 45)
ANN_TAG, BEN_TAG = '[quote="ann, post:3, topic:45"]', '[quote="ben, post:2, topic:45"]'


@pytest.mark.parametrize(
    ("text", "quoted", "composed"),
    [
        ("> words\n\nYes.", {0: ANN}, f"{ANN_TAG}\n\nwords\n\n[/quote]\n\nYes."),
        ("> words\n\nYes.", {}, "> words\n\nYes."),
        ("> words\n\nYes.", {1: ANN}, "> words\n\nYes."),
        ("Hi\n> words\nYes.", {0: ANN}, f"Hi\n\n{ANN_TAG}\n\nwords\n\n[/quote]\n\nYes."),
        ("> a\n\nb\n\n> c", {1: ANN}, f"> a\n\nb\n\n{ANN_TAG}\n\nc\n\n[/quote]"),
        (
            "> Ben wrote:\n>\n> > b\n>\n> a\n\nYes.",
            {0: ANN, 1: BEN},
            f"{ANN_TAG}\n\nBen wrote:\n\n{BEN_TAG}\n\nb\n\n[/quote]\n\na\n\n[/quote]\n\nYes.",
        ),
        ("> > b\n>\n> a", {0: ANN}, f"{ANN_TAG}\n\n> b\n\na\n\n[/quote]"),
        ("> > b\n>\n> a\n\nYes.", {1: BEN}, f"> {BEN_TAG}\n>\n> b\n>\n> [/quote]\n>\n> a\n\nYes."),
        ("> a\n\n> b", {0: ANN, 1: ANN}, f"{ANN_TAG}\n\na\n\nb\n\n[/quote]"),
        ("> a\n\n> b", {0: ANN, 1: BEN}, f"{ANN_TAG}\n\na\n\n[/quote]\n\n{BEN_TAG}\n\nb\n\n[/quote]"),
        ("> ```\n> a\n\n> b", {0: ANN, 1: ANN}, f"{ANN_TAG}\n\n```\na\n```\n\nb\n\n[/quote]"),
        ("```\n> code\n```\n\n> a", {0: ANN}, f"```\n> code\n```\n\n{ANN_TAG}\n\na\n\n[/quote]"),
        ("> @all :)", {0: ANN}, f"{ANN_TAG}\n\n@\u2060all :\u200b)\n\n[/quote]"),
    ],
)
def test_a_quote_becomes_a_box(text: str, quoted: dict[int, Quoted], composed: str) -> None:
    assert compose(text, quoted=quoted) == composed


@pytest.mark.parametrize(
    ("text", "lines", "composed"),
    [
        ("On Monday, Ann wrote:\n> a", 1, f"{ANN_TAG}\n\na\n\n[/quote]"),
        ("Hi!\nOn Monday,\nAnn wrote:\n\n> a", 2, f"Hi!\n\n{ANN_TAG}\n\na\n\n[/quote]"),
        ("As Ann wrote so well:\n> a", 0, f"As Ann wrote so well:\n\n{ANN_TAG}\n\na\n\n[/quote]"),
        ("x\n> Ann wrote:\n> > a", 1, f"x\n\n> {ANN_TAG}\n>\n> a\n>\n> [/quote]"),
    ],
)
def test_the_lines_that_say_no_more_than_the_box_are_spared(text: str, lines: int, composed: str) -> None:
    number = text.count("> >")
    assert compose(text, quoted={number: Quoted("ann", 3, 45, lines)}) == composed


@pytest.mark.parametrize(
    ("text", "lines", "composed"),
    [
        ("> On Monday, Ann wrote:\n>\n> a\n\nYes.", 1, f"{ANN_TAG}\n\na\n\n[/quote]\n\nYes."),
        ("> On Monday,\n> Ann wrote:\n> a", 2, f"{ANN_TAG}\n\na\n\n[/quote]"),
        ("x\n> > Ann wrote:\n> > a", 1, f"x\n\n> {ANN_TAG}\n>\n> a\n>\n> [/quote]"),
    ],
)
def test_so_are_the_first_lines_of_the_quote_itself(text: str, lines: int, composed: str) -> None:
    number = text.count("> > a")
    assert compose(text, quoted={number: Quoted("ann", 3, 45, heading=lines)}) == composed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ann", "ann"),
        ('ann", post:1]', "ann___post:1_"),
        ("a,b", "a_b"),
        ("a\nb", "a_b"),
        ("a[b]", "a_b_"),
        ("ольга", "ольга"),
    ],
)
def test_a_name_cannot_break_out_of_its_tag(name: str, shown: str) -> None:
    raw = compose("> a", quoted={0: Quoted(name, 3, 45)})
    assert raw.split("\n")[0] == f'[quote="{shown}, post:3, topic:45"]'
    assert f'data-username="{shown}" data-post="3" data-topic="45"' in render(raw)


def test_the_numbers_go_on_in_the_folded_tail() -> None:
    raw = compose("> a\n\nYes.", "Ben wrote:\n> b", quoted={1: Quoted("ben", 2, 45, 1)})
    assert raw == f'> a\n\nYes.\n\n[details="…"]\n\n{BEN_TAG}\n\nb\n\n[/quote]\n\n[/details]'


def test_the_tail_is_folded_shown_or_left_out() -> None:
    quoted = {0: ANN, 1: BEN}
    body = f"{ANN_TAG}\n\na\n\n[/quote]\n\nYes."
    tail = f"{BEN_TAG}\n\nb\n\n[/quote]"
    assert compose("> a\n\nYes.", "> b", quoted=quoted) == f'{body}\n\n[details="…"]\n\n{tail}\n\n[/details]'
    assert compose("> a\n\nYes.", "> b", quoted=quoted, tail="keep") == f"{body}\n\n{tail}"
    assert compose("> a\n\nYes.", "> b", quoted=quoted, tail="drop") == body


@pytest.mark.parametrize("line", ["[/quote]", "[quote]", "  [/QUOTE]", "[/details]", '[details="x"]'])
def test_tags_in_code_end_no_box(line: str) -> None:
    raw = compose(f"> ```\n> {line}\n> ```\n>\n> a\n\nYes.", "> b", quoted={0: ANN, 1: BEN})
    html = render(raw)
    assert (html.count("<aside"), html.count("</aside>"), html.count("</details>")) == (2, 2, 1)
    assert html.index("<p>a</p>") < html.index("</aside>") < html.index("<p>Yes.</p>")


def test_boxes_within_boxes_and_quotes_are_shown_as_such() -> None:
    text = "> one\n> > two\n> > > three\n>\n> four\n\nfive"
    html = render(compose(text, quoted={0: ANN, 1: BEN, 2: ANN}))
    assert [html.index(word) for word in ("one", "two", "three", "four", "five")] == sorted(
        html.index(word) for word in ("one", "two", "three", "four", "five")
    )
    assert html.count('<a href="/t/45/') == 3
    html = render(compose(text, quoted={2: ANN}))
    assert html.count("<blockquote>") == 3  # two plain ones and the box's own
    assert html.index("</aside>") < html.index("four") < html.rindex("</blockquote>") < html.index("five")


@pytest.mark.parametrize(
    "text", ["\n\n".join(["> yes"] * 30_000), "\n".join("> " * (1 + at % 12) + "a" for at in range(20_000))]
)
def test_hostile_text_takes_no_longer(text: str) -> None:
    start = time.process_time()
    compose(text, quoted=dict.fromkeys(range(20_000), ANN))
    compose(text, quoted={number: Quoted("ann", number, 45, 1) for number in range(20_000)})
    assert time.process_time() - start < 3

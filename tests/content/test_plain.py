"""Plain text mail: paragraphs, quotes, what is laid out by hand, and format=flowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.content import plain_to_markdown
from migrate.content.escape import clean
from tests.content.rendering import render, seen, words
from tests.content.test_escape import markup


def _body(text: str) -> str:
    return plain_to_markdown(text).body


def test_lines_and_paragraphs_stay() -> None:
    assert _body("\n\none\ntwo  \n\n\n\nthree\n\n") == "one\ntwo\n\nthree"
    assert _body("a\r\nb\rc\n") == "a\nb\nc"


def test_nothing_gives_nothing() -> None:
    assert plain_to_markdown(" \n\t\n").body == ""


def test_quotes_nest_and_end_where_they_ended() -> None:
    text = "> a\n>> b\n> > b\n> c\nd *e*\n\n>f\n> >  * g\nh"
    assert _body(text) == "> a\n> > b\n> > b\n>\n> c\n\nd \\*e\\*\n\n> f\n> > \\* g\n\nh"


def test_text_after_a_quote_is_not_taken_into_it() -> None:
    assert render(_body("> quote\nanswer")).count("<blockquote>") == 1
    assert "<p>answer</p>" in render(_body("> quote\nanswer"))


def test_deeper_quotes_than_renderers_know_are_kept_at_the_deepest() -> None:
    assert seen(_body(">" * 500 + " deep")) == "deep"


@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/x b/x\nindex 12ab..34cd 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n context\n-old *x*\n\n+new",
        "+------+-----+\n| name | n   |\n+------+-----+\n| a_b  | *1* |\n+------+-----+",
        "    def f(x):\n        return *x\n\n    print(f)",
        "\tint main() {\n\t}",
        "```\n# code *x*\n\n    deep\n```",
    ],
)
def test_what_is_laid_out_by_hand_is_fenced(text: str) -> None:
    body = _body(f"Look:\n\n{text}\n\nThat *is* all.")
    assert render(body).count("<pre>") == 1
    assert "<p>Look:</p>" in render(body)
    assert "<p>That *is* all.</p>" in render(body)
    assert words(seen(body)) == words(f"Look {text} That is all")
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    assert render(_body(f"{quoted}\n\nyes")).count("<pre>") == 1


@pytest.mark.parametrize(
    "text",
    [
        "    Just an indented paragraph, as old letters\n    have them.",
        "    http://example.org/a/page",
        "1. item\n    its second line; as a list has it",
        "--- separator",
        "| one bar",
        "```\nnever closed *x*",
    ],
)
def test_what_is_only_indented_text_is_not_fenced(text: str) -> None:
    assert "<pre>" not in render(_body(text))
    assert words(seen(_body(text))) == words(text)


def test_a_fence_is_longer_than_the_fences_in_it() -> None:
    body = _body("x\n\n    a = {\n    ````\n    }\n\ny")
    assert render(body).count("<pre>") == 1
    assert "````" in render(body)


def test_flowed_paragraphs_are_made_whole() -> None:
    text = "This is \none paragraph.\n>quoted \n> text\n>> deeper\n From here\n >not quoted\n-- \nsig"
    result = plain_to_markdown(text, flowed=True)
    assert result.body == "This is one paragraph.\n> quoted text\n> > deeper\n\nFrom here\n\\>not quoted"
    assert result.elided == "\\--\nsig"


def test_delsp_removes_the_space_of_the_break() -> None:
    assert plain_to_markdown("日本 \n語\nend \n", flowed=True, delsp=True).body == "日本語\nend"


def test_a_flowed_line_that_breaks_off_keeps_its_text() -> None:
    assert plain_to_markdown("> a \nb \n>> c ", flowed=True).body == "> a\n\nb\n> > c"


_lines = st.lists(
    st.tuples(st.sampled_from(["", "> ", ">", ">> ", "> > ", "    ", "\t", "--", "diff ", "|", "```"]), markup),
    max_size=20,
)


@given(_lines)
def test_body_and_elided_hold_every_word_in_order(lines: list[tuple[str, str]]) -> None:
    text = "\n".join(start + line for start, line in lines)
    result = plain_to_markdown(text)
    assert words(result.body + "\n" + result.elided) == words(clean(text))
    assert result.body or not result.elided


@given(st.text(max_size=300), st.booleans(), st.booleans())
def test_any_text_is_converted_and_comes_out_tidy(text: str, flowed: bool, delsp: bool) -> None:
    result = plain_to_markdown(text, flowed=flowed, delsp=delsp)
    for part in (result.body, result.elided):
        assert clean(part) == part
        assert not any(line != line.rstrip() for line in part.split("\n"))
        assert part == part.strip("\n")

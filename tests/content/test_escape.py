"""Whatever somebody typed is what a reader sees."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migrate.content import escape
from tests.content.rendering import render, seen, squeezed

MARKUP = [
    *"*_#[]`~|\\<>&!-+=:.()\n \t'\"@/;",
    *(
        "a",
        "b",
        "1",
        "2.",
        "é",
        "漢",
        "http://",
        "x.y/",
        "amp;",
        "copy;",
        "#x41;",
        "---",
        "===",
        "```",
        "    ",
        "> ",
        "- ",
        "1) ",
    ),
]
markup = st.lists(st.sampled_from(MARKUP), max_size=30).map("".join)


def _expected(text: str) -> str:
    return squeezed(
        re.sub(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]",
            "",
            re.sub("\r\n|[\r\x0b\x0c\x85]", "\n", text),
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ # x",
        "# x",
        "1. x",
        "12) x",
        "- x",
        "+ x",
        "* x",
        "---",
        "text\n---",
        "text\n===",
        "text\n-- ",
        "- - -",
        "* * *",
        "_ _ _",
        "<vector> List<String> <you@host>",
        "`code` ``more``",
        "```\nfence",
        "~~~\nfence",
        "~~struck~~",
        "\tindented",
        "    indented\n\n    more",
        "a | b\n--- | ---\nc | d",
        "|a|\n|-|\n|c|",
        "[x](y) ![x](y) [x]: y\n[x]",
        "![",
        "Look![here]",
        r"\\host\share C:\*.* a\ ",
        "line\\\nnext",
        "&amp; &copy; &#65; &#x41; &nosuch;",
        "<!-- gone? --> <script>alert(1)</script> <?php ?> <![CDATA[x]]>",
        "> not a quote",
        "2*3*4 snake_case_name __init__ a * b",
        "**bold** ***both*** _*mixed*_",
        "#hashtag @name :smile: [removed]",
        "(c) -- ... +-",
    ],
)
def test_text_that_looks_like_markup_is_seen_as_it_was_written(text: str) -> None:
    assert seen(escape(text)) == squeezed(text)
    assert not re.search(r"<(?!/?p>|br />)", render(escape(text)))


@pytest.mark.parametrize(
    "text", ["snake_case", "a - b", "C:\\Users", "5 > 4", "a * b", "well-known (x) 1.5", "x | y", "R&D", "Hello!"]
)
def test_what_is_harmless_stays_readable(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a_b/c-d?e=f&g=h#i", "http://x.y/~me/(z)", "https://x.y/_a_/*b*/c", "http://x.y/[1]?a&amp;b"],
)
def test_addresses_stay_whole(url: str) -> None:
    assert escape(f"see {url}.") in (f"see {url}.", f"see <{url}>.")
    assert seen(escape(url)) == url


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("see http://x.y/Bed_(garden) there", "see <http://x.y/Bed_(garden)> there"),
        ("(http://x.y/Bed_(garden))", "(<http://x.y/Bed_(garden)>)"),
        ("(see http://x.y/bed)", "(see http://x.y/bed)"),
    ],
)
def test_an_address_keeps_the_bracket_that_it_opened(text: str, markdown: str) -> None:
    assert escape(text) == markdown


@pytest.mark.parametrize(
    "text", ["http://x.y/?a&lt;", "see http://x.y/?a=1&copy; `b`", "http://x.y/a`b <http://x.y/`c>"]
)
def test_addresses_hold_neither_entities_nor_code(text: str) -> None:
    assert seen(escape(text)) == text
    assert "<code>" not in render(escape(text))


def test_each_line_stays_a_line() -> None:
    assert escape("a\r\nb\rc\nd\x0ce\x85f").split("\n") == ["a", "b", "c", "d", "e", "f"]


def test_control_characters_and_surrogates_go() -> None:
    assert escape("a\x00b\x1b[0m\x7f\x9f\ud800\ufdd0c") == "ab\\[0m\ufffdc"


@given(markup)
@example("a\\")
@example("*a http://x*")
@example("_http://x.y_")
@example("~http://x~~")
def test_any_markup_is_seen_as_text(text: str) -> None:
    assert seen(escape(text)) == _expected(text)


@given(st.text(max_size=200))
def test_any_text_is_seen_as_text(text: str) -> None:
    assert seen(escape(text)) == _expected(text).replace("\x00", "")


@given(markup, markup)
def test_escaped_texts_may_stand_in_a_link(name: str, rest: str) -> None:
    name = squeezed(name).replace("http://", "")
    if name:
        assert seen(f"[{escape(name)}](attachment:00) {escape(rest)}") == squeezed(f"{name} {_expected(rest)}")

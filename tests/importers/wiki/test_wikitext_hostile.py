"""Wikitext that means harm: the time it takes grows with its length, and what comes out is bounded, safe and whole."""

from __future__ import annotations

import re
import time

import pytest

from importers.wiki.wikitext import Call
from tests.importers.wiki.rendering import html_of

_HOSTILE = [
    "[[",
    "[[ ",
    "[[a|b ] ",
    "[[File:a.png|",
    "[http://a ",
    "http://",
    "{{",
    "{{ ",
    "{{a|",
    "{{{",
    "{{a}}",
    "{{#if:a|",
    "-{",
    "'",
    "''' ",
    "'' a''' b ",
    "{|\n",
    "{|\n|\n",
    "|| ",
    ":",
    ":*#;",
    ";a:",
    ";<b>a:",
    "<ref>",
    "<ref ",
    "<ref>x</ref>",
    "<nowiki>",
    "<!--",
    "<!---->",
    " <!-- -->\n",
    "<div>",
    "<",
    "&",
    "=",
    "==\n",
    "__A",
    "\n",
    " ",
    "ISBN 1 ",
    "[[Category:a]]\n\n",
    "<poem>\n",
    "<a b=",
    "\x7fi0;\x01\x02",
    "~",
]


@pytest.mark.parametrize(
    ("part", "length"),
    [*((part, 300_000) for part in _HOSTILE), ("a<!-- c -->", 1_000_000), ("[[a]]<ref>b</ref>", 600_000)],
)
def test_whatever_is_repeated_is_read_in_little_time(part: str, length: int) -> None:
    begun = time.process_time()
    html_of(part * (length // len(part)), lambda call: "x")
    assert time.process_time() - begun < 20  # mostly half a second; hours, if it were quadratic


@pytest.mark.parametrize(
    "text",
    [
        "{{a|" * 20_000 + "x" + "}}" * 20_000,
        "{" * 100_000 + "}" * 100_000,
        "{{#if:a|" * 5000 + "x" + "}}" * 5000,
        "[[File:a.png|" * 5000 + "x" + "]]" * 5000,
        "{|\n|\n" * 10_000 + "x\n" + "|}\n" * 10_000,
        "<poem>\n" * 2000 + "x" + "\n</poem>" * 2000,
        "\n".join(":" * 500 + "a\n" + "*" * 500 + "b" for _ in range(200)),
    ],
    ids=["calls", "braces", "functions", "captions", "tables", "poems", "lists"],
)
def test_what_is_nested_deep_is_cut_off_and_not_lost(text: str) -> None:
    begun = time.process_time()
    html = html_of(text, lambda call: call.arguments.get("1", ""))
    assert time.process_time() - begun < 5
    depth = deepest = 0
    for closing, _ in re.findall(r"<(/?)(div|table|dl|ul|dd|li)\b", html):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    assert deepest <= 400
    assert set(re.findall(r"[xab]", text)) & set("xab") <= set(re.sub("<[^>]*>", "", html))


def test_templates_that_call_themselves_end() -> None:
    calls = 0

    def expand(call: Call) -> str:
        nonlocal calls
        calls += 1
        return "{{a}}{{a}}"

    html = html_of("{{a}}", expand)
    assert 40 <= calls < 200_000
    assert "{{a}}" in html


def test_templates_that_give_much_are_left_at_some_time() -> None:
    assert len(html_of("{{a}} " * 1000, lambda call: "word " * 100_000)) < 10_000_000


def test_no_text_can_pass_for_a_mark() -> None:
    html = html_of("<nowiki>secret</nowiki> \x7fi0; \x01\x02 {{a}} \ud800", lambda call: "\x7fi0;\x01")
    assert html.count("secret") == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", html)


@pytest.mark.parametrize(
    "text",
    [
        "[[a|<script>x</script>]]",
        '[http://a.b"onclick="x y]',
        "<b onclick=x>y</b>",
        "<a href='javascript:x'>y</a>",
        "[javascript:x y]",
        "[[javascript:x|y]]",
        "<span title='\"><script>'>x</span>",
        "{|\n| title='\"><script>' | x\n|}",
        "<math><script></math><pre><script></pre><nowiki><script></nowiki>",
        "<!-- --!><script>x</script> -->",
        "<syntaxhighlight lang='\"><script>'>x</syntaxhighlight>",
        "<ref group='\"><script>'>x</ref>",
        "<!-- > <script> -->",
    ],
)
def test_nothing_of_it_can_run(text: str) -> None:
    html = re.sub(r"<!--[^>]*-->", "", html_of(text))
    assert "<script" not in html
    assert not re.search(r"<[^>]* (?:on\w+|style)\s*=", html)
    assert 'href="javascript' not in html

"""Hostile input costs time in proportion to its size, and never the process."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from migrate.content import escape, html_to_markdown, plain_to_markdown

SIZE = 200_000
SECONDS = 3  # several times what it takes; a quadratic step would take far longer


def _filled(piece: str) -> str:
    return piece * (SIZE // len(piece))


def _timed(convert: Callable[[], object]) -> None:
    start = time.process_time()
    convert()
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "piece",
    [
        *'>[-*_`~\\#=|+<&!:( \t1"',
        *(
            "On ",
            "On 1 wrote:\n",
            "> > ",
            ">\n",
            "--\n",
            "--\nx\n",
            "Sent from my\n",
            "> q\nSent from my x\n",
            "From: x\n",
        ),
        *(
            "From: x\nTo: y\n",
            "http://",
            "http://*",
            "&amp;",
            "x \n",
            "    x\n\n",
            "    x;\ny\n",
            "|a|\n",
            "|a|\n\n",
            "--- a\n",
        ),
        *(
            "diff -\nx\n",
            "@@ -1\n\n",
            "_____\n",
            "_____\nmailing list\n",
            "> On 1 x wrote:\n> q\ntext\n",
            "```\n",
            "``` x",
            "a\n> q\n",
        ),
        *(
            "print x\n\n",
            "2020/01/01 10:00 x\ny\n",
            "x = f(\n\n",
            "$ x\ny\n",
            "Traceback (most recent call last):\n  x\ny\n",
            "> _____\n> mailing list\n",
            ">",
            ">> ",
            '>>>>> "A" == ',
            "A [",
            "-" * 30 + "\n@\n",
        ),
        *(
            "- a\n",
            "- a\n\n",
            "1. a\n",
            " - a\nb\n",
            "  - a\n    - b\n      - c\n",
            "x <a@b\n>:\n",
            "Bob> a\nBob wrote:\n",
            "| a\nBob wrote:\n",
            "> q\na\n",
            "<http://x\n",
            "<URL:http://x\ny\n",
            "-------------- next part --------------\nName: x\n",
        ),
        *(
            "-----BEGIN PGP SIGNED MESSAGE-----\n",
            "-----BEGIN PGP SIGNATURE-----\n",
            "-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n",
            "-----BEGIN X-----\n",
            "def f(\n  x\n\n",
            "if x:\n",
            "Traceback (most recent call last):\n",
            " a | 1 +\n",
            "2020-05-04 10:00 x\n",
            "confidential delete \n",
            "confidential\n\n",
            "a@b 1 <a@b>:\n\n",
            "On 1 <a@b> wrote:\n\nx\n",
            "---\nx\n\n",
            "***\n",
            "Begin forwarded message:\n",
            "在 1 写道：\n",
        ),
        *(
            f">> {'word ' * 14}\n> more\n",
            "> --\n",
            ">> a\n> b\n\n",
            "*a\nb",
            "https://urldefense.com/v3/__",
            "dig+0x1",
            "   \n",
        ),
        *(
            ">>> f(x)\n",
            "> >>> f(\n",
            ">>> <a@b> 1\n",
            ">>> said Ann\nx\n>>> said Bob\nx\n>>> 1 +\nx\n",
            ">>> x\n<a@b>:\n",
            ">>> said Ann\nanswer\n",
            "    > x\n",
            ",---\n|\n",
            "x = y\n",
            "a.b.c(\n",
            "a   b\n",
            "a\tb\n",
            "x:\nx = y\n",
            "*a b",
            "_a* ",
            "@@ -1,99999 +1,99999 @@\n",
            "@@ -1,9 +1,9 @@\n\n",
            "Error: x\n",
            "word ",
            "a,",
            "    a'a",
            " |",
        ),
        *("\n", "_a", "1.\n", "    x\n", "-----Original Message" + "-" * 50 + "\n", "    \n"),
    ],
)
def test_plain_text_takes_linear_time(piece: str) -> None:
    text = _filled(piece)
    _timed(lambda: plain_to_markdown(text + "x"))
    _timed(lambda: plain_to_markdown(text, flowed=True))
    _timed(lambda: escape(text))


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<div>",
            "<div>x",
            "<blockquote>",
            "<ul><li>",
            "<table><tr><td>",
            "<b><p>",
            "<a><p>",
            "<font><p>x",
            "<span>",
            "<b a=1><p>x",
        ),
        *(
            "<",
            "<a ",
            "&",
            "<!--",
            "<script>",
            "<style",
            '<p a="',
            '<p a"b="x" ',
            '<p a"="">x',
            "<br>",
            "</p>",
            "</br>",
            "<p>*_",
            "<p>1. x",
        ),
        *(
            "<svg>",
            "<math><mi>",
            "<button>",
            "<b><div></b>",
            "<template>",
            "<select><option>",
            "<nobr><p>",
            "<form><div></form>",
        ),
        *(
            "<table><tr><td>x</table>",
            "<table><td><table></table>",
            "<tr><td>a<td>b",
            "<code>`</code>",
            "<img src=cid:x alt=y>",
        ),
        *(
            '<b>"x"</b>y',
            "<i>a<b>b</b></i>",
            "<ul><ul><li>x",
            "<p class=MsoListParagraph>1. x",
            "<table border=1><tr><td rowspan=9 colspan=9>x",
            "&gt;&gt; x<br>&gt; y<br>",
        ),
        *("<a href=http://x>y", "<em>x</em>", "<plaintext><b>", "<pre>`", "<dl><dt>x<dd>", "<frameset>", " ", "*"),
    ],
)
def test_html_takes_linear_time(piece: str) -> None:
    html = _filled(piece)
    _timed(lambda: html_to_markdown(html))
    _timed(lambda: html_to_markdown("<table>" + html + "x"))


@pytest.mark.parametrize(
    "piece", ["see ", "answer\n", ">From x\n\n", "-- \nPS x\n", "Received: x\n", "Aaa. B", "x\n\n"]
)
def test_what_may_keep_the_mail_before_from_being_folded_takes_linear_time(piece: str) -> None:
    original = "From: a\nSent: b\nTo: c\nSubject: d\n\nx"
    _timed(lambda: plain_to_markdown(f"{_filled(piece)}\n\n{original}"))
    _timed(lambda: plain_to_markdown(f"x\n\n{original}\n{_filled(piece)}"))


@pytest.mark.parametrize("piece", ["http://x.y/a_(b ", "http://x.y/((((", "(http://x.y/a_(b)"])
def test_brackets_of_addresses_take_linear_time(piece: str) -> None:
    _timed(lambda: escape(_filled(piece) + ")"))


def test_formatting_that_is_reopened_in_each_block_is_bounded() -> None:
    fonts = "".join(f"<font size={number}>" for number in range(140))
    _timed(lambda: html_to_markdown(fonts + _filled("<p>x")))


def test_a_tag_of_countless_attributes_is_bounded() -> None:
    names = " ".join(f"a{number}" for number in range(SIZE // 6))
    _timed(lambda: html_to_markdown(f"<p {names}>x"))
    _timed(lambda: html_to_markdown(f"<p b='>' {names}>x"))


@pytest.mark.parametrize("element", ["div", "blockquote", "ul><li", "table><tr><td", "b", "span", "ol><li><p", "pre"])
@pytest.mark.parametrize("depth", [10, 100, 149, 151, 1000])
def test_text_in_any_depth_is_kept(element: str, depth: int) -> None:
    assert "deep" in html_to_markdown(f"<{element}>" * depth + "deep").body

"""What a forum would do to text that was never meant for it: a mail goes the whole way, and is read as it was written.

The forum's part is played by the sandbox's pages, which drop what Discourse drops, and by the patterns by which
Discourse finds people, tags and emoji in what is shown.
"""

from __future__ import annotations

import re
from html import unescape

import pytest

from migrate.content import html_to_markdown, plain_to_markdown
from migrate.discourse.compose import compose
from migrate.pages.markdown import render

INVISIBLE = re.compile("[\u2060\u200b]")
MENTION = re.compile(r"(?<![\w@])@\w")
HASHTAG = re.compile(r"(?<![\w&/])#\w")
EMOJI = re.compile(r"(?<!\w):[\w+-]+:|(?<!\w)[:;]-?[()DP](?!\w)")
CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)

TEXTS = [
    "one line\nand the next",
    "A title\n=====\ntext\n---\nmore\n-- \nAnn",
    "text above\n-----------------------\nbelow",
    "# not a title\n#hash and C# and #1",
    "1. FC wins\n7. June\n- well, so it is",
    "2*3*4 and snake_case_name and *args, **kwargs",
    "\\\\host\\share and C:\\temp\\new",
    "use vector<int> and List<String> or <foo bar>",
    "a < b, b > c, <3 and <you@host>",
    "<!-- a comment --> and </div>",
    "the text [removed] stays, [Removed] too",
    "[details=x] [/details] [poll] [date=2020-01-01] [wrap] [/quote] [quote=ann]",
    "[b]bold[/b] [url=x]y[/url] [spoiler]z[/spoiler]",
    ":smile: :+1: 10:30:45 :) ;-) :D 8) ^_^",
    "(c) 2020, (a) (b) (c), (tm), 1..5, ../src, a,,b, +-3",
    "--flag and -- and ... and 'q' \"q\"",
    "@ann, (@bob) and me@ann",
    "see #general and http://example.org/a_b#top",
    "http://example.org/alone",
    "www.example.com and example.org are hosts",
    "- [ ] open\n- [x] done",
    "costs $5 and $6, x^2, H~2~O, ~~gone~~",
    "![alt](http://example.org/x.png) [text](http://example.org) [ref]: http://example.org",
    "Footnote[^1]\n\n[^1]: here",
    "| a | b |\n|---|---|\n| c | d |",
    "&lt; &amp; &nbsp; &copy;",
    "{{template|x}} and {% raw %} and $(cmd) and `cmd`",
    "\u05e9\u05dc\u05d5\u05dd (shalom) and \u0645\u0631\u062d\u0628\u0627",
]


def text_of(html: str) -> str:
    """The signs a reader sees, in their order."""
    plain = unescape(re.sub(r"<[^>]*>", "", html))
    return "".join(INVISIBLE.sub("", plain).split())


def signs(text: str) -> str:
    """Without those that become the form of lists, tables, rules and code."""
    return re.sub(r"[-`|*\s]|\d?\.", "", text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_plain_mail_is_read_as_it_was_written(text: str) -> None:
    converted = plain_to_markdown(text)
    cooked = render(compose(converted.body, converted.elided)).replace("<summary>\n…</summary>", "")
    assert signs(text_of(cooked)) == signs(text)


@pytest.mark.parametrize("text", TEXTS)
def test_an_html_mail_is_read_as_it_was_written(text: str) -> None:
    source = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    converted = html_to_markdown(f"<p>{source}</p>")
    cooked = render(compose(converted.body, converted.elided)).replace("<summary>\n…</summary>", "")
    assert signs(text_of(cooked)) == signs(text)


@pytest.mark.parametrize("text", TEXTS)
def test_nobody_is_called_and_nothing_becomes_a_picture(text: str) -> None:
    raw = compose(plain_to_markdown(text).body)
    shown = unescape(re.sub(r"<[^>]*>", "", CODE.sub("", render(raw))))
    assert not MENTION.search(shown)
    assert not HASHTAG.search(re.sub(r"http\S+", "", shown))
    assert not EMOJI.search(shown)
    assert not re.search(r"(?m)^https?://", raw)  # alone in its line it would become a preview

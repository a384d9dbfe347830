"""Campaigns made to break what reads them cost time in proportion to their size, and never a traceback."""

from __future__ import annotations

import time

import pytest

from importers.mailchimp.campaign import Conversion, convert, convert_text, image_urls
from importers.mailchimp.facts import Facts

SIZE = 60_000
SECONDS = 2  # several times what it takes; a quadratic step would take far longer

PIECES = [
    *("*|", "*|A", "*|FNAME|*", "*|IF:A|*", "*|IF:A|**|ELSE:|*", "*|END:IF|*", "*|RSSITEMS:|*a", "*|IF:A|*<p>"),
    *("Dear *|FNAME|*, ", "<b>*|FNAME|*</b>", "%2A%7C", "%2A%7CA%7C%2A", "*<b>|", "*<i>|<i>A<i>|<i>*", "*|SURVEY: a|*"),
    *("(http://a.b/?c=d)", "http://a?", "&utm_a=b", "http://a.b/?utm_a=b&e=c&", "a (http://a.b/) "),
    *("<p>unsubscribe</p>", "unsubscribe ", "<a href='*|UNSUB|*'>x</a><br>", "** a (*|UNSUB|*)\n"),
    *("<p>© 2020 a</p><p>b</p>", "<p>our mailing address is</p><p>1 a</p>", "copyright a ", "abmelden afmeld dig "),
    *("<table><tr><td>a", "<table><tr><td>a</table>", "<td width=1>", "<table><tr><th>a</th><td>", "<h1>a</h1>"),
    *("<td style='font-size:0'>a", "<div style='color:#fff;background:#fff'>x</div>", "<p style='overflow:hidden;"),
    *("overflow:hidden height:0 ", "<div class=footer>a</div>", "<div class=vcard>a<br>", "<img src=x.png alt=a>"),
    *("<a href='http://a.us1.list-manage.com/track/click?u=1&e=2'>a</a> ", "<a href='x'><div>y", "<!--[if mso]>"),
    *("---\n", "a\n--------------------\n", "====================\n", "\n", "\xa0", "🌱", "\ufdd6", "<b>", "&nbsp;"),
]


def timed(text: str) -> list[Conversion]:
    start = time.process_time()
    facts = Facts(subject=text[:5000], preview_text=text[:5000])
    results = [convert(text, facts, text[: SIZE // 4]), convert_text(text, facts)]
    image_urls(text)
    assert time.process_time() - start < SECONDS
    return results


@pytest.mark.parametrize("piece", PIECES)
def test_repeated_without_end(piece: str) -> None:
    for result in timed(piece * (SIZE // len(piece))):
        assert "*|FNAME|*" not in result.body


def test_nested_a_hundred_thousand_deep():
    timed("<div>" * 100_000 + "a")
    timed("*|IF:A|*" * 20_000 + "a" + "*|END:IF|*" * 20_000)


def test_odd_characters_do_no_harm():
    result = convert("<p>a\x00b\ud800c\ufdd6d\ufdd9e\ufddbf</p>", Facts(subject="x\x00\ufdd9y\u202e"))
    assert result.body == "ab\ufffdcdef"
    assert "\ufdd9" not in result.title

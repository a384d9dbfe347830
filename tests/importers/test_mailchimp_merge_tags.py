"""Merge tags: nobody's data comes out of them, nothing dangles, and none is left in a text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.mailchimp.campaign import convert, convert_text
from importers.mailchimp.conditionals import resolve
from importers.mailchimp.facts import Facts

FACTS = Facts(
    subject="Beans",
    list_name="Gardeners & friends",
    company="The <Garden>",
    sent_at=datetime(2024, 3, 5, 14, 7, tzinfo=UTC),
    archive_url="https://mailchi.mp/garden/beans",
    language="de",
)

CONDITIONALS = {
    "else": ("*|IF:FNAME|*Ann*|ELSE:|*all*|END:IF|*", "all"),
    "no else": ("a*|IF:FNAME|*Ann*|END:IF|*b", "ab"),
    "else if": ("*|IF:A|*1*|ELSEIF:B|*2*|ELSE:|*3*|END:IF|*", "3"),
    "not": ("*|IFNOT:FNAME|*all*|ELSE:|*Ann*|END:IF|*", "all"),
    "a value": ("*|IF:CITY=Ulm|*Ulm*|ELSE:|*all*|END:IF|*", "all"),
    "greater": ("*|IF:ORDERS > 3|*many*|ELSE:|*all*|END:IF|*", "all"),
    "a group": ("*|INTERESTED:Beds:Herbs,Beans|*herbs*|ELSE:|*all*|END:INTERESTED|*", "all"),
    "nested": ("*|IF:A|*1*|IF:B|*2*|ELSE:|*3*|END:IF|*4*|ELSE:|*5*|IFNOT:C|*6*|END:IF|*7*|END:IF|*8", "5678"),
    "the language of all": ("*|IF:LANG=de|*ja*|ELSE:|*yes*|END:IF|*", "ja"),
    "another language": ("*|IF:LANG!=de|*yes*|ELSE:|*ja*|END:IF|*", "ja"),
    "never closed": ("a*|IF:A|*b*|ELSE:|*c", "abc"),
    "never opened": ("a*|ELSE:|*b*|END:IF|*c", "abc"),
    "closed twice": ("a*|IF:A|*b*|END:IF|*c*|END:IF|*d", "acd"),
    "one of two closed": ("a*|IF:A|*b*|IF:B|*c*|END:IF|*d", "abd"),
    "a feed": ("a*|RSSITEMS:|*Read *|RSSITEM:TITLE|**|END:RSSITEMS|*b", "ab"),
    "a feed in a block": ("a*|FEEDBLOCK:http://x/|**|FEEDITEMS:[$count=3]|*c*|END:FEEDITEMS|**|END:FEEDBLOCK|*b", "ab"),
}


@pytest.mark.parametrize(("text", "expected"), CONDITIONALS.values(), ids=CONDITIONALS.keys())
def test_of_a_conditional_remains_what_everybody_else_got(text: str, expected: str) -> None:
    assert resolve(text, {"LANG": "de"}).text == expected


def test_what_only_some_readers_got_is_told():
    assert resolve("*|IF:A|*words*|END:IF|*", {}).personal == 1
    assert resolve("*|IF:A|**|FNAME|**|END:IF|*", {}).personal == 0
    assert resolve("*|IF:A|*words", {}).unbalanced == 1
    assert resolve("*|RSSITEMS:|*words*|END:RSSITEMS|*", {})[1:] == (0, 1, 0)


GREETINGS = {
    "<p>Dear *|FNAME|*,</p><p>x</p>": "X",
    "<p>Hello *|FNAME|*!</p>": "Hello!",
    "<p>Hello, *|FNAME|*!</p>": "Hello!",
    "<p>Hi *|FNAME|*, it rains.</p>": "Hi, it rains.",
    "<p>Dear *|FNAME|*, it rains.</p>": "It rains.",
    "<p>*|FNAME|*, it rains.</p>": "It rains.",
    "<p>Come, *|FNAME|*, and dig.</p>": "Come, and dig.",
    "<p>Thank you, *|FNAME|*.</p>": "Thank you.",
    "<p>Plots (*|PLOT|*) are open.</p>": "Plots are open.",
    "<p>Dear <b>*|FNAME|*</b> *|LNAME|*,<br>it rains.</p>": "It rains.",
    "<p>Liebe *|FNAME|*,</p><p><b>es</b> regnet.</p>": "**Es** regnet.",
    "<p>Dear&nbsp;*|TITLE:FNAME|*:</p><p>x</p>": "X",
    "<p>Liebe/r *|VORNAME|*,</p><p>x</p>": "X",
    "<p>Sehr geehrte Frau *|LNAME|*,</p><p>x</p>": "X",
    "<p>Hallo *|FNAME|*,</p><p>x</p>": "Hallo,\n\nx",
    "<p>Chère *|FNAME|*,</p><p>x</p>": "X",
    "<p>Bonjour *|FNAME|* !</p>": "Bonjour !",
    "<p>Estimado *|FNAME|*:</p><p>x</p>": "X",
    "<p>Gentile *|FNAME|*,</p><p>x</p>": "X",
    "<p>Prezado(a) *|FNAME|*,</p><p>x</p>": "X",
    "<p>Beste *|FNAME|*,</p><p>x</p>": "X",
    "<p>Droga *|FNAME|*!</p><p>x</p>": "X",
    "<p>Kära *|FNAME|*,</p><p>x</p>": "X",
    "<p>Kære *|FNAME|*,</p><p>x</p>": "X",
    "<p>Kjære *|FNAME|*,</p><p>x</p>": "X",
    "<p>Hyvä *|FNAME|*,</p><p>x</p>": "X",
    "<p>Vážená *|FNAME|*,</p><p>x</p>": "X",
    "<p>Уважаемый *|FNAME|*!</p><p>x</p>": "X",
    "<p>Sayın *|FNAME|*,</p><p>x</p>": "X",
    "<p>*|LNAME|*様</p><p>x</p>": "X",
    "<p>*|LNAME|*さん、雨です。</p>": "雨です。",
    "<p>亲爱的*|FNAME|*：</p><p>x</p>": "X",
}


@pytest.mark.parametrize(("html", "expected"), GREETINGS.items())
def test_a_greeting_is_closed_up_where_the_name_stood(html: str, expected: str) -> None:
    result = convert(html, FACTS)
    assert result.body == expected
    assert "reader-data-left-out" in [problem.code for problem in result.problems]


def test_a_line_end_ends_the_greeting_in_plain_text():
    assert convert_text("Dear *|FNAME|*,\n\nIt rains.", FACTS).body == "It rains."
    assert convert_text("Hello *|FNAME|*\nit rains.", FACTS).body == "Hello\nit rains."


VALUES = {
    "*|MC:SUBJECT|*": "Beans",
    "*|LIST:NAME|*": "Gardeners & friends",
    "*|LIST:COMPANY|*": "The \\<Garden>",
    "*|CURRENT_YEAR|*": "2024",
    "*|MC:DATE|*": "2024-03-05",
    "*|DATE:l, F jS Y|*": "Tuesday, March 5th 2024",
    "*|DATE:d/m/y H:i|*": "05/03/24 14:07",
    "*|SURVEY: Do you like beans?|*": "Do you like beans?",
    "*|POLL:RATING:How was it?|*": "How was it?",
    "*|YOUTUBE:[$vid=aB-3_x, $max_width=500]|*": "https://www.youtube.com/watch?v=aB-3_x",
}


@pytest.mark.parametrize(("tag", "expected"), VALUES.items())
def test_what_is_the_same_for_everybody_is_filled_in(tag: str, expected: str) -> None:
    for result in (convert(f"<p>x {tag} y</p>", FACTS), convert_text(f"x {tag} y", FACTS)):
        assert result.body == f"x {expected} y"
        assert not result.problems


TAGS = [
    "*|FNAME|*",
    "*|fname|*",
    "*|UPPER:FNAME|*",
    "*|EMAIL|*",
    "*|MMERGE12|*",
    "*|PROMO_CODE:[$store_id=a, $rule_id=b, $code_id=c]|*",
    "*|TWITTER:TWEET [$text=Beans]|*",
    "*|FACEBOOK:LIKE|*",
    "*|MC_PREVIEW_TEXT|*",
    "*|MC:TOC|*",
    "*|GROUPS:Beds|*",
    "*|no such tag|*",
    "%2A%7CEMAIL%7C%2A",
    "*%7CUNIQID%7C*",
]


@pytest.mark.parametrize("tag", TAGS)
def test_no_tag_is_left(tag: str) -> None:
    html = f'<p title="{tag}">one {tag} two</p><p><a href="https://g.example/?who={tag}&amp;bed=2">three</a></p>'
    for result in (convert(html, FACTS), convert_text(f"one {tag} two\n\nthree", FACTS)):
        text = result.body + result.elided
        assert "|" not in text
        assert "%7C" not in text
        assert text.startswith("one")
        assert "two" in text
        assert "three" in text
    assert convert(html, FACTS).body.endswith("[three](https://g.example/?bed=2)")


@pytest.mark.parametrize("tag", ["*|<b>FNAME</b>|*", "*<i>|FNAME|</i>*", "*|<span style='color:red'>FNAME|*</span>"])
def test_a_tag_may_be_dressed_up(tag: str) -> None:
    assert convert(f"<p>one {tag} two</p>", FACTS).body == "one two"


def test_a_tag_that_nobody_knows_is_told():
    assert [problem.code for problem in convert("<p>a *|no such: tag|* b</p>", FACTS).problems] == ["merge-tag-unknown"]


def test_a_value_cannot_bring_a_tag_or_markup():
    facts = Facts(list_name="*|UNSUB|*<script>x</script>")
    assert convert("<p>a *|LIST:NAME|* b</p>", facts).body == "a \\<script>x\\</script> b"


PIECES = [
    "*|",
    "|*",
    "IF:A",
    "ELSE:",
    "END:IF",
    "FNAME",
    "<b>",
    "</b>",
    "Dear ",
    ",",
    "\n",
    "%2A%7C",
    "%7C%2A",
    "x",
    " ",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_people_write_no_tag_is_left(text: str) -> None:
    for result in (convert(f"<p>{text}</p>", FACTS), convert_text(text, FACTS)):
        for tag in ("*|FNAME|*", "*|IF:A|*", "*|ELSE:|*", "*|END:IF|*"):
            assert tag not in result.body.replace("\\", "")

"""Campaigns as they lie in an account export, and what a forum is to show of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.mailchimp.campaign import convert, image_urls
from importers.mailchimp.facts import Facts
from migrate.content import html_to_markdown
from tests.content.rendering import seen, words
from tests.importers.campaign_golden import CAMPAIGNS, campaigns, converted, golden, written


@pytest.mark.parametrize("path", campaigns(), ids=lambda path: path.name)
def test_the_samples_campaigns_come_out_as_written_down(path: Path) -> None:
    assert "\n".join(written(converted(path))) == golden(path).read_text("utf-8"), (
        "If this change is intended: python -m tests.importers.campaign_golden"
    )


@pytest.mark.parametrize("path", campaigns(), ids=lambda path: path.name)
def test_nothing_made_for_a_reader_or_for_the_mail_is_left(path: Path) -> None:
    result = converted(path)
    text = f"{result.title}\n{result.body}\n{result.elided}"
    for trace in (
        "*|",
        "|*",
        "e=9d8c7b6a",
        "utm_",
        "mc_cid",
        "mc_eid",
        "fbclid",
        "unsubscribe",
        "open.php",
        "Toulouse",
    ):
        assert trace not in text


def test_pictures_to_attach_are_those_of_the_text():
    html = (CAMPAIGNS / "a1f0c2d3e4_Spring news 2024.html").read_text("utf-8")
    names = [url.rpartition("/")[2] for url in image_urls(html)]
    assert names == ["greenfield-logo.png", "lettuce.jpg"]


def body(html: str, **facts: str) -> str:
    return convert(html, Facts(**facts)).body  # type: ignore[arg-type]  # only texts are given


LAYOUT_TABLES = {
    "one column": "<table><tr><td>Sow beans</td></tr><tr><td>Sow peas</td></tr></table>",
    "presentation": '<table role="presentation"><tr><td>Sow</td><td>beans</td></tr><tr><td>a</td><td>b</td></tr>'
    "</table>",
    "nested": "<table><tr><td><table><tr><td>Sow beans</td></tr></table></td><td>Sow peas</td></tr></table>",
    "widths": '<table width="600"><tr><td width="50%">Sow</td><td>beans</td></tr><tr><td>a</td><td>b</td></tr></table>',
    "headings": "<table><tr><td><h2>Sow</h2>beans</td><td><h2>Dig</h2>beds</td></tr></table>",
}


@pytest.mark.parametrize("html", LAYOUT_TABLES.values(), ids=LAYOUT_TABLES.keys())
def test_a_table_that_arranges_the_page_is_no_table(html: str) -> None:
    assert "|" not in body(html)


DATA_TABLES = {
    "a head": '<table width="600"><tr><th>Bed</th><th>Crop</th></tr><tr><td>1</td><td>beans</td></tr></table>',
    "lines": '<table border="1" width="500"><tr><td>Bed</td><td>Crop</td></tr><tr><td>1</td><td>beans</td></tr>'
    "</table>",
    "ruled cells": '<table width="500"><tr><td style="border:1px solid #000">Bed</td><td>Crop</td></tr>'
    "<tr><td>1</td><td>beans</td></tr></table>",
}


@pytest.mark.parametrize("table", DATA_TABLES.values(), ids=DATA_TABLES.keys())
def test_a_table_of_data_stays_one_within_the_layout(table: str) -> None:
    html = f'<table role="presentation"><tr><td><p>Look:</p>{table}</td></tr></table>'
    assert body(html) == "Look:\n\n| Bed | Crop |\n| --- | --- |\n| 1 | beans |"


def test_columns_are_read_one_after_the_other():
    column = '<td width="50%"><table><tr><td><h2>{0}</h2><p>{0} one</p><p>{0} two</p></td></tr></table></td>'
    html = f"<table><tr>{column.format('Left')}{column.format('Right')}</tr></table>"
    assert words(seen(body(html))) == words("Left Left one Left two Right Right one Right two")


def test_a_button_stands_on_its_own_line():
    html = (
        "<table><tr><td>Come and dig.</td></tr></table>"
        '<table><tr><td><a href="https://garden.example/come">I come</a></td></tr></table>'
        "<table><tr><td>Bring a spade.</td></tr></table>"
    )
    assert body(html) == "Come and dig.\n\n[I come](https://garden.example/come)\n\nBring a spade."


def test_a_file_of_the_export_is_shown_and_keeps_its_link():
    html = '<a href="https://g.example/"><img alt="The shed" src="https://mcusercontent.com/1/images/shed%201.jpg"></a>'
    result = convert(html, Facts(images={"shed 1.jpg": "attachment:AB"}))
    assert result.body == "[![The shed](attachment:AB)](https://g.example/)"
    assert not result.problems


def test_a_picture_that_is_not_in_the_export_is_a_link_and_is_told():
    result = convert('<p><img alt="The shed" src="https://mcusercontent.com/1/shed.jpg"></p>', Facts())
    assert result.body == "[The shed](https://mcusercontent.com/1/shed.jpg)"
    assert [problem.code for problem in result.problems] == ["picture-not-in-export"]


HIDDEN = [
    '<span class="mcnPreviewText" style="display:none !important">{}</span>',
    '<div style="display:none;max-height:0">{}</div>',
    '<div style="mso-hide:all">{}</div>',
    '<div style="font-size:1px;line-height:1px">{}</div>',
    '<div style="color:#fff;background-color:#fff">{}</div>',
    '<div style="opacity:0">{}</div>',
    '<div style="height:0;overflow:hidden">{}</div>',
]


@pytest.mark.parametrize("element", HIDDEN)
def test_the_hidden_first_line_is_no_part_of_the_text(element: str) -> None:
    result = convert(f"<body>{element.format('Beans at last')}<p>Dig on Sunday.</p></body>", Facts())
    assert result.body == "Dig on Sunday."
    assert result.elided == "Beans at last"


def test_a_preview_that_repeats_the_text_is_not_kept():
    result = convert("<p>Dig on Sunday, bring a spade.</p>", Facts(preview_text="Dig on Sunday, bring a sp"))
    assert (result.body, result.elided) == ("Dig on Sunday, bring a spade.", "")


def test_a_small_font_round_the_text_does_not_hide_it():
    html = '<table><tr><td style="font-size:0"><p style="font-size:14px">Dig on Sunday.</p></td></tr></table>'
    assert body(html) == "Dig on Sunday."


def test_what_only_outlook_was_to_see_is_not_shown():
    assert body("<!--[if mso]><p>old</p><![endif]--><![if !mso]><p>new</p><![endif]>") == "new"


def test_words_that_a_mail_would_fold_away_stay():
    assert "quoted" in body("<p>On Monday, Bob wrote:</p><blockquote>quoted</blockquote>")
    assert "Ann" in body("<p>Dig.</p><p>--<br>Ann</p>")


def test_the_title_is_the_subject_without_padding_and_tags():
    assert convert("<p>x</p>", Facts(subject="🌱🌱 Beans for *|FNAME|* 🫘")).title == "Beans for"
    assert convert("<p>x</p>", Facts(subject="*|FNAME|*, beans 30° at 5 €!")).title == "Beans 30° at 5 €!"
    assert convert("<p>x</p>", Facts(subject="🌱")).title == "🌱"
    assert convert("<title>*|MC:SUBJECT|*</title><h1>Beans</h1>", Facts()).title == "Beans"


def test_an_empty_campaign_is_told():
    assert [problem.code for problem in convert("<p> </p>", Facts()).problems] == ["campaign-empty"]


WORD = st.sampled_from(("bean", "pea", "12", "Ökohof", "кот", "庭", "Copyright", "browser", "list"))
WORDS = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
BLOCK = st.sampled_from(
    [
        "<p>{}</p>",
        "<h2>{}</h2>",
        "<ul><li>{}</li></ul>",
        '<table role="presentation"><tr><td>{}</td></tr></table>',
        '<table width="600"><tr><td width="300">{0}</td><td>{0}</td></tr></table>',
        "<table><tr><th>{0}</th><th>{0}</th></tr><tr><td>{0}</td><td>{0}</td></tr></table>",
        '<table><tr><td><a href="https://g.example/">{}</a></td></tr></table>',
        "<div><b>{0}</b><br>{0}</div>",
        '<div><img src="https://g.example/a.jpg" alt="{}"></div>',
    ]
)
FOOTER = (
    '<table><tr><td><em>Copyright © *|CURRENT_YEAR|* *|LIST:COMPANY|*</em><br>Our mailing address is:<br>Nowhere 1<br>'
    '<a href="*|UNSUB|*">unsubscribe from this list</a></td></tr></table>'
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(BLOCK, WORDS), min_size=1, max_size=8))
def test_every_word_of_the_text_is_there_in_its_order(blocks: list[tuple[str, str]]) -> None:
    pieces = [block.format(text) for block, text in blocks]
    expected = [word for block, text in blocks for word in words(text) * (block.count("{"))]
    result = convert(f"<body>{''.join(pieces)}{FOOTER}</body>", Facts())
    assert words(seen(result.body)) == expected
    assert not words(seen(result.elided))


TAG = st.sampled_from(
    (
        *("<table>", "<table border=1>", "<tr>", "<td>", "<td width=9>", "<th>", "</td>", "</tr>", "</table>", "<br>"),
        *(
            "<div>",
            "</div>",
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<ul><li>",
            "</li></ul>",
            "<h2>",
            "</h2>",
            "<pre>",
            "</pre>",
        ),
        *('<a href="https://g.example/">', "</a>", '<img alt="leek" src="https://g.example/a.jpg">', "<!--[if mso]>"),
        *("<![endif]-->", '<div id="templateFooter">', '<td class="mcnTextContent">', "<center>", "<hr>", "&nbsp;"),
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TAG | WORD, max_size=40).map(" ".join))
def test_no_word_is_lost_in_whatever_markup(html: str) -> None:
    result = convert(html, Facts())
    expected = words(seen(html_to_markdown(html, fold=False).body))
    assert Counter(words(seen(result.body)) + words(seen(result.elided))) == Counter(expected)


def test_where_the_picture_that_is_all_is_not_there_the_preview_is_the_text():
    link = (
        "<a href='https://g.example/harvest' title='{}'><img src='https://mcusercontent.com/5a/harvest-poster.png'></a>"
    )
    facts = Facts(subject="Harvest", preview_text="Sunday, from noon")
    poster = convert(link.format(""), facts)
    assert poster.body == "Sunday, from noon\n\n[harvest-poster.png](https://g.example/harvest)"
    assert "[The film](https://g.example/harvest)" in convert(link.format("The film"), facts).body

"""The HTML variant of downloads: what can be told from its structure, and that users are told to ask for JSON."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from importers.facebook.dates import looks_like_date, read_date
from tests.importers.facebook_downloads import GROUP, POSTS, findings, messages, post, posts, write

HTML_POSTS = POSTS.replace(".json", ".html")
HTML_COMMENTS = "your_facebook_activity/groups/your_comments_in_groups.html"
PICTURE = "your_facebook_activity/groups/media/a.png"


def page(*entries: str, around: str = "_a706") -> str:
    return (
        "<html><head><title>Your group posts</title></head><body><div class='_li'>"
        f"<header><h1>Your group posts</h1></header><div class='{around}' role='main'>{''.join(entries)}</div>"
        "</div></body></html>"
    )


def newer(title: str, content: str, date: str) -> str:
    """An entry as since about 2021."""
    return (
        f"<div class='pam _3-95 _2ph- _a6-g uiBoxWhite noborder'><div class='_2ph_ _a6-h _a6-i'>{title}</div>"
        f"<div class='_2ph_ _a6-p'>{content}</div>"
        f"<div class='_3-94 _a6-o'><a href='https://www.facebook.com/dyi'><div>{date}</div></a></div></div>"
    )


def older(title: str, content: str, date: str) -> str:
    """An entry as until about 2020."""
    return (
        f"<div class='pam _3-95 _2pi0 _2lej uiBoxWhite noborder'><div class='_3-96 _2pio _2lek _2lel'>{title}</div>"
        f"<div class='_3-96 _2let'>{content}</div><div class='_3-94 _2lem'>{date}</div></div>"
    )


TEXT = "<div><div></div><div><div>First line.<br/>Second &lt;b&gt; line – ęüñ.</div></div><div></div></div>"


@pytest.mark.parametrize("entry", [newer, older])
def test_entries_are_told_apart_by_structure(tmp_path, entry):
    title = f"Ann Example posted in {GROUP}."
    html = page(
        entry(title, TEXT, "Mar 02, 2021 6:20:11 pm"), entry(title, "<div>Other.</div>", "Mar 3, 2021, 7:05 AM")
    )
    found = messages(write(tmp_path, {HTML_POSTS: html}))
    assert [(message.body, message.sent_at) for message in found] == [
        ("First line.\nSecond \\<b> line – ęüñ.", datetime(2021, 3, 2, 18, 20, 11, tzinfo=UTC)),
        ("Other.", datetime(2021, 3, 3, 7, 5, tzinfo=UTC)),
    ]
    assert {message.author for message in found} == {"facebook:ann example"}


def test_comments_name_their_group(tmp_path):
    said = "<div><div></div><div>Nice one.</div><div>Group: Riverside Gardeners</div></div>"
    html = page(
        *(newer("Ann Example commented on Bob Sample's post.", said, f"Mar 0{day}, 2021 6:20 pm") for day in (1, 2))
    )
    first, second = messages(write(tmp_path, {HTML_COMMENTS: html}))
    assert (first.body, first.source, first.answers) == (
        "Nice one.",
        "facebook:riverside gardeners",
        "facebook:bob sample",
    )
    assert first.flags == second.flags == ("comment",)


def test_pictures_and_links_are_kept(tmp_path):
    content = f"<div>Look.</div><a href='{PICTURE}'><img src='{PICTURE}'/></a><a href='https://example.org/x'>page</a>"
    entries = (newer(f"Ann posted in {GROUP}.", content, f"Mar 0{day}, 2021 6:20 pm") for day in (1, 2))
    first, _ = messages(write(tmp_path / "ann", {HTML_POSTS: page(*entries), PICTURE: b"\x89PNG\r\n\x1a\n"}))
    assert [file.filename for file in first.attachments] == ["a.png"]
    assert "https://example.org/x" in first.body


def test_users_are_told_to_ask_for_json(tmp_path):
    html = page(
        *(
            newer(f"Ann posted in {GROUP}.", "<div>Hello.</div>", date)
            for date in ("03/04/2021, 15:04", "Mar 5, 2021 1:00 pm")
        )
    )
    found = findings(write(tmp_path, {HTML_POSTS: html}))
    assert [finding.code for finding in found] == ["html-download", "date-missing"]


def test_the_json_variant_goes_before(tmp_path):
    html = page(*(newer(f"Ann posted in {GROUP}.", "<div>Hello.</div>", "Mar 5, 2021 1:00 pm") for _ in range(2)))
    folder = write(tmp_path, {HTML_POSTS: html, POSTS: posts(post("Hello."))})
    assert [message.body for message in messages(folder)] == ["Hello."]
    assert findings(folder) == []


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("Jan 05, 2021 3:04:00 pm", 1, 5),
        ("5. Januar 2021 15:04", 1, 5),
        ("05.01.2021 15:04", 1, 5),
        ("5 juil. 2021 à 15:04", 7, 5),
        ("13/01/2021 15:04", 1, 13),
        ("2021年1月5日 15:04", 1, 5),
        ("2021년 1월 5일 오후 3:04", 1, 5),
        ("5 tháng 1, 2021 lúc 15:04", 1, 5),
        ("5. července 2021 15:04", 7, 5),
        ("5. června 2021 15:04", 6, 5),
        ("5 listopada 2021, 15:04", 11, 5),
        ("5 марта 2021 г. 15:04", 3, 5),
        ("5 січ. 2021 р. 15:04", 1, 5),
        ("5 Kasım 2021 15:04", 11, 5),
        ("5. maaliskuuta 2021 klo 15.04", 3, 5),
    ],
)
def test_dates_in_many_languages(text, month, day):
    assert looks_like_date(text)
    assert read_date(text) == datetime(2021, month, day, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["03/04/2021 15:04", "31.02.2021 10:10", "Foo 5, 2021 10:10", "2021", "5 Jan 2021 25:99"]
)
def test_dates_that_cannot_be_told_are_none(text):
    assert read_date(text) is None


def test_hostile_pages_cost_little(tmp_path):
    start = time.perf_counter()
    nested = "<div>" * 20_000 + "Mar 5, 2021 1:00 pm"
    many = page(*("<div>Mar 5, 2021 1:00 pm</div>" for _ in range(20_000)))
    for number, html in enumerate((nested, many)):
        write(tmp_path / str(number), {HTML_POSTS: html, POSTS.replace("group_posts", "x"): "{}"})
        folder = write(tmp_path / str(number), {"groups/your_posts_in_groups.json": posts(post("Hello."))})
        assert [message.body for message in messages(folder, groups=(GROUP,))] == ["Hello."]
    assert time.perf_counter() - start < 30


def test_a_date_that_somebody_wrote_is_no_end_of_an_entry(tmp_path):
    said = "Ann Example commented on Bob Sample's post."
    entries = (
        f"<div><h2>{said}</h2><div><p>Group: Pool</p><div>{words}</div></div><div class='_a72d'>{date}</div></div>"
        for words, date in (("On 12 Sep 2020 14:00", "Sep 13, 2020, 2:26 PM"), ("Fine", "Sep 13, 2020, 2:28 PM"))
    )
    found = messages(write(tmp_path, {"groups/your_comments_in_groups.html": f"<body>{''.join(entries)}</body>"}))
    assert [message.body for message in found] == ["On 12 Sep 2020 14:00", "Fine"]

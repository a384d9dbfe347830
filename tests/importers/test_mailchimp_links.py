"""Links of campaigns: nothing in them tells who read, and those made for the mail are gone."""

from __future__ import annotations

import pytest

from importers.mailchimp.campaign import convert, convert_text
from importers.mailchimp.facts import Facts
from importers.mailchimp.links import look, without_tracking
from tests.importers.newsletters import messages, records

MANAGE = "https://garden.us5.list-manage.com"
HERE = "https://us5.campaign-archive.com/?u=5a&id=c3"

ADDRESSES = {
    "https://g.example/?utm_source=a&utm_anything=b": "https://g.example/",
    "https://g.example/?b=2&utm_source=x&a=1&mc_cid=c&mc_eid=e&c": "https://g.example/?b=2&a=1&c",
    "https://g.example/?b=2&amp;utm_source=x&amp;a=1": "https://g.example/?b=2&amp;a=1",
    "https://g.example/?fbclid=x#part": "https://g.example/#part",
    "https://g.example/?goal=0_1a2b3c4d5e-6f7a8b9c0d-123456": "https://g.example/",
    "https://g.example/?goal=500&e=2": "https://g.example/?goal=500&e=2",
    "https://g.example/a?": "https://g.example/a",
    f"{MANAGE}/track/click?u=5a&id=0a1b&e=9d8c": f"{MANAGE}/track/click?u=5a&id=0a1b",
    f"{HERE}&e=9d8c": HERE,
}


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.items())
def test_addresses_lose_what_tells_who_clicked_and_nothing_else(address: str, expected: str) -> None:
    assert without_tracking(address) == expected


KINDS = {
    f"{MANAGE}/unsubscribe?u=5a&id=77&e=9d": "reader",
    f"{MANAGE}/profile?u=5a&id=77&e=9d": "reader",
    f"{MANAGE}/vcard?u=5a&id=77": "reader",
    f"{MANAGE}/about?u=5a&id=77&e=9d": "reader",
    f"{MANAGE}/subscribe?u=5a&id=77": "plain",
    f"{MANAGE}/track/click?u=5a&id=77&e=9d": "tracked",
    "https://us5.list-manage.com/AbCd123": "tracked",
    "http://us5.forward-to-friend.com/forward?u=5a&id=c3&e=9d": "reader",
    "http://www.mailchimp.com/email-referral/?utm_source=freemium_newsletter": "reader",
    "https://login.mailchimp.com/signup/email-referral/?aid=5a": "reader",
    "https://mailchimp.com/help/": "plain",
    f"{HERE}&e=9d8c": "here",
    "https://us5.campaign-archive.com/?u=5a&id=OTHER&e=9d8c": "plain",
    "https://www.facebook.com/sharer/sharer.php?u=x": "share",
    "https://www.facebook.com/ourgarden": "plain",
    "https://twitter.com/intent/tweet?text=x": "share",
    "https://www.linkedin.com/shareArticle?url=x": "share",
    "mailto:?subject=Look": "share",
    "mailto:unsubscribe@g.example": "reader",
    "mailto:ann@g.example": "plain",
    "https://list-manage.com.evil.example/unsubscribe": "plain",
    "https://[": "plain",
}


@pytest.mark.parametrize(("address", "kind"), KINDS.items())
def test_kinds_of_links(address: str, kind: str) -> None:
    assert look(address, HERE).kind == kind


def test_a_counted_link_leads_where_the_plain_text_says():
    html = f'<p><a href="{MANAGE}/track/click?u=5a&amp;id=0a&amp;e=9d">the seed list</a></p>'
    result = convert(html, Facts(), "Look at the seed list (https://g.example/seeds?utm_source=x&a=1).")
    assert result.body == "[the seed list](https://g.example/seeds?a=1)"
    assert not result.problems


def test_equal_link_texts_take_their_targets_in_order():
    links = "".join(f'<p><a href="{MANAGE}/track/click?id={number}&e=9">More</a></p>' for number in (1, 2))
    text = "More (https://g.example/1)\n\nMore (https://g.example/2)"
    assert convert(links, Facts(), text).body == "[More](https://g.example/1)\n\n[More](https://g.example/2)"


def test_a_counted_link_whose_text_is_its_target_needs_no_plain_text():
    html = f'<p>See <a href="{MANAGE}/track/click?u=5a&amp;id=0a&amp;e=9d">https://g.example/seeds</a>.</p>'
    result = convert(html, Facts())
    assert result.body == "See https://g.example/seeds."
    assert not result.problems


def test_a_counted_link_that_nobody_can_resolve_is_kept_without_the_reader_and_told():
    html = f'<p><a href="{MANAGE}/track/click?u=5a&amp;id=0a&amp;e=9d8c">seeds</a></p>'
    text = f"seeds: {MANAGE}/track/click?u=5a&id=0a&e=9d8c"
    for result in (convert(html, Facts()), convert_text(text, Facts())):
        assert f"{MANAGE}/track/click?u=5a&id=0a" in result.body
        assert "9d8c" not in result.body
        assert [problem.code for problem in result.problems] == ["link-target-unknown"]


def test_rows_of_buttons_to_share_are_dropped_but_not_the_groups_own_pages():
    html = (
        "<p>Text</p><table><tr>"
        '<td><a href="https://www.facebook.com/sharer/sharer.php?u=x"><img src="https://c.example/f.png" alt="Share">'
        "</a></td>"
        '<td><a href="https://twitter.com/intent/tweet?text=x">Tweet</a></td></tr></table>'
        '<p><a href="https://www.facebook.com/ourgarden">Facebook</a></p>'
    )
    assert convert(html, Facts()).body == "Text\n\n[Facebook](https://www.facebook.com/ourgarden)"


def test_an_address_in_the_text_loses_its_tracking_too():
    html = f"<p>See https://g.example/?utm_source=x&amp;a=1 and {MANAGE}/track/click?u=5a&amp;e=9d8c</p>"
    assert convert(html, Facts()).body == f"See https://g.example/?a=1 and {MANAGE}/track/click?u=5a"


SENTENCES = {
    "Look (https://g.example/?utm_source=x), then come.": "Look (https://g.example/), then come.",
    "See https://g.example/?a=1&utm_source=x. Then come.": "See https://g.example/?a=1. Then come.",
    "请看（https://g.example/?utm_source=x）然后来。": "请看（https://g.example/）然后来。",
    "See https://g.example/beds_(old)?fbclid=x now": "See https://g.example/beds_(old) now",
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_the_sentence_round_an_address_stays(sentence: str, expected: str) -> None:
    for result in (convert(f"<p>{sentence}</p>", Facts()), convert_text(sentence, Facts())):
        assert result.body.replace("<", "").replace(">", "") == expected


PIXELS = [
    f'<img src="{MANAGE}/track/open.php?u=5a&amp;id=c3&amp;e=9d" alt="x">',
    '<img src="https://g.example/dot.png" width="1" height="1">',
    '<img src="https://g.example/spacer.gif" width="20" height="20">',
]


@pytest.mark.parametrize("pixel", PIXELS)
def test_pictures_that_count_or_fill_are_not_shown(pixel: str) -> None:
    result = convert(f"<p>Text</p>{pixel}", Facts())
    assert (result.body, result.problems) == ("Text", ())


READER_ID = "e1d2c3b4a5"


@pytest.mark.parametrize(
    "address",
    [
        "https://mailchi.mp/garden/spring-1234?e={}",
        "https://us1.list-manage.com/track/click?u=1&#38;id=2&#38;e={}",
        "https://us1.list-manage.com/track/click?u=1;id=2;e={}",
        "https://us1.list-manage.com/track/click?u=1&amp;E={}",
        "us1.list-manage.com/track/click?u=1&amp;e={}",
        "https://us1.campaign-archive.com/?u=1<wbr>&amp;e={}",
        "https://us1.campaign-archive.com/?u=1&amp;id=0123456789#e={}",
        "https://l.example.org/?to=https%3A%2F%2Fus1.list-manage.com%2Ftrack%2Fclick%3Fu%3D1%26id%3D2%26e%3D{}",
        "https://urldefense.com/v3/__https://us1.list-manage.com/track/click?u=1&e={}__;!!x",
        "https://shop.example.org/a#mc_eid={}",
    ],
)
def test_the_number_of_a_reader_is_nowhere(tmp_path, address):
    address = address.format(READER_ID)
    link = f"<a href='{address.replace('<wbr>', '')}'>earlier issue</a>"
    facts = Facts(subject="S", preview_text=address)
    html = f"<html><p>Good news for the garden.</p><p>See {link} or {address} today.</p></html>"
    converted = convert(html, facts)
    text = convert_text(f"Good news.\n\nSee earlier issue ({address.replace('<wbr>', '')}) today.", facts)
    assert "earlier issue" in converted.body and "earlier issue" in text.body
    assert READER_ID not in f"{converted} {text}"
    (tmp_path / "page.html").write_text(html + '<div class="mcnTextBlock"></div>')
    (message,) = messages(records(tmp_path))
    assert message.native and READER_ID.encode() not in message.native


def test_the_address_of_a_page_is_without_its_reader(tmp_path):
    head = f'<meta property="og:url" content="https://mailchi.mp/garden/spring?e={READER_ID}"><title>Spring</title>'
    (tmp_path / "page.html").write_text(f"<html><head>{head}</head><body class='mcnText'><p>Hello.</p></body></html>")
    (message,) = messages(records(tmp_path))
    assert message.url == "https://mailchi.mp/garden/spring"

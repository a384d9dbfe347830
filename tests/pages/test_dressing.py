"""What posts get on their way into a page: quotes, headings, pictures, what scrolls. Nothing of it opens a way in."""

from __future__ import annotations

import time

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from migrate.pages import dressing
from migrate.pages.dressing import plain
from migrate.pages.markdown import Upload, render

from .test_markdown import FORBIDDEN, HOSTILE

QUOTE = '[quote="ann, post:2, topic:7"]\n{}\n[/quote]\n\nI agree.'
LONG = "\n\n".join(f"Paragraph {number} of a long mail." for number in range(40))


class Links:
    def mention(self, name: str) -> str | None:
        return None

    def upload(self, short_name: str) -> Upload | None:
        return Upload("/uploads/x.png", 4, 3) if short_name == "known.png" else None


def face(username: str) -> Markup:
    return Markup("<i>{}</i>").format(username)


def jump(topic_id: int, number: int) -> str:
    return f"/there/{topic_id}/{number}"


def dress(raw: str) -> LexborHTMLParser:
    return LexborHTMLParser(f"<div id=frame>{dressing.dress(render(raw, Links()), face, jump)}</div>")


def one(tree: LexborHTMLParser, selector: str) -> str:
    found = tree.css(selector)
    assert len(found) == 1, tree.html
    return found[0].text().strip()


def test_a_quote_says_whose_it_is_and_leads_there() -> None:
    tree = dress(QUOTE.format("Sow peas."))
    assert one(tree, "aside .title i") == "ann"
    assert one(tree, 'aside a[href="/there/7/2"]').startswith("#2")
    assert one(tree, "aside > blockquote") == "Sow peas."


def test_a_long_quote_is_folded_and_shows_how_it_begins() -> None:
    tree = dress(QUOTE.format(LONG))
    assert one(tree, "aside > details > summary").startswith("Paragraph 0 of a long mail. Paragraph 1")
    assert one(tree, "aside > details > blockquote").endswith("Paragraph 39 of a long mail.")
    assert not tree.css("details[open]")
    assert one(tree, "#frame > p") == "I agree."


def test_many_short_lines_are_a_long_quote_too() -> None:
    assert one(dress(QUOTE.format("x\n" * 20)), "aside > details > blockquote")


def test_only_the_outermost_of_nested_quotes_is_folded() -> None:
    tree = dress(QUOTE.format(f'[quote="bob"]\n{LONG}\n[/quote]'))
    assert len(tree.css("details")) == 1
    assert one(tree, "aside > details aside .title") == "bob"


def test_what_an_author_folded_stays_as_it_is() -> None:
    tree = dress('[details="More"]\nrest\n[/details]')
    assert one(tree, "details > summary") == "More"


def test_a_quote_that_an_author_wrote_as_html_keeps_its_words() -> None:
    forged = '<aside class="quote no-group" data-username="ann"><div class="title">Important</div></aside>'
    assert one(dress(forged), "aside") == "Important"


def test_headings_stand_below_those_of_the_page() -> None:
    tree = dress("# One\n\n## Two\n\n###### Six")
    assert [node.tag for node in tree.css("#frame > *")] == ["h3", "h4", "h6"]


def test_what_scrolls_is_within_reach_of_the_keyboard() -> None:
    tree = dress("```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert len(tree.css("pre[tabindex='0']")) == 1
    assert len(tree.css("div[tabindex='0'] > table")) == 1


def test_pictures_of_other_sites_are_links_and_nothing_is_loaded() -> None:
    tree = dress("![a bed](https://a.example/x.png) [![plot](http://b.example/y.png)](https://c.example/)")
    assert not tree.css("img")
    links = [(link.attributes["href"], link.text()) for link in tree.css("a")]
    assert links == [("https://a.example/x.png", "a bed (elsewhere)"), ("https://c.example/", "plot")]


@pytest.mark.parametrize("source", ["x", "//a.example/x.png", "x.example/y.png", "https:x", ""])
def test_a_picture_is_shown_only_from_an_address_of_this_site(source: str) -> None:
    assert not dress(f'<img src="{source}" alt="a">').css("img")


def test_pictures_of_this_site_are_shown() -> None:
    assert dress("![a bed](upload://known.png)").css("img[src='/uploads/x.png'][alt='a bed']")


def test_files_that_are_missing_say_so_and_lead_nowhere() -> None:
    tree = dress("![a bed](upload://gone.png) [a.pdf|attachment](upload://gone.pdf) (3 kB)")
    assert one(tree, ".picture") == "a bed (the file is missing)"
    assert one(tree, "a.lost") == "a.pdf"
    assert not tree.css("a[href], img")


@pytest.mark.parametrize("raw", [*HOSTILE, QUOTE.format("<b title='</aside></div><img src=x onerror=alert(1)>'>x</b>")])
def test_hostile_text_stays_inert(raw: str) -> None:
    for text in (raw, QUOTE.format(raw), QUOTE.format(f"{LONG}\n\n{raw}")):
        tree = dress(text)
        assert tree.body is not None
        assert [node.tag for node in tree.body.iter()] == ["div"], "it left its place"
        for node in tree.css("*"):
            assert node.tag not in FORBIDDEN
            assert not any(name.startswith("on") or name == "style" for name in node.attributes)


@pytest.mark.parametrize(
    "raw", ['[quote="a"]\n' * 4_000 + "[/quote]\n" * 4_000, QUOTE.format(LONG) * 100, "<b>" * 90_000]
)
def test_no_text_takes_long(raw: str) -> None:
    html = render(raw)
    start = time.process_time()
    dressing.dress(html, face, jump)
    plain(html)
    assert time.process_time() - start < 2


def test_the_plain_text_keeps_words_whole_and_apart() -> None:
    assert plain("<p>gar<b>den</b>ers &amp; <i>co</i></p><p>next<br>line</p>").split() == [
        "gardeners",
        "&",
        "co",
        "next",
        "line",
    ]


@pytest.mark.parametrize("source", ["//a.example/x.png", r"/\a.example/x.png", "/&#9;/a.example/x.png"])
def test_nor_are_those_of_addresses_that_only_browsers_take_for_other_sites(source: str) -> None:
    assert not dress(f'<img src="{source}">').css("img")

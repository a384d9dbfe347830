"""From wikitext to bodies: what is on a page comes out as it did before, and no word of it is lost on the way."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from importers.wiki.body import comment_markdown, references_of
from importers.wiki.dates import timestamps_in
from importers.wiki.discussion import discussion
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.sites import site_of_language
from importers.wiki.templates import Templates
from importers.wiki.titles import parse_title, user_of
from importers.wiki.wikitext import render
from tests.content.rendering import seen, words
from tests.importers.wiki.constructs import GOLDEN, SOURCE, shown
from tests.importers.wiki.corpora import CORPORA, wikipedia

_PAGES = sorted((CORPORA / "pages").glob("*.wikitext")) if CORPORA.exists() else []
_REACH = 120  # characters before a date that a signature may take


def test_everything_people_write_comes_out_as_written_down() -> None:
    assert shown() == GOLDEN.read_text(encoding="utf-8"), "If intended: python -m tests.importers.wiki.constructs"


def test_a_page_with_everything_has_no_braces_left_but_those_meant() -> None:
    assert re.findall(r"\{\{.{0,12}", shown()) == ["{{[Bed](https:"]


def _visible(html: str) -> Counter[str]:
    """The words a reader of the page sees."""
    html = re.sub(r'<small class="autosigned">.*?</small>', "", html)  # says who did not sign
    html = re.sub(r"</?(?:a|b|i|sup|sub|small|span)\b[^>]*>", "", html)  # they stand within words
    return Counter(words(unescape(re.sub(r"<!--.*?-->|<[^>]*>", " ", html))))


def _lost(site: Site, text: str) -> tuple[int, set[str]]:
    """How many words a page has, and which are lost: from a comment to Markdown, or from the page to comments."""
    page = Page(title="Talk:Garden", id=1, text=text, locator="")
    title = parse_title(site, page.title)
    html = render(page.text, site, title, Templates(site, page).expand).html
    found = discussion(html, site, title)
    references = references_of(html)
    kept: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for heading in found.headings:
        kept.update(words(heading.text))
    for comment in found.comments:
        lost += _visible(comment.html) - _said(comment_markdown(comment.html, site, page.title))
        kept += _said(comment_markdown(comment.html, site, page.title, references=references))
    visible = _visible(html)
    linked, signed = _of_signatures(html, site)
    return visible.total(), set(lost) | (set(visible - kept - signed) - linked)


def _said(body: str) -> Counter[str]:
    return Counter(words(seen(body).replace("^", "")))


def _of_signatures(html: str, site: Site) -> tuple[set[str], Counter[str]]:
    """The words that link to users, and those of dates and right before them."""
    plain = unescape(re.sub("<[^>]*>", "", html))
    dates = Counter(
        word for stamp in timestamps_in(site, plain) for word in words(plain[max(0, stamp.start - _REACH) : stamp.end])
    )
    links = re.findall(r'<a class="wikilink"[^>]*title="([^"]*)">(.*?)</a>', html)
    users = [label for target, label in links if user_of(site, parse_title(site, unescape(target)))]
    return {word for label in users for word in _visible(label)}, dates


@pytest.mark.skipif(not _PAGES, reason="the published cases are not on this machine")
@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.name.removesuffix(".wikitext"))
def test_no_word_of_the_published_pages_is_lost(path) -> None:
    language = path.name[:2] if path.name[:3] in ("ar-", "fr-", "pl-") else "en"
    count, lost = _lost(wikipedia(language), path.read_text(encoding="utf-8"))
    assert count > 10
    assert not lost


def test_no_word_of_a_page_with_everything_is_lost() -> None:
    count, lost = _lost(site_of_language("en", "https://wiki.example.org/"), SOURCE.read_text(encoding="utf-8"))
    assert count > 250
    assert not lost

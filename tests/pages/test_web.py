"""The pages over a forum that exists only in this file: any view that keeps the protocol can be shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser

from migrate.pages import web
from migrate.pages.view import (
    POSTS_PER_PAGE,
    Author,
    CategoryCard,
    Forum,
    Found,
    Link,
    PostView,
    SearchPage,
    Slice,
    TopicLine,
    TopicList,
    TopicPage,
    UserPage,
    UserPost,
    pages,
)

WHEN = datetime(2009, 3, 4, 5, 6, 7, tzinfo=UTC)
ANN = Author(username="ann", name="Ann <Miller>")
CARD = CategoryCard(id=5, name="Gärten", slug="", color="0E8A5F", topics=1, restricted=True)
LINE = TopicLine(
    id=7, title="", slug="a/b?c", author=ANN, replies=9_999, created_at=WHEN, active_at=WHEN, category=CARD, tags=("x",)
)


class Example:
    title, hint, notice = "Example <forum>", "An example.", ""
    sections = (Link("Findings", "findings"),)

    def __init__(self) -> None:
        self.rendered = 0

    def categories(self) -> Sequence[CategoryCard]:
        return [CARD]

    def latest(self, page: int) -> TopicList | None:
        return TopicList(lines=[LINE], slice=Slice(page=page, pages=12))

    def category(self, category_id: int, page: int) -> tuple[CategoryCard, TopicList] | None:
        return (CARD, TopicList(lines=[], slice=Slice(page=1, pages=1))) if category_id == CARD.id else None

    def tag(self, name: str, page: int) -> TopicList | None:
        return self.latest(page) if name == "x" else None

    def search(self, query: str, page: int) -> SearchPage | None:
        hit = Found(topic=LINE, number=3, author=ANN, created_at=WHEN, excerpt=f"… {query} …")
        return SearchPage(query=query, found=[hit], slice=Slice(page=page, pages=2), total=21)

    def topic(self, topic_id: int, page: int) -> TopicPage | None:
        last = pages(10_000, POSTS_PER_PAGE)
        if topic_id != LINE.id or page > last:
            return None
        first = (page - 1) * POSTS_PER_PAGE + 1
        self.rendered += POSTS_PER_PAGE
        posts = [
            PostView(number=first + n, author=ANN, created_at=WHEN, html="<p>x</p>", reply_to=first + n - 1 or None)
            for n in range(POSTS_PER_PAGE)
        ]
        return TopicPage(topic=LINE, posts=posts, slice=Slice(page=page, pages=last))

    def page_of(self, topic_id: int, number: int) -> int | None:
        return -(-number // POSTS_PER_PAGE) if topic_id == LINE.id else None

    def user(self, username: str, page: int) -> UserPage | None:
        post = PostView(number=1, author=ANN, created_at=WHEN, html="")
        said = [UserPost(topic=LINE, post=post)]
        slice_ = Slice(page=page, pages=1)
        return UserPage(author=ANN, joined_at=None, total=1, posts=said, slice=slice_) if username == "ann" else None


def show(path: str, page: str = "1", forum: Forum | None = None) -> web.Page:
    found = web.page(forum or Example(), path, {"page": page})
    assert found is not None
    return found


def test_one_page_of_a_topic_of_ten_thousand_posts() -> None:
    forum = Example()
    page = show("/t/a%2Fb%3Fc/7", "500", forum)
    assert page.status == 200
    assert page.html.count("<article") == POSTS_PER_PAGE
    assert forum.rendered == POSTS_PER_PAGE
    assert "#10000" in page.html
    assert 'href="/t/a%2Fb%3Fc/7?page=499" rel="prev"' in page.html
    assert 'rel="next"' not in page.html
    assert '<a href="/t/a%2Fb%3Fc/7/9980">in reply to #9980</a>' in page.html  # on the page before
    assert '<a href="#post_9981">in reply to #9981</a>' in page.html


def test_names_and_titles_are_escaped_and_empty_ones_shown() -> None:
    page = show("/")
    assert "Example &lt;forum&gt;" in page.html
    assert "Ann &lt;Miller&gt;" in page.html
    assert "(no title)" in page.html
    assert 'href="/c/category/5"' in page.html


def test_addresses() -> None:
    assert show("/t/7").location == "/t/a%2Fb%3Fc/7"
    assert show("/t/whatever/7/21").location == "/t/a%2Fb%3Fc/7?page=2#post_21"
    assert show("/c/any/5").status == 200
    assert show("/u/ann").status == 200
    for path in ("/t/8", "/t/x/8/1", "/c/x/9", "/u/bob"):
        assert show(path).status == 404
    assert show("/t/x/7", "501").status == 404
    assert web.page(Example(), "/elsewhere", {}) is None


def test_a_page_number_that_is_none_is_the_first() -> None:
    for wanted in ("0", "-3", "x", "9" * 40, "²"):
        assert show("/", wanted).status == 200


def test_pages_hold_all_they_need() -> None:
    page = show("/")
    assert "<style>" in page.html
    assert "<script" not in page.html
    style, _, rest = page.html.partition("</style>")
    assert "http" not in rest
    assert re.findall(r"url\(.{6}|@import", style) == ['url("data:']
    assert "prefers-color-scheme: dark" in page.html


def shown(path: str, page: str = "1", forum: Forum | None = None) -> LexborHTMLParser:
    return LexborHTMLParser(show(path, page, forum).html)


@pytest.mark.parametrize("path", ["/", "/categories", "/c/x/5", "/tag/x", "/t/a%2Fb%3Fc/7", "/u/ann", "/search", "/no"])
def test_every_page_can_be_walked_with_the_keyboard(path: str) -> None:
    page = web.page(Example(), path, {}) or web.missing(Example())
    tree = LexborHTMLParser(page.html)
    first = tree.css("a")[0]
    assert first.attributes["href"] == "#main"
    assert len(tree.css("main#main")) == len(tree.css("body > header")) == len(tree.css("body > footer")) == 1
    assert len(tree.css("h1")) == 1
    levels = [int((node.tag or "")[1:]) for node in tree.css("h1, h2, h3, h4, h5, h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert not tree.css("[accesskey], [tabindex]:not([tabindex='0']):not([tabindex='-1'])")
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))


def test_the_first_page_shows_the_largest_categories_and_the_way_to_all() -> None:
    class Many(Example):
        def categories(self) -> Sequence[CategoryCard]:
            return [replace(CARD, id=n, name=f"C{n}", topics=n) for n in range(1, 41)]

    assert [card.text() for card in shown("/", forum=Many()).css(".card h3")] == [f"C{n}" for n in range(40, 34, -1)]
    assert "All 40 categories" in shown("/", forum=Many()).css("main > p > a[href='/categories']")[0].text()
    assert len(shown("/categories", forum=Many()).css(".card")) == 40
    assert "All" not in shown("/").css("main")[0].text()


def test_where_one_is_among_pages_is_marked() -> None:
    tree = shown("/", "5")
    assert [node.text().split()[-1] for node in tree.css(".pager [aria-current=page]")] == ["5"]
    assert tree.css(".pager a[rel=prev][href='/latest?page=4']")
    assert tree.css(".pager a[rel=next][href='/latest?page=6']")
    assert {"/latest", "/latest?page=12"} <= {node.attributes["href"] for node in tree.css(".pager a")}
    assert [node.text() for node in tree.css("nav [aria-current=page]")][:1] == ["Latest"]
    assert not shown("/u/ann").css(".pager")


def test_a_page_of_a_topic_says_which_posts_and_days_it_covers() -> None:
    tree = shown("/t/a%2Fb%3Fc/7", "3")
    where = " ".join(tree.css(".where p")[0].text().split())
    assert where == "Posts 41–60 of 10,000, from 4 Mar 2009 to 4 Mar 2009"
    times = tree.css("article time")
    assert times[0].text() == "4 Mar 2009"
    assert times[0].attributes["title"] == "4 Mar 2009, 05:06 UTC"


def test_one_can_go_to_a_post_by_its_number() -> None:
    form = shown("/t/a%2Fb%3Fc/7").css("form.to-post")[0]
    assert form.attributes["action"] == "/t/a%2Fb%3Fc/7"
    found = web.page(Example(), "/t/a%2Fb%3Fc/7", {"post": "9985"})
    assert found
    assert found.location == "/t/a%2Fb%3Fc/7?page=500#post_9985"
    for none in ("0", "-1", "x", "9" * 30, "20000"):
        found = web.page(Example(), "/t/a%2Fb%3Fc/7", {"post": none})
        assert found
        assert found.status == 200


def test_a_long_silence_is_told() -> None:
    class Quiet(Example):
        def topic(self, topic_id: int, page: int) -> TopicPage | None:
            days = (0, 20, 90, 830)
            posts = [
                PostView(number=n, author=ANN, created_at=WHEN + timedelta(days=day), html="x")
                for n, day in enumerate(days, 1)
            ]
            return TopicPage(topic=LINE, posts=posts, slice=Slice(page=1, pages=1))

    assert [node.text() for node in shown("/t/a%2Fb%3Fc/7", forum=Quiet()).css(".gap")] == [
        "2 months later",
        "2 years later",
    ]


def test_what_was_searched_for_is_marked_and_stays_text() -> None:
    class Hostile(Example):
        def search(self, query: str, page: int) -> SearchPage | None:
            hit = Found(
                topic=replace(LINE, title="BEANS & <peas>"),
                number=3,
                author=ANN,
                created_at=WHEN,
                excerpt="<b>beans</b> and <img src=x onerror=alert(1)> a.b axb beans",
            )
            return SearchPage(query=query, found=[hit], slice=Slice(page=1, pages=1), total=1)

    def marks(query: str) -> list[str]:
        page = web.page(Hostile(), "/search", {"q": query})
        assert page
        tree = LexborHTMLParser(page.html)
        assert not tree.css(".said b, .said img")
        return [node.text() for node in tree.css("mark")]

    assert marks("beans") == ["BEANS", "beans", "beans"]
    assert marks("<b> a.b") == ["<b>", "a.b"]
    assert marks("bean beans") == ["BEANS", "beans", "beans"]
    assert marks("amp") == []
    assert marks(".*+?(") == []


def test_the_search_keeps_its_words_from_page_to_page() -> None:
    tree = LexborHTMLParser((web.page(Example(), "/search", {"q": '  peas  "x" '}) or web.missing(Example())).html)
    assert tree.css("input[name=q]")[0].attributes["value"] == 'peas "x"'
    assert tree.css(".pager a[rel=next]")[0].attributes["href"] == "/search?q=peas+%22x%22&page=2"
    assert not shown("/search").css(".hits, .empty")


def test_private_categories_say_for_whom_they_are() -> None:
    class Private(Example):
        def categories(self) -> Sequence[CategoryCard]:
            newest = replace(LINE, title="Minutes <of May>")
            return [CARD, replace(CARD, id=6, readers=("staff", "the_board"), latest=newest)]

    cards = shown("/categories", forum=Private()).css(".card")
    assert [card.css(".lock")[0].text().strip() for card in cards] == ["private", "private: only staff, the_board"]
    assert "Minutes <of May>" in cards[1].text()


def test_who_has_not_signed_up_and_who_posts_for_others_is_told() -> None:
    waiting, shared = replace(ANN, placeholder=True), Author(username="imported", shared=True)

    class Mixed(Example):
        def topic(self, topic_id: int, page: int) -> TopicPage | None:
            posts = [
                PostView(number=n, author=author, created_at=WHEN, html="<p>x</p>")
                for n, author in enumerate((waiting, shared, Author(username="bob")), 1)
            ]
            return TopicPage(topic=LINE, posts=posts, slice=Slice(page=1, pages=1))

    tree = shown("/t/a%2Fb%3Fc/7", forum=Mixed())
    told = [post.css("header")[0].text() for post in tree.css("article")]
    assert ["not signed up" in text for text in told] == [True, False, False]
    assert ["for several people" in text for text in told] == [False, True, False]
    assert tree.css(".legend")
    assert not shown("/t/a%2Fb%3Fc/7").css(".legend")


def test_texts_run_in_their_own_direction() -> None:
    tree = shown("/t/a%2Fb%3Fc/7")
    assert tree.css("h1 [dir=auto], h1[dir=auto]")
    assert all(node.attributes.get("dir") == "auto" for node in tree.css(".text, .by"))


def test_a_quoted_post_on_the_same_page_is_reached_without_leaving_it() -> None:
    quote = (
        '<aside class="quote no-group" data-username="ann" data-post="{}" data-topic="{}">'
        '<div class="title">ann:</div><blockquote>x</blockquote></aside>'
    )

    class Quoting(Example):
        def topic(self, topic_id: int, page: int) -> TopicPage | None:
            html = "".join(quote.format(*place) for place in ((1, 7), (900, 7), (4, 8)))
            post = PostView(number=1, author=ANN, created_at=WHEN, html=html)
            return TopicPage(topic=LINE, posts=[post], slice=Slice(page=1, pages=1))

    tree = shown("/t/a%2Fb%3Fc/7", forum=Quoting())
    links = [node.attributes["href"] for node in tree.css("aside .jump")]
    assert links == ["#post_1", "/t/a%2Fb%3Fc/7/900", "/t/8/4"]
    assert {node.text() for node in tree.css("aside .title span[dir]")} == {"Ann <Miller>"}

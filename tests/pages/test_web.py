"""The pages over a forum that exists only in this file: any view that keeps the protocol can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

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
    assert "http://" not in page.html
    assert "prefers-color-scheme: dark" in page.html

"""Where each page lies: on a server, or as files of a folder that can lie anywhere.

Titles, names and tags come into an address as slugs or percent-encoded; all addresses are of this site.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote, urlencode

from .view import Author, CategoryCard, TopicLine


class Addresses(Protocol):
    """Addresses as they stand in a link. A page of several is given by its number, from 1."""

    def home(self) -> str: ...

    def latest(self, page: int = 1) -> str: ...

    def categories(self) -> str: ...

    def category(self, card: CategoryCard, page: int = 1) -> str: ...

    def tag(self, name: str, page: int = 1) -> str: ...

    def topic(self, topic: TopicLine, page: int = 1) -> str: ...

    def post(self, topic: TopicLine, number: int, page: int | None = None) -> str:
        """One post of a topic; `page` where it is known which page that stands on."""

    def user(self, author: Author, page: int = 1) -> str: ...

    def search(self, query: str = "", page: int = 1) -> str:
        """Empty where nobody answers what forms ask; the pages have none then."""

    def other(self, path: str) -> str:
        """Anything else of this site, by its path from the root, without a slash before it."""

    def style(self) -> str:
        """The style sheet, where pages are files; empty where each has it within, and a server says the policy."""


class Live:
    """On a server that answers for the site's root; pages are told by `?page=`."""

    def home(self) -> str:
        return "/"

    def latest(self, page: int = 1) -> str:
        return _paged("/latest", page)

    def categories(self) -> str:
        return "/categories"

    def category(self, card: CategoryCard, page: int = 1) -> str:
        return _paged(f"/c/{_segment(card.slug or 'category')}/{card.id}", page)

    def tag(self, name: str, page: int = 1) -> str:
        return _paged(f"/tag/{_segment(name)}", page)

    def topic(self, topic: TopicLine, page: int = 1) -> str:
        return _paged(f"/t/{_segment(topic.slug or 'topic')}/{topic.id}", page)

    def post(self, topic: TopicLine, number: int, page: int | None = None) -> str:
        if page is None:
            return f"{self.topic(topic)}/{number}"
        return f"{self.topic(topic, page)}#post_{number}"

    def user(self, author: Author, page: int = 1) -> str:
        return _paged(f"/u/{_segment(author.username)}", page)

    def search(self, query: str = "", page: int = 1) -> str:
        parameters = ({"q": query} if query else {}) | ({"page": page} if page > 1 else {})
        return "/search" + (f"?{urlencode(parameters)}" if parameters else "")

    def other(self, path: str) -> str:
        return f"/{path}"

    def style(self) -> str:
        return ""


LIVE = Live()


def _paged(path: str, page: int) -> str:
    return f"{path}?page={page}" if page > 1 else path


def _segment(text: str) -> str:
    return quote(text, safe="")

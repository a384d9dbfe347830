"""Which page an address shows. Knows no web framework: whoever serves the pages asks here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from . import render
from .addresses import LIVE
from .view import Forum

_CATEGORY = re.compile(r"/c/(?:[^/]+/){0,2}(\d{1,18})")
_TOPIC = re.compile(r"/t/(?:[^/]*/)?(\d{1,18})")
_POST = re.compile(r"/t/(?:[^/]*/)?(\d{1,18})/(\d{1,9})")
_USER = re.compile(r"/u/([^/]{1,200})")
_TAG = re.compile(r"/tag/([^/]{1,200})")
_LONGEST_QUERY = 200  # characters
HEADERS = {
    "Content-Security-Policy": render.POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    html: str = ""
    location: str = ""  # where to go instead, on this site; the HTML is empty then


def page(forum: Forum, path: str, query: Mapping[str, str]) -> Page | None:
    """The page at `path` (percent-decoded, no slash at its end); None for an address that is no page at all.

    `query` may hold `page`, `q` (what to search for) and `post` (the number of a post of this topic to go to).
    """
    number = number_in(query.get("page")) or 1
    if path in ("", "/", "/latest"):
        return _latest(forum, number)
    if path == "/categories":
        return Page(200, render.categories(forum))
    if path == "/search":
        return _search(forum, query.get("q", ""), number)
    if path.startswith("/t/"):
        return _under_topics(forum, path, number, number_in(query.get("post")))
    if match := _CATEGORY.fullmatch(path):
        shown = forum.category(int(match[1]), number)
        return Page(200, render.category(forum, *shown)) if shown else missing(forum)
    return _named(forum, path, number)


def _named(forum: Forum, path: str, number: int) -> Page | None:
    if match := _USER.fullmatch(path):
        user = forum.user(match[1], number)
        return Page(200, render.user(forum, user)) if user else missing(forum)
    if match := _TAG.fullmatch(path):
        tagged = forum.tag(match[1], number)
        return Page(200, render.tag(forum, match[1], tagged)) if tagged else missing(forum)
    return None


def missing(forum: Forum) -> Page:
    return Page(404, render.missing(forum))


def _latest(forum: Forum, number: int) -> Page:
    listed = forum.latest(number)
    return Page(200, render.latest(forum, listed)) if listed else missing(forum)


def _search(forum: Forum, query: str, number: int) -> Page:
    wanted = " ".join(query.split())[:_LONGEST_QUERY]
    if not wanted:
        return Page(200, render.search(forum, None))
    found = forum.search(wanted, number)
    return Page(200, render.search(forum, found)) if found else missing(forum)


def number_in(written: str | None) -> int | None:
    """A number above 0, if it is one."""
    return int(written) or None if written and written.isdecimal() and len(written) < 10 else None


def _under_topics(forum: Forum, path: str, number: int, post: int | None) -> Page:
    """`/t/7/2` may be post 2 of topic 7, or topic 2 under an odd slug: the post is tried first."""
    if (match := _POST.fullmatch(path)) and (found := _post(forum, int(match[1]), int(match[2]))):
        return found
    if match := _TOPIC.fullmatch(path):
        if post and (found := _post(forum, int(match[1]), post)):
            return found
        return _topic(forum, path, int(match[1]), number)
    return missing(forum)


def _post(forum: Forum, topic_id: int, post_number: int) -> Page | None:
    """One post: the page it stands on, scrolled to it; for a number that none has, to the nearest one on that page."""
    number = forum.page_of(topic_id, post_number)
    found = forum.topic(topic_id, number) if number else None
    if found is None:
        return None
    shown = [post.number for post in found.posts]
    nearest = min(shown, key=lambda number: abs(number - post_number), default=post_number)
    return Page(302, location=LIVE.post(found.topic, nearest, number))


def _topic(forum: Forum, path: str, topic_id: int, number: int) -> Page:
    found = forum.topic(topic_id, number)
    if found is None:
        return missing(forum)
    if unquote(path) != unquote(LIVE.topic(found.topic)):  # a server may have decoded it already
        return Page(301, location=LIVE.topic(found.topic, number))
    return Page(200, render.topic(forum, found))

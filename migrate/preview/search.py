"""Search without an index of words: messages are read from new to old until a page is full, or time is up.

What was found stays in memory, so that the next page goes on where the last one ended. Everything is compared with what
is shown, so that nothing is found by what is hidden.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from migrate.pages.dressing import plain
from migrate.pages.view import POSTS_PER_PAGE, Found, SearchPage, Slice, TopicLine, excerpt, pages
from migrate.preview.index import Index
from migrate.preview.threads import Threads

SECONDS = 0.7  # that one request may take
_KEPT = 8  # queries
_CHUNK = 500  # messages read at once


@dataclass(slots=True)
class _Hunt:
    """How far the search for these words has come."""

    words: tuple[str, ...]  # folded
    found: list[Found] = field(default_factory=list)
    after: int = 0  # the place in the index that was looked at last
    is_over: bool = False


class Searches:
    """The searches of one plan."""

    def __init__(self, index: Index, threads: Threads, lines: Callable[[Sequence[int]], list[TopicLine]]) -> None:
        self._index, self._threads, self._lines = index, threads, lines
        self._hunt = lru_cache(maxsize=_KEPT)(_hunt)

    def page(self, query: str, page: int) -> SearchPage | None:
        """Posts with all words of the query, the newest first."""
        hunt = self._hunt(query)
        until = time.monotonic() + SECONDS
        wanted = page * POSTS_PER_PAGE + 1  # one more tells whether there is a next page
        while len(hunt.found) < wanted and not hunt.is_over and time.monotonic() < until:
            self._go_on(hunt, wanted, until)
        last = pages(len(hunt.found), POSTS_PER_PAGE)
        if page > last and hunt.is_over:
            return None
        page = min(page, last)  # it may yet come to that one
        is_cut = not hunt.is_over and len(hunt.found) < wanted
        return SearchPage(
            query=query,
            found=hunt.found[(page - 1) * POSTS_PER_PAGE : page * POSTS_PER_PAGE],
            slice=Slice(page=page, pages=last),
            total=len(hunt.found) if hunt.is_over else None,
            note=f"Only the newest {hunt.after:,} posts were searched so far. Reload the page to go on."
            if is_cut
            else "",
        )

    def _go_on(self, hunt: _Hunt, wanted: int, until: float) -> None:
        rows = self._index.texts(hunt.after, _CHUNK)
        hunt.is_over = not rows
        for place, thread_id, message_id, body, title in rows:
            hunt.after = place
            if not _has_all(f"{title or ''}\n{body}".replace("\\", ""), hunt.words):
                continue
            if found := self._shown(thread_id, message_id, title is not None, hunt.words):
                hunt.found.append(found)
            if len(hunt.found) >= wanted or time.monotonic() > until:
                return

    def _shown(self, thread_id: int, message_id: int, is_opener: bool, words: Sequence[str]) -> Found | None:
        """The post, if what is shown of it has these words, too."""
        thread = self._threads.get(thread_id)
        lines = self._lines([thread_id]) if thread and message_id in thread.numbers else []
        if thread is None or not lines:
            return None
        places = [place for place in thread.places if place.post.message_id == message_id]
        views = self._threads.show(thread, places)
        text = " ".join(plain(view.html) for view in views)
        if not views or not _has_all(f"{lines[0].title}\n{text}" if is_opener else text, words):
            return None
        first = views[0]
        return Found(
            topic=lines[0],
            number=first.number,
            author=first.author,
            created_at=first.created_at,
            excerpt=excerpt(text, words),
        )


def _hunt(query: str) -> _Hunt:
    return _Hunt(tuple(query.casefold().split()))


def _has_all(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)

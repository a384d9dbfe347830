"""The pieces that the input is cut into, and what reads each kind. A page is small, so it travels whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from importers.wiki.api.pieces import LivePages
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.structured import Topics, read_topics, thread_records
from importers.wiki.structured.liquid import is_liquid
from importers.wiki.structured.live import LiveTopics
from importers.wiki.wishes import Wishes
from migrate.model import Record
from migrate.sources import Chunk

# Part of every fingerprint: raise it whenever what comes out of the same text changes.
READER = "wiki-3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages(Chunk):
    """Pages with their texts, from a file."""

    site: Site
    wishes: Wishes
    pages: tuple[Page, ...]


def _read_pages(chunk: Pages) -> Iterator[Record]:
    for page in chunk.pages:
        yield from records_of(page, chunk.site, chunk.wishes)


def records_of(page: Page, site: Site, wishes: Wishes) -> Iterator[Record]:
    """The records of a page, as the user wants it read."""
    from importers.wiki.conversation import page_records
    from importers.wiki.news import news_records

    if is_liquid(page, site):
        return thread_records(page, site, wishes)
    return news_records(page, site, wishes) if wishes.newsletters else page_records(page, site, wishes)


def _read_live(chunk: LivePages) -> Iterator[Record]:
    from importers.wiki.api.reading import read_pages

    return read_pages(chunk)


def _read_live_topics(chunk: LiveTopics) -> Iterator[Record]:
    from importers.wiki.api.boards import read_live_topics

    return read_live_topics(chunk)


READERS: Mapping[type[Chunk], Callable[[Any], Iterator[Record]]] = {
    Pages: _read_pages,
    LivePages: _read_live,
    LiveTopics: _read_live_topics,
    Topics: read_topics,
}

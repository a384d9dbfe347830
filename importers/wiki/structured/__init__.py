"""Discussions that a wiki keeps as trees of posts: StructuredDiscussions (Flow) and LiquidThreads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING
from zlib import crc32

from importers.wiki.keys import shown_title
from importers.wiki.site import Site
from importers.wiki.structured.tree import FLOW, LIQUID, Odd, Place, Topic
from importers.wiki.titles import parse_title
from importers.wiki.wishes import Wishes
from migrate.model import Finding
from migrate.sources import Chunk
from migrate.text import printable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from importers.wiki.page import Page
    from migrate.model import Record

READER = "wiki-structured-1"  # part of every fingerprint: raise it whenever what comes out of the same topic changes

_TARGET = 1 << 20  # characters in a chunk
_ONE_IN = 64  # topics to a chunk, on average, where they are small


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics(Chunk):
    """Topics of Flow with their posts."""

    place: Place
    topics: tuple[Topic | Odd, ...]


class TopicBatch:
    """Gathers the topics of Flow's dumps to chunks. What ends one is in its last topic, or the end of its file."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = Wishes(show_ips=wishes.show_ips)  # nothing else decides what is in a topic
        self._place: Place | None = None
        self._board = ""  # the last one
        self._topics: list[Topic | Odd] = []
        self._size = 0

    def add(
        self, element: Element, board: Mapping[str, str], site: Site, file: str, size: int, names: Mapping[int, str]
    ) -> Iterator[Topics]:
        """Take a <topic> or <description> of `size` characters; `board` has the attributes of the <board> around it.

        `names` are those of users by their numbers, as far as other files tell them.
        """
        from importers.wiki.structured.flow_dump import dumped_topics, with_names

        if self._place is None or self._place.site != site or self._place.locator != file:
            yield from self.flush()
            self._place = Place(site=site, wishes=self._wishes, extension=FLOW, locator=file)
        self._board = (board.get("title") or "").replace("_", " ")
        self._topics += [with_names(each, names) for each in dumped_topics(element, board)]
        self._size += size
        if self._size >= _TARGET or crc32((element.get("id") or "").encode("utf-8", "replace")) % _ONE_IN == 0:
            yield from self.flush()

    def flush(self) -> Iterator[Topics]:
        """The chunk that is not full yet."""
        if self._place and self._topics:
            site = self._place.site
            label = f"{self._place.locator}:{shown_title(site, parse_title(site, self._board))}"
            yield topics_chunk(tuple(self._topics), self._place, label, self._size)
        self._topics, self._size = [], 0


def topics_chunk(topics: tuple[Topic | Odd, ...], place: Place, label: str, size: int) -> Topics:
    """A chunk of topics whose posts are known already; `size` is in characters."""
    return Topics(label=printable(label), fingerprint=fingerprint(place, topics), size=size, place=place, topics=topics)


def fingerprint(place: Place, decides: object) -> str:
    """Of what decides on the records: not of the wiki's interwiki table and the like, which change every week."""
    site = place.site
    about = (site.key, site.name, site.language, site.article_url, site.private, site.licence)
    told = repr((READER, about, place.wishes, place.extension, decides))
    return f"{READER}-{blake2b(told.encode('utf-8', 'backslashreplace'), digest_size=16).hexdigest()}"


def read_topics(chunk: Topics) -> Iterator[Record]:
    """The records of a chunk of topics."""
    from importers.wiki.structured.records import topic_records

    return topic_records(chunk.topics, chunk.place)


def thread_records(page: Page, site: Site, wishes: Wishes) -> Iterator[Record]:
    """The records of a page of LiquidThreads: one post, or the summary of a thread."""
    from importers.wiki.structured.liquid import is_dated_by_edit, topic_of_page
    from importers.wiki.structured.records import topic_records

    file = page.locator.removesuffix(f":{page.title}")
    yield from topic_records(
        [topic_of_page(page, site)], Place(site=site, wishes=wishes, extension=LIQUID, locator=file)
    )
    if is_dated_by_edit(page):
        text = "A post was changed, and the export has only the date of that, not of when it was written."
        yield Finding(stage="read", severity="info", code="dated-by-edit", text=text, locator=page.locator)

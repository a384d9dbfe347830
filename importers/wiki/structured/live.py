"""Boards of Flow and threads of LiquidThreads on a wiki that is asked over its API: in chunks, and their records.

Scanning only lists topics; their texts are asked for when a chunk is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importers.wiki.keys import shown_title
from importers.wiki.site import Site
from importers.wiki.structured import Topics, fingerprint, topics_chunk
from importers.wiki.structured.flow_api import (
    Ask,
    Form,
    Listed,
    board_description,
    board_lists,
    listed_topics,
    one_topic,
)
from importers.wiki.structured.liquid_api import threads, with_texts
from importers.wiki.structured.tree import FLOW, LIQUID, Odd, Place, Topic
from importers.wiki.titles import parse_title
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Record
from migrate.sources import Chunk
from migrate.text import printable

if TYPE_CHECKING:
    from importers.wiki.templates import AskWiki

_TOPIC = 2600  # the namespace of Flow's topics
_POSTS = 50  # of LiquidThreads in a chunk, at least: as many as one request answers


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTopics(Chunk):
    """Topics whose texts are still to be asked for."""

    api: str  # "https://wiki.example.org/w/api.php"
    place: Place
    board: str = ""  # of Flow: the title of its page
    listed: Listed | None = None  # and which of its topics
    threads: tuple[Topic, ...] = ()  # of LiquidThreads


def board_chunks(ask: Ask, api: str, site: Site, wishes: Wishes, board: str) -> Iterator[Topics | LiveTopics | Finding]:
    """The chunks of a Flow board; `board` is the title of its page, or of the page of a single topic."""
    place = Place(site=site, wishes=Wishes(show_ips=wishes.show_ips), extension=FLOW, locator=site.key)
    label = _label(site, board)
    if parse_title(site, board).namespace == _TOPIC:
        # Which board it is of is not told; nor when it changed, so that it is read now.
        yield topics_chunk(tuple(one_topic(ask, board, board)), place, label, 1)
        return
    if description := board_description(ask, board):
        yield topics_chunk((description,), place, label, len(description.posts[0].text))
    for listed in board_lists(ask, board):
        if isinstance(listed, Finding):
            yield replace(listed, locator=label)
            continue
        print_of = fingerprint(place, (board, listed))
        size = len(listed.topics)
        yield LiveTopics(label=label, fingerprint=print_of, size=size, api=api, place=place, board=board, listed=listed)


def thread_chunks(
    ask: Ask, api: str, site: Site, wishes: Wishes, pages: Sequence[str] = ()
) -> Iterator[LiveTopics | Finding]:
    """The chunks of the threads of LiquidThreads on these pages (at most 50), or on the whole wiki."""
    place = Place(site=site, wishes=Wishes(show_ips=wishes.show_ips), extension=LIQUID, locator=site.key)
    waiting: list[Topic] = []
    count = 0
    for topic in threads(ask, pages):
        if isinstance(topic, Finding):
            yield topic
        elif isinstance(topic, Odd):
            from importers.wiki.structured.records import odd_finding  # slow to load, and none of it is for scanning

            yield odd_finding(topic, place)
        else:
            waiting.append(topic)
            count += len(topic.posts)
        if count >= _POSTS:
            yield _threads(api, place, waiting)
            waiting, count = [], 0
    if waiting:
        yield _threads(api, place, waiting)


def _label(site: Site, board: str) -> str:
    return f"{site.key}: {printable(shown_title(site, parse_title(site, board)))}"


def _threads(api: str, place: Place, topics: Sequence[Topic]) -> LiveTopics:
    return LiveTopics(
        label=_label(place.site, topics[0].board),
        fingerprint=fingerprint(place, tuple(topics)),
        size=sum(len(topic.posts) for topic in topics),
        api=api,
        place=place,
        threads=tuple(topics),
    )


def live_records(
    chunk: LiveTopics, ask: Ask, expand: AskWiki | None = None, form: Form = "wikitext"
) -> Iterator[Record]:
    """The records of a chunk. `expand` lets the wiki expand templates that are not known here. `form` is what Flow is
    asked for: it cannot answer with wikitext where it keeps HTML and has lost what converts it."""
    from importers.wiki.structured.records import topic_records

    topics: Iterator[Topic | Odd] = iter(with_texts(ask, chunk.threads, chunk.place.site))
    if chunk.listed:
        topics = listed_topics(ask, chunk.board, chunk.listed, form)
    return topic_records(topics, chunk.place, expand)

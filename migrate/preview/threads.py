"""Threads as the topics they will be: their posts with the numbers they will have, rendered when they are looked at.

A message that the forum takes in several posts counts as several here, too. Only those that are longer than a post may
be are composed to know how many; of a topic with many of them the first ones, the others stay one post with rules.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from migrate.archive import Archive
from migrate.archive.dates import from_milliseconds
from migrate.discourse.push.placed import reply_to
from migrate.discourse.texts import Around, attachments_of, texts_of
from migrate.pages.markdown import render
from migrate.pages.view import Link, PostView
from migrate.plan import Post, Topic
from migrate.preview.cast import Cast
from migrate.preview.files import PostLinks, Site
from migrate.preview.index import Index
from migrate.preview.noted import Noting

_KEPT = 16  # threads that were looked at last
_LONG = 20  # messages of a thread that are composed to be counted
_GROWS = 0.8  # what is longer than this part of a post may be longer than one when it is composed
_LAST = 2**31


@dataclass(frozen=True, slots=True)
class Place:
    """A post to be: a message, or a later part of one."""

    number: int
    post: Post
    part: int
    is_last: bool  # of the message's parts


@dataclass(frozen=True, slots=True)
class Thread:
    """A topic, and its posts by their numbers from 1."""

    topic: Topic
    posts: dict[int, Post]  # by message id
    numbers: dict[int, int]  # of a message's first post, by message id
    places: list[Place]

    @property
    def around(self) -> Around:
        return Around(self.topic.thread_id, self.posts, self.numbers)


class Threads:
    """Those of one plan. The last ones stay in memory: people turn pages."""

    def __init__(self, archive: Archive, cast: Cast, index: Index, noting: Noting, site: Site) -> None:
        self._archive, self._cast, self._index, self._noting, self._site = archive, cast, index, noting, site
        self.get = lru_cache(maxsize=_KEPT)(self._read)

    def _read(self, thread_id: int) -> Thread | None:
        """One thread; None where nothing of it is planned, or not any more."""
        if not self._index.has(thread_id) or not self._is_there(thread_id):
            return None
        topic = self._cast.plan.topic(thread_id)
        if not topic.posts:
            return None
        posts = {post.message_id: post for post in topic.posts}
        near = Around(thread_id, posts, {post.message_id: number for number, post in enumerate(topic.posts, 1)})
        parts = {id_: len(self._texts(posts[id_], near)[0]) for id_ in self._long(thread_id) if id_ in posts}
        places: list[Place] = []
        for post in topic.posts:
            count = parts.get(post.message_id, 1)
            places += [Place(len(places) + 1 + part, post, part, part == count - 1) for part in range(count)]
        numbers = {place.post.message_id: place.number for place in places if place.part == 0}
        return Thread(topic, posts, numbers, places)

    def _is_there(self, thread_id: int) -> bool:
        query = "SELECT 1 FROM thread WHERE id = ?"  # an import may have joined it to another one
        return self._archive.db.execute(query, (thread_id,)).fetchone() is not None

    def _long(self, thread_id: int) -> list[int]:
        query = (
            "SELECT message_id FROM message JOIN content ON message_id = message.id WHERE thread_id = ?"
            " AND length(body) + length(elided) > ? ORDER BY position LIMIT ?"
        )
        limit = int(self._cast.plan.facts.max_post_length * _GROWS)
        return [message for (message,) in self._archive.db.execute(query, (thread_id, limit, _LONG)).fetchall()]

    def show(self, thread: Thread, places: Sequence[Place]) -> list[PostView]:
        """Some posts of a thread, as far as they are still there."""
        places = self._still_there(places)
        found = self._noting.of_messages([place.post.message_id for place in places])
        around = thread.around
        texts: dict[int, tuple[list[str], PostLinks]] = {}
        views = []
        for place in places:
            id_ = place.post.message_id
            if id_ not in texts:
                texts[id_] = self._texts(place.post, around)
            views.append(self._view(thread, place, *texts[id_], found.get(id_, 0)))
        return views

    def _still_there(self, places: Sequence[Place]) -> list[Place]:
        """Those of them that nobody has removed since the thread was read."""
        query = "SELECT message_id FROM content WHERE message_id IN (SELECT value FROM json_each(?))"
        ids = json.dumps([place.post.message_id for place in places])
        there = {message for (message,) in self._archive.db.execute(query, (ids,)).fetchall()}
        return [place for place in places if place.post.message_id in there]

    def _texts(self, post: Post, around: Around) -> tuple[list[str], PostLinks]:
        files = attachments_of(self._archive, post)
        links = PostLinks(self._archive, self._cast.plan.facts, self._site, files)
        return texts_of(self._cast, post, around, files, links.resolve), links

    def _view(self, thread: Thread, place: Place, texts: Sequence[str], links: PostLinks, findings: int) -> PostView:
        shown = texts[place.part :] if place.is_last else texts[place.part : place.part + 1]
        post, first = place.post, thread.numbers[place.post.message_id]
        answers = reply_to(post, thread.posts, thread.numbers, below=_LAST) if not place.part else first
        return PostView(
            number=place.number,
            author=self._cast.author(post.person_id),
            created_at=moment(post.created_at),
            html="\n<hr>\n".join(render(text, links) for text in shown),
            reply_to=answers if answers and answers > 1 else None,
            links=_links(post.message_id, findings),
        )


def moment(milliseconds: int | None) -> datetime:
    """A date of the plan; what has none is of 1970, as it will be on the forum."""
    return from_milliseconds(milliseconds) or datetime.fromtimestamp(0, UTC)


def _links(message_id: int, findings: int) -> tuple[Link, ...]:
    source = Link("source", f"source/{message_id}")
    if not findings:
        return (source,)
    return source, Link(f"{findings:,} finding{'' if findings == 1 else 's'}", f"source/{message_id}#findings")

"""The forum-to-be as its pages show it: archive and plan behind the protocol of `migrate.pages.view`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from migrate.archive import Archive
from migrate.model import AttachmentRef
from migrate.pages.addresses import LIVE, Addresses
from migrate.pages.slugs import slug
from migrate.pages.view import (
    POSTS_PER_PAGE,
    TOPICS_PER_PAGE,
    Author,
    CategoryCard,
    Link,
    SearchPage,
    Slice,
    TopicLine,
    TopicList,
    TopicPage,
    UserPage,
    UserPost,
    pages,
)
from migrate.plan import CLOSED, PINNED, Category, Plan, Topic, category_ref
from migrate.preview.cast import Cast
from migrate.preview.files import File, Site, file_of, live_address
from migrate.preview.index import Index, Outline
from migrate.preview.noted import Noting
from migrate.preview.search import Searches
from migrate.preview.threads import Thread, Threads, moment
from migrate.text import mask_addresses

_CARD_IDS = 10**9  # the refs of categories are long, and stand in addresses


class PlannedForum:
    """What a plan becomes, if it is sent as it stands. Reads the archive only.

    Without `with_private` there is nothing of what only some may read, nor of people who wrote nothing else. `to` says
    where pages and files lie.
    """

    hint = "A preview on this machine. Nothing was sent anywhere."

    def __init__(self, archive: Archive, plan: Plan, *, with_private: bool = True, to: Addresses = LIVE) -> None:
        """Raises MappingError where mapping and archive do not go together."""
        self.to = to
        self.archive, self.plan, self.with_private = archive, plan, with_private
        self.cast = Cast(archive, plan)
        self.index = Index(archive, plan, with_private=with_private)
        self.noting = Noting(archive, plan)
        self.threads = Threads(archive, self.cast, self.index, self.noting, Site(self._author, to, self.file_address))
        self._searches = Searches(self.index, self.threads, self.lines)
        self.notice = "" if self.index.sizes else _NOTHING

    @cached_property
    def title(self) -> str:
        """The forum's, where it was asked; else the source's, where there is one."""
        names = [source.name for source in self.plan.scope.sources.values()]
        own = names[0] if len(names) == 1 and (self.with_private or self.index.sizes) else ""
        return self.plan.facts.title or own or "Forum preview"

    @property
    def sections(self) -> Sequence[Link]:
        """Pages that only this forum has."""
        return (Link("Findings", "findings"),)

    @cached_property
    def _cards(self) -> dict[int, CategoryCard]:
        """By ref, parents before what is in them."""
        return {one.ref: self._card(one) for one in self.index.categories}

    @cached_property
    def _refs(self) -> dict[int, list[int]]:
        """By the id of a category its ref, and those of what is in it."""
        inside: dict[int, list[int]] = {}
        for one in self.index.categories:
            inside.setdefault(one.ref, []).insert(0, one.ref)
            if one.parent:
                inside.setdefault(category_ref(one.parent), []).append(one.ref)
        return {ref % _CARD_IDS: refs for ref, refs in inside.items()}

    def categories(self) -> Sequence[CategoryCard]:
        """Those that topics go to, and what these stand in."""
        return self._listed_cards

    @cached_property
    def _listed_cards(self) -> list[CategoryCard]:
        newest = self.index.newest
        lines = {line.id: line for line in self.lines(list(newest.values()))}
        return [replace(card, latest=lines.get(newest.get(ref, 0))) for ref, card in self._cards.items()]

    def latest(self, page: int) -> TopicList | None:
        """All topics; none of them stays on top: what is pinned is so in its category."""
        return self._list(page)

    def category(self, category_id: int, page: int) -> tuple[CategoryCard, TopicList] | None:
        """A category's topics with those of the categories in it; by its id in `categories`."""
        refs = self._refs.get(category_id)
        listed = self._list(page, categories=refs) if refs else None
        return (self._cards[refs[0]], listed) if refs and listed else None

    def tag(self, name: str, page: int) -> TopicList | None:
        """The topics with a tag that some topic has."""
        return self._list(page, tag=name) if name in self.index.tags else None

    def search(self, query: str, page: int) -> SearchPage | None:
        """Posts with all words of the query, the newest first."""
        return self._searches.page(query, page)

    def topic(self, topic_id: int, page: int) -> TopicPage | None:
        """A thread by its id."""
        thread = self.threads.get(topic_id)
        last = pages(len(thread.places), POSTS_PER_PAGE) if thread else 0
        line = self.lines([topic_id]) if thread and page <= last else []
        if thread is None or not line:
            return None
        shown = thread.places[(page - 1) * POSTS_PER_PAGE : page * POSTS_PER_PAGE]
        whole = replace(line[0], replies=len(thread.places) - 1)  # lists do not look for messages of several posts
        return TopicPage(topic=whole, posts=self.threads.show(thread, shown), slice=Slice(page=page, pages=last))

    def page_of(self, topic_id: int, number: int) -> int | None:
        """The page of a topic that a post stands on, the last one for a number beyond."""
        thread = self.threads.get(topic_id)
        return pages(min(number, len(thread.places)), POSTS_PER_PAGE) if thread else None

    def user(self, username: str, page: int) -> UserPage | None:
        """Whoever posts under that name, in any case of letters."""
        people = self._people(username)
        if not people:
            return None
        is_everybody = len(people) == len(self.cast.names)
        offset = (page - 1) * POSTS_PER_PAGE
        total, said = self.index.said(None if is_everybody else people, offset, POSTS_PER_PAGE)
        last = pages(total, POSTS_PER_PAGE)
        if page > last:
            return None
        posts = self.user_posts(said)
        author = self.cast.author(people[0])
        return UserPage(author=author, joined_at=None, total=total, posts=posts, slice=Slice(page=page, pages=last))

    def user_posts(self, said: Sequence[tuple[int, int]]) -> list[UserPost]:
        """These messages, given by the ids of their threads and their own; one that is not planned is left out."""
        return [post for thread, message in said if (post := self._user_post(thread, message))]

    def topic_ids(self, *, category_id: int | None = None, tag: str | None = None) -> list[int]:
        """All topics, or those of a category or with a tag, in the order of their lists."""
        refs = () if category_id is None else self._refs.get(category_id)
        return [] if refs is None else self.index.threads(0, -1, categories=refs, tag=tag)

    def file_address(self, file: AttachmentRef) -> str:
        """Where a file lies that a post has; empty where it is only named."""
        return self.to.other(live_address(file))

    def usernames(self) -> list[str]:
        """Everybody who has a page."""
        people = self.cast.names if self.with_private else self.index.people
        return list(dict.fromkeys(self.cast.author(person).username for person in people))

    def number_of(self, message_id: int) -> tuple[TopicLine, int] | None:
        """The topic of a message and the number of its post; None where it will be none."""
        row = self.archive.db.execute("SELECT thread_id FROM message WHERE id = ?", (message_id,)).fetchone()
        thread = self.threads.get(row[0]) if row and row[0] else None
        lines = self.lines([row[0]]) if thread and message_id in thread.numbers else []
        return (lines[0], thread.numbers[message_id]) if thread and lines else None

    def file(self, sha256: str) -> File | None:
        """A file that some post shows; None where none does, or its bytes are missing."""
        carrier = self.index.carrier(sha256)
        path = self.archive.attachment_path(sha256)
        return file_of(path, *carrier) if carrier and path.is_file() else None

    def lines(self, threads: Sequence[int]) -> list[TopicLine]:
        """These threads as they stand in lists, in this order; one that is not planned is left out."""
        outlines = self.index.outlines(threads)
        return [self._line(thread, outlines[thread]) for thread in threads if thread in outlines]

    def _list(self, page: int, categories: Sequence[int] = (), tag: str | None = None) -> TopicList | None:
        last = pages(self.index.count(categories, tag), TOPICS_PER_PAGE)
        if page > last:
            return None
        offset = (page - 1) * TOPICS_PER_PAGE
        threads = self.index.threads(offset, TOPICS_PER_PAGE, categories=categories, tag=tag)
        return TopicList(lines=self.lines(threads), slice=Slice(page=page, pages=last))

    def _line(self, thread_id: int, outline: Outline) -> TopicLine:
        plan = self.plan
        writers = self.index.writers(thread_id) if plan.withheld.silent else ()
        title = plan.withheld.title(outline.title, writers)
        found = plan.layout.tagged(outline.source_id, outline.title, tuple(json.loads(outline.labels)), shown=title)
        began, active = outline.began, outline.active
        if began is None or active is None:
            began, active = _dates(self.threads.get(thread_id))
        states = plan.states.get(thread_id, ())
        return TopicLine(
            id=thread_id,
            title=found.title,
            slug=slug(found.title),
            author=self.cast.author(outline.opener),
            replies=outline.posts - 1,
            created_at=moment(began),
            active_at=moment(active),
            category=self._cards.get(outline.category),
            tags=found.tags,
            pinned=PINNED in states,
            closed=CLOSED in states,
        )

    def _card(self, one: Category) -> CategoryCard:
        return CategoryCard(
            id=one.ref % _CARD_IDS,
            name=one.name,
            slug=slug(one.name, otherwise=""),
            color=one.color,
            description=mask_addresses(self.plan.withheld.in_title(one.description)),
            topics=self.index.sizes.get(one.ref, 0),
            parent=one.parent or "",
            restricted=bool(one.read_by),
            readers=one.read_by,
        )

    def _people(self, username: str) -> list[int]:
        """Whom an account posts for, if it has a page."""
        people = self.cast.behind(username)
        return people if self.with_private or not self.index.people.isdisjoint(people) else []

    def _author(self, username: str) -> Author | None:
        people = self._people(username)
        return self.cast.author(people[0]) if people else None

    def _user_post(self, thread_id: int, message_id: int) -> UserPost | None:
        thread = self.threads.get(thread_id)
        lines = self.lines([thread_id]) if thread and message_id in thread.numbers else []
        if thread is None or not lines:
            return None
        views = self.threads.show(thread, [thread.places[thread.numbers[message_id] - 1]])
        return UserPost(topic=lines[0], post=views[0]) if views else None


def _dates(thread: Thread | None) -> tuple[int, int]:
    topic: Topic | None = thread.topic if thread else None
    return (topic.posts[0].created_at, topic.posts[-1].created_at) if topic else (0, 0)


_NOTHING = (
    "There is nothing to show yet. Read something into the archive with `migrate import`, or see in the mapping file"
    " whether it leaves everything out; then reload this page."
)

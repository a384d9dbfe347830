"""What will be on the forum, decided from the archive and from what the forum allows. It holds no bodies.

Nothing here talks to a forum and nothing is stored: the same archive and the same facts give the same plan, and what
the journal says was sent keeps its name and place. Everything is read thread by thread.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Collection, Iterator
from typing import Any

from migrate.archive import Archive
from migrate.discourse.names import Usernames, display_name, topic_title, unused_name
from migrate.mail.lists import ListName
from migrate.mail.subjects import is_renamed, thread_title
from migrate.plan.records import Category, Post, Summary, Topic, User
from migrate.plan.target import Target, TargetFacts

# Flags that keep a message out of the forum, the first one found is the reason given.
LEFT_OUT = ("machine-made", "commit-notice", "build-notice", "no-archive", "trashed", "draft")
UNSETTLED = "unsettled"  # not threaded yet

_LEFT_OUT_LIST = ", ".join(f"'{flag}'" for flag in LEFT_OUT)
_FLAGGED = f"EXISTS (SELECT 1 FROM json_each(message.flags) WHERE value IN ({_LEFT_OUT_LIST}))"  # noqa: S608 - only our own words are put in
PLANNED = f"message.thread_id IS NOT NULL AND (message.flags = '[]' OR NOT {_FLAGGED})"

_THREADS_PER_READ = 500
_POSTS_PER_READ_BACK = 1000  # Discourse's `print=true`


class Plan:
    """What an archive becomes on a forum (`target`), or on one with the given facts that nothing was sent to yet."""

    def __init__(self, archive: Archive, facts: TargetFacts | None = None, target: Target | None = None) -> None:
        self._db = archive.db
        self._target = target
        self._facts = target.facts if target else facts or TargetFacts()
        self._categories: dict[int, int] = {}  # source id → ref

    @property
    def posts(self) -> int:
        """How many messages will be posts."""
        return self._count(f"SELECT count(*) FROM message WHERE {PLANNED}")  # noqa: S608 - no input in it

    def categories(self) -> list[Category]:
        """One per source that has planned messages, in the order of the sources."""
        query = (
            f"SELECT id, name FROM source WHERE id IN (SELECT source_id FROM message WHERE {PLANNED})"  # noqa: S608 - only our own words are put in
            " ORDER BY id"
        )
        taken: set[str] = set()
        found = []
        for source_id, source_name in self._db.execute(query).fetchall():
            name = unused_name(source_name.strip() or "Imported", taken, self._facts.max_category_name_length)
            taken.add(name.casefold())
            found.append(Category(ref=category_ref(name), name=name))
            self._categories[source_id] = found[-1].ref
        return found

    def users(self, taken: Collection[str] = ()) -> Iterator[User]:
        """One per person who wrote a planned message, in order of appearance.

        `taken` are the names of accounts and groups on the forum. An account that was sent, or tried, keeps its name.
        """
        kept = self._sent_usernames()
        reserved = {*taken, *self._facts.reserved_usernames, *kept.values()}
        names = Usernames(reserved, shortest=self._facts.min_username_length, longest=self._facts.max_username_length)
        addresses: set[str] = set()
        for person_id, key, email, name in self._db.execute(_AUTHORS).fetchall():
            fallback = placeholder_address(key)
            address = email if email and email.lower() not in addresses else fallback
            addresses.add(address.lower())
            yield User(
                person_id=person_id,
                username=kept.get(person_id) or names.propose(name or "", email or "", key.removeprefix("name:")),
                name=display_name(name or ""),
                address=address,
                fallback_address=fallback,
            )

    def thread_ids(self, *, after: int = 0) -> Iterator[int]:
        """The threads that become topics, by id."""
        query = (
            f"SELECT DISTINCT thread_id FROM message WHERE thread_id > ? AND {PLANNED}"  # noqa: S608 - no input in it
            " ORDER BY thread_id LIMIT ?"
        )
        return self._pages(query, after)

    def unsent_thread_ids(self) -> Iterator[int]:
        """Those of them that have a message which is not on the target. Raises ValueError without a target."""
        if self._target is None:
            raise ValueError("a plan without a target knows nothing of what was sent")
        query = (
            f"SELECT DISTINCT thread_id FROM message WHERE thread_id > ? AND {PLANNED}"  # noqa: S608 - no input in it
            " AND NOT EXISTS (SELECT 1 FROM operation WHERE target_id = ? AND kind = 'post' AND ref = message.id"
            " AND part = 0 AND generation = ? AND state = 'done') ORDER BY thread_id LIMIT ?"
        )
        return self._pages(query, 0, self._target.id, self._target.generation)

    def topic(self, thread_id: int, *, now: int | None = None) -> Topic:
        """One thread as a topic. `now` (milliseconds) bounds the dates: a later one would pin the topic to the top."""
        key, title, source_id, source_key, source_name = self._db.execute(
            "SELECT thread.key, title, source.id, source.key, source.name FROM thread"
            " JOIN source ON source.id = source_id WHERE thread.id = ?",
            (thread_id,),
        ).fetchone()
        rows = self._db.execute(_POSTS, (thread_id,)).fetchall()
        parents = _planned_parents(rows)
        subjects = _subjects(rows, parents, ListName(source_key, source_name))
        dates = _dates([row[4] for row in rows], int(time.time() * 1000) if now is None else now)
        posts = tuple(
            Post(
                message_id=row[0],
                message_key=row[1],
                person_id=row[2],
                author="",
                parent_id=parents[row[0]],
                created_at=date,
                subject=subjects.get(row[0]),
            )
            for row, date in zip(rows, dates, strict=True)
            if row[5]
        )
        return Topic(
            thread_id=thread_id,
            thread_key=key,
            source_id=source_id,
            source_key=source_key,
            title=topic_title(title, self._facts.max_topic_title_length),
            category=self._category(source_id),
            posts=posts,
        )

    def _category(self, source_id: int) -> int:
        if not self._categories:
            self.categories()
        return self._categories[source_id]

    def summary(self) -> Summary:
        """The numbers of the whole plan, whatever was sent already."""
        categories = len(self.categories())
        authors = "count(DISTINCT coalesce(same_as, author_id)) FROM message JOIN person ON person.id = author_id"
        users = self._count(f"SELECT {authors} WHERE {PLANNED}")
        query = f"SELECT count(*) FROM message WHERE {PLANNED} GROUP BY thread_id"  # noqa: S608 - no input in it
        sizes = [size for (size,) in self._db.execute(query).fetchall()]
        topics, posts = len(sizes), sum(sizes)
        uploads, upload_bytes = self._db.execute(_UPLOADS).fetchone()
        requests = 2 * users + categories + uploads + posts
        return Summary(
            categories=categories,
            users=users,
            topics=topics,
            replies=posts - topics,
            uploads=uploads,
            upload_bytes=upload_bytes,
            left_out=self._left_out(),
            requests=requests,
            verify_requests=sum(math.ceil(size / _POSTS_PER_READ_BACK) for size in sizes),
            seconds=math.ceil(requests * 60 / self._facts.requests_per_minute),
        )

    def _left_out(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        query = f"SELECT flags, thread_id IS NULL, count(*) FROM message WHERE NOT ({PLANNED}) GROUP BY 1, 2"  # noqa: S608 - only our own words are put in
        for flags, unsettled, count in self._db.execute(query):
            reason = next((flag for flag in LEFT_OUT if flag in json.loads(flags)), UNSETTLED if unsettled else "")
            counts[reason] = counts.get(reason, 0) + count
        return counts

    def _sent_usernames(self) -> dict[int, str]:
        if self._target is None:
            return {}
        query = (
            "SELECT ref, remote_name FROM operation WHERE target_id = ? AND kind = 'user' AND generation = ?"
            " AND remote_name IS NOT NULL"
        )
        return dict(self._db.execute(query, (self._target.id, self._target.generation)).fetchall())

    def _pages(self, query: str, after: int, *values: int) -> Iterator[int]:
        # In pages: a statement left open would keep SQLite from tidying up its log during a push of days.
        while page := self._db.execute(query, (after, *values, _THREADS_PER_READ)).fetchall():
            for (thread_id,) in page:
                yield thread_id
            after = page[-1][0]

    def _count(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0])


def category_ref(*names: str) -> int:
    """The number of a category in the journal, made of its own name and those of what it stands in, ignoring case."""
    path = "\0".join(name.casefold() for name in names)
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8]) >> 1


def placeholder_address(person_key: str) -> str:
    """An address that can never receive mail (RFC 2606), the same for a person every time."""
    return f"{hashlib.sha256(person_key.encode()).hexdigest()[:40]}@import.invalid"


def _planned_parents(rows: list[tuple[Any, ...]]) -> dict[int, int | None]:
    """For each message of a thread the nearest planned one above it; parents stand before their children."""
    planned: set[int] = set()
    nearest: dict[int, int | None] = {}
    for message_id, _, _, parent_id, _, is_planned, _ in rows:
        nearest[message_id] = parent_id if parent_id in planned else nearest.get(parent_id)
        if is_planned:
            planned.add(message_id)
    return nearest


def _subjects(rows: list[tuple[Any, ...]], parents: dict[int, int | None], source: ListName) -> dict[int, str]:
    """The subjects of those messages that changed it, without reply prefixes and the list's tag."""
    titles = {row[0]: row[6] for row in rows if row[5]}
    opening = next(iter(titles.values()), "")
    found = {}
    for message_id, title in titles.items():
        parent_id = parents[message_id]
        if is_renamed(title, opening if parent_id is None else titles[parent_id]):
            found[message_id] = thread_title(title, source.short_names)
    return found


def _dates(sent_at: list[int | None], now: int) -> list[int]:
    """A date for each message of a thread: its own, else that of the one before, else that of the next dated one."""
    usable = [date if date is not None and date <= now else None for date in sent_at]
    date = next((date for date in usable if date is not None), 0)
    dates = []
    for own in usable:
        date = own if own is not None else date
        dates.append(date)
    return dates


# The name is the one used most, of those the first.
_AUTHORS = f"""
    WITH one AS (SELECT id, coalesce(same_as, id) AS person_id FROM person),
         named AS (SELECT one.person_id, name, row_number() OVER (PARTITION BY one.person_id
                          ORDER BY sum(uses) DESC, min(person_name.id)) AS place
                   FROM one JOIN person_name ON person_name.person_id = one.id GROUP BY one.person_id, name)
    SELECT person.id, person.key, person.email, name
    FROM person LEFT JOIN named ON named.person_id = person.id AND place = 1
    WHERE id IN (SELECT one.person_id FROM message JOIN one ON one.id = author_id WHERE {PLANNED}) ORDER BY id
"""  # noqa: S608 - no input in it

_POSTS = f"""
    SELECT message.id, container.key, coalesce(same_as, author_id), parent_id, sent_at, {PLANNED}, message.title
    FROM message JOIN container USING (id) JOIN person ON person.id = author_id
    WHERE thread_id = ? ORDER BY position, message.id
"""  # noqa: S608 - no input in it

_UPLOADS = f"""
    SELECT count(*), coalesce(sum(size), 0) FROM attachment WHERE id IN (
        SELECT attachment_id FROM message_attachment JOIN message ON message.id = message_id WHERE {PLANNED})
"""  # noqa: S608 - no input in it

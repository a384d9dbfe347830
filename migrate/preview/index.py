"""Which topics there will be, where, and who wrote what: temporary tables, filled by SQL without a look at any text.

They are one connection's, and go with it. Of an archive of a million messages the topics take less than a second; what
only some pages want is gathered when it is asked for first.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from migrate.archive import Archive
from migrate.plan import PINNED, Category, Plan, category_ref
from migrate.plan.authors import head_sql

_number = itertools.count()  # several indexes may share a connection


class Outline(NamedTuple):
    """A topic, its title and labels as they are in the archive. Dates are milliseconds, None where there is no use."""

    title: str
    labels: str  # JSON
    source_id: int
    category: int  # its ref
    posts: int
    began: int | None
    active: int | None
    opener: int  # the id of who wrote the first message


class Index:
    """What is planned of an archive; without what is private, where that is wanted.

    Private is what goes to a category that only some may read. Threads and messages are given by their ids.
    """

    def __init__(self, archive: Archive, plan: Plan, *, with_private: bool) -> None:
        self._db, self._plan = archive.db, plan
        number = next(_number)
        self._places, self._topics, self._said, self._tagged = (
            f"temp.preview_{name}_{number}" for name in ("places", "topics", "said", "tagged")
        )
        self.categories: Sequence[Category] = ()
        self._place(with_private)
        self._gather()

    def _place(self, with_private: bool) -> None:
        """Which category takes what of each source."""
        scope, layout = self._plan.scope, self._plan.layout
        used = {
            (source, scope.resolved(source, rule)): -1 if rule is None else rule
            for source, rule in self._db.execute(f"SELECT DISTINCT source_id, {scope.rule} FROM thread")  # noqa: S608 - our own words
        }
        refs = {key: ref for key in used if (ref := layout.category(*key))}
        planned = layout.categories(refs)
        self._open = {one.ref for one in planned if with_private or not one.read_by}
        rows = [(source, used[source, rule], ref) for (source, rule), ref in refs.items() if ref in self._open]
        self._create(self._places, "source_id, rule, category, PRIMARY KEY (source_id, rule)", " WITHOUT ROWID")
        self._db.executemany(f"INSERT INTO {self._places} VALUES (?, ?, ?)", rows)  # noqa: S608 - our own name
        self._planned = [one for one in planned if one.ref in self._open]

    def _gather(self) -> None:
        scope = self._plan.scope
        self._create(
            self._topics,
            "thread_id INTEGER PRIMARY KEY, category, posts, opener, began, active, rank, pinned DEFAULT 0",
        )
        values = {"now": int(time.time() * 1000)}
        query = _TOPICS.format(topics=self._topics, places=self._places, messages=scope.messages, rule=scope.rule)
        self._db.execute(query, values)
        pinned = [(thread,) for thread, states in self._plan.states.items() if PINNED in states]
        self._db.executemany(f"UPDATE {self._topics} SET pinned = 1 WHERE thread_id = ?", pinned)  # noqa: S608 - our own name
        counted = f"SELECT category, count(*) FROM {self._topics} GROUP BY 1"  # noqa: S608 - the same
        self.sizes: dict[int, int] = dict(self._db.execute(counted).fetchall())
        used = {one.ref for one in self._planned if one.ref in self.sizes}
        used |= {category_ref(one.parent) for one in self._planned if one.ref in used and one.parent}
        self.categories = [one for one in self._planned if one.ref in used]

    def count(self, categories: Sequence[int] = (), tag: str | None = None) -> int:
        """How many topics there are, in any of these categories (by refs), or with that tag."""
        where, values = self._where(categories, tag)
        return int(self._db.execute(f"SELECT count(*) FROM {self._topics} WHERE {where}", values).fetchone()[0])  # noqa: S608 - conditions of ours

    def threads(self, offset: int, limit: int, *, categories: Sequence[int] = (), tag: str | None = None) -> list[int]:
        """Some of them, the newest activity first; in a category those that are pinned to it before."""
        where, values = self._where(categories, tag)
        pinned = f"pinned AND category = {categories[0]:d} DESC, " if categories else ""
        order = f"ORDER BY {pinned}rank DESC, thread_id DESC LIMIT ? OFFSET ?"
        query = f"SELECT thread_id FROM {self._topics} WHERE {where} {order}"  # noqa: S608 - conditions of ours
        return [thread for (thread,) in self._db.execute(query, (*values, limit, offset)).fetchall()]

    def outlines(self, threads: Sequence[int]) -> dict[int, Outline]:
        """What is known of each without its posts."""
        query = _OUTLINES.format(topics=self._topics, head=head_sql(None))
        return {row[0]: Outline(*row[1:]) for row in self._db.execute(query, (json.dumps(threads),)).fetchall()}

    @cached_property
    def newest(self) -> dict[int, int]:
        """By category (ref) the thread in it with the newest activity."""
        query = f"SELECT category, thread_id, max(rank) FROM {self._topics} GROUP BY 1"  # noqa: S608 - our own name
        return {category: thread for category, thread, _ in self._db.execute(query).fetchall()}

    def has(self, thread_id: int) -> bool:
        """Whether there is a topic of that thread."""
        query = f"SELECT 1 FROM {self._topics} WHERE thread_id = ?"  # noqa: S608 - our own name
        return self._db.execute(query, (thread_id,)).fetchone() is not None

    def writers(self, thread_id: int) -> list[int]:
        """Who wrote what is planned of a thread."""
        query = (
            f"SELECT DISTINCT {head_sql(None)} FROM message JOIN person ON person.id = author_id"  # noqa: S608 - conditions of ours
            f" WHERE thread_id = ? AND {self._plan.scope.messages}"
        )
        return [person for (person,) in self._db.execute(query, (thread_id,)).fetchall()]

    def said(self, people: Sequence[int] | None, offset: int, limit: int) -> tuple[int, list[tuple[int, int]]]:
        """How many messages these people wrote (None: all do), and some of them from new to old: thread, message."""
        table = self._by_writer
        where, values = ("1", ()) if people is None else (_AMONG.format("person_id"), (json.dumps(people),))
        (total,) = self._db.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()  # noqa: S608 - conditions of ours
        query = f"SELECT thread_id, message_id FROM {table} WHERE {where} ORDER BY place LIMIT ? OFFSET ?"  # noqa: S608 - the same
        return total, self._db.execute(query, (*values, limit, offset)).fetchall()

    @cached_property
    def people(self) -> set[int]:
        """Everybody who wrote something."""
        query = f"SELECT DISTINCT person_id FROM {self._by_writer}"  # noqa: S608 - our own name
        return {person for (person,) in self._db.execute(query).fetchall()}

    def texts(self, after: int, limit: int) -> list[tuple[int, int, int, str, str | None]]:
        """Messages behind a place in the order from new to old: place, thread, message, text, title if they open one.

        Texts and titles are as they are in the archive: not yet what may be shown.
        """
        query = _TEXTS.format(said=self._in_order, topics=self._topics)
        return self._db.execute(query, (after, after + limit)).fetchall()

    def carrier(self, sha256: str) -> tuple[str, str] | None:
        """What a file is called, and its media type, in a message that carries it and whose words are shown.

        It is one that has it for a picture, if there is any: others only link to it.
        """
        query = _CARRIER.format(
            topics=self._topics, messages=self._plan.scope.messages, has_words=self._plan.withheld.has_words
        )
        row = self._db.execute(query, (sha256,)).fetchone()
        return (row[0], row[1]) if row else None

    @cached_property
    def tags(self) -> list[str]:
        """All tags that topics have, by name."""
        query = f"SELECT DISTINCT tag FROM {self._with_tags} ORDER BY 1"  # noqa: S608 - our own name
        return [tag for (tag,) in self._db.execute(query).fetchall()]

    @cached_property
    def _with_tags(self) -> str:
        plan = self._plan
        query = (
            f"SELECT thread.id, source_id, title, labels, {plan.layout.has_words} FROM thread"  # noqa: S608 - conditions of ours
            f" JOIN {self._topics} AS topic ON topic.thread_id = thread.id WHERE {plan.layout.may_have_tags}"
        )
        found = (
            (tag, thread)
            for thread, source, title, labels, has_words in self._db.execute(query).fetchall()
            for shown in (plan.withheld.in_title(title) if has_words else "",)
            for tag in plan.layout.tagged(source, title, tuple(json.loads(labels)), shown=shown).tags
        )
        self._create(self._tagged, "tag, thread_id, PRIMARY KEY (tag, thread_id)", " WITHOUT ROWID")
        self._db.executemany(f"INSERT OR IGNORE INTO {self._tagged} VALUES (?, ?)", found)  # noqa: S608 - our own name
        return self._tagged

    @cached_property
    def _in_order(self) -> str:
        self._create(self._said, "place INTEGER PRIMARY KEY, thread_id, message_id, person_id")
        query = _SAID.format(
            said=self._said, topics=self._topics, head=head_sql(None), messages=self._plan.scope.messages
        )
        self._db.execute(query)
        return self._said

    @cached_property
    def _by_writer(self) -> str:
        name = self._in_order.removeprefix("temp.")
        self._db.execute(f"CREATE INDEX temp.{name}_writer ON {name} (person_id)")
        return self._in_order

    def _where(self, categories: Sequence[int], tag: str | None) -> tuple[str, tuple[Any, ...]]:
        if tag is not None:
            return f"thread_id IN (SELECT thread_id FROM {self._with_tags} WHERE tag = ?)", (tag,)  # noqa: S608 - our own name
        return (f"category IN ({', '.join(map(str, categories))})" if categories else "1"), ()

    def _create(self, name: str, columns: str, rest: str = "") -> None:
        self._db.execute(f"CREATE TEMP TABLE {name.removeprefix('temp.')} ({columns}){rest}")


_AMONG = "{} IN (SELECT value FROM json_each(?))"
# A message's place in its thread and its id in one number: SQLite gives one other column at most with a min or max.
# A date in the future is none: the plan dates such a post like the one before it.
_TOPICS = """
    INSERT INTO {topics} (thread_id, category, posts, opener, began, active, rank)
    SELECT thread.id, place.category, posts, first.id, iif(first.sent_at <= :now, first.sent_at, NULL),
           iif(last.sent_at <= :now, last.sent_at, NULL),
           coalesce(iif(last.sent_at <= :now, last.sent_at, NULL), newest, 0)
    FROM (SELECT thread_id, count(*) AS posts, min(coalesce(position, 0) << 32 | id) & 0xffffffff AS opener,
                 max(coalesce(position, 0) << 32 | id) & 0xffffffff AS closer,
                 max(iif(sent_at <= :now, sent_at, NULL)) AS newest
          FROM message WHERE {messages} GROUP BY thread_id) AS size
    JOIN thread ON thread.id = size.thread_id
    JOIN {places} AS place ON place.source_id = thread.source_id AND place.rule = coalesce({rule}, -1)
    JOIN message AS first ON first.id = opener JOIN message AS last ON last.id = closer
"""
_OUTLINES = """
    SELECT thread.id, thread.title, labels, thread.source_id, topic.category, posts, began, active, {head}
    FROM {topics} AS topic JOIN thread ON thread.id = topic.thread_id JOIN message ON message.id = opener
    JOIN person ON person.id = author_id WHERE topic.thread_id IN (SELECT value FROM json_each(?))
"""
_SAID = """
    INSERT INTO {said} (thread_id, message_id, person_id)
    SELECT thread_id, message.id, {head} FROM message JOIN person ON person.id = author_id
    WHERE {messages} AND thread_id IN (SELECT thread_id FROM {topics}) ORDER BY sent_at DESC, message.id DESC
"""
_TEXTS = """
    SELECT place, said.thread_id, said.message_id, body, iif(opener = said.message_id, title, NULL)
    FROM {said} AS said JOIN content ON content.message_id = said.message_id
    LEFT JOIN {topics} AS topic ON topic.thread_id = said.thread_id LEFT JOIN thread ON thread.id = said.thread_id
    WHERE place > ? AND place <= ? ORDER BY place
"""
_CARRIER = """
    SELECT filename, message_attachment.media_type
    FROM attachment JOIN message_attachment ON attachment_id = attachment.id JOIN message ON message.id = message_id
    JOIN person ON person.id = author_id
    WHERE sha256 = ? AND {messages} AND {has_words} AND thread_id IN (SELECT thread_id FROM {topics})
    ORDER BY message_attachment.media_type LIKE 'image/%' DESC, message.id LIMIT 1
"""

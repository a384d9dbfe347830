"""What will be on the forum, decided from the archive and from what the forum allows. It holds no bodies.

Nothing here talks to a forum and nothing is stored: the same archive and the same facts give the same plan, and what
the journal says was sent keeps its name and place. Everything is read thread by thread.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import chain

from migrate.archive import Archive
from migrate.mail.subjects import short_names
from migrate.mapping import Authors, Mapping, Tail, read_mapping
from migrate.plan.authors import anonymous_authors, head_sql, planned_users, quiet_members, words_for
from migrate.plan.layout import Layout
from migrate.plan.posts import dates_of, planned_parents, subjects_of
from migrate.plan.records import Category, CategorySize, Post, Summary, Topic, User
from migrate.plan.scope import Scope
from migrate.plan.sent import count_sent, sent_places, sent_topics
from migrate.plan.sources import Sources
from migrate.plan.states import CLOSED, PINNED, lacking_states, states_of
from migrate.plan.target import Selection, Target, TargetFacts
from migrate.plan.withheld import Withholding

_THREADS_PER_READ = 500
_LONG = 100  # messages of a thread
_POSTS_PER_READ_BACK = 1000  # Discourse's `print=true`


class Plan:
    """What an archive becomes on a forum (`target`), or on one with the given facts that nothing was sent to yet.

    A target has the mapping that was chosen for it; without one, `mapping` may be given. Where mapping and archive do
    not go together, whatever is asked first raises MappingError.
    """

    def __init__(
        self,
        archive: Archive,
        facts: TargetFacts | None = None,
        target: Target | None = None,
        mapping: Mapping | None = None,
    ) -> None:
        self._db = archive.db
        self._target = target
        self.facts = target.facts if target else facts or TargetFacts()
        self.mapping = mapping or _mapping_of(target)

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self._db, self.mapping, self.facts)

    @cached_property
    def scope(self) -> Scope:
        """Which threads and messages are planned."""
        return Scope(self._db, self.mapping, self._sources, self._target.selection if self._target else Selection())

    @cached_property
    def layout(self) -> Layout:
        """Where they go."""
        no_title = words_for(self.facts, self._target).no_title
        return Layout(self._db, self.mapping, self.facts, self.scope, self._sources, no_title, self.withheld)

    @property
    def tail(self) -> Tail:
        """What becomes of folded text."""
        return self._target.quotes if self._target else self.mapping.quotes or "fold"

    @property
    def posts(self) -> int:
        """How many messages will be posts."""
        return self.scope.count(self.scope.messages)

    @property
    def sent(self) -> int:
        """How many of them are on the target; 0 without one."""
        return count_sent(self._db, self._target, self.scope) if self._target else 0

    @property
    def share(self) -> tuple[int, int]:
        """How many topics there will be, and how many without what was selected for a trial."""
        whole = Scope(self._db, self.mapping, self._sources, Selection())
        return sum(self.scope.counted().values()), sum(whole.counted().values())

    @property
    def people(self) -> int:
        """How many people wrote what is planned, or are members who get an account all the same."""
        query = f"SELECT count(DISTINCT {head_sql(self._target)}) FROM person WHERE {self.scope.wrote}"  # noqa: S608 - conditions of ours
        return int(self._db.execute(query).fetchone()[0]) + len(self.members)

    @cached_property
    def members(self) -> list[int]:
        """The ids of those who get an account without having written: none in a trial, or where one account posts."""
        is_trial = self._target is not None and self._target.selection != Selection()
        if is_trial or self.authors != "placeholders":
            return []
        return quiet_members(self._db, self.scope.messages, self._target)

    @property
    def authors(self) -> Authors:
        """Whose accounts the posts are under."""
        return self._target.authors if self._target else self.mapping.authors or "placeholders"

    @cached_property
    def states(self) -> dict[int, tuple[str, ...]]:
        """The threads whose topics are to be closed or pinned, with what they are to be."""
        return states_of(self._db, self.scope.messages)

    def lacking_states(self) -> dict[int, tuple[str, ...]]:
        """Those of them whose topics were not made so on the target yet, be they there or not.

        Raises ValueError without a target.
        """
        if self._target is None:
            raise ValueError("a plan without a target knows nothing of what was sent")
        return lacking_states(self._db, self._target, self.states)

    @property
    def uploads(self) -> tuple[int, int]:
        """How many files they carry, and how many bytes these have; a file that is carried twice counts once."""
        carried = f"""
            SELECT attachment_id FROM message_attachment JOIN message ON message.id = message_id
            JOIN person ON person.id = author_id WHERE {self.scope.messages} AND {self.withheld.has_words}
        """  # noqa: S608 - conditions of ours
        if self.scope.is_everything and not self.withheld.silent:  # the messages themselves need not be looked at
            carried = f"""
                SELECT attachment_id FROM (SELECT message_id AS id, attachment_id FROM message_attachment) AS message
                WHERE {self.scope.by_id}
            """  # noqa: S608 - the same
        query = f"SELECT count(*), coalesce(sum(size), 0) FROM attachment WHERE id IN ({carried})"  # noqa: S608 - the same
        count, size = self._db.execute(query).fetchone()
        return count, size

    def categories(self) -> list[Category]:
        """Those that topics go to, and what these stand in; a parent comes before its children."""
        return self.layout.categories(self.scope.used)

    def needed_categories(self) -> list[Category]:
        """Those of them that the target has, and those for topics that it has not: those it has stay where they are.

        Raises ValueError without a target.
        """
        if self._target is None:
            raise ValueError("a plan without a target knows nothing of what was sent")
        place = f"target_id = {self._target.id:d} AND generation = {self._target.generation:d}"
        there = f"SELECT ref FROM operation WHERE {place} AND kind = 'category' AND state <> 'undone'"  # noqa: S608 - numbers of ours
        needed = {ref for (ref,) in self._db.execute(there).fetchall()}
        planned = self.categories()
        if all(category.ref in needed for category in planned):
            return planned
        unsent = (
            f"NOT EXISTS (SELECT 1 FROM operation WHERE {place} AND kind = 'post' AND operation.thread_id = thread.id"  # noqa: S608 - the same
            " AND part = 0 AND post_number = 1 AND state = 'done')"
        )
        needed |= {category.ref for category in self.layout.categories(self.scope.counted(unsent))}
        return [category for category in planned if category.ref in needed]

    def tags(self) -> list[str]:
        """All tags that topics have, the most used first."""
        return self.layout.tags()[0]

    def users(self, taken: Collection[str] = ()) -> Iterator[User]:
        """One per person who wrote a planned message, or is one of `members`, in order of appearance.

        `taken` are the names of accounts and groups on the forum. An account that was sent, or tried, keeps its name.
        """
        return planned_users(self._db, self.scope.messages, self.facts, self._target, taken, self.members)

    def thread_ids(self, *, after: int = 0) -> Iterator[int]:
        """The threads that become topics, by id."""
        return self._pages(self.scope.kept, after)

    def unsent_thread_ids(self) -> Iterator[int]:
        """Those of them that the target has not, or not all of, the long ones first.

        Raises ValueError without a target.
        """
        if self._target is None:
            raise ValueError("a plan without a target knows nothing of what was sent")
        place = f"target_id = {self._target.id:d} AND generation = {self._target.generation:d} AND kind = 'post'"
        open_ones = self.scope.keep(
            (thread_id, 0)
            for (thread_id,) in self._db.execute(
                f"SELECT +thread_id FROM operation WHERE {place} AND state <> 'done' GROUP BY 1"  # noqa: S608 - numbers of ours
            ).fetchall()
        )
        # Counting in two indexes tells at once where nothing is missing: of a million messages, nearly everywhere.
        may_lack = (
            f"(thread.id IN (SELECT thread_id FROM {open_ones}) OR (SELECT count(*) FROM message"  # noqa: S608 - the same
            f" WHERE message.thread_id = thread.id) > (SELECT count(*) FROM operation WHERE {place} AND part = 0"
            " AND operation.thread_id = thread.id))"
        )
        unsent = (
            f"{self.scope.kept} AND NOT coalesce((SELECT min(state = 'done') FROM operation"  # noqa: S608 - the same
            f" WHERE {place} AND ref = message.id), 0)"
        )
        # A topic's posts go one after another: were a long one among the last, all others would have to wait for it.
        many = f"SELECT thread_id, 0 FROM message WHERE thread_id > 0 GROUP BY 1 HAVING count(*) >= {_LONG}"  # noqa: S608 - the same
        long = f"thread.id IN (SELECT thread_id FROM {self.scope.keep(self._db.execute(many).fetchall())})"  # noqa: S608 - our own name
        return chain(
            self._pages(unsent, 0, f"{long} AND {may_lack}"), self._pages(unsent, 0, f"NOT {long} AND {may_lack}")
        )

    def sent_topics(self) -> Iterator[tuple[int, int, int | None, int]]:
        """Thread, topic and category on the forum of what was sent, and the ref of the category it would have by now.

        The last is 0 for what would be left out. Raises ValueError without a target.
        """
        if self._target is None:
            raise ValueError("a plan without a target knows nothing of what was sent")
        return sent_topics(self._db, self._target, self.scope, self.layout)

    def sent_places(self) -> Iterator[tuple[int | None, int, int]]:
        """How many topics were sent, by category on the forum and ref of the category they would have by now.

        The ref is 0 for what would be left out. Raises ValueError without a target.
        """
        if self._target is None:
            raise ValueError("a plan without a target knows nothing of what was sent")
        return sent_places(self._db, self._target, self.scope, self.layout)

    def topic(self, thread_id: int, *, now: int | None = None) -> Topic:
        """One thread as a topic. `now` (milliseconds) bounds the dates: a later one would pin the topic to the top."""
        key, title, labels, source_id = self._db.execute(
            "SELECT key, title, labels, source_id FROM thread WHERE id = ?", (thread_id,)
        ).fetchone()
        source = self.scope.sources[source_id]
        query = _POSTS.format(head=head_sql(self._target), kept=self.scope.kept)
        rows = self._db.execute(query, (thread_id,)).fetchall()
        parents = planned_parents(rows)
        subjects = subjects_of(rows, parents, short_names(source.key, source.name))
        sent = self._sent_dates(thread_id)
        dates = dates_of([sent.get(row[0], row[4]) for row in rows], int(time.time() * 1000) if now is None else now)
        posts = tuple(
            Post(
                message_id=row[0],
                message_key=row[1],
                person_id=row[2],
                author="",
                parent_id=parents[row[0]],
                created_at=date,
                claimed_at=row[4],
                subject=self._subject(row[2], subjects.get(row[0])),
                is_removed=self.withheld.is_silent(row[2]),
            )
            for row, date in zip(rows, dates, strict=True)
            if row[5]
        )
        written_by = [post.person_id for post in posts]
        shown = self.withheld.title(title, written_by)
        mapped = self._as_mapped(source_id, title, json.loads(labels), shown)
        title, category, tags = self._as_sent(thread_id) or mapped
        return Topic(
            thread_id=thread_id,
            thread_key=key,
            source_id=source_id,
            source_key=source.key,
            title=title,
            category=category,
            tags=tags,
            states=self.states.get(thread_id, ()),
            posts=posts,
        )

    def fold_footer(self, message_id: int, body: str, elided: str) -> tuple[str, str]:
        """A message's shown and folded text, with what the mapping calls a footer of its list among the latter."""
        if not self.mapping.footers:
            return body, elided
        (source_id,) = self._db.execute("SELECT source_id FROM message WHERE id = ?", (message_id,)).fetchone()
        source = self.scope.sources[source_id]
        return self.mapping.fold_footer(source.key, source.name, body, elided)

    def _as_mapped(self, source_id: int, title: str, labels: list[str], shown: str) -> tuple[str, int, tuple[str, ...]]:
        """Title, category and tags of a thread whose title is `shown` so."""
        rule = self.scope.rule_of(source_id, title, labels)
        found = self.layout.tagged(source_id, title, tuple(labels), shown=shown)
        return found.title, self.layout.category(source_id, rule), found.tags

    def _as_sent(self, thread_id: int) -> tuple[str, int, tuple[str, ...]] | None:
        """The same where the topic is on the forum: it keeps them, whatever the mapping says by now."""
        if self._target is None:
            return None
        place = (self._target.id, self._target.generation)
        row = self._db.execute(
            "SELECT details FROM operation WHERE kind = 'post' AND thread_id = ? AND target_id = ? AND generation = ?"
            " AND post_number = 1 AND state = 'done' AND details IS NOT NULL",
            (thread_id, *place),
        ).fetchone()
        sent = json.loads(row[0]) if row else {}
        category = self._db.execute(
            "SELECT ref FROM operation WHERE target_id = ? AND generation = ? AND kind = 'category' AND remote_id = ?",
            (*place, sent.get("category")),
        ).fetchone()
        if category is None or "title" not in sent:
            return None
        return sent["title"], category[0], tuple(sent.get("tags", ()))

    def _sent_dates(self, thread_id: int) -> dict[int, int]:
        """The dates that messages of a thread were sent with instead of their own, by message id: they keep them."""
        if self._target is None:
            return {}
        query = (
            "SELECT ref, json_extract(details, '$.date') FROM operation WHERE kind = 'post' AND thread_id = ?"
            " AND target_id = ? AND generation = ? AND part = 0 AND state IN ('sending', 'done')"
            " AND json_extract(details, '$.date') IS NOT NULL"
        )
        return dict(self._db.execute(query, (thread_id, self._target.id, self._target.generation)).fetchall())

    @cached_property
    def withheld(self) -> Withholding:
        """Whose names, and whose words, are not to be seen."""
        return Withholding(self._db, self.facts, self._target)

    def shown(self, post: Post, text: str) -> str:
        """A text of this post's message, without the names and addresses of people who asked for that."""
        return self.withheld.in_text(post.person_id, text)

    def _subject(self, person_id: int, subject: str | None) -> str | None:
        return None if subject is None or self.withheld.is_silent(person_id) else self.withheld.in_title(subject)

    def summary(self) -> Summary:
        """The numbers of the whole plan, whatever was sent already."""
        categories = self.categories()
        tags, tags_cut = self.layout.tags()
        has_accounts = self.authors == "placeholders"
        anonymous = anonymous_authors(self._db, self.scope.messages, self._target) if has_accounts else 0
        users = self.people - anonymous if has_accounts else 0
        query = f"SELECT count(*) FROM message WHERE {self.scope.by_id} GROUP BY thread_id"  # noqa: S608 - conditions of ours
        sizes = [size for (size,) in self._db.execute(query).fetchall()]
        topics, posts = len(sizes), sum(sizes)
        uploads, upload_bytes = self.uploads
        states = Counter(chain.from_iterable(self.states.values()))
        requests = 2 * users + len(categories) + bool(tags) + uploads + posts + states.total()
        return Summary(
            categories=len(categories),
            users=users,
            topics=topics,
            replies=posts - topics,
            uploads=uploads,
            upload_bytes=upload_bytes,
            left_out=self.scope.left_out(),
            requests=requests,
            verify_requests=sum(math.ceil(size / _POSTS_PER_READ_BACK) for size in sizes),
            seconds=math.ceil(requests * 60 / self.facts.requests_per_minute),
            tags=len(tags),
            tags_cut=tags_cut,
            by_category=self._by_category(),
            nameless=self.withheld.nameless,
            silent=self.withheld.silent,
            members=len(self.members),
            anonymous=anonymous,
            licences=self._sources.licences(self.scope.messages),
            reserved=tuple(category.name for category in categories if category.is_reserved),
            pinned=states[PINNED],
            closed=states[CLOSED],
        )

    def _by_category(self) -> tuple[CategorySize, ...]:
        counted = self.scope.counted()
        topics: Counter[int] = Counter()
        for (source_id, rule), count in counted.items():
            topics[self.layout.category(source_id, rule)] += count
        return tuple(
            CategorySize(name=one.name, parent=one.parent, read_by=one.read_by, topics=topics[one.ref])
            for one in self.layout.categories(counted)
        )

    def _pages(self, messages: str, after: int, threads: str = "1") -> Iterator[int]:
        """The chosen threads of that condition that have a message of the other, by id."""
        query = (
            f"SELECT thread.id FROM thread WHERE thread.id > ? AND {self.scope.threads} AND CASE WHEN {threads} THEN"  # noqa: S608 - conditions of ours
            f" EXISTS (SELECT 1 FROM message WHERE message.thread_id = thread.id AND {messages}) END"
            f" ORDER BY thread.id LIMIT {_THREADS_PER_READ}"
        )
        # In pages: a statement left open would keep SQLite from tidying up its log during a push of days.
        while page := self._db.execute(query, (after,)).fetchall():
            for (thread_id,) in page:
                yield thread_id
            after = page[-1][0]


def _mapping_of(target: Target | None) -> Mapping:
    if target is None or not target.mapping:
        return Mapping()
    return read_mapping(target.mapping, f"the mapping kept for {target.url}")


_POSTS = """
    SELECT message.id, container.key, {head}, parent_id, sent_at, {kept}, message.title,
           EXISTS (SELECT 1 FROM json_each(flags) WHERE value IN ('comment', 'reply'))
    FROM message JOIN container USING (id) JOIN person ON person.id = author_id
    WHERE thread_id = ? ORDER BY position, message.id
"""

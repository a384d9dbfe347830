"""Every topic of a plan in a line, read in one pass: where `Plan.topic` would ask for each one's posts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from migrate.archive import Archive
from migrate.plan.authors import head_sql
from migrate.plan.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A topic without its posts. Dates are milliseconds since 1970-01-01 UTC, None where no post has one."""

    thread_id: int
    thread_key: str
    source_id: int
    title: str  # as it will be shown
    category: int  # its `ref`
    tags: tuple[str, ...]
    states: tuple[str, ...]  # closed, pinned
    url: str | None  # where it stands in the source
    posts: int
    people: int  # who wrote them
    first: int | None
    last: int | None


def outlines(archive: Archive, plan: Plan, *, order: Literal["id", "key"] = "id") -> Iterator[Outline]:
    """All topics of a plan that has no target, streamed in the order of their threads' ids or keys.

    Raises MappingError where mapping and archive do not go together.
    """
    query = _OUTLINES.format(
        messages=plan.scope.messages,
        head=head_sql(None),
        has_words=plan.withheld.has_words,
        rule=plan.scope.rule,
        order=order,
    )
    for row in archive.db.execute(query, {"now": int(time.time() * 1000)}):
        thread_id, key, source_id, title, labels, url, rule, posts, people, has_words, author, first, last = row
        shown = plan.withheld.title(title, () if has_words else (author,))
        found = plan.layout.tagged(source_id, title, tuple(json.loads(labels)), shown=shown)
        yield Outline(
            thread_id=thread_id,
            thread_key=key,
            source_id=source_id,
            title=found.title,
            category=plan.layout.category(source_id, plan.scope.resolved(source_id, rule)),
            tags=found.tags,
            states=plan.states.get(thread_id, ()),
            url=url,
            posts=posts,
            people=people,
            first=first,
            last=last,
        )


# A date in the future is none: the plan dates such a post like the one before it.
_OUTLINES = """
    SELECT thread.id, thread.key, thread.source_id, thread.title, thread.labels, thread.url, {rule},
           size.posts, size.people, size.has_words, size.author, size.first, size.last
    FROM (SELECT thread_id, count(*) AS posts, count(DISTINCT {head}) AS people, max({has_words}) AS has_words,
                 min({head}) AS author, min(iif(sent_at <= :now, sent_at, NULL)) AS first,
                 max(iif(sent_at <= :now, sent_at, NULL)) AS last
          FROM message JOIN person ON person.id = author_id WHERE {messages} GROUP BY thread_id) AS size
    JOIN thread ON thread.id = size.thread_id ORDER BY thread.{order}
"""

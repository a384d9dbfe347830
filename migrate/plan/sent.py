"""What of a plan a target has already, as its journal says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from migrate.plan.layout import Layout
from migrate.plan.scope import Scope
from migrate.plan.target import Target

_PLACE = "operation.target_id = ? AND operation.generation = ?"
_POSTS = f"{_PLACE} AND operation.kind = 'post' AND operation.part = 0 AND operation.state = 'done'"
_TOPICS = f"{_POSTS} AND operation.post_number = 1"
_CATEGORY = "json_extract(operation.details, '$.category')"


def count_sent(db: sqlite3.Connection, target: Target, scope: Scope) -> int:
    """How many of the planned messages are on the target."""
    query = f"SELECT count(*) FROM operation JOIN message ON message.id = ref WHERE {_POSTS} AND {scope.messages}"  # noqa: S608 - conditions of ours
    return int(db.execute(query, (target.id, target.generation)).fetchone()[0])


def sent_topics(
    db: sqlite3.Connection, target: Target, scope: Scope, layout: Layout
) -> Iterator[tuple[int, int, int | None, int]]:
    """As `Plan.sent_topics`."""
    query = f"""
        SELECT thread.id, source_id, {scope.rule}, topic_id, {_CATEGORY}
        FROM operation JOIN thread ON thread.id = thread_id WHERE {_TOPICS}
    """  # noqa: S608 - conditions of ours
    for thread_id, source_id, rule, topic_id, category_id in db.execute(
        query, (target.id, target.generation)
    ).fetchall():
        yield thread_id, topic_id, category_id, layout.category(source_id, scope.resolved(source_id, rule))


def sent_places(
    db: sqlite3.Connection, target: Target, scope: Scope, layout: Layout
) -> Iterator[tuple[int | None, int, int]]:
    """As `Plan.sent_places`."""
    query = f"""
        SELECT source_id, {scope.rule}, {_CATEGORY}, count(*)
        FROM operation JOIN thread ON thread.id = thread_id WHERE {_TOPICS} GROUP BY 1, 2, 3
    """  # noqa: S608 - conditions of ours
    for source_id, rule, category_id, topics in db.execute(query, (target.id, target.generation)).fetchall():
        yield category_id, layout.category(source_id, scope.resolved(source_id, rule)), topics

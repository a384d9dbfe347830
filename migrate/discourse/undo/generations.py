"""The end of a generation: what an archive made on a forum is taken back, and the next push starts anew.

While that is under way nothing is sent: Discourse keeps the keys of what was deleted, so the new ones must be in force.
"""

from __future__ import annotations

import time

from migrate.archive import Archive
from migrate.errors import MigrateError
from migrate.plan import Target


def made_here(archive: Archive, target: Target) -> tuple[dict[str, int], dict[str, int]]:
    """How much on the forum is of this archive: topic, post (messages), user, category, tag, permalink. Asks nobody.

    First what was made since the last undo, then what that one had to leave, with what was added to its topics.
    """
    left = archive.db.execute("SELECT value FROM meta WHERE name = ?", (_left(target),)).fetchone()
    rows = archive.db.execute(_MADE, {"target": target.id, "generation": target.generation, "left": int(*left or (0,))})
    counts: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for was_left, kind, count, topics in rows.fetchall():
        counts[was_left][kind] = count
        if topics:
            counts[was_left]["topic"] = topics
    return counts


def is_undo_unfinished(archive: Archive, target: Target) -> bool:
    """Whether an undo began and has not come to its end."""
    return archive.db.execute("SELECT 1 FROM meta WHERE name = ?", (_mark(target),)).fetchone() is not None


def is_taken_back(archive: Archive, target: Target) -> bool:
    """Whether an undo came to its end, with nothing of this archive left, and nothing was sent since."""
    ended = archive.db.execute("SELECT 1 FROM meta WHERE name = ?", (_left(target),)).fetchone()
    return ended is not None and not any(made_here(archive, target))


def refuse_while_undoing(archive: Archive, target: Target) -> None:
    """Raises MigrateError where an undo was interrupted."""
    if is_undo_unfinished(archive, target):
        raise MigrateError(
            f"Taking back what was sent to {target.url} was interrupted. Finish it: migrate undo --to {target.url}"
        )


def begin_undo(archive: Archive, target: Target) -> None:
    """From now on until `end_undo` nothing is sent to the forum."""
    with archive.transaction() as db:
        db.execute("INSERT OR IGNORE INTO meta VALUES (?, '')", (_mark(target),))


def end_undo(archive: Archive, target: Target) -> None:
    """The next generation begins, with the rows of what is still on the forum and of what was refused."""
    one = {"target": target.id, "generation": target.generation}
    with archive.transaction() as db:
        for statement in _CARRY_OVER:
            db.execute(statement, one)
        db.execute("UPDATE target SET generation = generation + 1 WHERE id = :target", one)
        db.execute("DELETE FROM meta WHERE name = ?", (_mark(target),))
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_left(target), str(int(time.time() * 1000))))


def _mark(target: Target) -> str:
    return f"undoing:{target.id}"


def _left(target: Target) -> str:
    """When the last undo ended: what was sent before is what it had to leave."""
    return f"undone:{target.id}"


# A post is as old as what opens its topic.
_MADE = (
    "SELECT coalesce((SELECT first.sent_at FROM operation AS first WHERE first.target_id = :target"
    " AND first.generation = :generation AND first.kind = 'post' AND operation.kind = 'post'"
    " AND first.thread_id = operation.thread_id AND first.post_number = 1), sent_at) <= :left AS was_left,"
    " kind, count(*), sum(post_number IS 1) FROM operation WHERE target_id = :target AND generation = :generation"
    " AND ours AND state IN ('done', 'sending') AND kind != 'upload' AND part = 0 GROUP BY was_left, kind"
)

_IN_USE = (
    "EXISTS (SELECT 1 FROM operation AS post JOIN message_attachment ON message_id = post.ref"
    " WHERE attachment_id = operation.ref AND post.target_id = :target AND post.generation = :generation"
    " AND post.kind = 'post' AND post.state = 'done')"
)
_CONTINUES = (
    "EXISTS (SELECT 1 FROM operation AS first WHERE first.target_id = :target AND first.generation = :generation"
    " AND first.kind = 'post' AND first.ref = operation.ref AND first.part = 0 AND first.state = 'done')"
)
_HAS_TOPIC = (
    "EXISTS (SELECT 1 FROM operation AS other WHERE other.target_id = :target AND other.generation = :generation"
    " AND other.kind = 'post' AND other.thread_id = operation.thread_id AND other.state = 'done')"
)
_OF = "WHERE target_id = :target AND generation = :generation"
_CARRY_OVER = (
    f"UPDATE operation SET state = 'undone' {_OF} AND kind = 'upload' AND state = 'done' AND NOT {_IN_USE}",  # noqa: S608 - our own words
    f"DELETE FROM operation {_OF} AND part > 0 AND state != 'done' AND NOT {_CONTINUES}",  # noqa: S608 - our own words
    f"UPDATE operation SET topic_id = NULL {_OF} AND kind = 'post' AND state = 'refused' AND NOT {_HAS_TOPIC}",  # noqa: S608 - our own words
    f"UPDATE operation SET generation = generation + 1 {_OF} AND state IN ('done', 'refused', 'waiting')",  # noqa: S608 - our own words
)

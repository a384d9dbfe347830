"""What a topic is besides its posts: closed, so that nobody answers any more, or pinned to the top of its category."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from migrate.plan.target import Target

CLOSED, PINNED = "closed", "pinned"  # the flags of messages, and what Discourse calls it
STATES = (PINNED, CLOSED)  # in the order in which they are set


def states_of(db: sqlite3.Connection, planned: str) -> dict[int, tuple[str, ...]]:
    """By thread what its topic is to be: what any of its planned messages is flagged with.

    `planned` is the SQL condition on `message`.
    """
    query = f"""
        SELECT thread_id, flags FROM message WHERE message.flags <> '[]' AND {planned}
        AND (instr(flags, '"{CLOSED}"') OR instr(flags, '"{PINNED}"'))
    """  # noqa: S608 - our own words and conditions
    found: dict[int, set[str]] = {}
    for thread_id, flags in db.execute(query).fetchall():
        found.setdefault(thread_id, set()).update(json.loads(flags))
    wanted = {thread_id: tuple(state for state in STATES if state in flags) for thread_id, flags in found.items()}
    return {thread_id: states for thread_id, states in sorted(wanted.items()) if states}


def lacking_states(
    db: sqlite3.Connection, target: Target, wanted: Mapping[int, tuple[str, ...]]
) -> dict[int, tuple[str, ...]]:
    """Those of them whose topics were not made so on the target yet, be they there or not."""
    query = (
        "SELECT thread_id, json_extract(details, '$.states') FROM operation WHERE target_id = ? AND generation = ?"
        " AND kind = 'post' AND part = 0 AND state = 'done' AND json_extract(details, '$.states') IS NOT NULL"
    )
    rows = db.execute(query, (target.id, target.generation)).fetchall() if wanted else ()
    made = {thread: json.loads(states) for thread, states in rows if thread in wanted}
    return {thread: states for thread, states in wanted.items() if not {*states} <= {*made.get(thread, ())}}

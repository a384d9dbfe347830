"""What the posts of one thread need of each other: whom each answers, its subject, its date.

A row is a message as `Plan.topic` reads it: id, key, person, parent, date, whether it is planned, subject,
whether it is a comment.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from migrate.mail.subjects import is_renamed, thread_title


def planned_parents(rows: list[tuple[Any, ...]]) -> dict[int, int | None]:
    """For each message of a thread the nearest planned one above it; parents stand before their children."""
    planned: set[int] = set()
    nearest: dict[int, int | None] = {}
    for message_id, _, _, parent_id, _, is_planned, *_ in rows:
        nearest[message_id] = parent_id if parent_id in planned else nearest.get(parent_id)
        if is_planned:
            planned.add(message_id)
    return nearest


def subjects_of(
    rows: list[tuple[Any, ...]], parents: dict[int, int | None], list_names: Collection[str]
) -> dict[int, str]:
    """The subjects of those messages that changed it, without reply prefixes and the list's tag."""
    opening = next((row[6] for row in rows if row[5]), "")
    titles: dict[int, str] = {}
    found = {}
    for message_id, _, _, _, _, is_planned, title, is_comment in rows:
        if not is_planned:
            continue
        parent_id = parents[message_id]
        before = opening if parent_id is None else titles[parent_id]
        # A comment's title is only the name for the thread of those that could not be tied to a post.
        titles[message_id] = before if is_comment else title
        if is_renamed(titles[message_id], before):
            found[message_id] = thread_title(title, list_names)
    return found


def dates_of(sent_at: list[int | None], now: int) -> list[int]:
    """A date for each message of a thread: its own, else that of the one before, else that of the next dated one."""
    usable = [date if date is not None and date <= now else None for date in sent_at]
    date = next((date for date in usable if date is not None), 0)
    dates = []
    for own in usable:
        date = own if own is not None else date
        dates.append(date)
    return dates

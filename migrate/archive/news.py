"""What a copy of a message says that the archive does not know: a group's own export knows more than its mails."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace

from migrate.archive.packed import Packed
from migrate.mail.ids import GROUP_THREAD

_STATES = frozenset(("closed", "pinned"))  # flags that speak of the whole thread
_KNOWN = """
    SELECT thread.key, container.key, flags, given_parent_id, answers_id
    FROM message LEFT JOIN thread ON thread.id = given_thread_id
    LEFT JOIN container ON container.id = conversation_id WHERE message.id = ?
"""


@dataclass(frozen=True, slots=True)
class News:
    """What is to be changed; None where there is nothing new."""

    thread: str | None = None
    conversation: str | None = None
    parent: str | None = None
    answers: str | None = None
    flags: str | None = None  # JSON array of strings


def news_of(db: sqlite3.Connection, message_id: int, copy: Packed) -> News:
    """What of the copy is news. A second name of the thread, from another group, stands as the conversation."""
    thread, conversation, flags, parent, answers = db.execute(_KNOWN, (message_id,)).fetchone()
    known = set(json.loads(flags))
    states = _STATES.intersection(copy.flags) - known
    news = News(
        conversation=None if conversation else copy.conversation,
        parent=None if parent else copy.parent,
        answers=None if answers else copy.answers,
        flags=json.dumps(sorted(known | states), ensure_ascii=False) if states else None,
    )
    if not (copy.thread and copy.thread.startswith(GROUP_THREAD)):
        return replace(news, thread=None if thread else copy.thread)
    if thread is None:
        return replace(news, thread=copy.thread, conversation=None)
    return replace(news, conversation=None if copy.thread in (thread, conversation) else copy.thread)

"""Who watches a topic, and who is told of a mention."""

from __future__ import annotations

from . import dates
from .checks import mentions
from .store import Store

REGULAR, TRACKING, WATCHING = 1, 2, 3
MENTIONED = 1  # notification type


def watch(store: Store, topic_id: int, user_id: int, starter: bool) -> None:
    """Who starts a topic watches it, who replies tracks it."""
    store.run(
        "INSERT INTO topic_users (topic_id, user_id, notification_level) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        topic_id,
        user_id,
        WATCHING if starter else TRACKING,
    )


def level(store: Store, topic_id: int, user_id: int) -> int:
    sql = "SELECT notification_level FROM topic_users WHERE topic_id = ? AND user_id = ?"
    return store.value(sql, topic_id, user_id) or REGULAR


def mentioned(store: Store, raw: str, topic_id: int, post_id: int, author_id: int) -> None:
    number = store.value("SELECT post_number FROM posts WHERE id = ?", post_id)
    for name in mentions(raw):
        user_id = store.value("SELECT id FROM users WHERE username_lower = ?", name)
        if user_id is not None and user_id != author_id:
            store.insert(
                "notifications",
                user_id=user_id,
                type=MENTIONED,
                topic_id=topic_id,
                post_number=number,
                created_at=dates.now(),
            )

"""Posts as the forum has them, and how dates, topics and answers of messages are said in its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from migrate.discourse.api.client import GO_ON
from migrate.discourse.compose import normalise_raw
from migrate.discourse.journal import Operation, digest
from migrate.errors import TargetError
from migrate.plan import Post

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Placed:
    """A post on the forum."""

    id: int
    topic_id: int
    number: int
    slug: str | None
    user_id: int
    created_at: str
    digest: str  # of its text
    adopted: bool

    @classmethod
    def of(cls, post: Mapping[str, Any], *, adopted: bool) -> Placed:
        """From the forum's JSON. Raises TargetError where it is not the post Discourse describes."""
        try:
            return cls(
                id=int(post["id"]),
                topic_id=int(post["topic_id"]),
                number=int(post["post_number"]),
                slug=str(post.get("topic_slug") or "") or None,
                user_id=int(post["user_id"]),
                created_at=str(post["created_at"]),
                digest=digest(normalise_raw(str(post.get("raw") or ""))),
                adopted=adopted,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise TargetError(f"The forum describes a post as no Discourse does ({error}). {GO_ON}") from error


def iso_date(milliseconds: int) -> str:
    """The form in which Discourse takes and gives dates: `2009-03-04T05:06:07.000Z`."""
    date = _EPOCH + timedelta(milliseconds=milliseconds)
    return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def topic_of(rows: Mapping[int, Operation]) -> int | None:
    """The topic that a thread's messages are in: that of its first post, else of any."""
    sent = [row for row in rows.values() if row.topic_id is not None]
    first = next((row for row in sent if row.post_number == 1), sent[0] if sent else None)
    return first.topic_id if first else None


def reply_to(post: Post, posts: Mapping[int, Post], numbers: Mapping[int, int], below: int) -> int | None:
    """The number of the post it answers, as Discourse has it: none for the first post, which is to answer the topic.

    `numbers` are the post numbers by message id; an ancestor that came later (not `below` that number) does not count.
    """
    parent = post.parent_id
    while parent is not None and numbers.get(parent, below) >= below:
        parent = posts[parent].parent_id
    number = 1 if parent is None else numbers[parent]
    return number if number > 1 else None

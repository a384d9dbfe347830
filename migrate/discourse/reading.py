"""Reading a topic back from the forum, whole."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.discourse.api.answers import Answer
from migrate.discourse.api.client import Client
from migrate.discourse.compose import normalise_raw
from migrate.discourse.journal import Operation, digest
from migrate.discourse.push.placed import iso_date
from migrate.errors import TargetError
from migrate.plan import CLOSED, PINNED

REGULAR, WHISPER = 1, 4  # `post_type`; the others are the forum's own notes
# What Discourse writes for an `upload://` that leads nowhere.
_LOST_FILE = re.compile(r'data-orig-(?:src|href)="upload://')
_IDS_PER_READ = 100
_POSTS_PER_PAGE = 1000  # with `print`


@dataclass(frozen=True, slots=True)
class PostThere:
    """A post as it is on the forum, without what it says: a topic may have 50,000, each of two kilobytes."""

    id: int
    number: int  # within its topic
    type: int
    user_id: int | None
    username: str
    created_at: str
    reply_to: int | None  # the number of the post it answers
    digest: str  # of its text, as the journal has it
    lacks_file: bool  # whether it names an upload that is not on the forum any more
    raw: str  # its text, where that was asked for


@dataclass(frozen=True, slots=True)
class TopicThere:
    """A topic as it is on the forum; one that was deleted is still shown to administrators."""

    id: int
    title: str
    category_id: int | None
    tags: frozenset[str]
    is_listed: bool
    is_deleted: bool
    states: frozenset[str]  # closed, pinned
    posts: tuple[PostThere, ...]  # without those that were deleted


def read_topic(client: Client, topic_id: int, *, texts: bool = False) -> TopicThere | None:
    """A topic with all its posts, None where there is none. One request for a thousand posts. Raises TargetError.

    With `texts` the posts have theirs.
    """
    answer = _page(client, topic_id)
    if answer is None:
        return None
    return TopicThere(
        id=topic_id,
        title=str(answer["title"] or ""),
        category_id=answer["category_id"],
        tags=tag_names(answer["tags"]),
        is_listed=answer["visible"] is not False,
        is_deleted=answer["deleted_at"] is not None,
        states=_states(answer),
        posts=tuple(
            _read(post, texts) for post in _posts(client, topic_id, answer["post_stream"]) if not post.get("deleted_at")
        ),
    )


def answers_lost(
    rows: Iterable[Operation], posts: Iterable[PostThere], accounts: Collection[int | None]
) -> list[tuple[Operation, PostThere]]:
    """Those of the posts that came of a request whose answer was lost, with its row: of that text, by one of ours.

    And dated before it was sent: the account may be a member's, who has written the same since.
    """
    found = []
    left = [row for row in rows if row.state != "done" and row.digest]
    for post in posts if left else ():
        alike = (row for row in left if row.digest == post.digest and post.created_at < iso_date(row.sent_at))
        row = next(alike, None)
        if row is not None and post.user_id in accounts:
            left.remove(row)
            found.append((row, post))
    return found


def _read(post: Mapping[str, Any], with_text: bool) -> PostThere:
    raw = str(post.get("raw") or "")
    return PostThere(
        id=int(post["id"]),
        number=int(post["post_number"]),
        type=post.get("post_type", REGULAR),
        user_id=post.get("user_id"),
        username=sys.intern(str(post.get("username") or "")),  # of few people, mostly
        created_at=str(post.get("created_at") or ""),
        reply_to=post.get("reply_to_post_number"),
        digest=digest(normalise_raw(raw)),
        lacks_file="upload://" in raw and _LOST_FILE.search(post.get("cooked") or "") is not None,
        raw=raw if with_text else "",
    )


def tag_names(tags: object) -> frozenset[str]:
    """The names of a topic's tags: strings, or objects in later versions."""
    items = tags if isinstance(tags, list) else []
    return frozenset(str(item.get("name", "")) if isinstance(item, dict) else str(item) for item in items)


def _states(answer: Answer) -> frozenset[str]:
    # `pinned` is what the reader sees of it, who may have unpinned it for themselves.
    there = {CLOSED: answer["closed"] is True, PINNED: answer["pinned_at"] is not None}
    return frozenset(state for state, is_so in there.items() if is_so)


def _page(client: Client, topic_id: int, number: int = 1) -> Answer | None:
    page = {"page": number} if number > 1 else {}
    answer = client.read(f"/t/{topic_id}.json", print="true", include_raw="true", **page)
    if answer.status in (404, 410):
        return None
    stream = answer["post_stream"]
    if answer.status != 200 or not isinstance(stream, dict) or not isinstance(stream.get("posts"), list):
        raise TargetError(f"{client.host} does not show topic {topic_id} ({answer.message}).")
    return answer


def _posts(client: Client, topic_id: int, stream: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    posts = stream["posts"]
    yield from posts
    if "stream" not in stream:  # a topic of ten thousand posts and more does not list them
        yield from _further_pages(client, topic_id, len(posts))
        return
    seen = {post["id"] for post in posts}
    rest = [post_id for post_id in stream["stream"] if post_id not in seen]
    for start in range(0, len(rest), _IDS_PER_READ):
        page = client.posts(topic_id, rest[start : start + _IDS_PER_READ], include_raw="true")
        yield from page["post_stream"]["posts"]


def _further_pages(client: Client, topic_id: int, count: int) -> Iterator[Mapping[str, Any]]:
    number = 1
    while count == _POSTS_PER_PAGE:
        number += 1
        answer = _page(client, topic_id, number)
        posts = answer["post_stream"]["posts"] if answer else []
        yield from posts
        count = len(posts)

"""Taking back from tests what was sent, and looking at what is left."""

from __future__ import annotations

from typing import Any

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import PushResult
from migrate.discourse.undo.undo import Undo, UndoResult
from migrate.plan import Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import dump
from tests.discourse.pushing import client_of

MAPPING = """
[[rule]]
source = "gardeners*"
category = "Gardening"
read = ["staff"]
tags = ["seeds", "archive"]
"""


class KilledError(BaseException):
    """Stands for kill -9: nothing that comes after it is noted."""


def sent(archive: Archive, forum: Sandbox, mapping: str | None = None) -> PushResult:
    client = client_of(forum)
    return Push(archive, client, open_target(archive, client, "the forum", Choices(mapping=mapping))).run()


def undone(archive: Archive, forum: Sandbox, **options: Any) -> UndoResult:
    client = client_of(forum)
    return Undo(archive, client, open_target(archive, client, "the forum"), **options).run()


def held(forum: Sandbox) -> dict[str, Any]:
    """What the forum holds, without the keys of topics: they are others in every generation."""
    found = dump(forum.url, forum.key)
    for topic in found["topics"]:
        del topic["external_id"]
    groups = client_of(forum).read("/tag_groups.json")["tag_groups"]
    return found | {
        "topics": sorted(found["topics"], key=repr),
        "tags": tags(forum),
        "tag groups": sorted(group["name"] for group in groups),
    }


def tags(forum: Sandbox) -> list[str]:
    return sorted(item["name"] for item in client_of(forum).read("/tags.json")["tags"])


def states(archive: Archive) -> dict[str, int]:
    return dict(archive.db.execute("SELECT state, count(*) FROM operation GROUP BY state").fetchall())


def topic_id(archive: Archive, key: str) -> int:
    query = "SELECT topic_id FROM operation JOIN container ON ref = id WHERE kind = 'post' AND key = ?"
    return int(archive.db.execute(f"{query} ORDER BY generation DESC", (key,)).fetchone()[0])


def answer(forum: Sandbox, topic: int) -> None:
    """Somebody writes in a topic."""
    client_of(forum).create_post("Thank you all, this is very useful to me.", topic_id=topic)


def die_after(client: Client, requests: int, *, answered: bool) -> None:
    """The request of that number, and all after it, end everything: before they leave, or when the answer is there."""
    send, seen = client._session.request, 0

    def sending(*args: Any, **kwargs: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen < requests:
            return send(*args, **kwargs)
        if answered and seen == requests:
            send(*args, **kwargs)
        raise KilledError

    client._session.request = sending  # type: ignore[method-assign]  # counted on the way

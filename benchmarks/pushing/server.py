"""A forum that does nothing but answer: creates get new numbers and their own words back. A program of its own.

It prints its URL, and when the first request, the first that makes something and the first post come, in seconds since
1970: `post 1767225600.5`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from typing import Any, Protocol
from urllib.parse import parse_qs

ANSWERS: dict[str, Any] = {
    "/admin/users/list/all.json": [],
    "/about.json": {"about": {"title": "Null", "version": "3.5.0", "locale": "en"}},
    "/admin/site_settings.json": {"site_settings": [{"setting": "disable_emails", "value": "yes"}]},
    "/site.json": {"categories": [], "groups": []},
}
# What Discourse says of a post besides, so that reading an answer costs what it does there.
POST: dict[str, Any] = {
    "name": "Ann", "avatar_template": "/letter_avatar_proxy/v4/letter/a/54ee81/{size}.png", "post_type": 1,
    "updated_at": "2026-11-22T05:34:24.817Z", "reply_count": 0, "reply_to_post_number": None, "quote_count": 0,
    "incoming_link_count": 0, "reads": 0, "readers_count": 0, "score": 0, "yours": True, "topic_slug": "a-topic",
    "display_username": "Ann", "primary_group_name": None, "flair_name": None, "flair_url": None, "version": 1,
    "can_edit": True, "can_delete": False, "can_recover": False, "can_wiki": True, "user_title": None,
    "bookmarked": False, "actions_summary": [{"id": 3, "can_act": True}], "moderator": False, "admin": True,
    "staff": True, "draft_sequence": 0, "hidden": False, "trust_level": 4, "deleted_at": None, "user_deleted": False,
    "edit_reason": None, "can_view_edit_history": True, "wiki": False, "reviewable_id": None,
    "reviewable_score_count": 0, "reviewable_score_pending_count": 0,
}  # fmt: skip


class Answering(Protocol):
    """What answers requests."""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and JSON for one request."""


class Forum:
    """What is counted, and what was told of already."""

    def __init__(self) -> None:
        self._ids = itertools.count(1_000_000_000)
        self._lengths: dict[int, int] = {}  # topic → posts
        self._keys: dict[str, int] = {}  # embed_url → post
        self._told: set[str] = set()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and JSON for one request."""
        self._tell("request")
        if method == "POST":
            self._tell("create")
        path, _, query = target.partition("?")
        if path == "/embed/info.json":
            return 200, {"post_id": self._keys.get(parse_qs(query)["embed_url"][0])}
        if (method, path) != ("POST", "/posts.json"):
            return 200, ANSWERS.get(path, {})
        sent = json.loads(body)
        if "raw" not in sent:
            return 422, {"errors": ["Body is empty"]}
        self._tell("post")
        return 200, {"action": "create_post", "post": POST | self._post(sent, headers), "success": True}

    def _post(self, sent: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        number = next(self._ids)
        topic = sent.get("topic_id", number)
        self._keys[sent.get("embed_url", "")] = number
        # A topic that was there before the program began is taken to have had a thousand posts.
        self._lengths[topic] = self._lengths.get(topic, 0 if topic == number else 1000) + 1
        return {
            "id": number,
            "username": "ann",
            "created_at": sent.get("created_at"),
            "raw": sent["raw"],
            "cooked": f"<p>{sent['raw']}</p>",
            "topic_id": topic,
            "post_number": self._lengths[topic],
            "user_id": int(headers.get("api-user-id", 1)),
        }

    def _tell(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            say(f"{what} {time.time()}")


async def talk(forum: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection until it is closed."""
    try:
        while True:
            head, _, rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").partition("\r\n")
            fields = (line.partition(": ") for line in rest.splitlines() if line)
            headers = {name.lower(): value for name, _, value in fields}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            method, target, _ = head.split(" ")
            status, answer = forum.answer(method, target, headers, body)
            content = json.dumps(answer).encode()
            lead = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            writer.write(lead.encode() + content)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def say(line: str) -> None:
    """One line for whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def serve(forum: Answering) -> None:
    """Say the URL, and listen on loopback until the program is ended."""
    server = await asyncio.start_server(lambda reader, writer: talk(forum, reader, writer), "127.0.0.1", 0)
    say(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Forum()))

"""A forum that holds what a journal says was sent, each text one letter, for `verify` to read. A program of its own.

python mirror.py ARCHIVE; it prints its URL. The archive is only read.
"""

from __future__ import annotations

import asyncio
import re
import sys
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from migrate.archive import Archive
from migrate.discourse.known import known_targets
from migrate.discourse.push.placed import iso_date, reply_to
from migrate.plan import Plan
from pushing.community import SENT_TEXT
from pushing.server import ANSWERS, POST, serve

PAGE = 1000  # posts
_TOPIC = re.compile(r"/t/(\d+)\.json")


class Mirror:
    """Answers with the topics of the plan as if they had been sent in their order; ids are those of the archive."""

    def __init__(self, archive: Archive) -> None:
        self._plan = Plan(archive, target=known_targets(archive)[0])
        self._planned = lru_cache(maxsize=8)(self._plan.topic)  # a long one is asked for page after page

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and JSON for one request."""
        path, _, query = target.partition("?")
        found = _TOPIC.fullmatch(path)
        if not found:
            return 200, ANSWERS.get(path, {})
        page = int(parse_qs(query).get("page", ["1"])[0])
        return 200, self._topic(int(found[1]), page)

    def _topic(self, thread_id: int, page: int) -> dict[str, Any]:
        topic = self._planned(thread_id)
        posts = {post.message_id: post for post in topic.posts}
        numbers = {message_id: number for number, message_id in enumerate(posts, start=1)}
        shown = islice(topic.posts, (page - 1) * PAGE, page * PAGE)
        return {
            "title": topic.title,
            "category_id": 1,
            "tags": [],
            "visible": True,
            "deleted_at": None,
            "closed": False,
            "pinned_at": None,
            "post_stream": {
                "posts": [
                    POST
                    | {
                        "id": post.message_id,
                        "topic_id": thread_id,
                        "post_number": (number := numbers[post.message_id]),
                        "user_id": post.person_id,
                        "created_at": iso_date(post.created_at),
                        "reply_to_post_number": reply_to(post, posts, numbers, below=number),
                        "raw": SENT_TEXT,
                    }
                    for post in shown
                ]
            },
        }


def main() -> None:
    """Listen on loopback until the program is ended."""
    with Archive.open(Path(sys.argv[1]), mode="read") as archive:
        asyncio.run(serve(Mirror(archive)))


if __name__ == "__main__":
    main()

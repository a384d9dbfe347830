"""Reading everything back from the forum, and comparing it with what the archive holds and what was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from migrate.archive import Archive
from migrate.discourse.client import Client
from migrate.discourse.compose import normalise_raw
from migrate.discourse.journal import Journal, Operation, digest
from migrate.discourse.posts import iso_date, reply_to, topic_of
from migrate.discourse.run import run_parallel
from migrate.errors import TargetError
from migrate.plan import Plan, Post, Target, Topic

_EXAMPLES = 1000
_IDS_PER_READ = 100
_REGULAR = 1  # `post_type`; others are the forum's own notes
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not on the forum as it should be."""

    kind: Literal["missing", "extra", "different"]
    what: str  # one line, for people
    message: str | None = None  # message key
    topic_id: int | None = None
    post_number: int | None = None


@dataclass(slots=True)
class Verification:
    """What a comparison found. `examples` holds the differences, at most the first thousand."""

    checked: int = 0  # planned messages
    missing: int = 0
    extra: int = 0
    different: int = 0
    refused_files: int = 0  # their posts only name them
    examples: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> int:
        """How many messages are there as they should be."""
        return self.checked - self.missing - self.different

    @property
    def is_clean(self) -> bool:
        """Whether the forum holds what the archive holds, no more and no less."""
        return not (self.missing or self.extra or self.different)

    def add(self, checked: int, differences: list[Difference]) -> None:
        """Count one topic."""
        self.checked += checked
        for difference in differences:
            setattr(self, difference.kind, getattr(self, difference.kind) + 1)
        self.examples += differences[: _EXAMPLES - len(self.examples)]


def verify(
    archive: Archive, client: Client, target: Target, progress: Callable[[int], None] = lambda _checked: None
) -> Verification:
    """Compare every planned message with its post: place, order, author, date, text, and which post it answers.

    `progress` is called with the number of messages checked so far. Raises TargetError.
    """
    plan = Plan(archive, target=target)
    journal = Journal(archive, target)
    authors = {row.ref: row.remote_id for row in journal.all("user").values() if row.state == "done"}
    refused_files = sum(1 for row in journal.all("upload").values() if row.state == "refused")
    result = Verification(refused_files=refused_files)
    lock = threading.Lock()

    def check(thread_id: int) -> None:
        topic = plan.topic(thread_id)
        differences = _Comparison(client, topic, journal.thread(thread_id), authors).differences()
        with lock:
            result.add(len(topic.posts), differences)
            progress(result.checked)

    run_parallel(check, plan.thread_ids(), _WORKERS, client.stop)
    return result


class _Comparison:
    """One topic, planned and real."""

    def __init__(
        self, client: Client, topic: Topic, rows: Mapping[int, Operation], authors: Mapping[int, int | None]
    ) -> None:
        self._client = client
        self._topic = topic
        self._posts = {post.message_id: post for post in topic.posts}
        self._rows = {ref: row for ref, row in rows.items() if row.state == "done"}
        self._authors = authors
        self._topic_id = topic_of(self._rows)
        self._numbers = {
            row.ref: row.post_number
            for row in self._rows.values()
            if row.topic_id == self._topic_id and row.post_number is not None
        }

    def differences(self) -> list[Difference]:
        there = {int(post["id"]): post for post in self._read()}
        found: list[Difference] = []
        for post in self._topic.posts:
            row = self._rows.get(post.message_id)
            real = there.pop(row.remote_id, None) if row and row.remote_id is not None else None
            if row is None or real is None:
                what = "was never sent" if row is None else "is not on the forum any more"
                found.append(self._difference("missing", what, post.message_key))
            elif wrong := ", ".join(self._wrong(post, row, real)):
                found.append(self._difference("different", wrong, post.message_key, row.post_number))
        return found + [
            self._difference("extra", "a post that did not come from this archive", None, real["post_number"])
            for real in there.values()
            if real.get("post_type", _REGULAR) == _REGULAR
        ]

    def _wrong(self, post: Post, row: Operation, real: Mapping[str, Any]) -> Iterator[str]:
        if real["post_number"] != row.post_number:
            yield "its place in the topic"
        if real["user_id"] != self._authors.get(post.person_id):
            yield "its author"
        if real["created_at"] != iso_date(post.created_at):
            yield "its date"
        if digest(normalise_raw(real.get("raw") or "")) != row.digest:
            yield "its text"
        if row.post_number and real.get("reply_to_post_number") != self._reply_to(post, row.post_number):
            yield "the post it answers"

    def _reply_to(self, post: Post, number: int) -> int | None:
        return reply_to(post, self._posts, self._numbers, below=number)

    def _read(self) -> Iterator[Mapping[str, Any]]:
        """All posts of the topic, deleted ones left out; none where the topic is deleted or was never sent."""
        if self._topic_id is None:
            return
        topic = self._client.read(f"/t/{self._topic_id}.json", print="true", include_raw="true")
        if topic.status in (404, 410):
            return
        stream = topic["post_stream"]
        if topic.status != 200 or not isinstance(stream, dict):
            raise TargetError(f"{self._client.host} does not show topic {self._topic_id} ({topic.message}).")
        if topic["deleted_at"] is not None:
            return
        yield from (post for post in stream["posts"] if not post.get("deleted_at"))
        seen = {post["id"] for post in stream["posts"]}
        # A topic of ten thousand posts and more does not list them; then those that were sent are asked for.
        known = stream.get("stream") or [row.remote_id for row in self._rows.values()]
        rest = [post_id for post_id in known if post_id not in seen]
        for start in range(0, len(rest), _IDS_PER_READ):
            page = self._client.posts(self._topic_id, rest[start : start + _IDS_PER_READ], include_raw="true")
            yield from (post for post in page["post_stream"]["posts"] if not post.get("deleted_at"))

    def _difference(
        self,
        kind: Literal["missing", "extra", "different"],
        what: str,
        message: str | None,
        number: int | None = None,
    ) -> Difference:
        return Difference(kind, what, message, self._topic_id, number)

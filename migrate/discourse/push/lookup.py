"""Finding on the forum what was sent and not answered: by its key, or where the forum keeps no keys, by its place."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.archive import Archive
from migrate.discourse.api.client import GO_ON, Client
from migrate.discourse.journal import reply_key
from migrate.discourse.push.placed import Placed
from migrate.errors import TargetError
from migrate.model import Finding
from migrate.plan import Target

# After so long the forum is done with a request, or has given it up: its own limit is 30, the proxy's before it 60.
RUNNING_SECONDS = 60.0


class NotPosted(Exception):  # noqa: N818 - an answer, not a fault
    """This one will not be on the forum; the text says why, `code` is that of the finding."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class TopicShut(NotPosted):
    """Nor will anything else of its topic."""


class TopicHeld(NotPosted):
    """It may be another time; what follows it in its topic waits, or it would come to stand behind that."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a post that was sent as a reply."""

    key: str
    topic_id: int
    user_id: int
    created_at: str
    digest: str | None  # of its text
    sent_at: float | None  # seconds since 1970-01-01 UTC; None: not from here, but perhaps from a lost archive
    last: int  # the highest number of the topic's posts that are known
    mine: Collection[int]  # ids of posts that are other messages'


class Lookup:
    """Finds posts on one forum, and learns whether it knows replies by their keys. For several threads."""

    def __init__(self, archive: Archive, client: Client, target: Target) -> None:
        self._archive = archive
        self._client = client
        self._target = target
        self._lock = threading.Lock()
        self._honoured = target.honours_reply_keys

    def topic(self, key: str) -> Placed | None:
        """The first post of the topic with this `external_id`."""
        answer = self._client.read(f"/t/external_id/{key}.json")
        # Its host is the forum's configured name, which may not be reachable from here: only the id counts.
        last = answer.location.partition("?")[0].rpartition("/")[2].removesuffix(".json")
        if not 300 <= answer.status < 400 or not last.isdigit():
            return None
        stream = self._client.read(f"/t/{last}.json", include_raw="true")["post_stream"] or {}
        first = next((post for post in stream.get("posts", []) if post["post_number"] == 1), None)
        return Placed.of({"topic_id": last, **first}, adopted=True) if first else None

    def check_topic(self, topic_id: int) -> None:
        """Raises TopicShut where nothing can be added to the topic any more."""
        topic = self._client.read(f"/t/{topic_id}.json")
        if topic.status == 404 or topic["deleted_at"] is not None:
            raise TopicShut("post-topic-deleted", "Its topic was deleted on the forum.")
        if topic["closed"] or topic["archived"]:
            raise TopicShut("post-topic-closed", "Its topic was closed or archived on the forum; open it there.")

    @property
    def honours_keys(self) -> bool | None:
        """Whether the forum knows replies by their keys; None: nobody has tried yet."""
        return self._honoured

    def reply(self, sought: Sought, *, by_place: bool) -> Placed | None:
        """A reply, by its key. `by_place` also looks where it should stand, unless the forum is sure to know its key.

        Before that, a request that may still be running is given its time. Raises NotPosted where there is no telling.
        """
        if self._honoured is not False and (found := self._by_key(sought)):
            self._learn(True)
            return found
        if not by_place or self._are_keys_honoured():
            return None
        if sought.sent_at is not None:
            let_end(self._client, sought.sent_at)
        return self._by_place(sought)

    def try_key(self, key: str, post_id: int) -> None:
        """Learn, if that is not known yet, from a reply that was just created with this key."""
        if self._honoured is not None:
            return
        answer = self._client.read("/embed/info.json", embed_url=key)
        if answer.status == 200 and answer["post_id"] == post_id:
            self._learn(True)
        elif answer.status == 404:
            self._learn(False)

    def _by_key(self, sought: Sought) -> Placed | None:
        answer = self._client.read("/embed/info.json", embed_url=sought.key)
        if answer.status == 500:
            self.check_topic(sought.topic_id)
        if answer.status != 200 or not isinstance(answer["post_id"], int):
            return None
        found = self._client.read(f"/posts/{answer['post_id']}.json")
        if found.status not in (200, 404):
            raise TargetError(f"{self._target.url} does not show a post that it has ({found.message}). {GO_ON}")
        if found.status == 404 or found["deleted_at"] is not None:
            raise NotPosted("post-deleted", "It was sent before and then deleted on the forum; recover it there.")
        return Placed.of(found.body, adopted=True)

    def _by_place(self, sought: Sought) -> Placed | None:
        """The post behind those that are known which has its author, date and words."""
        posts = [Placed.of(post, adopted=True) for post in self._posts_behind(sought.topic_id, sought.last)]
        wanted = (sought.user_id, sought.created_at, sought.digest)
        alike = [
            post
            for post in posts
            if (post.user_id, post.created_at, post.digest) == wanted and post.id not in sought.mine
        ]
        if not alike and sought.sent_at is None:
            # A lost archive may have sent it under another account, or in other words.
            alike = [post for post in posts if post.created_at == sought.created_at and post.id not in sought.mine]
        # A lost archive sent one for each message, in their order.
        if len(alike) > 1 and sought.sent_at is not None:
            words = "It was sent, and the forum has several posts that could be it; delete all but one there."
            raise TopicShut("post-ambiguous", words)
        return alike[0] if alike else None

    def _posts_behind(self, topic_id: int, number: int) -> Iterator[Mapping[str, Any]]:
        while True:
            answer = self._client.read(f"/t/{topic_id}/posts.json", post_number=number, asc="true", include_raw="true")
            if answer.status == 404:
                self.check_topic(topic_id)
            if answer.status != 200:
                raise TargetError(f"{self._target.url} does not show topic {topic_id} ({answer.message}). {GO_ON}")
            stream = answer["post_stream"]
            if not isinstance(stream, dict) or not isinstance(stream.get("posts"), list):
                raise TargetError(f"{self._target.url} shows topic {topic_id} without its posts. {GO_ON}")
            posts = stream["posts"]
            yield from posts
            behind = max((int(post["post_number"]) for post in posts), default=number)
            if behind <= number:
                return
            number = behind

    def _are_keys_honoured(self) -> bool | None:
        """None: there is no reply on the forum yet that could tell."""
        if self._honoured is None and (known := self._known_reply()):
            key, post_id = known
            post = self._client.read(f"/posts/{post_id}.json")
            if post.status == 200 and post["deleted_at"] is None:
                self.try_key(key, post_id)
        return self._honoured

    def _known_reply(self) -> tuple[str, int] | None:
        query = (
            "SELECT source.key, container.key, remote_id FROM operation JOIN container ON container.id = ref"
            " JOIN thread ON thread.id = thread_id JOIN source ON source.id = source_id"
            " WHERE target_id = ? AND generation = ? AND operation.kind = 'post' AND part = 0 AND state = 'done'"
            " AND post_number > 1 LIMIT 1"
        )
        row = self._archive.db.execute(query, (self._target.id, self._target.generation)).fetchone()
        return (reply_key(row[0], row[1], self._target.generation), row[2]) if row else None

    def _learn(self, honoured: bool) -> None:
        with self._lock:
            if self._honoured is not None:
                return
            self._honoured = honoured
        note_reply_keys(self._archive, self._target, honoured)
        if not honoured:
            words = (
                "The forum does not know replies by the keys they are sent with (embed_url). They are found by author,"
                " date and words instead, and after a lost answer a minute is waited before that."
            )
            self._archive.add_finding(Finding(stage="push", severity="info", code="reply-keys-ignored", text=words))


def let_end(client: Client, sent_at: float) -> None:
    """Wait until a request sent at that time (seconds since 1970-01-01 UTC) has had its effect, or never will.

    Raises Stopped.
    """
    running = sent_at + RUNNING_SECONDS - time.time()
    if running > 0:
        client.pace.sleep(min(running, RUNNING_SECONDS))


def note_reply_keys(archive: Archive, target: Target, honoured: bool) -> None:
    """Remember whether the forum knows replies by their `embed_url`."""
    with archive.transaction() as db:
        db.execute("UPDATE target SET reply_keys = ? WHERE id = ?", (honoured, target.id))

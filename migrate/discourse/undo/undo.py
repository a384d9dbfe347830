"""Taking back what this archive made on a forum, and nothing else.

Whatever is done here may be done again without harm: each thing is looked at, removed, and then noted as undone. Killed
at any instant, the next run goes on. At the end the target's generation rises, so that a push starts anew with new keys
(Discourse keeps the keys of what was deleted); what has to stay keeps its rows, and that push goes on with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.api.pace import Stopped
from migrate.discourse.journal import Journal, Kind, Operation
from migrate.discourse.push.run import run_parallel
from migrate.discourse.push.tags import GROUP
from migrate.discourse.reading import REGULAR, WHISPER, TopicThere, answers_lost, read_topic
from migrate.discourse.undo.doubts import settle_doubts
from migrate.discourse.undo.generations import begin_undo, end_undo
from migrate.discourse.undo.removing import (
    Removal,
    check_still_admin,
    remove_account,
    remove_categories,
    remove_empty_tag_group,
    remove_permalink,
    remove_tag,
)
from migrate.errors import TargetError
from migrate.plan import Target

Stage = Literal["redirects", "topics", "accounts", "categories", "tags"]
Stages = Iterator[tuple[Stage, Collection[int], Callable[[int], None]]]


@dataclass(frozen=True, slots=True)
class Item:
    """Something on the forum that somebody should know about."""

    kind: str  # topic, post, user, category, tag, permalink
    name: str
    why: str
    url: str


@dataclass(slots=True)
class UndoResult:
    """What one run did. `removed` and `gone` (was not there any more) are by kind: topic, post (messages), user, …"""

    removed: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    left: list[Item] = field(default_factory=list)  # made by this archive, and still there
    answered: list[Item] = field(default_factory=list)  # topics that were removed although others had written there
    stopped: bool = False  # by the user, before the end


class Undo:
    """One run. The archive must be open for writing; `also_answered`: topics in which other people wrote, too."""

    def __init__(self, archive: Archive, client: Client, target: Target, *, also_answered: bool = False) -> None:
        self._archive = archive
        self._client = client
        self._target = target
        self._also_answered = also_answered
        self._journal = Journal(archive, target)
        self._accounts: set[int | None] = set()
        self._lock = threading.Lock()
        self._result = UndoResult()

    def run(self, progress: Callable[[Stage, int, int], None] = lambda _stage, _done, _total: None) -> UndoResult:
        """Remove what can be removed. `progress` gets a stage, and how much of it is done of how much.

        Setting the client's `stop` ends it after the requests in flight; the result then says `stopped`. Raises
        TargetError where the forum cannot be used (any more).
        """
        begin_undo(self._archive, self._target)
        try:
            settle_doubts(self._archive, self._client, self._target)
            self._accounts = {row.remote_id for row in self._journal.all("user").values()}
            for stage, items, remove in self._stages():
                self._work(stage, items, remove, progress)
            if any(row.ours for row in self._journal.all("tag").values()):
                remove_empty_tag_group(self._client, GROUP)
        except Stopped:
            self._result.stopped = True
        self._result.stopped |= self._client.stop.is_set()
        if not self._result.stopped:
            end_undo(self._archive, self._target)
        return self._result

    def _stages(self) -> Stages:
        """In the order in which one thing stops using the other; what is to be done is read when its turn comes."""
        yield "redirects", *self._each("permalink", remove_permalink)
        yield "topics", self._threads(), self._undo_thread
        yield "accounts", *self._each("user", remove_account)
        categories = self._rows("category").values()
        yield "categories", [len(categories)] if categories else [], lambda _count: self._undo_categories(categories)
        yield "tags", *self._each("tag", remove_tag)

    def _each(
        self, kind: Kind, remove: Callable[[Client, Operation], Removal]
    ) -> tuple[Collection[int], Callable[[int], None]]:
        rows = self._rows(kind)
        return rows, lambda ref: self._note(rows[ref], remove(self._client, rows[ref]))

    def _work(
        self,
        stage: Stage,
        items: Collection[int],
        remove: Callable[[int], None],
        progress: Callable[[Stage, int, int], None],
    ) -> None:
        done = 0

        def work(item: int) -> None:
            nonlocal done
            remove(item)
            with self._lock:
                done += 1
                progress(stage, done, len(items))

        if items and not self._client.stop.is_set():
            run_parallel(work, items, self._client)

    def _rows(self, kind: Kind) -> dict[int, Operation]:
        return {row.ref: row for row in self._journal.all(kind).values() if row.ours and row.state == "done"}

    def _undo_categories(self, rows: Iterable[Operation]) -> None:
        for row, removal in remove_categories(self._client, rows):
            self._note(row, removal)

    def _note(self, row: Operation, removal: Removal) -> None:
        if removal.fate == "stays":
            self._stays(row.kind, removal.name, removal.why, removal.path)
        else:
            self._journal.undone([row])
            self._count(removal.fate, row.kind)

    # Topics ----------------------------------------------------------------------------------------------------------

    def _threads(self) -> list[int]:
        rows = self._archive.db.execute(
            "SELECT DISTINCT thread_id FROM operation WHERE target_id = ? AND kind = 'post' AND thread_id IS NOT NULL"
            " AND generation = ? AND state IN ('done', 'sending') AND ours ORDER BY thread_id",
            (self._target.id, self._target.generation),
        )
        return [thread_id for (thread_id,) in rows.fetchall()]

    def _undo_thread(self, thread_id: int) -> None:
        """The topics a thread is in: one, unless the forum's people have moved posts and an undo has seen that."""
        rows = [row for row in self._journal.thread_parts(thread_id) if row.topic_id and row.state != "undone"]
        for topic_id, group in groupby(sorted(rows, key=_topic), key=_topic):
            self._undo_topic(topic_id, [*group])

    def _undo_topic(self, topic_id: int, rows: list[Operation]) -> None:
        there = read_topic(self._client, topic_id)
        if there is None:
            check_still_admin(self._client)
        else:
            rows = self._settle_replies(there, rows)
        inside: set[int] = set()
        if any(row.post_number == 1 and row.ours for row in rows):
            if there is not None and not self._delete_topic(there, rows):
                return
            inside = {post.id for post in there.posts} if there else set()
        # Posts that are not where they were put: somebody has deleted them, or moved them to another topic.
        elsewhere = [row for row in rows if row.state == "done" and row.ours and row.remote_id not in inside]
        stay = [row for row in elsewhere if not self._remove_post(row)]
        self._journal.undone(row for row in rows if row.ours and row.state != "refused" and row not in stay)
        self._count("removed", "post", sum(_is_message(row) for row in rows if row not in stay))

    def _settle_replies(self, there: TopicThere, rows: list[Operation]) -> list[Operation]:
        """The rows, where a request's answer was lost with the post that came of it, or noted that none did."""
        found = answers_lost(rows, there.posts, self._accounts)
        for row, post in found:
            self._journal.done(
                "post", row.ref, part=row.part, remote_id=post.id, topic_id=there.id, post_number=post.number
            )
            rows[rows.index(row)] = replace(
                row, state="done", remote_id=post.id, topic_id=there.id, post_number=post.number
            )
        lost = [row for row in rows if row.state == "sending"]
        self._journal.undone(lost)
        return [row for row in rows if row not in lost]

    def _delete_topic(self, there: TopicThere, rows: list[Operation]) -> bool:
        """Whether it is not there any more."""
        if there.is_deleted:
            self._count("gone", "topic")
            return True
        names = self._others(there, rows)
        answered = f"other people wrote there: {', '.join(names)}"
        if names and not self._also_answered:
            self._stays("topic", there.title, answered, f"/t/{there.id}")
            return False
        answer = self._client.delete(f"/t/{there.id}.json")
        if answer.status != 200 and (again := read_topic(self._client, there.id)) and not again.is_deleted:
            self._stays("topic", there.title, answer.message, f"/t/{there.id}")
            return False
        self._count("removed", "topic")
        if names:
            with self._lock:
                self._result.answered.append(self._item("topic", there.title, answered, f"/t/{there.id}"))
        return True

    def _others(self, there: TopicThere, rows: list[Operation]) -> list[str]:
        """The names of those who wrote there what did not come from this archive."""
        known = {row.remote_id for row in rows}
        posts = [post for post in there.posts if post.type in (REGULAR, WHISPER)]
        others = {post.id: post for post in posts if post.id not in known}
        for post_id in self._journal.posts_among(others):
            del others[post_id]
        return list(dict.fromkeys(post.username for post in others.values()))

    def _remove_post(self, row: Operation) -> bool:
        """Whether it is not there any more."""
        there = self._client.read(f"/posts/{row.remote_id}.json")
        if there.status == 404:
            check_still_admin(self._client)
            return True
        if there.status != 200:
            raise TargetError(f"{self._client.host} does not show a post that it has ({there.message}).")
        if there["deleted_at"] is not None:
            return True
        topic_id, number = int(there["topic_id"]), int(there["post_number"])
        if number == 1:  # the forum's people have made a topic of it
            topic = read_topic(self._client, topic_id)
            if topic is None or self._delete_topic(topic, [row]):
                return True
        else:
            answer = self._client.delete(f"/posts/{row.remote_id}.json")
            if answer.status in (200, 404):
                return True
            path = f"/t/{topic_id}/{number}"
            self._stays("post", str(there["topic_slug"] or path), answer.message, path)
        self._journal.done(
            "post", row.ref, part=row.part, remote_id=int(there["id"]), topic_id=topic_id, post_number=number
        )
        return False

    # What is told ----------------------------------------------------------------------------------------------------

    def _count(self, fate: Literal["removed", "gone"], what: str, count: int = 1) -> None:
        with self._lock:
            counts = getattr(self._result, fate)
            if count:
                counts[what] = counts.get(what, 0) + count

    def _stays(self, kind: str, name: str, why: str, path: str) -> None:
        with self._lock:
            self._result.left.append(self._item(kind, name, why, path))

    def _item(self, kind: str, name: str, why: str, path: str) -> Item:
        return Item(kind, name, why, f"{self._client.host}{path}")


def _is_message(row: Operation) -> bool:
    """Whether it is a message on the forum, and not what continues one."""
    return row.state == "done" and row.part == 0


def _topic(row: Operation) -> int:
    return row.topic_id or 0

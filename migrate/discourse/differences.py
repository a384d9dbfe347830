"""One topic as it was sent and as it is on the forum: what is missing, what else is there, what is not the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Literal

from migrate.discourse.journal import Operation
from migrate.discourse.push.placed import iso_date, reply_to, topic_of
from migrate.discourse.reading import REGULAR, PostThere, TopicThere, answers_lost
from migrate.plan import Post, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not on the forum as it should be."""

    kind: Literal["missing", "extra", "different"]
    what: str  # for people: what became of it, or what of it differs
    title: str  # of the topic
    date: str | None = None  # of the message: `2009-03-04T05:06:07.000Z`
    message: str | None = None  # its key
    topic_id: int | None = None
    post_number: int | None = None


class Comparison:
    """One topic. `authors` has the user id of each person, `there` what the forum shows of it.

    One that `is_to_move` was sent to a category where it is not to stay.
    """

    def __init__(
        self,
        topic: Topic,
        rows: Iterable[Operation],
        authors: Mapping[int, int],
        there: TopicThere | None,
        *,
        is_to_move: bool = False,
    ) -> None:
        self._topic = topic
        self._posts = {post.message_id: post for post in topic.posts}
        self._rows = {(row.ref, row.part): row for row in rows}
        self._authors = authors
        self._is_to_move = is_to_move
        self._there = there if there and not there.is_deleted else None
        self._topic_id = topic_of({ref: row for (ref, part), row in self._rows.items() if not part})
        self._numbers = {
            row.ref: row.post_number
            for row in self._rows.values()
            if row.state == "done" and not row.part and row.topic_id == self._topic_id and row.post_number is not None
        }

    @property
    def not_sent(self) -> int:
        """How many messages the push has not come to yet."""
        return sum(1 for post in self._topic.posts if not self._is_settled(post))

    def differences(self) -> list[Difference]:
        """The messages in their order, then what else is in the topic."""
        left = {real.id: real for real in self._there.posts} if self._there else {}
        found: list[Difference] = []
        for row, real in answers_lost(self._rows.values(), list(left.values()), self._authors.values()):
            if row.state != "refused":
                del left[real.id]
        for post in self._topic.posts:
            if self._is_settled(post):
                found += self._compare(post, left)
            else:
                for row in self._parts(post):
                    left.pop(row.remote_id or 0, None)
        return [*found, *self._others(left)]

    def _is_settled(self, post: Post) -> bool:
        states = {row.state for row in self._parts(post)}
        return bool(states) and states <= {"done", "refused"}

    def _parts(self, post: Post) -> Iterator[Operation]:
        for part in count():
            row = self._rows.get((post.message_id, part))
            if row is None:
                return
            yield row

    def _compare(self, post: Post, left: dict[int, PostThere]) -> Iterator[Difference]:
        """A message with its posts, which are taken out of `left`."""
        row = self._rows[post.message_id, 0]
        if row.state == "refused":
            yield self._difference("missing", "was refused by the forum", post)
            return
        real = left.pop(row.remote_id or 0, None)
        if real is None:
            yield self._difference("missing", "is not on the forum any more", post)
            return
        wrong = [*self._wrong(post, row, real), *self._wrong_continuations(post, left)]
        if row.post_number == 1:
            wrong += self._wrong_topic(row)
        if wrong:
            yield self._difference("different", ", ".join(dict.fromkeys(wrong)), post, row.post_number)

    def _wrong(self, post: Post, row: Operation, real: PostThere) -> Iterator[str]:
        yield from self._wrong_post(post, row, real)
        if row.post_number and real.reply_to != self._reply_to(post, row.post_number):
            yield "the post it answers"

    def _wrong_post(self, post: Post, row: Operation, real: PostThere) -> Iterator[str]:
        if real.number != row.post_number:
            yield "its place in the topic"
        if real.user_id != self._authors.get(post.person_id):
            yield "its author"
        if real.created_at != iso_date(post.created_at):
            yield "its date"
        if real.digest != row.digest:
            yield "its text"
        elif real.lacks_file:
            yield "a file of it (it is not on the forum any more)"

    def _wrong_continuations(self, post: Post, left: dict[int, PostThere]) -> Iterator[str]:
        for row in list(self._parts(post))[1:]:
            real = left.pop(row.remote_id or 0, None)
            if real is None:
                yield "its continuation (it is not there)"
            else:
                yield from (f"{wrong} (in its continuation)" for wrong in self._wrong_post(post, row, real))

    def _wrong_topic(self, row: Operation) -> Iterator[str]:
        there = self._there
        if there is None:
            return
        sent = json.loads(row.details or "{}")
        if " ".join(there.title.split()) != " ".join(str(sent.get("title", there.title)).split()):
            yield f"the topic's title (on the forum it is “{there.title}”)"
        if there.category_id != sent.get("category", there.category_id) and not self._is_to_move:
            yield "the topic's category"
        if there.tags != frozenset(sent.get("tags", there.tags)):
            tags = ", ".join(sorted(there.tags)) or "none"
            yield f"the topic's tags (on the forum: {tags})"
        if not there.is_listed:
            yield "that the topic is not listed on the forum"
        if not self.not_sent:
            yield from (f"that the topic is not {state}" for state in self._topic.states if state not in there.states)

    def _others(self, left: Mapping[int, PostThere]) -> Iterator[Difference]:
        ours = {row.remote_id for row in self._rows.values() if row.state == "done"}
        for real in left.values():
            if real.type == REGULAR:
                known = real.id in ours
                what = "is not wanted there any more" if known else "was written on the forum"
                yield self._difference("extra", what, None, real.number, real.created_at)

    def _reply_to(self, post: Post, number: int) -> int | None:
        return reply_to(post, self._posts, self._numbers, below=number)

    def _difference(
        self,
        kind: Literal["missing", "extra", "different"],
        what: str,
        post: Post | None,
        number: int | None = None,
        date: str | None = None,
    ) -> Difference:
        return Difference(
            kind=kind,
            what=what,
            title=self._topic.title,
            date=iso_date(post.created_at) if post else date,
            message=post.message_key if post else None,
            topic_id=self._topic_id,
            post_number=number,
        )

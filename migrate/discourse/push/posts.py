"""Topics and replies: in order within a topic, each exactly once.

A topic is known by its `external_id`, a reply by its `embed_url`; both are unique on the forum, so a request whose
answer was lost is settled by a look-up, and sent again where nothing is found. What the forum takes in several posts
only waits in the journal from the moment its first part is sent.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from migrate.discourse.api.answers import Answer, Outcome
from migrate.discourse.journal import Operation, digest, nonce, reply_key, topic_key
from migrate.discourse.push.lookup import NotPosted, Sought, TopicHeld, TopicShut
from migrate.discourse.push.placed import Placed, iso_date, reply_to, topic_of
from migrate.discourse.push.run import TRIES, Run
from migrate.discourse.push.states import first_of, open_again
from migrate.discourse.push.texts import texts_of
from migrate.discourse.push.uploads import push_uploads
from migrate.discourse.texts import Around, attachments_of
from migrate.errors import TargetError
from migrate.plan import Post

_LAST = 2**31


def push_topic(run: Run, thread_id: int) -> None:
    """Send what is missing of a thread, until it is all there or the user asks to stop."""
    _TopicPush(run, thread_id).push()


@dataclass(frozen=True, slots=True)
class _Item:
    """A post to be: a message, or a later part of one."""

    post: Post
    part: int
    row: Operation | None  # what the journal has of it

    @property
    def is_in_doubt(self) -> bool:
        return self.row is not None and self.row.state == "sending"


class _TopicPush:
    """One thread on its way."""

    def __init__(self, run: Run, thread_id: int) -> None:
        self.run = run
        self.topic = run.plan.topic(thread_id)
        self.posts = {post.message_id: post for post in self.topic.posts}
        rows = run.journal.thread_parts(thread_id)
        self.rows = {row.ref: row for row in rows if row.part == 0}
        self.topic_id = topic_of(self.rows)
        self.was_there = self.topic_id is not None  # before this run, as far as is known
        done = [row for row in rows if row.state == "done"]
        self.done = {row.ref for row in done if row.part == 0}
        self.ids = {row.remote_id for row in done if row.remote_id is not None}
        here = [row for row in done if row.topic_id == self.topic_id and row.post_number]
        self.numbers = {row.ref: row.post_number or 0 for row in here if row.part == 0}
        self.last = max((row.post_number or 0 for row in here), default=0)
        self.rest: defaultdict[int, list[Operation]] = defaultdict(list)  # what is missing of messages that have begun
        for row in rows:
            if row.part > 0 and row.state != "done":
                self.rest[row.ref].append(row)

    def push(self) -> None:
        if self.topic_id is None:
            start = self._start()
            if not self._push(start):
                rest = [post for post in self.topic.posts if post is not start]
                self._refuse(rest, "topic-refused", "The message that opens its topic was refused.")
                return
        elif first := first_of(self.rows.values()):
            open_again(self.run, first)
        for index, post in enumerate(self.topic.posts):
            try:
                self._push_whole(post)
            except TopicShut as shut:
                self._refuse(self._left(index), shut.code, str(shut))
                return
            except TopicHeld:
                self._refuse(self._left(index + 1), "post-waits", _WAITS)
                return

    def _left(self, index: int) -> list[Post]:
        """What is not on the forum, from this place in the topic on."""
        return [post for post in self.topic.posts[index:] if post.message_id not in self.done]

    def _start(self) -> Post:
        """The message that opens the topic: one that was sent as such before, else the first."""
        for post in self.topic.posts:
            row = self.rows.get(post.message_id)
            if row is not None and row.state == "sending":
                return post
        return self.topic.posts[0]

    def _push_whole(self, post: Post) -> None:
        """A message, and what continues it. Raises TopicShut."""
        stop = self.run.client.stop
        if post.message_id not in self.done and not stop.is_set():
            self._push(post)
        if post.message_id not in self.done:
            return
        for row in self.rest.pop(post.message_id, []):
            if stop.is_set():
                return
            self._push_part(_Item(post, row.part, row))

    def _push(self, post: Post) -> bool:
        item = _Item(post, 0, self.rows.get(post.message_id))
        try:
            placed = self._place(item)
        except TopicShut:
            raise
        except NotPosted as no:
            self._refuse([post], no.code, str(no))
            if isinstance(no, TopicHeld) and self.topic_id is not None:
                raise
            return False
        if self.topic_id is None:
            self.topic_id = placed.topic_id
            if placed.adopted:
                self._adopt_topic(item, placed)
                return True
        self._note(item, placed)
        return True

    def _push_part(self, item: _Item) -> None:
        post = item.post
        try:
            self._note_part(item, self._place(item))
        except NotPosted as no:
            self.run.refused(
                "post",
                [post.message_id],
                no.code,
                str(no),
                thread_id=self.topic.thread_id,
                messages=[post.message_key],
                part=item.part,
            )
            if isinstance(no, TopicShut | TopicHeld):
                raise

    def _adopt_topic(self, start: _Item, first: Placed) -> None:
        """The topic is there: its first post is noted for the message it is, if that is here; the rest follows it.

        In an archive read anew another message may come first, or that one may be missing.
        """
        self.was_there = True
        post = self._opener(start.post, first)
        if post is None:
            return
        item = start if post is start.post else _Item(post, 0, self.rows.get(post.message_id))
        if item is not start:
            self._note_sending(item, self._texts(item))
        self._note(item, first)

    def _opener(self, start: Post, first: Placed) -> Post | None:
        """The message that a topic's first post is: of its author and date, in its words, or at least of its date."""
        dated = [post for post in self.topic.posts if iso_date(post.created_at) == first.created_at]
        for post in dated:
            if self.run.accounts.get(post.person_id) == first.user_id:
                return post
        if first.digest == digest(self._texts(_Item(start, 0, None))[0]):
            return start
        return dated[0] if dated else None  # a lost archive may have sent it under another account

    def _refuse(self, posts: list[Post], code: str, words: str) -> None:
        """Note that these are not on the forum; a next run tries them again."""
        if not posts:
            return
        ids, keys = [post.message_id for post in posts], [post.message_key for post in posts]
        self.run.refused("post", ids, code, words, thread_id=self.topic.thread_id, messages=keys)
        self.run.advance(len(posts))

    def _place(self, item: _Item) -> Placed:
        """Create the post, or find it. Raises NotPosted."""
        user_id = self.run.accounts.get(item.post.person_id)
        if user_id is None:
            raise NotPosted("author-refused", "The forum refused its author's account.")
        row = item.row
        if row and item.is_in_doubt and (found := self._look_up(item, row.digest, row.sent_at / 1000, in_doubt=True)):
            return found
        texts = self._texts(item)
        sha256 = digest(texts[0])
        if self._may_be_there() and (found := self._look_up(item, sha256, None, in_doubt=True)):
            self._note_sending(item, texts)
            return found
        parameters = self._parameters(item, texts[0], row.attempts if row else 0)
        for attempt in range(TRIES):
            self._note_sending(item, texts)
            sent_at = time.time()
            answer = self.run.client.create("/posts.json", parameters, by=user_id)
            placed = self._judge(item, answer, attempt, sha256, sent_at)
            if placed is not None:
                if row and placed.digest == row.digest != sha256:  # what an earlier run sent arrived after all
                    self._note_sending(item, (), sent=row)
                return placed
            self.run.back_off(attempt)
        raise TargetError(f"{self.run.target.url} does not say what became of a post ({answer.message}).")

    def _may_be_there(self) -> bool:
        """Whether a reply that was never sent from here may stand in the topic, and no key would tell."""
        known = self.run.lookup.honours_keys
        return self.topic_id is not None and (known is False or (self.was_there and known is None))

    def _judge(self, item: _Item, answer: Answer, attempt: int, sha256: str, sent_at: float) -> Placed | None:
        """The post, or None where sending it again is right. Raises NotPosted."""
        if answer.outcome is Outcome.DONE:
            created = answer["post"]
            if isinstance(created, dict) and "id" in created:
                return Placed.of(created, adopted=False)
            raise TopicHeld("post-queued", _QUEUED)
        # Refusals are told apart by a look-up and not by their words: those are in the forum's language.
        in_doubt = answer.outcome is Outcome.UNKNOWN
        if answer.status not in (400, 403, 404) and (found := self._look_up(item, sha256, sent_at, in_doubt=in_doubt)):
            return found
        if answer.outcome is Outcome.ALREADY_THERE:
            raise NotPosted("key-taken", _KEY_TAKEN)
        if answer.outcome is Outcome.REFUSED or (answer.status == 500 and attempt > 1):
            self.run.check_access(answer)
            if self.topic_id is not None:
                self.run.lookup.check_topic(self.topic_id)
            # A server's error may pass, so the topic waits for it; but not for ever.
            may_pass = answer.status == 500 and not (item.row and item.row.attempts and item.row.state == "refused")
            words = f"The forum refused a post: {answer.message}{self._hint(answer, item.post.person_id)}"
            raise (TopicHeld if may_pass else NotPosted)("post-refused", words)
        return None

    def _hint(self, answer: Answer, person_id: int) -> str:
        if answer.status == 403 and self.run.lacks_account(person_id):
            return " (Its author's account is gone; push again, which makes one.)"
        if answer.status == 403:
            return " (Is its author's account suspended, deactivated or gone?)"
        if answer.status == 500 and self.topic_id is None:
            return " (Perhaps a deleted topic holds its key; recover it there and push again.)"
        return ""

    def _look_up(self, item: _Item, sha256: str | None, sent_at: float | None, *, in_doubt: bool) -> Placed | None:
        """The post of an item, sent at that time (in seconds). `in_doubt`: nothing else tells whether it is there."""
        if self.topic_id is None:
            return self.run.lookup.topic(self._topic_key())
        sought = Sought(
            key=self._reply_key(item),
            topic_id=self.topic_id,
            user_id=self.run.accounts[item.post.person_id],
            created_at=iso_date(item.post.created_at),
            digest=sha256,
            sent_at=sent_at,
            last=self.last,
            mine=self.ids,
        )
        return self.run.lookup.reply(sought, by_place=in_doubt)

    def _note_sending(self, item: _Item, texts: Sequence[str], *, sent: Operation | None = None) -> None:
        """Note that an item is about to be sent in these texts, or what was `sent` of it before."""
        continued_by = [row.raw for row in self.rest[item.post.message_id]] if sent else texts[1:]
        self.run.journal.sending(
            "post",
            item.post.message_id,
            part=item.part,
            thread_id=self.topic.thread_id,
            topic_id=self.topic_id,
            digest=sent.digest if sent else digest(texts[0]),
            details=self._details(item),
            continued_by=continued_by,
        )

    def _details(self, item: _Item) -> str | None:
        """What else is journalled: of a part its text; a date that is not the message's own; what opens a topic."""
        if item.part:
            return item.row.details if item.row else None
        values: dict[str, Any] = {}
        if item.post.created_at != item.post.claimed_at:
            values["date"] = item.post.created_at
        if not self.numbers:
            values |= {"category": self._category(), "tags": list(self.topic.tags), "title": self.topic.title}
        return json.dumps(values, ensure_ascii=False) if values else None

    def _note(self, item: _Item, placed: Placed) -> None:
        """A message is on the forum, with its first part."""
        post = item.post
        if placed.adopted and not item.is_in_doubt:
            self._keep_what_continues_it(item, placed)
        self._note_done(item, placed)
        self.done.add(post.message_id)
        if placed.topic_id == self.topic_id:
            self.numbers[post.message_id] = placed.number
        if placed.created_at != iso_date(post.created_at):
            words = f"The forum dated a post {placed.created_at} instead of {iso_date(post.created_at)}."
            self.run.find("warning", "date-not-taken", words, message=post.message_key)
        self.rest[post.message_id] = self.run.journal.rest(post.message_id)
        self.run.created("topic" if placed.number == 1 else "reply", adopted=placed.adopted)
        self.run.advance()

    def _keep_what_continues_it(self, item: _Item, placed: Placed) -> None:
        """A lost archive may have cut a text elsewhere: only what is there is its continuation, no more is sent."""
        post, journal = item.post, self.run.journal
        row, rest = journal.get("post", post.message_id), journal.rest(post.message_id)
        if not rest or (row and row.digest == placed.digest):
            return
        parts = [_Item(post, part.part, part) for part in rest]
        there = list(takewhile(lambda part: self._look_up(part, None, None, in_doubt=False), parts))
        journal.continue_by(post.message_id, self.topic.thread_id, [part.row.raw for part in there if part.row])
        words = "A long message is on the forum already in another text; see whether its end is there, too."
        self.run.find("warning", "continued-otherwise", words, message=post.message_key)

    def _note_part(self, item: _Item, placed: Placed) -> None:
        """A later part of a message is on the forum."""
        self._note_done(item, placed)
        self.run.created("continuation", adopted=placed.adopted)

    def _note_done(self, item: _Item, placed: Placed) -> None:
        if placed.id in self.ids:
            raise TargetError(
                f"Internal error: {self.run.target.url} gave post {placed.id} for two messages. Please report this."
            )
        self.run.journal.done(
            "post",
            item.post.message_id,
            part=item.part,
            remote_id=placed.id,
            topic_id=placed.topic_id,
            post_number=placed.number,
            remote_name=placed.slug,
        )
        self.ids.add(placed.id)
        self.last = max(self.last, placed.number)
        if item.row is not None and item.row.state == "refused":
            self.run.accepted(item.post.message_id)
        if placed.number > 1 and not placed.adopted:
            self.run.lookup.try_key(self._reply_key(item), placed.id)

    def _texts(self, item: _Item) -> list[str]:
        """The text of an item, and those of the parts that are to follow it."""
        if item.row is not None and item.part:
            # The files of a part that waited for long may be gone from the forum.
            push_uploads(self.run, attachments_of(self.run.archive, item.post), item.post.message_key)
            return [item.row.raw]
        return texts_of(self.run, item.post, Around(self.topic_id, self.posts, self.numbers))

    def _parameters(self, item: _Item, raw: str, attempts: int) -> dict[str, Any]:
        post = item.post
        parameters: dict[str, Any] = {
            "raw": raw,
            "created_at": iso_date(post.created_at),
            "typing_duration_msecs": nonce(post.message_key, attempts, item.part),
            "skip_validations": True,
            "import_mode": True,
            "auto_track": False,
            "nested_post": True,
        }
        if self.topic_id is None:
            parameters |= {"title": self.topic.title, "category": self._category(), "external_id": self._topic_key()}
            return parameters | ({"tags": self._tags()} if self.topic.tags else {})
        parameters |= {"topic_id": self.topic_id, "embed_url": self._reply_key(item)}
        if number := self._answers(item):
            parameters["reply_to_post_number"] = number
        return parameters

    def _answers(self, item: _Item) -> int | None:
        """The number of the post it answers; a later part answers the first, if that does not open the topic."""
        if not item.part:
            return reply_to(item.post, self.posts, self.numbers, below=_LAST)
        number = self.numbers.get(item.post.message_id, 1)
        return number if number > 1 else None

    def _category(self) -> int:
        return self.run.categories[self.topic.category]

    def _tags(self) -> list[str] | list[dict[str, Any]]:
        """The topic's tags as the forum takes them: in names, or from 2026 on in objects."""
        names, ids = self.topic.tags, self.run.tag_ids
        if not ids:
            return list(names)
        return [{"id": ids[name], "name": name} if name in ids else {"name": name} for name in names]

    def _topic_key(self) -> str:
        return topic_key(self.topic.source_key, self.topic.thread_key, self.run.target.generation)

    def _reply_key(self, item: _Item) -> str:
        key, generation = item.post.message_key, self.run.target.generation
        return reply_key(self.topic.source_key, key, generation, item.part)


_QUEUED = (
    "The forum put a post into its approval queue instead of publishing it. Switch approval off in the forum's settings"
    " (approve_post_count, approve_unless_trust_level, the category's own), reject what is queued, and push again."
)
_WAITS = "It waits for a message before it in its topic, which the forum did not take."
_KEY_TAKEN = "A deleted topic or post on the forum holds its key; recover it there and push again."

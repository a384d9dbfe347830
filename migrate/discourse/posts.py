"""Topics and replies: in order within a topic, each exactly once.

A topic is known by its `external_id`, a reply by its `embed_url`; both are unique on the forum, so a request whose
answer was lost is settled by a look-up, and sent again where nothing is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from migrate.discourse.answers import Answer, Outcome
from migrate.discourse.boxes import Quoted
from migrate.discourse.client import GO_ON
from migrate.discourse.compose import compose, normalise_raw
from migrate.discourse.journal import Operation, digest, nonce, reply_key, topic_key
from migrate.discourse.run import TRIES, Run
from migrate.discourse.uploads import attachments_of, push_uploads
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
                slug=post.get("topic_slug"),
                user_id=int(post["user_id"]),
                created_at=str(post["created_at"]),
                digest=digest(normalise_raw(str(post.get("raw") or ""))),
                adopted=adopted,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise TargetError(f"The forum describes a post as no Discourse does ({error}). {GO_ON}") from error


class _No(Exception):  # noqa: N818 - an answer, not a fault
    """This one will not be on the forum; the text says why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class _Shut(_No):
    """Nor will anything else of its topic."""


def push_topic(run: Run, thread_id: int) -> None:
    """Send what is missing of a thread, until it is all there or the user asks to stop."""
    _TopicPush(run, thread_id).push()


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


class _TopicPush:
    """One thread on its way."""

    def __init__(self, run: Run, thread_id: int) -> None:
        self.run = run
        self.topic = run.plan.topic(thread_id)
        self.posts = {post.message_id: post for post in self.topic.posts}
        self.rows = run.journal.thread(thread_id)
        self.topic_id = topic_of(self.rows)
        done = [row for row in self.rows.values() if row.state == "done"]
        self.done = {row.ref for row in done}
        self.ids = {row.remote_id for row in done}
        self.numbers = {row.ref: row.post_number for row in done if row.topic_id == self.topic_id and row.post_number}

    def push(self) -> None:
        if self.topic_id is None:
            start = self._start()
            if not self._push(start):
                rest = [post for post in self.topic.posts if post is not start]
                self._refuse(rest, "topic-refused", "The message that opens its topic was refused.")
                return
        for index, post in enumerate(self.topic.posts):
            if self.run.client.stop.is_set():
                return
            if post.message_id in self.done:
                continue
            try:
                self._push(post)
            except _Shut as shut:
                rest = [later for later in self.topic.posts[index:] if later.message_id not in self.done]
                self._refuse(rest, shut.code, str(shut))
                return

    def _start(self) -> Post:
        """The message that opens the topic: one that was sent as such before, else the first."""
        for post in self.topic.posts:
            row = self.rows.get(post.message_id)
            if row is not None and row.state == "sending":
                return post
        return self.topic.posts[0]

    def _push(self, post: Post) -> bool:
        try:
            placed = self._place(post)
        except _Shut:
            raise
        except _No as no:
            self._refuse([post], no.code, str(no))
            return False
        if self.topic_id is None:
            self.topic_id = placed.topic_id
            if placed.adopted:
                self._adopt_topic(post, placed)
                return True
        self._note(post, placed)
        return True

    def _adopt_topic(self, start: Post, first: Placed) -> None:
        """The topic is there: its first post is noted for the message it is, if that is here; the rest follows it.

        In an archive read anew another message may come first, or that one may be missing.
        """
        post = self._opener(start, first)
        if post is None:
            return
        if post is not start:
            self._note_sending(post, digest(self._raw(post)))
        self._note(post, first)

    def _opener(self, start: Post, first: Placed) -> Post | None:
        """The message that a topic's first post is: of the same author and date, or what was sent to open it."""
        for post in self.topic.posts:
            is_author = self.run.accounts.get(post.person_id) == first.user_id
            if is_author and iso_date(post.created_at) == first.created_at:
                return post
        return start if first.digest == digest(self._raw(start)) else None

    def _refuse(self, posts: list[Post], code: str, words: str) -> None:
        """Note that these are not on the forum; a next run tries them again."""
        if not posts:
            return
        ids, keys = [post.message_id for post in posts], [post.message_key for post in posts]
        self.run.refused("post", ids, code, words, thread_id=self.topic.thread_id, messages=keys)
        self.run.advance(len(posts))

    def _place(self, post: Post) -> Placed:
        """Create the post, or find it. Raises _No."""
        user_id = self.run.accounts.get(post.person_id)
        if user_id is None:
            raise _No("author-refused", "The forum refused its author's account.")
        row = self.rows.get(post.message_id)
        if row is not None and row.state == "sending" and (found := self._look_up(post)):
            return found
        raw = self._raw(post)
        parameters = self._parameters(post, raw, row.attempts if row else 0)
        for attempt in range(TRIES):
            self._note_sending(post, digest(raw))
            answer = self.run.client.create("/posts.json", parameters, by=user_id)
            placed = self._judge(post, answer, attempt)
            if placed is not None:
                if row and placed.digest == row.digest:  # what an earlier run sent arrived after all
                    self._note_sending(post, row.digest)
                return placed
            self.run.back_off(attempt)
        raise TargetError(f"{self.run.target.url} does not say what became of a post ({answer.message}).")

    def _judge(self, post: Post, answer: Answer, attempt: int) -> Placed | None:
        """The post, or None where sending it again is right. Raises _No."""
        if answer.outcome is Outcome.DONE:
            created = answer["post"]
            if isinstance(created, dict) and "id" in created:
                return Placed.of(created, adopted=False)
            raise _No("post-queued", _QUEUED)
        # Refusals are told apart by a look-up and not by their words: those are in the forum's language.
        if answer.status not in (400, 403, 404) and (found := self._look_up(post)):
            return found
        if answer.outcome is Outcome.ALREADY_THERE:
            raise _No("key-taken", _KEY_TAKEN)
        if answer.outcome is Outcome.REFUSED or (answer.status == 500 and attempt > 0):
            self.run.check_access(answer)
            self._check_topic()
            raise _No("post-refused", f"The forum refused a post: {answer.message}{self._hint(answer)}")
        return None

    def _hint(self, answer: Answer) -> str:
        if answer.status == 403:
            return " (Is its author's account suspended, deactivated or gone?)"
        if answer.status == 500 and self.topic_id is None:
            return " (Perhaps a deleted topic holds its key; recover it there and push again.)"
        return ""

    def _check_topic(self) -> None:
        """Raises _Shut where nothing can be added to the topic any more."""
        if self.topic_id is None:
            return
        topic = self.run.client.read(f"/t/{self.topic_id}.json")
        if topic.status == 404 or topic["deleted_at"] is not None:
            raise _Shut("post-topic-deleted", "Its topic was deleted on the forum.")
        if topic["closed"] or topic["archived"]:
            raise _Shut("post-topic-closed", "Its topic was closed or archived on the forum; open it there.")

    def _look_up(self, post: Post) -> Placed | None:
        return self._look_up_topic() if self.topic_id is None else self._look_up_reply(post)

    def _look_up_topic(self) -> Placed | None:
        key = topic_key(self.topic.source_key, self.topic.thread_key, self.run.target.generation)
        answer = self.run.client.read(f"/t/external_id/{key}.json")
        # Its host is the forum's configured name, which may not be reachable from here: only the id counts.
        last = answer.location.partition("?")[0].rpartition("/")[2].removesuffix(".json")
        if not 300 <= answer.status < 400 or not last.isdigit():
            return None
        stream = self.run.client.read(f"/t/{last}.json", include_raw="true")["post_stream"] or {}
        first = next((post for post in stream.get("posts", []) if post["post_number"] == 1), None)
        return Placed.of({"topic_id": last, **first}, adopted=True) if first else None

    def _look_up_reply(self, post: Post) -> Placed | None:
        answer = self.run.client.read("/embed/info.json", embed_url=self._reply_key(post))
        if answer.status == 500:
            self._check_topic()
        if answer.status != 200 or not isinstance(answer["post_id"], int):
            return None
        found = self.run.client.read(f"/posts/{answer['post_id']}.json")
        if found.status not in (200, 404):
            raise TargetError(f"{self.run.target.url} does not show a post that it has ({found.message}). {GO_ON}")
        if found.status == 404 or found["deleted_at"] is not None:
            raise _No("post-deleted", "It was sent before and then deleted on the forum; recover it there.")
        return Placed.of(found.body, adopted=True)

    def _note_sending(self, post: Post, sha256: str) -> None:
        self.run.journal.sending(
            "post", post.message_id, thread_id=self.topic.thread_id, topic_id=self.topic_id, digest=sha256
        )

    def _note(self, post: Post, placed: Placed) -> None:
        if placed.id in self.ids:
            raise TargetError(
                f"Internal error: {self.run.target.url} gave post {placed.id} for two messages. Please report this."
            )
        self.run.journal.done(
            "post",
            post.message_id,
            remote_id=placed.id,
            topic_id=placed.topic_id,
            post_number=placed.number,
            remote_name=placed.slug,
        )
        before = self.rows.get(post.message_id)
        if before is not None and before.state == "refused":
            self.run.accepted(post.message_id)
        self.done.add(post.message_id)
        self.ids.add(placed.id)
        if placed.topic_id == self.topic_id:
            self.numbers[post.message_id] = placed.number
        if placed.created_at != iso_date(post.created_at):
            words = f"The forum dated a post {placed.created_at} instead of {iso_date(post.created_at)}."
            self.run.find("warning", "date-not-taken", words, message=post.message_key)
        self.run.created("topic" if placed.number == 1 else "reply", adopted=placed.adopted)
        self.run.advance()

    def _raw(self, post: Post) -> str:
        query = "SELECT body, elided FROM content WHERE message_id = ?"
        body, elided = self.run.archive.db.execute(query, (post.message_id,)).fetchone()
        files = attachments_of(self.run, post.message_id)
        resolve = push_uploads(self.run, files, post.message_key)
        quoted = self._quoted(post)
        tail = self.run.target.quotes
        raw = compose(body, elided, files, resolve, quoted=quoted, tail=tail, subject=post.subject)
        if len(raw) > (limit := self.run.target.facts.max_post_length):
            # Sent whole all the same: import lifts the limit, and nothing may be lost.
            words = f"A post has more than the forum's {limit} characters; its author could not edit it."
            self.run.find("warning", "body-over-limit", words, message=post.message_key)
        return raw

    def _quoted(self, post: Post) -> dict[int, Quoted]:
        """For its block quotes the posts they quote, where these are in this topic already."""
        if self.topic_id is None:
            return {}
        query = "SELECT number, quoted_id, attribution, heading FROM quote WHERE message_id = ?"
        rows = self.run.archive.db.execute(query, (post.message_id,)).fetchall()
        found = {}
        for number, message, attribution, heading in rows:
            author, place = self.posts.get(message), self.numbers.get(message)
            username = self.run.usernames.get(author.person_id) if author else None
            if username and place:
                found[number] = Quoted(username, place, self.topic_id, attribution, heading)
        return found

    def _parameters(self, post: Post, raw: str, attempts: int) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "raw": raw,
            "created_at": iso_date(post.created_at),
            "typing_duration_msecs": nonce(post.message_key, attempts),
            "skip_validations": True,
            "import_mode": True,
            "auto_track": False,
            "nested_post": True,
        }
        if self.topic_id is None:
            key = topic_key(self.topic.source_key, self.topic.thread_key, self.run.target.generation)
            category = self.run.categories[self.topic.category]
            return parameters | {"title": self.topic.title, "category": category, "external_id": key}
        parameters |= {"topic_id": self.topic_id, "embed_url": self._reply_key(post)}
        if number := reply_to(post, self.posts, self.numbers, below=2**31):
            parameters["reply_to_post_number"] = number
        return parameters

    def _reply_key(self, post: Post) -> str:
        return reply_key(self.topic.source_key, post.message_key, self.run.target.generation)


_QUEUED = (
    "The forum put a post into its approval queue instead of publishing it. Switch approval off in the forum's settings"
    " (approve_post_count, approve_unless_trust_level, the category's own), reject what is queued, and push again."
)
_KEY_TAKEN = "A deleted topic or post on the forum holds its key; recover it there and push again."

"""The journal: one row per operation on a forum, so that whatever happens, nothing is done twice and nothing left out.

No row: planned. "sending" is committed before a request leaves, with all that is needed to recognise its effect; "done"
with the forum's ids after the answer, "refused" with the forum's words. A row found in "sending" is settled by its key.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from migrate.archive import Archive
from migrate.plan import Target

Kind = Literal["user", "category", "tag", "upload", "post", "permalink"]
State = Literal["waiting", "sending", "done", "refused", "undone"]

_COLUMNS = (
    "kind, ref, part, state, attempts, sent_at, thread_id, remote_id, topic_id, post_number, remote_name, digest,"
    " refusal, ours, details"
)


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the journal."""

    kind: Kind
    ref: int  # id of the person, attachment or message; a number made of a name (category, tag) or an address
    part: int  # of a message that several posts hold, from 0
    state: State
    attempts: int
    sent_at: int  # milliseconds since 1970-01-01 UTC, of the last attempt
    thread_id: int | None
    remote_id: int | None
    topic_id: int | None
    post_number: int | None  # while sending: none
    remote_name: str | None  # user name, category slug, short URL, topic slug
    digest: str | None
    refusal: str | None
    ours: bool  # whether this archive made it, and did not only find it
    details: str | None  # JSON

    @property
    def raw(self) -> str:
        """The text of a part that is not on the forum yet."""
        return str(self.noted("raw") or "")

    @property
    def is_a_members(self) -> bool:
        """Of a user: whether it is a member's own account, under which nothing is posted."""
        return bool(self.noted("member"))

    def noted(self, name: str) -> Any:  # noqa: ANN401 - whatever was noted
        """One of the details; None where there is no such."""
        return json.loads(self.details).get(name) if self.details else None


class Journal:
    """The rows of one archive for one target, in the target's generation. May be used from several threads."""

    def __init__(self, archive: Archive, target: Target, clock: Callable[[], float] = time.time) -> None:
        self._archive = archive
        self._clock = clock
        self._target = (target.id, target.generation)

    def get(self, kind: Kind, ref: int) -> Operation | None:
        """The row of one operation."""
        found = self._select("kind = ? AND ref = ? AND part = 0", kind, ref)
        return found[0] if found else None

    def all(self, kind: Kind) -> dict[int, Operation]:
        """All rows of a kind, by ref."""
        return {row.ref: row for row in self._select("kind = ?", kind)}

    def each(self, kind: Kind) -> Iterator[Operation]:
        """All rows of a kind, one at a time: for what may be a quarter of a million people."""
        yield from map(_operation, self._rows("kind = ?", kind))

    def thread(self, thread_id: int) -> dict[int, Operation]:
        """The rows of a thread's messages, by message id."""
        return {row.ref: row for row in self._select("kind = 'post' AND thread_id = ? AND part = 0", thread_id)}

    def thread_parts(self, thread_id: int) -> list[Operation]:
        """All rows of a thread's messages, with those of what continues them."""
        return self._select("kind = 'post' AND thread_id = ?", thread_id)

    def in_doubt(self) -> list[Operation]:
        """The rows of requests without an answer."""
        return self._select("state = 'sending' AND state <> 'done'")  # the latter is what the index is of

    def posts_among(self, remote_ids: Collection[int]) -> set[int]:
        """Which of these posts of the forum are any message's. Reads the whole journal, unless there are none."""
        query = "SELECT remote_id FROM operation WHERE target_id = ? AND generation = ? AND kind = 'post'"
        rows = self._archive.db.execute(query, self._target) if remote_ids else ()
        return {remote_id for (remote_id,) in rows if remote_id in remote_ids}

    def undone(self, rows: Iterable[Operation]) -> None:
        """Note that these are not on the forum any more, all or none; nor is an account for any of its people."""
        rows = [*rows]
        with self._archive.transaction() as db:
            db.executemany(
                "UPDATE operation SET state = 'undone', details = NULL WHERE target_id = ? AND generation = ?"
                " AND kind = 'user' AND remote_id = ?",
                [(*self._target, row.remote_id) for row in rows if row.kind == "user"],
            )
            db.executemany(
                "UPDATE operation SET state = 'undone', details = NULL WHERE target_id = ? AND generation = ?"
                " AND kind = ? AND ref = ? AND part = ?",
                [(*self._target, row.kind, row.ref, row.part) for row in rows],
            )

    def rest(self, message_id: int) -> list[Operation]:
        """What continues a message and is not on the forum yet, in its order."""
        where = "kind = 'post' AND ref = ? AND part > 0 AND state != 'done' ORDER BY part"
        return self._select(where, message_id)

    def count(self, kind: Kind, state: State) -> int:
        """How many operations of a kind are in that state; of messages, whatever number of posts they need."""
        query = (
            "SELECT count(*) FROM operation WHERE target_id = ? AND generation = ? AND kind = ? AND state = ?"
            " AND part = 0"
        )
        return int(self._archive.db.execute(query, (*self._target, kind, state)).fetchone()[0])

    def remote_ids(self, kind: Kind) -> dict[int, int]:
        """The forum's ids of what is done of a kind, by ref."""
        query = (
            "SELECT ref, remote_id FROM operation WHERE target_id = ? AND generation = ? AND kind = ?"
            " AND state = 'done'"
        )
        return dict(self._archive.db.execute(query, (*self._target, kind)).fetchall())

    def sending(
        self,
        kind: Kind,
        ref: int,
        *,
        thread_id: int | None = None,
        topic_id: int | None = None,
        remote_name: str | None = None,
        digest: str | None = None,
        part: int = 0,
        ours: bool = True,
        details: str | None = None,
        continued_by: Sequence[str] = (),
    ) -> None:
        """Note that a request is about to leave. `ours` once is kept: what is then found was made by it.

        `continued_by` are the texts of the parts that follow a message's first; they wait with it.
        """
        with self._archive.transaction() as db:
            db.execute(
                "INSERT INTO operation (target_id, generation, kind, ref, part, state, attempts, sent_at, thread_id,"
                " topic_id, remote_name, digest, ours, details)"
                " VALUES (?, ?, ?, ?, ?, 'sending', 1, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET state = 'sending', attempts = attempts + 1, sent_at = excluded.sent_at,"
                " thread_id = excluded.thread_id, topic_id = excluded.topic_id, remote_name = excluded.remote_name,"
                " digest = excluded.digest, ours = iif(state = 'sending', max(ours, excluded.ours), excluded.ours),"
                " details = excluded.details, refusal = NULL",
                (*self._target, kind, ref, part, self._now(), thread_id, topic_id, remote_name, digest, ours, details),
            )
            if kind == "post" and part == 0:
                self._keep_waiting(db, ref, thread_id, continued_by)

    def done(
        self,
        kind: Kind,
        ref: int,
        *,
        remote_id: int,
        remote_name: str | None = None,
        topic_id: int | None = None,
        post_number: int | None = None,
        part: int = 0,
    ) -> None:
        """Note what the forum made of it."""
        with self._archive.transaction() as db:
            db.execute(
                "UPDATE operation SET state = 'done', remote_id = ?, remote_name = coalesce(?, remote_name),"
                " topic_id = ?, post_number = ?, refusal = NULL, details = iif(part > 0, NULL, details)"
                " WHERE target_id = ? AND generation = ? AND kind = ? AND ref = ? AND part = ?",
                (remote_id, remote_name, topic_id, post_number, *self._target, kind, ref, part),
            )

    def refused(
        self, kind: Kind, refs: Iterable[int], words: str, *, thread_id: int | None = None, part: int = 0
    ) -> None:
        """Note that the forum said no, or that something it needs was refused."""
        now = self._now()
        with self._archive.transaction() as db:
            db.executemany(
                "INSERT INTO operation (target_id, generation, kind, ref, part, state, attempts, sent_at, thread_id,"
                " refusal) VALUES (?, ?, ?, ?, ?, 'refused', 0, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET state = 'refused', refusal = excluded.refusal",
                [(*self._target, kind, ref, part, now, thread_id, words) for ref in refs],
            )

    def note(self, row: Operation, **changes: object) -> None:
        """Change details of an operation that is done, at once; None takes one away."""
        where = "target_id = ? AND generation = ? AND kind = ? AND ref = ? AND part = ?"
        place = (*self._target, row.kind, row.ref, row.part)
        with self._archive.transaction() as db:
            (details,) = db.execute(f"SELECT details FROM operation WHERE {where}", place).fetchone()  # noqa: S608 - our own words
            kept = {name: value for name, value in (json.loads(details or "{}") | changes).items() if value is not None}
            after = json.dumps(kept, ensure_ascii=False) if kept else None
            db.execute(f"UPDATE operation SET details = ? WHERE {where}", (after, *place))  # noqa: S608 - the same

    def rewritten(self, ref: int, part: int, digest: str) -> None:
        """Note that a post has another text now."""
        with self._archive.transaction() as db:
            db.execute(
                "UPDATE operation SET digest = ? WHERE target_id = ? AND generation = ? AND kind = 'post' AND ref = ?"
                " AND part = ?",
                (digest, *self._target, ref, part),
            )

    def continue_by(self, ref: int, thread_id: int | None, texts: Sequence[str]) -> None:
        """Note that a message is continued by these texts, and by no others that wait."""
        with self._archive.transaction() as db:
            self._keep_waiting(db, ref, thread_id, texts)

    def _keep_waiting(self, db: sqlite3.Connection, ref: int, thread_id: int | None, texts: Sequence[str]) -> None:
        """The parts that follow a message's first one, instead of those that were to follow it before."""
        db.execute(
            "DELETE FROM operation WHERE target_id = ? AND generation = ? AND kind = 'post' AND ref = ? AND part > 0"
            " AND state = 'waiting'",
            (*self._target, ref),
        )
        db.executemany(
            "INSERT INTO operation (target_id, generation, kind, ref, part, state, attempts, sent_at, thread_id,"
            " digest, details) VALUES (?, ?, 'post', ?, ?, 'waiting', 0, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (*self._target, ref, part, self._now(), thread_id, digest(text), json.dumps({"raw": text}))
                for part, text in enumerate(texts, 1)
            ],
        )

    def _select(self, where: str, *values: str | int) -> list[Operation]:
        return [*map(_operation, self._rows(where, *values).fetchall())]

    def _rows(self, where: str, *values: str | int) -> sqlite3.Cursor:
        query = f"SELECT {_COLUMNS} FROM operation WHERE target_id = ? AND generation = ? AND {where}"  # noqa: S608 - only our own words are put in
        return self._archive.db.execute(query, (*self._target, *values))

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _operation(row: Sequence[Any]) -> Operation:
    return Operation(*(*row[:-2], bool(row[-2]), row[-1]))


def topic_key(source_key: str, thread_key: str, generation: int) -> str:
    """The `external_id` of a topic: made of the source's own keys, so that an archive read again finds it."""
    return "k" + _hash(f"{source_key}\0{thread_key}\0{generation}")


def reply_key(source_key: str, message_key: str, generation: int, part: int = 0) -> str:
    """The `embed_url` of a reply, under a reserved domain (RFC 2606): nothing is ever fetched from there."""
    return f"https://import.invalid/{generation}/{_hash(f'{source_key}{chr(0)}{_part_key(message_key, part)}')}"


def nonce(message_key: str, attempts: int, part: int = 0) -> int:
    """A number that keeps Discourse from taking two messages of the same words for one request."""
    return (int(_hash(_part_key(message_key, part))[:7], 16) + attempts) % 2**31


def _part_key(message_key: str, part: int) -> str:
    return f"{message_key}\0{part}" if part else message_key


def digest(raw: str) -> str:
    """SHA-256 of a post's text as Discourse stores it, in hex."""
    return hashlib.sha256(raw.encode()).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]

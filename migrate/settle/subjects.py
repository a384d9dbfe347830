"""Threads of mail that names nothing it answers: by its subject, if something shows that it is an answer.

Web archives drop the headers and the "Re:", so neither is asked for where the text shows it. What begins a subject
anew (a monthly reminder) joins nothing, and later answers join the latest.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter

from migrate.mail.ids import GMAIL_THREAD
from migrate.mail.subjects import base_subject, earlier_subject, is_reply, is_telling, tags
from migrate.settle.answers import SHARE_OF_QUOTE, Texts
from migrate.settle.columns import COMMENT, UNDATED, Columns
from migrate.threads import NONE, Forest

HOUR = 60 * 60 * 1000  # milliseconds
DAY = 24 * HOUR
QUOTE_WINDOW = 90 * DAY  # an answer that quotes may be late
REPLY_WINDOW = 30 * DAY  # one that only says "Re:" joins what was last written to in this time
PLAIN_WINDOW = 7 * DAY  # one that does not even say that
OPENER_WINDOW = 2 * DAY  # likewise, by who opened the thread: may be next week's report
AFTERTHOUGHT = 6 * HOUR  # the same author again, without anybody's answer between
LOOKED_AT = 40  # messages of the subject before it, the last ones

# What people write anew above another matter within days; "Re:" or a quote must show that it is the same one.
_USED_AGAIN = frozenset({
    "agenda", "bug", "bug report", "bugs", "error", "errors", "feedback", "fyi", "hello all", "hello everybody",
    "hello everyone", "hi all", "hi everybody", "hi everyone", "hi there", "important", "info", "information",
    "introduction", "issue", "issues", "meeting", "minutes", "new release", "new version", "news", "newsletter",
    "proposal", "release", "report", "status", "suggestion", "urgent", "welcome",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Post:
    """A message of a subject."""

    message: int
    date: int
    author: int  # the person
    signed: int  # the name and address it came under
    tags: str  # in its subject
    reply: bool  # by its subject
    joins: bool  # what it answers is to be found


def join_subjects(db: sqlite3.Connection, columns: Columns, forest: Forest) -> None:
    """Hang trees whose first message answers nothing known under the message of that subject which it answers.

    First by the subject they have, then by the one they say they had ("Snails (was: Slugs)").
    """
    speakers = _speakers(db, columns, forest)
    if not any(speakers):
        return
    joining = _Joining(db, columns, forest, speakers)
    _fill(db, columns, speakers)
    for renamed in (False, True):
        for subject, posts in _groups(db, renamed=renamed):
            joining.join(posts, subject)
    db.execute("DROP TABLE subject")


def _speakers(db: sqlite3.Connection, columns: Columns, forest: Forest) -> array[int]:
    """The root of its tree for each message that speaks for one: the root itself, or the first under a lost one.

    A tree that the source itself calls a thread joins no other, and neither does a comment: its subject is not its own.
    """
    speaker = array("i", [NONE]) * len(forest)  # by root
    for message in columns.messages():
        if any(columns.present[ancestor] for ancestor in forest.ancestors(message)):
            continue
        root = forest.root(message)
        if speaker[root] == NONE or columns.rank(message) < columns.rank(speaker[root]):
            speaker[root] = message
    query = "SELECT conversation_id FROM message JOIN container ON container.id = conversation_id"
    for (conversation,) in db.execute(f"{query} WHERE key LIKE ?", (f"{GMAIL_THREAD}%",)):
        speaker[forest.root(conversation)] = NONE
    for (comment,) in db.execute(f"SELECT id FROM message WHERE {COMMENT}"):  # noqa: S608 - our own words
        speaker[forest.root(comment)] = NONE
    roots = array("i", [NONE]) * len(forest)
    for root, message in enumerate(speaker):
        if message != NONE and (columns.sent[message] or columns.threads[message] == NONE):
            roots[message] = root
    return roots


def _fill(db: sqlite3.Connection, columns: Columns, speakers: array[int]) -> None:
    """Every message under its subject, and those that might join under the one they had before as well."""
    db.execute(
        "CREATE TEMP TABLE subject (hash INTEGER, joins INTEGER, renamed INTEGER, date INTEGER, mark INTEGER, id)"
    )
    db.executemany("INSERT INTO subject VALUES (?, ?, ?, ?, ?, ?)", _subjects(db, columns, speakers))
    # In this order they are asked for, twice; sorted with their titles they would fill the memory.
    db.execute("CREATE INDEX temp.subject_order ON subject (hash, date, mark, renamed, joins, id)")


def _subjects(db: sqlite3.Connection, columns: Columns, speakers: array[int]) -> Iterator[tuple[int, ...]]:
    for message, title in db.execute("SELECT id, title FROM message"):
        rank = columns.rank(message)
        if subject := base_subject(title):
            yield _hash(subject), speakers[message] != NONE, 0, *rank, message
        if speakers[message] and (subject := earlier_subject(title)):
            yield _hash(subject), 1, 1, *rank, message


def _groups(db: sqlite3.Connection, *, renamed: bool) -> Iterator[tuple[str, list[_Post]]]:
    """The messages of each subject that several have and one might join by, oldest first."""
    found = db.execute(
        "SELECT hash, renamed, joins AND renamed = :renamed, message.id, date, coalesce(same_as, author_id), author_id,"
        " title FROM subject CROSS JOIN message USING (id) CROSS JOIN person ON person.id = author_id"
        " WHERE renamed <= :renamed AND hash IN (SELECT hash FROM subject WHERE renamed <= :renamed GROUP BY hash"
        "  HAVING count(*) > 1 AND max(joins AND renamed = :renamed)) ORDER BY hash, date, mark",
        {"renamed": renamed},
    )
    for _, group in groupby(found, key=itemgetter(0)):
        subject, posts = "", []
        for _, is_renamed, joins, message, date, author, signed, title in group:
            subject = subject or (earlier_subject(title) if is_renamed else base_subject(title))
            reply = bool(is_renamed) or is_reply(title)
            tagged = tags(title) if "[" in title else ""
            posts.append(_Post(message, date, author, signed, tagged, reply, bool(joins)))
        yield subject, posts


def _hash(subject: str) -> int:
    return int.from_bytes(blake2b(subject.encode(), digest_size=8).digest(), "big", signed=True)


def _regulars(db: sqlite3.Connection) -> bytearray:
    """1 for each person who wrote under several subjects."""
    (people,) = db.execute("SELECT coalesce(max(id), 0) FROM person").fetchone()
    found, first = bytearray(people + 1), array("q", [0]) * (people + 1)
    for author, title in db.execute("SELECT author_id, title FROM message"):
        known, told = first[author], hash(title) or 1
        if not known:
            first[author] = told
        elif known != told:
            found[author] = 1
    return found


class _Joining:
    """Links trees, subject by subject."""

    def __init__(self, db: sqlite3.Connection, columns: Columns, forest: Forest, speakers: array[int]) -> None:
        self._texts = Texts(db)
        self._forest = forest
        self._speakers = speakers
        self._regulars = _regulars(db)
        self._sent = bytearray(len(forest))  # by root: 1 where a forum has something of the tree
        self._openers = array("i", [NONE]) * len(forest)  # by root: who wrote the first message
        query = "SELECT message.id, coalesce(same_as, author_id) FROM message JOIN person ON person.id = author_id"
        for message, author in db.execute(query):
            if speakers[message]:
                self._openers[forest.root(message)] = author
            if columns.sent[message]:
                self._sent[forest.root(message)] = 1

    def join(self, posts: list[_Post], subject: str) -> None:
        """`posts` are those of one subject, oldest first."""
        before: deque[_Post] = deque(maxlen=LOOKED_AT)
        for post in posts:
            if post.joins and before and self._is_root(post):
                others = self._others(post, before)
                parent = self._answered(post, others, subject)
                if parent is not None:
                    self._link(parent.message, post.message)
            before.append(post)

    def _is_root(self, post: _Post) -> bool:
        return self._forest.parent[self._speakers[post.message]] == NONE

    def _others(self, post: _Post, before: Iterable[_Post]) -> list[_Post]:
        """What it may answer, latest first; of several versions (tags in the subject) its own, if there is one."""
        root = self._forest.root(post.message)
        found = [
            other
            for other in before
            if post.date - other.date <= QUOTE_WINDOW and self._may_link(self._forest.root(other.message), root)
        ]
        found.reverse()
        return [other for other in found if other.tags == post.tags] or found

    def _may_link(self, parent: int, child: int) -> bool:
        return parent != child and not (self._sent[parent] and self._sent[child])

    def _link(self, parent: int, message: int) -> None:
        root, child = self._forest.root(parent), self._speakers[message]
        if self._forest.link(parent, child):
            self._sent[root] |= self._sent[child]

    def _answered(self, post: _Post, others: list[_Post], subject: str) -> _Post | None:
        """The message it answers: the one it quotes, else the last by somebody it names, else the last."""
        if not others:
            return None
        shares = [(self._texts.quotes(post.message, other.message), other) for other in others]
        share, quoted = max(shares, key=itemgetter(0))
        if share >= SHARE_OF_QUOTE:
            return quoted
        recent = [other for other in others if post.date - other.date <= REPLY_WINDOW]
        if not recent or not is_telling(subject):
            return None
        if not post.reply and any(self._texts.repeats(post.message, other.message) for other in recent):
            return recent[0] if self._is_sent_twice(post, recent[0]) else None
        strangers = (other for other in recent if other.author != post.author)
        if named := next((other for other in strangers if self._texts.names_author(post.message, other.signed)), None):
            return named
        if post.reply or self._texts.text(post.message).quoted:
            return recent[0]
        return recent[0] if subject not in _USED_AGAIN and self._goes_on(post, recent[0]) else None

    def _is_sent_twice(self, post: _Post, last: _Post) -> bool:
        same = post.author == last.author and post.tags == last.tags
        return same and post.date != UNDATED and post.date - last.date <= AFTERTHOUGHT

    def _goes_on(self, post: _Post, last: _Post) -> bool:
        """Whether it goes on talking, though nothing but the subject says so; periodic posts do not."""
        known = self._regulars[post.signed] or self._regulars[last.signed]
        if post.tags != last.tags or not known or post.date == UNDATED:
            return False
        opener = self._openers[self._forest.root(last.message)]
        window = OPENER_WINDOW if post.author == opener else PLAIN_WINDOW
        return post.date - last.date <= (AFTERTHOUGHT if post.author == last.author else window)

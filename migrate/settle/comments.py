"""Comments of which the source tells whose message they answer, but not which one: tied to it where that is clear.

Candidates are what that person wrote in the same place in the weeks before; what the texts have in common, who is named
and how near they are decides. Where nothing is clear, the comment stays among those that its importer gathered under a
reference to nothing, and never lands in a conversation by chance.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from migrate.archive import Archive
from migrate.model import Finding
from migrate.settle.columns import COMMENT, UNDATED, Columns
from migrate.settle.likeness import Likeness
from migrate.settle.owners import Owners
from migrate.threads import NONE, Forest

DAY = 24 * 60 * 60 * 1000  # milliseconds
WINDOW = 30 * DAY  # what is older is hardly commented on any more
LOOKED_AT = 20  # candidates, the latest
MARGIN = 0.5  # by so much the best one fits better than the second
MOST_NAMED = 50  # people of a thread who are looked for in a comment; in larger ones none are

GUESSED = "comment-guessed"
UNPLACED = "comment-unplaced"
_GUESSED_TEXT = (
    "{count} comments do not say which post they answer. Each stands under the only one that it can be, or the one "
    "that words, names and dates speak for; a few of these guesses may be wrong."
)
_UNPLACED_TEXT = (
    "{count} comments could not be tied to a post: the post is not here, or several fit. They are gathered by month."
)
_COMMENTS = f"""
    SELECT id, source_id, coalesce(answers_id, 0), EXISTS (SELECT 1 FROM json_each(flags) WHERE value = 'reply')
    FROM message WHERE given_parent_id IS NULL AND conversation_id IS NULL AND {COMMENT}
"""  # noqa: S608 - only our own words are put in
_REFERENCES = f"""
    SELECT message_id, container_id FROM reference JOIN message ON message.id = message_id
    WHERE {COMMENT} ORDER BY message_id, reference.position
"""  # noqa: S608 - likewise
_WRITTEN = f"SELECT id, source_id, author_id, {COMMENT} FROM message ORDER BY id"  # noqa: S608 - likewise


@dataclass(frozen=True, slots=True)
class _Comment:
    """A message that answers another, and the source does not say which."""

    message: int
    source: int
    answers: int  # the person, NONE where not even that is known
    is_reply: bool  # it answers a comment, not what began the thread


@dataclass(frozen=True, slots=True)
class _Written:
    """What the people who are answered wrote, by source and who they may be, in order."""

    posts: defaultdict[tuple[int, str], list[int]]  # what began a thread
    comments: defaultdict[tuple[int, str], list[int]]
    speakers: defaultdict[int, set[int]]  # what began a thread → who is sure to have answered there


def place_comments(archive: Archive, columns: Columns, forest: Forest) -> None:
    """Hang each comment under what it answers, or under what gathers those that cannot be tied; report how many.

    Comments of threads that are on a forum stay where they are.
    """
    db = archive.db
    db.execute("DELETE FROM finding WHERE stage = 'settle' AND code IN (?, ?)", (GUESSED, UNPLACED))
    comments = [
        _Comment(message, source, answers, bool(is_reply))
        for message, source, answers, is_reply in db.execute(_COMMENTS)
    ]
    if not comments:
        return
    gathered: dict[int, int] = dict(db.execute(_REFERENCES).fetchall())  # the last reference of each
    guessing = [comment for comment in comments if not columns.present[gathered.get(comment.message, NONE)]]
    for comment in comments:
        if columns.present[to := gathered.get(comment.message, NONE)]:
            _link(forest, to, comment.message)
    _guess(db, columns, forest, [comment for comment in guessing if not columns.sent[comment.message]])
    _report(archive, forest, guessing)
    for comment in guessing:
        if (to := gathered.get(comment.message, NONE)) != NONE:
            _link(forest, to, comment.message)


def _link(forest: Forest, parent: int, message: int) -> None:
    if forest.parent[message] == NONE:
        forest.link(parent, message)


def _guess(db: sqlite3.Connection, columns: Columns, forest: Forest, comments: list[_Comment]) -> None:
    """First what answers posts, then what answers comments, oldest first: the order of import decides nothing."""
    dated = [item for item in comments if item.answers != NONE and columns.dates[item.message] != UNDATED]
    if not dated:
        return
    owners = Owners(db, {comment.answers for comment in dated})
    written = _written(db, columns, forest, owners, {comment.source for comment in dated})
    texts = {comment.message for comment in dated}
    texts.update(
        message for group in (written.posts, written.comments) for found in group.values() for message in found
    )
    guess = _Guess(columns, forest, owners, written, Likeness(db, sorted(texts)))
    of_posts = sorted((item for item in dated if not item.is_reply), key=lambda item: item.answers)  # texts at hand
    of_comments = sorted((item for item in dated if item.is_reply), key=lambda item: columns.rank(item.message))
    for comment in (*of_posts, *of_comments):
        if (parent := guess.answered(comment)) != NONE:
            _link(forest, parent, comment.message)


def _written(
    db: sqlite3.Connection, columns: Columns, forest: Forest, owners: Owners, sources: Collection[int]
) -> _Written:
    found = _Written(defaultdict(list), defaultdict(list), defaultdict(set))
    for message, source, author, is_comment in db.execute(_WRITTEN):
        if source not in sources or columns.dates[message] == UNDATED:
            continue
        begins = forest.parent[message] == NONE and not is_comment
        if not begins and columns.present[top := forest.root(message)] and len(found.speakers[top]) <= MOST_NAMED:
            found.speakers[top].add(author)
        for owner in owners.of_author(author):
            (found.posts if begins else found.comments)[source, owner].append(message)
    for group in (*found.posts.values(), *found.comments.values()):
        group.sort(key=columns.rank)
    return found


class _Guess:
    """Finds what comments answer."""

    def __init__(self, columns: Columns, forest: Forest, owners: Owners, written: _Written, likeness: Likeness) -> None:
        self._columns = columns
        self._forest = forest
        self._owners = owners
        self._written = written
        self._likeness = likeness

    def answered(self, comment: _Comment) -> int:
        """The latest message by whom it answers in the one conversation that is clear; NONE where none is."""
        written = self._written.comments if comment.is_reply else self._written.posts
        candidates = {
            message
            for owner in self._owners.of(comment.answers)
            for message in self._before(comment, written.get((comment.source, owner), ()))
        }
        topics: dict[int, int] = {}  # what begins a thread → the latest candidate in it
        for message in sorted(candidates, key=self._columns.rank, reverse=True)[:LOOKED_AT]:
            topics.setdefault(self._top(message), message)
        if len(topics) < 2:
            return next(iter(topics.values()), NONE)
        scores = [(self._score(comment, top, message), message) for top, message in topics.items()]
        (best, chosen), (second, _) = sorted(scores, reverse=True)[:2]
        return chosen if best - second >= MARGIN else NONE

    def _before(self, comment: _Comment, written: Sequence[int]) -> Iterator[int]:
        """The latest of these messages that are no later than the comment and not much earlier."""
        date = self._columns.dates[comment.message]
        end = bisect_right(written, date, key=self._columns.dates.__getitem__)
        latest = (item for item in written[max(0, end - LOOKED_AT - 1) : end] if item != comment.message)
        return (item for item in latest if date - self._columns.dates[item] <= WINDOW)

    def _top(self, message: int) -> int:
        """What begins its thread; a comment that is tied to nothing is alone."""
        path = [message, *self._forest.ancestors(message)]
        return next(item for item in reversed(path) if self._columns.present[item])

    def _score(self, comment: _Comment, top: int, message: int) -> float:
        like = max(self._likeness.of(comment.message, text) for text in {top, message})
        days = (self._columns.dates[comment.message] - self._columns.dates[message]) / DAY
        told = (like + self._names_speaker(comment, top)) / (1 + days * DAY / WINDOW)  # people remember less
        return told + 1 / (1 + days)

    def _names_speaker(self, comment: _Comment, top: int) -> bool:
        """Whether it names somebody else who answered there: people do that in the middle of a conversation."""
        speakers = self._written.speakers.get(top, set())
        return len(speakers) <= MOST_NAMED and any(
            self._likeness.names(comment.message, person)
            for person in speakers
            if not self._owners.are_one(person, comment.answers)
        )


def _report(archive: Archive, forest: Forest, comments: list[_Comment]) -> None:
    """How many were guessed and how many left, by source. Run before those that are left are gathered."""
    loose = {comment.message for comment in comments if forest.parent[comment.message] == NONE}
    counts: Counter[tuple[int, bool]] = Counter()
    for comment in comments:
        top = next(reversed([comment.message, *forest.ancestors(comment.message)]))
        counts[comment.source, top in loose] += 1
    for (source, unplaced), count in sorted(counts.items()):
        key, name = archive.db.execute("SELECT key, name FROM source WHERE id = ?", (source,)).fetchone()
        archive.add_finding(
            Finding(
                stage="settle",
                severity="warning" if unplaced else "info",
                code=UNPLACED if unplaced else GUESSED,
                text=(_UNPLACED_TEXT if unplaced else _GUESSED_TEXT).format(count=count),
                source=key,
                locator=name,
            )
        )

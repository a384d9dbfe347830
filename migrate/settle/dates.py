"""Dates that cannot be: replaced by the arrival, or by what the neighbours in thread and mailbox leave room for.

A date is doubted where it does not fit the mails around it: months away from those beside it in the mailbox, or days
before what it answers. What only differs from the arrival is believed: lists hold mail back for weeks. So is what
agrees with the arrival, which is by another clock: old mail is put among new, and lists wake up after years.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from migrate.archive import Archive
from migrate.model import Finding
from migrate.settle.columns import UNDATED, Columns
from migrate.threads import NONE, Forest

DAY = 24 * 60 * 60 * 1000  # milliseconds
CLOCKS = 2 * DAY  # clocks and zones are off; days are not
ASIDE = 90 * DAY  # from the mails on both sides of it in the mailbox
BESIDE = 3  # dated mails on each side that are looked at

_ARRIVAL = "arrival"
_NEIGHBOURS = "neighbours"
_FINDINGS = {
    _ARRIVAL: ("date-from-arrival", "Its date does not fit the mails around it; it got the date of its arrival."),
    _NEIGHBOURS: ("date-from-neighbours", "This message has no usable date; it got one that fits its neighbours."),
}

# Where the date is that of the arrival already, there is no second opinion.
_ARRIVALS = """
SELECT id, arrived_at FROM message
WHERE arrived_at IS NOT NULL AND coalesce(given_source, '') NOT IN ('received', 'envelope')
"""
# A mail's locator is a file, "@" and an offset, and in a digest "#" and a number. Ids are in another order: an answer
# that was read first gave one to what it answers.
_PLACES = """
SELECT id, source_id, iif(path LIKE '%@', path, '') AS file
FROM (SELECT id, source_id, locator, rtrim(locator, '0123456789#') AS path FROM message)
ORDER BY source_id, file, iif(path LIKE '%@', CAST(substr(locator, length(path) + 1) AS INTEGER), id),
         length(locator), locator
"""


@dataclass(frozen=True, slots=True)
class _Room:
    """What the mails around leave room for, in milliseconds; UNDATED where there are none."""

    parent: int  # date of what it answers
    child: int  # of its first answer
    low: int  # the earliest and the latest beside it in the mailbox, but for one odd one on either side
    high: int
    near: int  # the one before it there, else the one after it
    is_at_end: bool  # whether the mails beside it are all on one side

    def doubts(self, date: int) -> bool:
        """Whether neither mailbox nor thread go with a date. Where only the thread does not, another mail is wrong."""
        if self.low == UNDATED:
            return self.parent != UNDATED and date < self.parent - CLOCKS
        return self._is_aside(date) and not any(abs(date - kin) <= ASIDE for kin in (self.parent, self.child))

    def guess(self) -> int:
        """A date that fits: that of the mail before it, not before what it answers, not after its answers."""
        parent, child = (UNDATED if self._is_aside(kin) else kin for kin in (self.parent, self.child))
        found = self.near
        if self.low != UNDATED:
            found = min(max(found, self.low), self.high)
        if child != UNDATED:
            found = child if found == UNDATED else min(found, child)
        return max(found, parent)

    def _is_aside(self, date: int) -> bool:
        """Whether a date is far from those beside it in the mailbox."""
        margin = max(ASIDE, 3 * (self.high - self.low))
        return self.low != UNDATED and not self.low - margin <= date <= self.high + margin


def date_messages(archive: Archive, columns: Columns, forest: Forest) -> None:
    """Give every message a date that can be, in `columns` and in the archive, and report those that were replaced."""
    db = archive.db
    arrivals = array("q", [UNDATED]) * len(columns)
    for message, arrived_at in db.execute(_ARRIVALS):
        arrivals[message] = arrived_at
    answers = _first_answers(columns, forest)
    mended: dict[int, tuple[int, str]] = {}  # message → its date from now on, and where that is from
    for message, room in _doubtful(db, columns, forest, arrivals, answers):
        date, source = _mend(columns.dates[message], arrivals[message], room)
        if date != columns.dates[message]:
            mended[message] = date, source
    for message, (date, _) in mended.items():  # only now: each was judged by what the others said themselves
        columns.dates[message] = date
    _store(archive, columns, mended)


def _mend(date: int, arrival: int, room: _Room) -> tuple[int, str]:
    if arrival != UNDATED and not room.doubts(arrival):
        return arrival, _ARRIVAL
    guess = room.guess()
    return (guess, _NEIGHBOURS) if guess != UNDATED else (date, "")


def _doubtful(
    db: sqlite3.Connection, columns: Columns, forest: Forest, arrivals: array[int], answers: array[int]
) -> Iterator[tuple[int, _Room]]:
    """Messages without a date, or with one that does not fit, and what there is room for."""
    for places, is_file in _mailboxes(db):
        for at, message in enumerate(places):
            if columns.sent[message]:
                continue
            date, arrival = columns.dates[message], arrivals[message]
            if date != UNDATED and (abs(date - arrival) <= CLOCKS or _has_company(columns.dates, places, at)):
                continue
            room = _room(columns, forest, answers, places, at)
            if date == UNDATED or (is_file and room.doubts(date) and (arrival != UNDATED or not room.is_at_end)):
                yield message, room


def _has_company(dates: array[int], places: array[int], at: int) -> bool:
    """Whether a mail right beside it in the mailbox is of the same time: most are."""
    date = dates[places[at]]
    return (at > 0 and abs(date - dates[places[at - 1]]) < ASIDE) or (
        at + 1 < len(places) and abs(date - dates[places[at + 1]]) < ASIDE
    )


def _mailboxes(db: sqlite3.Connection) -> Iterator[tuple[array[int], bool]]:
    """The messages of each list in each file, in their order there; what stands in no file, in no certain order."""
    for (_, file), group in groupby(db.execute(_PLACES), key=itemgetter(1, 2)):
        yield array("i", map(itemgetter(0), group)), file != ""


def _first_answers(columns: Columns, forest: Forest) -> array[int]:
    """The date of the first dated answer to each message, by message."""
    first = array("q", [UNDATED]) * len(columns)
    for message in columns.messages():
        parent = forest.parent[message]
        date = columns.dates[message]
        if parent != NONE and date != UNDATED and (first[parent] == UNDATED or date < first[parent]):
            first[parent] = date
    return first


def _room(columns: Columns, forest: Forest, answers: array[int], places: array[int], at: int) -> _Room:
    message = places[at]
    dates = columns.dates
    parent = next((item for item in forest.ancestors(message) if dates[item] != UNDATED), NONE)
    before = [dates[item] for item in places[max(0, at - BESIDE) : at] if dates[item] != UNDATED]
    after = [dates[item] for item in places[at + 1 : at + 1 + BESIDE] if dates[item] != UNDATED]
    beside = sorted(before + after)
    odd = 1 if len(beside) > BESIDE + 1 else 0
    says = len(beside) >= BESIDE
    return _Room(
        parent=dates[parent] if parent != NONE else UNDATED,
        child=answers[message],
        low=beside[odd] if says else UNDATED,
        high=beside[-1 - odd] if says else UNDATED,
        near=(before[-1:] or after[:1] or [UNDATED])[0],
        is_at_end=bool(before) != bool(after),
    )


def _store(archive: Archive, columns: Columns, mended: dict[int, tuple[int, str]]) -> None:
    db = archive.db
    stale = "SELECT id FROM message WHERE (sent_at, date_source) IS NOT (given_at, given_source)"
    again = [message for (message,) in db.execute(stale) if not columns.sent[message] and message not in mended]
    db.executemany(
        "UPDATE message SET sent_at = given_at, date_source = given_source WHERE id = ?",
        ((message,) for message in again),
    )
    for message, (date, source) in mended.items():
        db.execute("UPDATE message SET sent_at = ?, date_source = ? WHERE id = ?", (date, source, message))
        _report(archive, message, *_FINDINGS[source])


def _report(archive: Archive, message: int, code: str, text: str) -> None:
    query = "SELECT container.key, locator FROM message JOIN container USING (id) WHERE message.id = ?"
    key, locator = archive.db.execute(query, (message,)).fetchone()
    archive.add_finding(Finding(stage="settle", severity="warning", code=code, text=text, message=key, locator=locator))

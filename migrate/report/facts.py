"""What the report says, gathered from the archive by SQL; how it looks is `terminal`'s business."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from migrate.archive import Archive
from migrate.archive.writer import from_milliseconds
from migrate.plan import TargetFacts
from migrate.plan.withheld import Withholding
from migrate.text import mask_addresses

EXAMPLES = 2  # of each kind of finding
MOST = 10  # people and threads that are named


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One list or group. `first` and `last` are in UTC, None where nothing is dated."""

    key: str
    name: str
    messages: int
    threads: int
    people: int
    first: datetime | None
    last: datetime | None
    private: bool = False  # its export says so


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """All findings of one code. An example is a place in the source and a sentence."""

    code: str
    severity: str
    count: int
    examples: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Facts:
    """The archive in numbers. read = kept + unsettled + duplicates + lost, over all that was ever read into it."""

    read: int
    kept: int  # stand in a thread, counted apart from what the import noted
    unsettled: int  # stand in none yet: the import was interrupted, or is at it
    duplicates: int
    lost: int
    threads: int
    people: int
    first: datetime | None
    last: datetime | None
    attachments: int
    attachment_bytes: int
    sources: list[SourceFacts]
    busiest_people: list[tuple[str, int]]  # name without address, messages
    longest_threads: list[tuple[str, int]]  # title, messages; none of a private source: reports are shown around
    findings: list[FindingFacts]

    @property
    def adds_up(self) -> bool:
        """Whether every message that was read is accounted for."""
        return self.read == self.kept + self.unsettled + self.duplicates + self.lost


def gather(archive: Archive) -> Facts:
    """All facts of an archive; a few passes over its narrow tables."""
    db = archive.db
    sources, withheld = _sources(db), Withholding(db, TargetFacts(), None)
    new, duplicates = db.execute("SELECT coalesce(sum(new), 0), coalesce(sum(duplicates), 0) FROM chunk").fetchone()
    (lost,) = db.execute("SELECT coalesce(sum(lost), 0) FROM finding").fetchone()
    kept, messages = db.execute("SELECT count(thread_id), count(*) FROM message").fetchone()
    (threads,) = db.execute("SELECT count(*) FROM thread").fetchone()
    query = "SELECT count(DISTINCT coalesce(same_as, author_id)) FROM message JOIN person ON person.id = author_id"
    (people,) = db.execute(query).fetchone()
    attachments, size = db.execute("SELECT count(*), coalesce(sum(size), 0) FROM attachment").fetchone()
    first, last = db.execute("SELECT min(sent_at), max(sent_at) FROM message").fetchone()
    return Facts(
        read=new + duplicates + lost,
        kept=kept,
        unsettled=messages - kept,
        duplicates=duplicates,
        lost=lost,
        threads=threads,
        people=people,
        first=from_milliseconds(first),
        last=from_milliseconds(last),
        attachments=attachments,
        attachment_bytes=size,
        sources=sources,
        busiest_people=_busiest(db, withheld),
        longest_threads=_longest(db, withheld),
        findings=_findings(db, withheld),
    )


def _sources(db: sqlite3.Connection) -> list[SourceFacts]:
    rows = db.execute(
        "SELECT source.key, source.name, count(*), count(DISTINCT thread_id),"
        " count(DISTINCT coalesce(same_as, author_id)), min(sent_at), max(sent_at), private FROM message"
        " JOIN source ON source.id = source_id JOIN person ON person.id = author_id"
        " GROUP BY source_id ORDER BY count(*) DESC, source.key"
    )
    return [
        SourceFacts(
            key, name, messages, threads, people, from_milliseconds(first), from_milliseconds(last), bool(private)
        )
        for key, name, messages, threads, people, first, last, private in rows
    ]


def _busiest(db: sqlite3.Connection, withheld: Withholding) -> list[tuple[str, int]]:
    rows = db.execute(
        "WITH writer AS (SELECT coalesce(same_as, author_id) AS id FROM message JOIN person ON person.id = author_id)"
        " SELECT writer.id, (SELECT name FROM person_name WHERE person_id = writer.id ORDER BY uses DESC, id LIMIT 1),"
        " count(*)"
        " FROM writer GROUP BY writer.id ORDER BY count(*) DESC, writer.id LIMIT ?",
        (MOST,),
    )
    return [(without_address(withheld.called(person, name or "")), count) for person, name, count in rows]


def _longest(db: sqlite3.Connection, withheld: Withholding) -> list[tuple[str, int]]:
    rows = db.execute(
        "SELECT thread.title, count(*) FROM message JOIN thread ON thread.id = thread_id"
        " WHERE thread.source_id NOT IN (SELECT id FROM source WHERE private)"
        " GROUP BY thread_id ORDER BY count(*) DESC, thread_id LIMIT ?",
        (MOST,),
    )
    return [(mask_addresses(withheld.in_title(title)), count) for title, count in rows]


def _findings(db: sqlite3.Connection, withheld: Withholding) -> list[FindingFacts]:
    rows = db.execute("SELECT code, severity, count(*) FROM finding GROUP BY code, severity").fetchall()
    order = {"error": 0, "warning": 1, "info": 2}
    rows.sort(key=lambda row: (order[row[1]], -row[2], row[0]))
    query = "SELECT locator, text FROM finding WHERE code = ? AND severity = ? ORDER BY id LIMIT ?"
    return [
        FindingFacts(code, severity, count, _masked(db.execute(query, (code, severity, EXAMPLES)), withheld))
        for code, severity, count in rows
    ]


def _masked(examples: Iterable[tuple[str, str]], withheld: Withholding) -> list[tuple[str, str]]:
    # A finding has no addresses, but an export of another program may say otherwise, and files are called after people.
    return [
        (mask_addresses(withheld.in_title(locator)), mask_addresses(withheld.in_title(text)))
        for locator, text in examples
    ]


def without_address(name: str) -> str:
    """A name as a report may show it: people whose only name is their address keep what stands before the @."""
    return name.split("@")[0] if name else "(no name)"

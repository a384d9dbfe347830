"""What the report says, gathered from the archive by SQL; how it looks is `terminal`'s business."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from migrate.archive import Archive
from migrate.archive.dates import from_milliseconds
from migrate.plan import Plan, Summary
from migrate.plan.withheld import Withholding
from migrate.report.dates import FIRST, LAST, bounds
from migrate.report.touched import how_many, touched_messages
from migrate.report.wording import wording
from migrate.text import mask_addresses

EXAMPLES = 2  # of each kind of finding
MOST = 10  # people and threads that are named
_ABOUT_READERS = frozenset({"private-by-copies", "visibility-unknown"})
SEVERITIES = ("error", "warning", "info")


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
    """All findings of one code and severity. An example is a place in the source and a sentence."""

    code: str
    severity: str  # error, warning, info
    count: int  # findings
    examples: list[tuple[str, str]]  # the first of them
    things: int = 0  # what its headline counts: a finding may be about 13 pages
    posts: int = 0  # messages they are about; 0 where they are about none
    people: int = 0  # who wrote these
    lost: int = 0  # items that did not become a message
    accepted: bool = False  # the mapping says that somebody has looked at this kind

    @property
    def touched(self) -> int:
        """What findings are ranked by."""
        return max(self.things, self.posts)

    @property
    def more(self) -> int:
        """How many there are beside the examples."""
        return self.count - len(self.examples)


@dataclass(frozen=True, slots=True)
class PrivateSource:
    """A source that not everyone could read, or of which nothing says so, and who will."""

    key: str
    name: str
    read_by: tuple[str, ...]  # groups, "staff" where nobody said who may
    public: bool  # the mapping says that everyone may read it, or a part of it


@dataclass(frozen=True, slots=True)
class PrivacyFacts:
    """What is kept from being seen."""

    addresses: int = 0  # people whose address is known; posts and reports show none
    names_withheld: int = 0  # people who asked for it, or for whom it was asked
    words_withheld: int = 0  # of them, those whose words are left out, too
    suppressed: int = 0  # who left, bounced or never agreed: they become nobody's member
    forgotten: int = 0  # who is not to come back with the next import
    not_archived: int = 0  # messages whose authors asked that they be in no archive
    private: tuple[PrivateSource, ...] = ()


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
    findings: list[FindingFacts]  # errors first, then warnings; of these what touches most
    unfinished: int = 0  # messages that no import has gone on with: it was interrupted, or is at it
    privacy: PrivacyFacts = PrivacyFacts()
    sent_to: tuple[str, ...] = ()  # addresses of forums that something was sent to

    @property
    def open_findings(self) -> list[FindingFacts]:
        """Those that nobody has accepted."""
        return [finding for finding in self.findings if not finding.accepted]

    @property
    def adds_up(self) -> bool:
        """Whether every message that was read is accounted for."""
        return self.read == self.kept + self.unsettled + self.duplicates + self.lost


def gather(archive: Archive, plan: Plan | None = None) -> Facts:
    """All facts of an archive; a few passes over its narrow tables.

    What is accepted, and who may read what, is decided by the plan's mapping. Raises MappingError where mapping and
    archive do not go together.
    """
    plan = plan or Plan(archive)
    db, withheld = archive.db, plan.withheld
    new, duplicates = db.execute("SELECT coalesce(sum(new), 0), coalesce(sum(duplicates), 0) FROM chunk").fetchone()
    (lost,) = db.execute("SELECT coalesce(sum(lost), 0) FROM finding").fetchone()
    kept, messages, settled, first, last = db.execute(
        f"SELECT count(thread_id), count(*), count(position), {FIRST}, {LAST} FROM message",  # noqa: S608 - our own words
        bounds(),
    ).fetchone()
    (threads,) = db.execute("SELECT count(*) FROM thread").fetchone()
    query = "SELECT count(DISTINCT coalesce(same_as, author_id)) FROM message JOIN person ON person.id = author_id"
    (people,) = db.execute(query).fetchone()
    attachments, size = db.execute("SELECT count(*), coalesce(sum(size), 0) FROM attachment").fetchone()
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
        sources=_sources(db),
        busiest_people=_busiest(db, withheld),
        longest_threads=_longest(db, plan),
        findings=kinds_of_findings(db, withheld, accepted_codes(plan)),
        unfinished=messages - settled,
        privacy=_privacy(db, plan),
        sent_to=_sent_to(db),
    )


def _sources(db: sqlite3.Connection) -> list[SourceFacts]:
    rows = db.execute(
        "SELECT source.key, source.name, count(*), count(DISTINCT thread_id),"  # noqa: S608 - our own words
        f" count(DISTINCT coalesce(same_as, author_id)), {FIRST}, {LAST}, private FROM message"
        " JOIN source ON source.id = source_id JOIN person ON person.id = author_id"
        " GROUP BY source_id ORDER BY count(*) DESC, source.key",
        bounds(),
    )
    return [
        SourceFacts(
            key=mask_addresses(key),
            name=mask_addresses(name),
            messages=messages,
            threads=threads,
            people=people,
            first=from_milliseconds(first),
            last=from_milliseconds(last),
            private=bool(private),
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


def _longest(db: sqlite3.Connection, plan: Plan) -> list[tuple[str, int]]:
    private = [source.id for source in plan.scope.sources.values() if plan.mapping.is_private(source)]
    rows = db.execute(
        "SELECT thread.title, count(*) FROM message JOIN thread ON thread.id = thread_id"
        " WHERE thread.source_id NOT IN (SELECT value FROM json_each(?))"
        " GROUP BY thread_id ORDER BY count(*) DESC, thread_id LIMIT ?",
        (json.dumps(private), MOST),
    )
    return [(mask_addresses(plan.withheld.in_title(title)), count) for title, count in rows]


def accepted_codes(plan: Plan) -> frozenset[str]:
    """The kinds of findings that the mapping says somebody has looked at, or that it answers by saying who may read."""
    accepted = frozenset(plan.mapping.accepted)
    if plan.mapping.rules and not any(category.is_reserved for category in plan.categories()):
        return accepted | _ABOUT_READERS
    return accepted


def kinds_of_findings(db: sqlite3.Connection, withheld: Withholding, accepted: frozenset[str]) -> list[FindingFacts]:
    """All findings of an archive by kind, errors first, of these what touches most; `accepted` are codes."""
    touched = touched_messages(db)
    about = {
        (code, severity): (posts, people)
        for code, severity, posts, people in db.execute(
            "SELECT code, severity, count(DISTINCT message.id), count(DISTINCT coalesce(same_as, author_id))"  # noqa: S608 - our own name
            f" FROM {touched} JOIN finding ON finding.id = finding_id JOIN message ON message.id = {touched}.message_id"
            " JOIN person ON person.id = author_id GROUP BY 1, 2"
        )
    }
    db.execute(f"DROP TABLE {touched}")
    rows = db.execute("SELECT code, severity, count(*), sum(lost) FROM finding GROUP BY 1, 2").fetchall()
    examples = _examples(db)
    found = [
        FindingFacts(
            code=code,
            severity=severity,
            count=count,
            examples=_masked(examples[code, severity], withheld),
            things=_things(db, code, severity) if wording(code).counts else count,
            posts=about.get((code, severity), (0, 0))[0],
            people=about.get((code, severity), (0, 0))[1],
            lost=lost,
            accepted=code in accepted,
        )
        for code, severity, count, lost in rows
    ]
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), -one.touched, one.code))


def _examples(db: sqlite3.Connection) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The first findings of each code and severity, all at once: an export of another program has codes without end."""
    query = (
        "SELECT code, severity, locator, text FROM finding WHERE id IN (SELECT id FROM (SELECT id, row_number()"
        " OVER (PARTITION BY code, severity ORDER BY id) AS place FROM finding) WHERE place <= ?) ORDER BY id"
    )
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for code, severity, *example in db.execute(query, (EXAMPLES,)):
        found.setdefault((code, severity), []).append((example[0], example[1]))
    return found


def _things(db: sqlite3.Connection, code: str, severity: str) -> int:
    rows = db.execute("SELECT text FROM finding WHERE code = ? AND severity = ?", (code, severity))
    return sum(how_many(text) for (text,) in rows)


def _privacy(db: sqlite3.Connection, plan: Plan) -> PrivacyFacts:
    no_archive = "EXISTS (SELECT 1 FROM json_each(flags) WHERE value = 'no-archive')"
    queries = (
        "SELECT count(*) FROM person WHERE email IS NOT NULL",
        "SELECT count(*) FROM suppressed",
        "SELECT count(*) FROM forgotten",
        f"SELECT count(*) FROM message WHERE flags <> '[]' AND {no_archive}",  # noqa: S608 - our own words
    )
    addresses, suppressed, forgotten, not_archived = (db.execute(query).fetchone()[0] for query in queries)
    return PrivacyFacts(
        addresses=addresses,
        names_withheld=plan.withheld.nameless,
        words_withheld=plan.withheld.silent,
        suppressed=suppressed,
        forgotten=forgotten,
        not_archived=not_archived,
        private=tuple(private_sources(plan)),
    )


def private_sources(plan: Plan) -> Iterator[PrivateSource]:
    """Of each source that is private by its export or the mapping, in the order of the plan's, who will read it."""
    private = [source for source in plan.scope.sources.values() if plan.mapping.is_private(source)]
    used = plan.scope.counted() if private else {}
    categories = {category.ref: category for category in plan.layout.categories(used)}
    for source in private:
        refs = {plan.layout.category(*key) for key in used if key[0] == source.id}
        places = [categories[ref] for ref in sorted(refs)]
        groups = sorted({group for place in places for group in place.read_by})
        public = any(not (place.read_by or place.is_reserved) for place in places)
        yield PrivateSource(mask_addresses(source.key), mask_addresses(source.name), tuple(groups), public)


def _sent_to(db: sqlite3.Connection) -> tuple[str, ...]:
    query = (
        "SELECT url FROM target WHERE EXISTS (SELECT 1 FROM operation WHERE target_id = target.id"
        " AND kind = 'post' AND state = 'done' AND operation.generation = target.generation) ORDER BY id"
    )
    return tuple(url for (url,) in db.execute(query).fetchall())


def _masked(examples: Iterable[tuple[str, str]], withheld: Withholding) -> list[tuple[str, str]]:
    # A finding has no addresses, but an export of another program may say otherwise, and files are called after people.
    return [
        (mask_addresses(withheld.in_place(locator)), mask_addresses(withheld.in_place(text)))
        for locator, text in examples
    ]


def masked(plan: Summary) -> Summary:
    """The summary with the names of its categories as a report may show them."""
    categories = tuple(
        replace(one, name=mask_addresses(one.name), parent=one.parent and mask_addresses(one.parent))
        for one in plan.by_category
    )
    return replace(plan, by_category=categories, reserved=tuple(map(mask_addresses, plan.reserved)))


def without_address(name: str) -> str:
    """A name as a report may show it: people whose only name is their address keep what stands before the @."""
    return name.split("@")[0] if name else "(no name)"

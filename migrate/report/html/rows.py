"""The long tables as the page shows them: a part of the rows, none that are private, each with where it leads."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from migrate.archive import Archive
from migrate.archive.dates import from_milliseconds
from migrate.plan import Plan
from migrate.plan.outlines import Outline, outlines
from migrate.report.dates import FIRST, LAST, bounds
from migrate.report.facts import FindingFacts
from migrate.report.html.links import Links, Outside
from migrate.report.html.private import Private
from migrate.report.tables import FindingRow, PersonRow, TopicRow, category_paths, finding_rows, person_rows, topic_row
from migrate.text import mask_addresses

TOPICS, PEOPLE, FINDINGS = 2_000, 1_000, 1_000  # rows that are shown at most
_OF_A_KIND = 40  # findings
_NOTHING = (0, None, None)  # messages, the first, the last


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic, its address in the preview, and where it was; "" where that is not known."""

    row: TopicRow
    preview: str
    outside: str
    locator: str  # the place of its first post in the export
    source: str  # the address of that as it was read, in the preview


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding, the addresses of its post and its source in the preview, and where it was; "" where there is none."""

    row: FindingRow
    post: str
    source: str
    outside: str


@dataclass(frozen=True, slots=True)
class Topics:
    """The longest topics first, how many there are that may be seen, and how often these have each tag."""

    lines: list[TopicLine]
    count: int
    tags: Counter[str]


@dataclass(frozen=True, slots=True)
class People:
    """Who wrote most first, and how many there are that may be seen. Only what may be seen is counted for them, too."""

    rows: list[PersonRow]
    count: int


def shown(plan: Plan, text: str) -> str:
    """What something is called, without addresses, and without the names of people who asked for that."""
    return mask_addresses(plan.withheld.in_title(text))


def shown_topics(archive: Archive, plan: Plan, private: Private, links: Links, outside: Outside) -> Topics:
    """All topics are gone through once, and few kept."""
    tags: Counter[str] = Counter()
    count = 0

    def seen() -> Iterator[Outline]:
        nonlocal count
        for one in outlines(archive, plan):
            if one.thread_id not in private.threads:
                count += 1
                tags.update(one.tags)
                yield one

    paths = category_paths(plan)
    longest = heapq.nlargest(TOPICS, seen(), key=lambda one: (one.posts, one.last or 0))
    rows = [topic_row(one, plan, paths) for one in longest]
    begins = _beginnings(archive, plan, [row.id for row in rows], private)
    lines = []
    for row in rows:
        message, locator, url = begins.get(row.id, (0, "", None))
        lines.append(
            TopicLine(
                replace(row, source=shown(plan, row.source), category=shown(plan, row.category)),
                preview=links.topic(row.id, row.title),
                outside=outside.link(row.url or url),
                locator=mask_addresses(plan.withheld.in_place(locator)),
                source=links.source(message) if message else "",
            )
        )
    return Topics(lines, count, tags)


def shown_people(archive: Archive, plan: Plan, private: Private) -> People:
    """Who wrote something that may be seen. Members who wrote nothing belong to any list, be it a private one."""
    query = (
        f"SELECT coalesce(same_as, person.id), count(*), {FIRST}, {LAST} FROM message"  # noqa: S608 - conditions of ours
        f" JOIN person ON person.id = author_id WHERE {private.open_messages} GROUP BY 1"
    )
    wrote = {person: tuple(rest) for person, *rest in archive.db.execute(query, bounds())}
    count = 0

    def seen() -> Iterator[PersonRow]:
        nonlocal count
        for row in person_rows(archive, plan):
            if row.id in wrote or (row.member and not private.doubtful_names):
                count += 1
                yield row

    most = heapq.nlargest(PEOPLE, seen(), key=lambda row: wrote.get(row.id, _NOTHING)[0])
    rows = []
    for row in most:
        messages, first, last = wrote.get(row.id, _NOTHING)
        began, ended = from_milliseconds(first), from_milliseconds(last)
        rows.append(replace(row, messages=messages, first=began, last=ended))
    return People(rows, count)


def shown_findings(
    archive: Archive, plan: Plan, private: Private, kinds: Sequence[FindingFacts], links: Links, outside: Outside
) -> list[FindingLine]:
    """Some of each kind, in the order of the kinds."""
    order = {(kind.code, kind.severity): rank for rank, kind in enumerate(kinds)}
    of_a_kind: Counter[tuple[str, str]] = Counter()
    kept: list[FindingRow] = []
    for row in finding_rows(archive, plan):
        kind = row.code, row.severity
        if of_a_kind[kind] < _OF_A_KIND and not _is_private(row, private):
            of_a_kind[kind] += 1
            kept.append(row)
    kept.sort(key=lambda row: order.get((row.code, row.severity), len(order)))
    del kept[FINDINGS:]
    return list(_led(archive, plan, kept, links, outside))


def _beginnings(
    archive: Archive, plan: Plan, threads: Sequence[int], private: Private
) -> dict[int, tuple[int, str, str | None]]:
    """Id, place and address of the message that each topic begins with, unless it came by a private source as well."""
    query = (
        "SELECT thread_id, id, locator, url, min(position) FROM message"  # noqa: S608 - conditions of ours
        f" WHERE thread_id IN (SELECT value FROM json_each(?)) AND {plan.scope.messages} GROUP BY 1"
    )
    found = {thread: row for thread, *row, _ in archive.db.execute(query, (json.dumps(threads),)).fetchall()}
    return {thread: (id_, place, url) for thread, (id_, place, url) in found.items() if not private.came_by(id_)}


def _is_private(row: FindingRow, private: Private) -> bool:
    """Whether it is, or may be, of what only some may read, by any of the lists that its message came by."""
    if not private.doubtful_names:
        return False
    if (
        row.source in private.source_names
        or row.topic in private.threads
        or (row.message and (private.came_by(row.message) or private.held_back(row.message)))
    ):
        return True
    return row.topic is None and (row.source is None or row.source in private.doubtful_names)


def _led(
    archive: Archive, plan: Plan, rows: Sequence[FindingRow], links: Links, outside: Outside
) -> Iterator[FindingLine]:
    """The rows with where they lead."""
    posts = _posts(plan, sorted({row.topic for row in rows if row.topic and row.message}), links)
    query = (
        "SELECT coalesce(message.url, thread.url) FROM message LEFT JOIN thread ON thread.id = thread_id"
        " WHERE message.id = ?"
    )
    for row in rows:
        (url,) = archive.db.execute(query, (row.message,)).fetchone() or (None,)
        yield FindingLine(
            replace(row, source=shown(plan, row.source or "")),
            post=posts.get(row.message or 0, ""),
            source=links.source(row.message) if row.message else "",
            outside=outside.link(url),
        )


def _posts(plan: Plan, threads: Iterable[int], links: Links) -> dict[int, str]:
    """The addresses that messages of these threads have as posts."""
    found = {}
    for topic in map(plan.topic, threads):
        title = mask_addresses(topic.title)
        for number, post in enumerate(topic.posts, 1):
            found[post.message_id] = links.post(topic.thread_id, title, number)
    return found

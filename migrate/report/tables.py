"""The long tables of the report, row by row: topics, people, categories, findings. Nothing is held back of what is
private; addresses are masked, and who asked not to be named is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from migrate.archive import Archive
from migrate.archive.dates import from_milliseconds
from migrate.plan import Category, Plan
from migrate.plan.outlines import Outline, outlines
from migrate.report.dates import FIRST, LAST, bounds
from migrate.report.facts import accepted_codes
from migrate.report.touched import touched_messages
from migrate.text import mask_addresses, mask_query


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic-to-be. Dates are in UTC, None where nothing is dated."""

    id: int  # of its thread in this archive; the preview shows it under this number
    title: str
    source: str  # the name of the list or group
    private: bool  # which not everyone could read
    category: str  # "Parent › Child"
    tags: tuple[str, ...]
    states: tuple[str, ...]  # closed, pinned
    posts: int
    people: int
    first: datetime | None
    last: datetime | None
    url: str | None  # where it stands in the source


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody who wrote what will be posted, or gets an account as a member all the same."""

    id: int  # of the person in this archive
    name: str  # as shown; without an address
    username: str  # as proposed; empty where no account is made
    messages: int  # that will be posts
    first: datetime | None
    last: datetime | None
    member: bool  # gets an account without having written
    anonymous: bool  # had no account where they wrote, and gets none


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category that topics go to, or that such a one stands in."""

    name: str
    parent: str | None
    topics: int  # itself, without those of the categories in it
    read_by: tuple[str, ...]  # the only groups that may; none: everyone
    for_staff: bool  # since it is private and nobody said who may read it
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding."""

    code: str
    severity: str
    stage: str
    text: str
    locator: str  # the place in the export
    source: str | None  # the name of the list or group
    private: bool  # which not everyone could read, or it is not known to be of one that everyone could
    message: int | None  # the id in this archive of the message it is about; the preview shows its source under it
    topic: int | None  # the id of its thread
    lost: int
    accepted: bool


def topic_rows(archive: Archive, plan: Plan) -> Iterator[TopicRow]:
    """Every topic-to-be, in the order of the archive."""
    paths = category_paths(plan)
    for one in outlines(archive, plan):
        yield topic_row(one, plan, paths)


def topic_row(one: Outline, plan: Plan, paths: dict[int, str]) -> TopicRow:
    """A topic as it may be shown; `paths` are those of the categories by their refs."""
    source = plan.scope.sources[one.source_id]
    return TopicRow(
        id=one.thread_id,
        title=mask_addresses(one.title),
        source=mask_addresses(source.name),
        private=plan.mapping.is_private(source),
        category=paths.get(one.category, ""),
        tags=one.tags,
        states=one.states,
        posts=one.posts,
        people=one.people,
        first=from_milliseconds(one.first),
        last=from_milliseconds(one.last),
        url=plan.withheld.in_url(0, mask_query(one.url)) or None if one.url else None,
    )


def category_paths(plan: Plan) -> dict[int, str]:
    """What each category is called with the one it stands in, by its ref."""
    return {one.ref: path_of(one) for one in plan.categories()}


def path_of(category: Category) -> str:
    """Its name, behind that of the one it stands in: Parent › Child."""
    return mask_addresses(" › ".join(filter(None, (category.parent, category.name))))


def person_rows(archive: Archive, plan: Plan) -> Iterator[PersonRow]:
    """Everyone who wrote something planned, and members who get an account, in order of appearance."""
    query = (
        f"SELECT coalesce(same_as, person.id), count(*), {FIRST}, {LAST} FROM message"  # noqa: S608 - conditions of ours
        f" JOIN person ON person.id = author_id WHERE {plan.scope.messages} GROUP BY 1"
    )
    wrote = {person: rest for person, *rest in archive.db.execute(query, bounds())}
    for user in plan.users():
        count, first, last = wrote.get(user.person_id, (0, None, None))
        yield PersonRow(
            id=user.person_id,
            name=user.name.split("@")[0],
            username=user.username if plan.authors == "placeholders" else user.account or "",
            messages=count,
            first=from_milliseconds(first),
            last=from_milliseconds(last),
            member=user.wrote_nothing,
            anonymous=user.anonymous,
        )


def category_rows(plan: Plan) -> Iterator[CategoryRow]:
    """The categories, parents before what stands in them."""
    topics: Counter[int] = Counter()
    for (source_id, rule), count in plan.scope.counted().items():
        topics[plan.layout.category(source_id, rule)] += count
    for one in plan.categories():
        yield CategoryRow(
            name=mask_addresses(one.name),
            parent=one.parent and mask_addresses(one.parent),
            topics=topics[one.ref],
            read_by=one.read_by,
            for_staff=one.is_reserved,
            description=mask_addresses(one.description),
        )


def finding_rows(archive: Archive, plan: Plan) -> Iterator[FindingRow]:
    """Every finding, in the order they were made."""
    db, accepted = archive.db, accepted_codes(plan)
    touched = touched_messages(db)
    query = (
        "SELECT code, severity, stage, text, finding.locator, coalesce(finding.source_id, message.source_id),"  # noqa: S608 - our own name
        " message.id, thread_id, lost FROM finding"
        f" LEFT JOIN (SELECT finding_id, min(message_id) AS about FROM {touched} GROUP BY 1) ON finding_id = finding.id"
        " LEFT JOIN message ON message.id = about ORDER BY finding.id"
    )
    for code, severity, stage, text, locator, source_id, message, thread, lost in db.execute(query):
        source = plan.scope.sources.get(source_id)
        yield FindingRow(
            code=code,
            severity=severity,
            stage=stage,
            text=mask_addresses(plan.withheld.in_place(text)),  # it may name files and pages
            locator=mask_addresses(plan.withheld.in_place(locator)),
            source=mask_addresses(source.name) if source else None,
            private=plan.mapping.is_private(source) if source else _some_private(plan),
            message=message,
            topic=thread,
            lost=lost,
            accepted=code in accepted,
        )
    db.execute(f"DROP TABLE {touched}")


def _some_private(plan: Plan) -> bool:
    return any(plan.mapping.is_private(source) for source in plan.scope.sources.values())

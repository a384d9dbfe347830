"""The page: what it says, put together from the report's facts, and filled into its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from migrate.archive import Archive
from migrate.pages.addresses import LIVE, Addresses
from migrate.plan import Plan, Summary
from migrate.report.facts import Facts, SourceFacts, gather
from migrate.report.html import activity, charts
from migrate.report.html.dressing import environment, shell
from migrate.report.html.links import PREVIEW, Links, Outside
from migrate.report.html.private import Private
from migrate.report.html.rows import shown, shown_findings, shown_people, shown_topics
from migrate.report.known import Known
from migrate.report.steps import next_steps
from migrate.report.tables import CategoryRow, category_rows, path_of
from migrate.report.terminal import LEFT_OUT
from migrate.report.wording import wording
from migrate.text import mask_addresses

_TABLE = 1_200_000  # bytes that the rows of one long table may take
_KINDS, _TAGS, _ACTIVE = 150, 120, 10  # that are shown at most


@dataclass(frozen=True, slots=True)
class Sources:
    """Those that may be named, how many others there are, and what these hold together."""

    open: list[SourceFacts]
    private: int
    private_messages: int


@dataclass(frozen=True, slots=True)
class Categories:
    """Likewise those that topics go to."""

    open: list[tuple[str, CategoryRow]]  # with their paths
    private: int
    private_topics: int


def html_report(
    archive: Archive,
    plan: Plan,
    *,
    facts: Facts | None = None,
    summary: Summary | None = None,
    preview: str = PREVIEW,
    to: Addresses = LIVE,
    with_private: bool = False,
) -> str:
    """One HTML page that needs nothing else. To be called within a snapshot of the archive.

    Links go to the preview at `preview`, whose pages lie where `to` says: `preview=""` with relative addresses is for a
    page that lies beside them. It holds no e-mail address, nor, unless `with_private`, what only some may read.
    """
    facts = facts or gather(archive, plan)
    summary = summary or plan.summary()
    private = Private(archive, plan, with_private=with_private)
    known = Known(archive)
    links, outside = Links(preview, to), Outside(known, plan)
    topics = shown_topics(archive, plan, private, links, outside)
    people = shown_people(archive, plan, private)
    kinds = sorted(facts.findings, key=lambda kind: kind.accepted)
    findings = shown_findings(archive, plan, private, kinds, links, outside)
    sources = _sources(facts, plan, private)
    lines = environment().get_template("lines.html").module
    values: dict[str, Any] = {
        "facts": facts,
        "plan": summary,
        "links": links,
        "made": datetime.now(UTC),
        "sources": sources,
        "categories": _categories(plan, private),
        "kinds": [(kind, wording(kind.code)) for kind in kinds[:_KINDS]],
        "more_kinds": max(0, len(kinds) - _KINDS),
        "topics": _filled(lines.topic, topics.lines),  # type: ignore[attr-defined]  # its macros
        "topics_count": topics.count,
        "people": _filled(lines.person, [(row, links.user(row.username)) for row in people.rows]),  # type: ignore[attr-defined]  # the same
        "people_count": people.count,
        "active": people.rows[:_ACTIVE],
        "findings": _filled(lines.finding, [(line, wording(line.row.code)) for line in findings]),  # type: ignore[attr-defined]  # the same
        "findings_count": sum(kind.count for kind in kinds),
        "tags": [(name, count, links.tag(name)) for name, count in topics.tags.most_common(_TAGS)],
        "tags_count": len(topics.tags),
        "left_out": [(LEFT_OUT.get(reason, reason), count) for reason, count in summary.left_out.items()],
        "licences": _licences(archive, plan, summary, private),
        "steps": next_steps(facts, summary),
        "authors": plan.authors,
        "with_private": with_private,
        **_charts(archive, plan, private),
    }
    return known.without(shell("report.html", values))


def _sources(facts: Facts, plan: Plan, private: Private) -> Sources:
    keys = {mask_addresses(plan.scope.sources[source].key) for source in private.sources}
    named = [source for source in facts.sources if source.key not in keys]
    others = [source for source in facts.sources if source.key in keys]
    return Sources(
        open=[replace(source, name=shown(plan, source.name)) for source in named],
        private=len(others),
        private_messages=sum(source.messages for source in others),
    )


def _categories(plan: Plan, private: Private) -> Categories:
    pairs = list(zip(plan.categories(), category_rows(plan), strict=True))
    hidden = [row for category, row in pairs if category.ref not in private.named_categories]
    named = [
        (shown(plan, path_of(category)), replace(row, description=shown(plan, row.description)))
        for category, row in pairs
        if category.ref in private.named_categories
    ]
    return Categories(open=named, private=len(hidden), private_topics=sum(row.topics for row in hidden))


def _licences(archive: Archive, plan: Plan, summary: Summary, private: Private) -> list[str]:
    """Those that posts name, as far as they are of a source that may be named."""
    rows = archive.db.execute("SELECT id, licence FROM source").fetchall()
    told = {licence for source, licence in rows if source not in private.sources}
    return [shown(plan, licence) for licence in summary.licences if licence in told]


def _filled(line: Callable[[Any], Markup], rows: Iterable[object]) -> tuple[Markup, int]:
    """The rows of a table, as many as have room, and how many that are."""
    done: list[Markup] = []
    size = 0
    for row in rows:
        html = line(row)
        size += len(html.encode("utf-8", "replace"))
        if size > _TABLE:
            break
        done.append(html)
    return Markup("").join(done), len(done)


def _charts(archive: Archive, plan: Plan, private: Private) -> dict[str, object]:
    names = {source.id: shown(plan, source.name) for source in plan.scope.sources.values()}
    hidden = dict.fromkeys(private.sources, "Private lists and groups")
    found = activity.gather(archive, plan, names | hidden)
    width = len(found.periods)
    return {
        "activity": found,
        "series": [(one, charts.area(one.counts)) for one in found.series],
        "newcomers": charts.area(found.people),
        "ticks": charts.ticks(found.starts, width),
        "hours": charts.columns(found.hours),
        "hour_ticks": [(round(100 * (hour + 0.5) / 24, 2), f"{hour:02}") for hour in (0, 6, 12, 18, 23)],
    }

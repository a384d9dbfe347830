"""The report for scripts: one object, as docs/report.schema.json describes it. The long tables are streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any

from migrate.archive import Archive
from migrate.plan import Plan, Summary
from migrate.report.facts import Facts, masked
from migrate.report.tables import (
    CategoryRow,
    FindingRow,
    PersonRow,
    TopicRow,
    category_rows,
    finding_rows,
    person_rows,
    topic_rows,
)
from migrate.report.wording import wording

Rows = Iterable[Mapping[str, Any]]


def to_json(facts: Facts, plan: Summary) -> dict[str, Any]:
    """Numbers by name; dates as ISO 8601 in UTC; no addresses."""
    return {
        "read": facts.read,
        "kept": facts.kept,
        "unsettled": facts.unsettled,
        "duplicates": facts.duplicates,
        "lost": facts.lost,
        "threads": facts.threads,
        "people": facts.people,
        "first": _date(facts.first),
        "last": _date(facts.last),
        "attachments": facts.attachments,
        "attachment_bytes": facts.attachment_bytes,
        "sources": [
            {"key": source.key, "name": source.name, "messages": source.messages, "threads": source.threads,
             "people": source.people, "first": _date(source.first), "last": _date(source.last),
             "private": source.private}
            for source in facts.sources
        ],
        "busiest_people": [{"name": name, "messages": count} for name, count in facts.busiest_people],
        "longest_threads": [{"title": title, "messages": count} for title, count in facts.longest_threads],
        "findings": _by_code(facts),
        "finding_details": [
            {"code": finding.code, "severity": finding.severity, "count": finding.count,
             "headline": wording(finding.code).headline, "remedy": wording(finding.code).remedy,
             "things": finding.things, "posts": finding.posts, "people": finding.people, "lost": finding.lost,
             "accepted": finding.accepted,
             "examples": [{"locator": locator, "text": text} for locator, text in finding.examples]}
            for finding in facts.findings
        ],
        "would_create": asdict(masked(plan)),
        "unfinished": facts.unfinished,
        "sent_to": list(facts.sent_to),
        "privacy": asdict(facts.privacy),
    }  # fmt: skip


def tables(archive: Archive, plan: Plan) -> dict[str, Rows]:
    """The long tables, by name; each is read while it is gone through."""
    tags = ({"name": name} for name in plan.tags())
    return {
        "categories": map(_row, category_rows(plan)),
        "tags": tags,
        "topics": map(_row, topic_rows(archive, plan)),
        "accounts": map(_row, person_rows(archive, plan)),
        "all_findings": map(_row, finding_rows(archive, plan)),
    }


def write(stream: IO[str], small: Mapping[str, Any], long: Mapping[str, Rows]) -> None:
    """Write one object: what is small as it is, then the long tables, a line a row; in ASCII, whatever the locale."""
    stream.write(json.dumps(small, indent=2).removesuffix("\n}"))
    for name, rows in long.items():
        stream.write(f",\n  {json.dumps(name)}: [")
        for line in _lines(rows):
            stream.write(line)
        stream.write("]")
    stream.write("\n}\n")


def _lines(rows: Rows) -> Iterator[str]:
    comma = ""
    for row in rows:
        yield f"{comma}\n    {json.dumps(row)}"
        comma = ","


def _row(record: TopicRow | PersonRow | CategoryRow | FindingRow) -> dict[str, Any]:
    # All its values are plain: `asdict` would copy each of them, which takes a third of the whole report.
    found = ((name, getattr(record, name)) for name in record.__slots__)
    return {name: _date(value) if isinstance(value, datetime) else value for name, value in found}


def _by_code(facts: Facts) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in facts.findings:
        counts[finding.code] = counts.get(finding.code, 0) + finding.count
    return counts


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat()[:19]}Z"

"""The report for scripts: one object."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from migrate.plan import Summary
from migrate.report.facts import Facts
from migrate.report.wording import wording


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
             "remedy": wording(finding.code).remedy,
             "examples": [{"locator": locator, "text": text} for locator, text in finding.examples]}
            for finding in facts.findings
        ],
        "would_create": asdict(plan),
    }  # fmt: skip


def _by_code(facts: Facts) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in facts.findings:
        counts[finding.code] = counts.get(finding.code, 0) + finding.count
    return counts


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")

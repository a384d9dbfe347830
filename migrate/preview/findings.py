"""The pages of what was found: all kinds in the order of the report, and each finding with the post it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from migrate.pages import render, web
from migrate.pages.evidence import Kind, KindPage, Noted
from migrate.pages.view import Slice, pages
from migrate.preview.forum import PlannedForum
from migrate.preview.noted import Row
from migrate.preview.redacted import Redacted
from migrate.report.facts import FindingFacts
from migrate.report.wording import wording

PER_PAGE = 50
_CODE = re.compile(r"/findings/(.{1,200})", re.DOTALL)


def page(forum: PlannedForum, path: str, query: Mapping[str, str]) -> web.Page | None:
    """The page at `path`, as `migrate.pages.web.page`. A forum without what is private has none of these."""
    if not forum.with_private:
        return None
    if path == "/findings":
        return web.Page(200, render.findings(forum, [_kind(one) for one in forum.noting.kinds], forum.to))
    if match := _CODE.fullmatch(path):
        found = kind_page(forum, match[1], web.number_in(query.get("page")) or 1)
        return web.Page(200, render.finding(forum, found, forum.to)) if found else web.missing(forum)
    return None


def kind_page(forum: PlannedForum, code: str, number: int) -> KindPage | None:
    """One page of the findings of a code; None where there are none."""
    total = forum.noting.count(code)
    last = pages(total, PER_PAGE)
    if not total or number > last:
        return None
    offset = (number - 1) * PER_PAGE
    redacted = Redacted(forum.archive, forum.plan)
    words = wording(code)
    return KindPage(
        code=code,
        headline=words.headline,
        remedy=words.remedy,
        accepted=code in forum.noting.accepted,
        total=total,
        first=offset + 1,
        findings=[noted(forum, row, redacted) for row in forum.noting.of_code(code, offset, PER_PAGE)],
        slice=Slice(page=number, pages=last),
    )


def noted(forum: PlannedForum, row: Row, redacted: Redacted) -> Noted:
    """A finding as it may be shown, with its post."""
    place = forum.number_of(row.message) if row.message else None
    return Noted(
        code=row.code,
        headline=wording(row.code).headline,
        severity=row.severity,
        text=redacted.line(row.text),
        locator=redacted.line(row.locator),
        topic=place[0] if place else None,
        number=place[1] if place else None,
        message=row.message,
    )


def _kind(facts: FindingFacts) -> Kind:
    words = wording(facts.code)
    return Kind(
        code=facts.code,
        headline=words.headline,
        remedy=words.remedy,
        severity=facts.severity,
        count=facts.things,
        posts=facts.posts,
        lost=facts.lost,
        accepted=facts.accepted,
    )

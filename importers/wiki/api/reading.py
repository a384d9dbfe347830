"""From a list of pages to their records: their texts are asked for, and whatever else they turn out to need."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

from importers.wiki.api.client import Wiki
from importers.wiki.api.discussiontools import discussion_of
from importers.wiki.api.pieces import Listed, LivePages
from importers.wiki.api.texts import Expansions, Told, current_texts, first_revision, with_history
from importers.wiki.conversation import page_records
from importers.wiki.keys import shown_title
from importers.wiki.news import news_records
from importers.wiki.offline.selection import signatures
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.templates import Templates
from importers.wiki.titles import page_url, parse_title
from importers.wiki.wikitext import render
from migrate.model import Finding, Record, Severity


def connected(api: str) -> Wiki:
    """The wiki, logged in to where the environment says how: once a process."""
    return _connected(api, os.getpid())


@cache
def _connected(api: str, process: int) -> Wiki:
    """Of this very process: one that was forked must not speak on the line of the other."""
    wiki = Wiki(api)
    wiki.log_in()
    return wiki


def read_pages(chunk: LivePages) -> Iterator[Record]:
    """The records of these pages. Raises InputError where the wiki cannot be read."""
    yield from _Reading(chunk).records()


class _Reading:
    """One chunk."""

    def __init__(self, chunk: LivePages) -> None:
        self._chunk = chunk
        self._site = chunk.site
        self._wiki = connected(chunk.api)
        self._expansions = Expansions(self._wiki)
        self._passed: Counter[str] = Counter()

    def records(self) -> Iterator[Record]:
        texts = current_texts(self._wiki, [listed.revision for listed in self._chunk.pages])
        for listed in self._chunk.pages:
            locator = locator_of(self._site, listed.title)
            told = texts.get(listed.revision)
            if told is None or told.text is None:
                yield _lost(told, locator)
                continue
            if told.hidden:
                text = "Who wrote the newest version of a page, or the note on it, is hidden by the wiki; it stays out."
                yield _finding("wiki-versions-hidden", "info", text, locator)
            page = Page(title=listed.title, id=listed.id, text=told.text, locator=locator, revision=told.revision)
            if self._is_discussion(listed, page):
                yield from self._page(page)
        for code, text in _PASSED.items():
            if count := self._passed[code]:
                yield _finding(code, "info", text.format(count=f"{count:,}"), self._wiki.host)

    def _is_discussion(self, listed: Listed, page: Page) -> bool:
        if not page.text.strip():
            self._passed["wiki-pages-empty"] += 1
            return False
        if not listed.asked_for and not signatures(self._site, page.text, 1):
            self._passed["wiki-pages-unsigned"] += 1
            return False
        return True

    def _page(self, page: Page) -> Iterator[Record]:
        self._expand(page)
        wishes, ask, history = self._chunk.wishes, self._expansions.get, partial(with_history, self._wiki)
        if wishes.newsletters:
            page = replace(page, created=first_revision(self._wiki, page.id))
            yield from news_records(page, self._site, wishes, ask, history)
            return
        found = discussion_of(self._wiki, self._site, page, ask) if self._site.comment_anchors else None
        yield from page_records(page, self._site, wishes, found=found, ask=ask, history=history)

    def _expand(self, page: Page) -> None:
        """Have the wiki expand the templates that are not known here. A first rendering tells which these are."""
        sources: list[str] = []
        templates = Templates(self._site, page, sources.append)
        render(page.text, self._site, parse_title(self._site, page.title), templates.expand)
        self._expansions.ask(page.title, sources)


_PASSED = {
    "wiki-pages-empty": "Pages with nothing on them were passed over ({count}).",
    "wiki-pages-unsigned": "Pages that are no talk pages and hold no signatures were passed over ({count}).",
}


def locator_of(site: Site, title: str) -> str:
    """Where a page was read, for people: its address, without that of who had no account."""
    shown = shown_title(site, parse_title(site, title))
    return page_url(site, parse_title(site, shown)) or f"{site.key}:{shown}"


def _lost(told: Told | None, locator: str) -> Finding:
    if told is None:
        text = "A page was deleted while it was read, or the wiki cannot show it; it was left out."
        return _finding("wiki-page-gone", "warning", text, locator, lost=1)
    return _finding("wiki-page-hidden", "error", "The wiki hides the text of a page; it was left out.", locator, lost=1)


def _finding(code: str, severity: Severity, text: str, locator: str, lost: int = 0) -> Finding:
    return Finding(stage="read", severity=severity, code=code, text=text, locator=locator, lost=lost)

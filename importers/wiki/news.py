"""Newsletters and news pages: an issue is a topic, and what was said on its talk page the replies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from importers.wiki.body import comment_markdown, references_of
from importers.wiki.conversation import AskHistory, page_records
from importers.wiki.keys import PageKeys, shown_title
from importers.wiki.page import Page
from importers.wiki.people import author_of, linked_addresses, masked, unknown_author
from importers.wiki.site import Site
from importers.wiki.sources import source_of
from importers.wiki.templates import AskWiki, Templates
from importers.wiki.titles import Title, addresses_in, is_talk, issue_of, page_url, parse_title, subject_of
from importers.wiki.wikitext import render
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Message, Origin, Record, Thread

LABEL = "Newsletter"
_HEADING = re.compile(r"^==(?!=)(.+?)==\s*$", re.MULTILINE)
_DATED = re.compile(r"\d")


def news_records(
    page: Page, site: Site, wishes: Wishes, ask: AskWiki | None = None, history: AskHistory | None = None
) -> Iterator[Record]:
    """The records of one page of a newsletter: an issue, a page with a section for each, or an issue's talk page."""
    title = parse_title(site, page.title)
    if is_talk(title):
        yield from _replies(page, site, wishes, issue_of(site, subject_of(title)), ask, history)
    elif _is_list(page.text):
        yield from page_records(page, site, wishes, ask=ask, history=history)
    else:
        yield from _issue(page, site, wishes, title, ask)


def _is_list(text: str) -> bool:
    """Whether its headings are dates or numbers of issues, and not those of one issue's articles."""
    headings = _HEADING.findall(text)
    return len(headings) > 1 and 2 * sum(1 for heading in headings if _DATED.search(heading)) > len(headings)


def _issue(page: Page, site: Site, wishes: Wishes, title: Title, ask: AskWiki | None) -> Iterator[Record]:
    templates = Templates(site, page, ask)
    html = render(page.text, site, title, templates.expand).html
    thread = _thread(site, title)
    by, at = page.created, page.created or page.revision
    person = author_of(by.user, site, wishes) if by and by.user else unknown_author(site)
    body = comment_markdown(html, site, page.title, references=references_of(html))
    names = linked_addresses(page.text, site) | {each.user for each in (by, page.revision) if each and each.user}
    yield source_of(site, page.title)
    yield person
    yield thread
    yield Message(
        key=_issue_key(site, title),
        source=thread.source,
        author=person.key,
        title=thread.title,
        body=masked(body, names, site, wishes),
        sent_at=at.at if at else None,
        date_source="source" if at else None,
        native_format="text/x-wiki",
        native=masked(page.text, names, site, wishes).encode(),
        thread=thread.key,
        origins=(Origin(source=thread.source, locator=page.locator),),
        url=thread.url,
        locator=page.locator,
    )
    if at and not by:
        text = "An issue was changed, and the export has only the date of that, not when it was written, nor by whom."
        yield Finding(stage="read", severity="info", code="dated-by-edit", text=text, locator=page.locator)
    yield from templates.findings()


def _replies(
    page: Page, site: Site, wishes: Wishes, subject: Title, ask: AskWiki | None, history: AskHistory | None
) -> Iterator[Record]:
    """What was said on the talk page, in the thread of the issue. Sections are no threads of their own there, but for
    what was delivered to many pages: each copy has its answers, and all are one thread."""
    keys, thread = PageKeys(site, subject), _thread(site, subject)
    is_begun = False
    for record in page_records(page, site, wishes, ask=ask, history=history):
        if isinstance(record, Thread) and keys.is_delivery(record.key):
            yield record
        elif isinstance(record, Thread):
            if not is_begun:
                yield source_of(site, shown_title(site, subject))
                yield thread
            is_begun = True
        elif isinstance(record, Message):
            top = record.thread if record.thread and keys.is_delivery(record.thread) else thread.key
            yield replace(record, thread=top, parent=record.parent or (None if record.key == top else top))
        else:
            yield record


def _thread(site: Site, title: Title) -> Thread:
    shown = shown_title(site, title)
    return Thread(
        key=_issue_key(site, title),
        source=source_of(site, shown).key,
        title=shown_title(site, Title(0, title.name)),
        labels=(LABEL,),
        url=None if addresses_in(title) else page_url(site, title) or None,
    )


def _issue_key(site: Site, title: Title) -> str:
    return PageKeys(site, title).issue()

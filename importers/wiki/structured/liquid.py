"""LiquidThreads: each post is a page of its own, which says whom it answers. In XML those are named by their titles, so
that titles are what posts are known by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from importers.wiki.keys import key_title
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.structured.tree import Post, Topic
from importers.wiki.structured.values import plain_title
from importers.wiki.titles import full_title, parse_title

THREAD, SUMMARY = 90, 92  # namespaces
_UNCHANGED = ("", "never", "has-reply")  # ThreadEditStatus: the newest version is the first one
_TYPES = ("", "normal")


def is_liquid(page: Page, site: Site) -> bool:
    """Whether the page is a post of LiquidThreads, or the summary of a thread."""
    return bool(page.thread) or parse_title(site, page.title).namespace == SUMMARY


def is_dated_by_edit(page: Page) -> bool:
    """Whether the only date that is known of a post is the one of a later change."""
    status = dict(page.thread).get("ThreadEditStatus", "")
    return page.created is None and page.revision is not None and status not in _UNCHANGED


def post_id(site: Site, title: str) -> str:
    """What a post is known by: its title without its namespace, and a digest where an IP address stands in it."""
    return key_title(site, parse_title(site, _inner(site, title)))


def _inner(site: Site, title: str) -> str:
    """ "Talk:Gurken/Giessen" of "Thread:Talk:Gurken/Giessen"."""
    parsed = parse_title(site, title, THREAD)
    return parsed.name if parsed.namespace in (THREAD, SUMMARY) else full_title(site, parsed)


def topic_of_page(page: Page, site: Site) -> Topic:
    """The part of a topic that the page is: one post, or the summary."""
    fields = dict(page.thread)
    if not fields:
        return _summary(page, site)
    ancestor, parent = fields.get("ThreadAncestor", ""), fields.get("ThreadParent", "")
    own = post_id(site, page.title)
    topic = post_id(site, ancestor or parent) if ancestor or parent else own
    answered = post_id(site, parent or ancestor) if parent or ancestor else None
    kind = fields.get("ThreadType", "")
    inner = _inner(site, ancestor or parent or page.title)
    post = Post(
        id=own,
        parent=None if answered == own else answered,
        author=fields.get("ThreadAuthor", "").strip() or _first_author(page),
        at=_written_at(page, fields),
        text=page.text,
        title=page.title,
        hidden="" if kind in _TYPES else kind,
    )
    return Topic(
        id=topic,
        board=fields.get("ThreadPage", "") or inner.partition("/")[0],
        title=plain_title(fields.get("ThreadSubject", "")) or inner.partition("/")[2],
        page=ancestor or parent or page.title,
        posts=(post,),
    )


def _summary(page: Page, site: Site) -> Topic:
    inner = _inner(site, page.title)
    post = Post(
        id=f"{post_id(site, page.title)}.summary",
        parent=None,
        author=page.revision.user if page.revision else None,
        at=page.revision.at if page.revision else None,
        text=page.text,
        kind="summary",
        title=page.title,
    )
    board, _, subject = inner.partition("/")
    return Topic(
        id=post_id(site, page.title), board=board, title=subject or board, page=inner, posts=(post,), is_part=True
    )


def _first_author(page: Page) -> str | None:
    first = page.created or page.revision
    return first.user if first else None


def _written_at(page: Page, fields: Mapping[str, str]) -> datetime | None:
    first = page.created or page.revision
    return first.at if first else None

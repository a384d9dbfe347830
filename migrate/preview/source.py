"""The page of a post beside its source, so that a conversion can be judged: what was read, and what becomes of it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from migrate.archive.dates import from_milliseconds
from migrate.pages import render, web
from migrate.pages.evidence import Piece, SourceView
from migrate.pages.sanitise import sanitise
from migrate.pages.view import PostView, TopicLine
from migrate.plan.authors import head_sql
from migrate.plan.scope import LEFT_OUT, PRIVATE, SKIPPED, UNDATED, UNSETTLED
from migrate.preview.findings import noted
from migrate.preview.forum import PlannedForum
from migrate.preview.native import Native, Text, read_native, without_hosts
from migrate.preview.redacted import Redacted
from migrate.preview.threads import Thread
from migrate.report.facts import without_address
from migrate.text import mask_addresses

_LONGEST_LOOK = 100_000  # characters: what is nested deep takes their square to be sanitised
# In a mailing they may be somebody's own: whoever follows one unsubscribes them.
_LINK = re.compile(r'<a\s(?:[^<>"]++|"[^"]*+")*+>')
_SOURCE = re.compile(r"/source/(\d{1,18})")


class _Message(NamedTuple):
    """A message as it is in the archive: not yet what may be shown."""

    id: int
    thread: int | None
    title: str
    sent_at: int | None
    date_source: str | None
    flags: str  # JSON
    url: str | None
    person: int
    name: str
    native_format: str
    native: bytes | None  # zlib
    native_at: int  # from which byte of it, and how many; None: all
    native_size: int | None


def page(forum: PlannedForum, path: str, _query: Mapping[str, str]) -> web.Page | None:
    """The page at `path`, as `migrate.pages.web.page`. A forum without what is private has none of these."""
    match = _SOURCE.fullmatch(path)
    if match is None or not forum.with_private:
        return None
    view = source_view(forum, int(match[1]))
    return web.Page(200, render.source(forum, view, forum.to)) if view else web.missing(forum)


def source_view(forum: PlannedForum, message_id: int) -> SourceView | None:
    """A message beside what becomes of it; None where the archive has no such message."""
    row = forum.archive.db.execute(_MESSAGE.format(head=head_sql(None)), (message_id,)).fetchone()
    if row is None:
        return None
    message = _Message(*row)
    redacted = Redacted(forum.archive, forum.plan)
    is_silent = forum.plan.withheld.is_silent(message.person)
    native, missing = (None, _SILENT) if is_silent else _native(message)
    thread = forum.threads.get(message.thread) if message.thread else None
    place = forum.number_of(message_id)
    topic = place[0] if place else None
    posts, before, after = _around(forum, thread, message_id) if thread and topic else ([], None, None)
    return SourceView(
        title=_title(forum, message, topic),
        name=_name(forum, message),
        created_at=from_milliseconds(message.sent_at),
        kind=native.kind if native else "",
        pieces=[_piece(one, redacted, message.person) for one in native.texts] if native else [],
        cut=native.cut if native else 0,
        missing=missing,
        places=_places(forum, message_id, redacted),
        url=redacted.url(message.url, message.person) if message.url and not is_silent else "",
        findings=[noted(forum, one, redacted) for one in forum.noting.of_message(message_id)],
        topic=topic,
        posts=posts,
        authors=[forum.cast.author(person) for person in _writers(thread)] if thread and topic else [],
        left_out="" if topic else _why_left_out(forum, message),
        before=before,
        after=after,
    )


def _native(message: _Message) -> tuple[Native | None, str]:
    """What the archive holds of the source, or why there is nothing to show."""
    if message.native is None:
        return None, _NOTHING_KEPT
    try:
        found = read_native(
            message.native,
            message.native_format,
            may_be_mail=message.date_source != "source",
            at=message.native_at,
            size=message.native_size,
        )
    except zlib.error:
        return None, _DAMAGED
    return found, "" if any(one.text or one.note for one in found.texts) else _NO_WORDS


def _piece(text: Text, redacted: Redacted, person: int) -> Piece:
    shown = redacted.source(text.text, person)
    shown = without_hosts(shown) if text.is_header else shown  # now that no address is to be known any more
    return Piece(
        title=mask_addresses(text.title),
        text=shown,
        note=mask_addresses(text.note),
        html=_LINK.sub("<a>", mask_addresses(sanitise(shown))) if text.is_html and len(shown) <= _LONGEST_LOOK else "",
    )


def _name(forum: PlannedForum, message: _Message) -> str:
    return without_address(forum.plan.withheld.called(message.person, message.name))


def _title(forum: PlannedForum, message: _Message, topic: TopicLine | None) -> str:
    if topic:
        return topic.title
    return mask_addresses(forum.plan.withheld.title(message.title, [message.person]))


def _around(forum: PlannedForum, thread: Thread, message_id: int) -> tuple[list[PostView], int | None, int | None]:
    """The posts of a message, and the messages of those before and after it."""
    order = list(thread.posts)
    at = order.index(message_id)
    places = [place for place in thread.places if place.post.message_id == message_id]
    before = order[at - 1] if at else None
    after = order[at + 1] if at + 1 < len(order) else None
    return forum.threads.show(thread, places), before, after


def _writers(thread: Thread) -> set[int]:
    return {post.person_id for post in thread.posts.values()}


def _places(forum: PlannedForum, message_id: int, redacted: Redacted) -> list[tuple[str, str]]:
    """Where it was read, in all its copies."""
    rows = forum.archive.db.execute(_PLACES, (message_id,)).fetchall()
    return [(redacted.line(name), redacted.line(locator)) for name, locator in rows]


def _why_left_out(forum: PlannedForum, message: _Message) -> str:
    flags = json.loads(message.flags)
    reason = next((flag for flag in LEFT_OUT if flag in flags), None) or _why_not_planned(forum, message)
    return _REASONS.get(reason, reason)


def _why_not_planned(forum: PlannedForum, message: _Message) -> str:
    scope, is_dated = forum.plan.scope, message.date_source not in (None, "neighbours")
    if message.thread is None:
        return UNSETTLED
    if not scope.count(f"id = {message.id:d} AND {scope.kept}"):
        return PRIVATE if is_dated or forum.plan.mapping.undated == "keep" else UNDATED
    return SKIPPED


_SILENT = "Whoever wrote this asked that their words be left out. So the source is not shown, either."
_NOTHING_KEPT = (
    "The archive holds no source of this message: it came by a file that carries none, or a name was taken out of it."
)
_NO_WORDS = "It came without words."
_DAMAGED = "The source cannot be read: the archive is damaged there. Import the same export once more."
_REASONS = {
    "machine-made": "It is machine-made: a bounce, an automatic answer or a command to the list.",
    "commit-notice": "It is a notice of a commit.",
    "build-notice": "It is a notice of a build.",
    "no-archive": "Its author marked it as not to be archived.",
    "trashed": "It lay in the trash.",
    "draft": "It is a draft.",
    UNDATED: "It has no date of its own, and the mapping leaves such messages out.",
    PRIVATE: "It answers on a private list, to a conversation elsewhere that others can read.",
    SKIPPED: "The mapping leaves it out.",
    UNSETTLED: "The import that read it was interrupted. Run it again.",
}
_MESSAGE = """
    SELECT message.id, thread_id, title, sent_at, date_source, flags, url, {head} AS head,
           coalesce((SELECT name FROM person_name WHERE person_id = author_id ORDER BY uses DESC, id LIMIT 1), ''),
           native_format, coalesce(native, (SELECT packed FROM native_block WHERE native_block.id = native_id)),
           coalesce(native_at, 0), native_size
    FROM message JOIN person ON person.id = author_id JOIN content ON message_id = message.id WHERE message.id = ?
"""
_PLACES = """
    SELECT name, locator FROM origin JOIN source ON source.id = source_id WHERE message_id = ? ORDER BY name, locator
"""

"""What the pages show that lead from a post to what it was made of, and to what was found on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .view import Author, PostView, Slice, TopicLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a source. Texts are plain, and shown as they are."""

    title: str  # what it is: "Header", "text/plain, utf-8"
    text: str = ""
    note: str = ""  # what is not shown of it
    html: str = ""  # how it looks, for what is HTML itself; safe


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One finding, and the post it is about, if it is about one."""

    code: str
    headline: str
    severity: str  # error, warning, info
    text: str
    locator: str  # where it stands in the export
    topic: TopicLine | None = None
    number: int | None = None  # of the post
    message: int | None = None  # whose source there is a page of


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A message as it was, beside what it becomes."""

    title: str
    name: str  # of who wrote it
    created_at: datetime | None
    kind: str  # what it was read from: "E-mail"
    pieces: Sequence[Piece]
    cut: int = 0  # bytes that are not shown
    missing: str = ""  # why no source is shown
    places: Sequence[tuple[str, str]] = ()  # the list or group, and the place in its export
    url: str = ""  # of the web, where it stood there
    findings: Sequence[Noted] = ()
    topic: TopicLine | None = None
    posts: Sequence[PostView] = ()  # what it becomes; none where it becomes nothing
    authors: Sequence[Author] = ()  # who wrote in its topic: quotes have their names
    left_out: str = ""  # why
    before: int | None = None  # the messages of the posts around it in its topic
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """All findings of a kind, in numbers."""

    code: str
    headline: str
    remedy: str
    severity: str
    count: int  # of what the headline counts
    posts: int
    lost: int  # items that did not become a message
    accepted: bool  # somebody has looked at them, and wants no reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class KindPage:
    """Some of the findings of a kind."""

    code: str
    headline: str
    remedy: str
    accepted: bool
    total: int  # on all pages
    first: int  # the number of the first one on this page
    findings: Sequence[Noted]
    slice: Slice

"""What was found on a page: its headings and what was said below them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading, or the place before the first one."""

    level: int  # 1 to 6 as in <h2>; 99 for the place before the first heading
    text: str  # without markup
    html: str  # what is inside the heading element
    name: str  # as DiscussionTools names it wherever the section goes: who began it and when, "h-Ann-20200303101500"
    id: str  # as DiscussionTools' links have it on this page: "h-Cucumbers-2020-03-03T10:15:00.000Z"
    placeholder: bool  # it stands for the place before the first heading
    line: int  # of the page's text, from 0
    parent: int | None  # which of the headings is the next higher one


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, and when."""

    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said, or what nobody signed."""

    author: str | None  # None where nobody signed
    shown: str  # the text of the link in the signature, "" without one
    at: datetime | None  # UTC, to the minute; None also where a signature has no date
    level: int  # 1 at the margin, one more for each list around it
    parent: int | None  # which of the comments this one answers; None for the heading
    reference_parent: int | None  # the same by DiscussionTools' rules: an outdented comment starts anew
    heading: int  # which of the headings it stands below
    html: str  # without the signature, and without the lists that indent all of it
    name: str  # "c-Ann-20200303101500"; "" without author or date
    id: str  # DiscussionTools' whole id on this page, "" without author or date
    line: int  # of the page's text, from 0: where it begins
    signature_line: int  # where it is signed, or else ends
    others: tuple[Signature, ...] = ()  # whose signatures stand in its text as well


@dataclass(frozen=True, slots=True)
class Discussion:
    """Headings and comments, both in the order of the page. Every comment stands below one of the headings."""

    headings: list[Heading]
    comments: list[Comment]

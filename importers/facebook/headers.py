"""What the columns of a table of posts and comments hold, by their headers: every program calls them otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from importers.facebook.text import one_line

Field = Literal["id", "author", "author_id", "text", "date", "url", "parent", "kind", "group"]

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
_COMMENT = frozenset({"comment", "comments", "commenter", "commented", "reply", "replies", "replier"})
_COUNTS = frozenset({"count", "number", "likes", "shares", "reactions", "total", "views", "score", "num", "like"})
_UNUSED = frozenset({
    "updated", "edited", "scraped", "exported", "page", "image", "photo", "video", "title", "email", "preview",
})  # fmt: skip
_AUTHOR = frozenset({
    "author", "by", "commenter", "from", "member", "name", "poster", "profile", "replier", "sender", "user", "username",
})  # fmt: skip
_FIELDS: tuple[tuple[Field, frozenset[str]], ...] = (  # the first that has a word of the header
    ("id", frozenset({"id", "key", "fbid"})),
    ("url", frozenset({"url", "link", "permalink", "href"})),
    ("author", _AUTHOR),
    ("date", frozenset({"date", "time", "created", "timestamp", "published", "posted", "datetime", "at"})),
    ("kind", frozenset({"type", "kind"})),
    ("text", frozenset({"text", "message", "content", "body", "post", "comment", "reply", "caption", "words"})),
)
WANTED = "an author, a text, a date; and to tell which comment belongs to which post: post id, comment id, parent id"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, of the post or of the comment."""

    of_comment: bool
    field: Field


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table that are understood, by their place."""

    at: dict[Column, int]

    @property
    def is_wide(self) -> bool:
        """Whether a row holds a comment beside its post."""
        return Column(True, "text") in self.at

    @property
    def looks_right(self) -> bool:
        """Whether this is a table of posts or comments at all."""
        fields = {column.field for column in self.at}
        told = bool(fields & {"parent", "id"}) or self.is_wide or fields >= {"url", "kind"}
        return "text" in fields and told and bool(fields & {"author", "date"})

    @property
    def missing(self) -> list[str]:
        """What it lacks."""
        fields = {column.field for column in self.at}
        return [field for field in ("author", "text", "date") if field not in fields]


def columns_of(headers: Sequence[str]) -> Columns:
    """The columns that these headers name; of two alike the first."""
    found: dict[Column, int] = {}
    for at, header in enumerate(headers[:500]):
        column = _column([word.lower() for word in _WORD.findall(one_line(header))])
        if column is not None:
            found.setdefault(column, at)
    return Columns(found)


def _column(words: Sequence[str]) -> Column | None:
    said = set(words)
    if not said or said & (_COUNTS | _UNUSED) or words == ["comments"]:
        return None
    if "group" in said:
        return Column(False, "group") if not said & {"id", "url", "link"} else None
    if "parent" in said or {"reply", "to"} <= said or {"replied", "to"} <= said:
        return Column(False, "parent")
    of_comment = bool(said & _COMMENT)
    field = next((field for field, names in _FIELDS if said & names), None)
    if field is None or (field == "url" and said & _AUTHOR):
        return None
    return Column(of_comment, "author_id" if field == "id" and said & _AUTHOR else field)

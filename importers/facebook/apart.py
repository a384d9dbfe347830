"""Comments of the Graph API in files of their own, page by page, apart from the posts that they stand below."""

from __future__ import annotations

import re
from collections.abc import Iterable

from importers.facebook.streaming import Json
from importers.facebook.values import get, identity, text

# What only comments have; what some programs add to posts, too; and what only posts have.
_OF_COMMENTS = ("can_hide", "can_remove", "can_reply_privately", "parent", "user_likes")
_COUNTS = ("comment_count", "like_count")
_OF_POSTS = (
    "actions",
    "attachments",
    "caption",
    "formatting",
    "link",
    "picture",
    "privacy",
    "shares",
    "status_type",
    "story",
    "to",
    "type",
    "updated_time",
)
_NUMBERED = re.compile(r"(?<!\d)\d{5,30}_(\d{9,30})(?!\d)")  # "GROUP_POST" in a name; dates are shorter
_EDGE = re.compile(r"/(?:\d{1,30}_)?(\d{1,30})/comments(?![^?/])")  # of a page's address
_OWN_ID = re.compile(r"(?:\d{1,30}_)?(\d{1,30})_\d{1,30}\Z")  # "POST_COMMENT"
_PERMALINK = re.compile(r"/(?:permalink|posts)/(\d{1,30})(?!\d)")


def post_named(path: str, pages: Iterable[str]) -> str:
    """The number of the post whose comments a file says that it holds, by its path or the addresses of its pages; ""
    where it does not."""
    if edge := next(filter(None, map(_EDGE.search, pages)), None):
        return edge[1]
    parts = path.split("/")[-2:]
    found = next((name[1] for part in reversed(parts) if (name := _NUMBERED.search(part))), "")
    return found if any("comment" in part.lower() for part in parts) else ""


def is_comment(value: Json, *, expected: bool) -> bool:
    """Whether an object of the API is a comment; `expected`: what it lies in is said to hold comments."""
    if get(value, *_OF_POSTS) is not None:
        return False
    if expected or get(value, *_OF_COMMENTS) is not None or "comment_id=" in text(get(value, "permalink_url")):
        return True
    is_simple = "_" not in identity(get(value, "id")) and get(value, "comments", "permalink_url") is None
    return is_simple and get(value, *_COUNTS) is not None


def post_of(comment: Json) -> str:
    """The number of the post that a comment says it is below; "" where it does not."""
    found = _OWN_ID.match(identity(get(comment, "id"))) or _PERMALINK.search(text(get(comment, "permalink_url")))
    return found[1] if found else ""

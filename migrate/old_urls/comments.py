"""Comments on a wiki's talk pages: MediaWiki leads `Special:GoToComment/ID` to wherever that one stands by now."""

from __future__ import annotations

import re

# The page is the first part of the path, or the title in the query, that begins with its namespace.
_COMMENT = re.compile(r"(?P<before>https?://[^/?#]+/(?:[^:?#/]+/)*(?:[^:?#/]+\?title=)?)[^/:?#]+:[^#]*#(?P<id>c-[^#]+)")


def by_id(url: str) -> str | None:
    """The address of a comment by its id, made of that on its page; None for what is none of DiscussionTools'."""
    match = _COMMENT.fullmatch(url.strip())
    return f"{match['before']}Special:GoToComment/{match['id']}" if match else None

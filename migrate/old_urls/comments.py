"""Talk pages of a wiki, and comments on them, as they are linked to.

MediaWiki leads `Special:GoToComment/ID` to wherever that one stands by now.
"""

from __future__ import annotations

import re

# The page is the first part of the path, or the title in the query, that begins with its namespace.
_COMMENT = re.compile(r"(?P<before>https?://[^/?#]+/(?:[^:?#/]+/)*(?:[^:?#/]+\?title=)?)[^/:?#]+:[^#]*#(?P<id>c-[^#]+)")


def by_id(url: str) -> str | None:
    """The address of a comment by its id, made of that on its page; None for what is none of DiscussionTools'."""
    match = _COMMENT.fullmatch(url.strip())
    return f"{match['before']}Special:GoToComment/{match['id']}" if match else None


def with_codes(url: str) -> str:
    """The address of a page as programs write it that encode the colon after a namespace: "Talk%3AFoo"."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host}{slash}{path.replace(':', '%3A')}"

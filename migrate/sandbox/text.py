"""What Discourse does to titles, bodies and names before it stores them."""

from __future__ import annotations

import re

_WIDE = "\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_STORED: dict[int, str | None] = {**dict.fromkeys(map(ord, _WIDE), " "), 0: None}
_REPEATED = re.compile(r"([!?])\1+")


def stored(raw: str) -> str:
    """A body as it is stored: special spaces plain, NULs and trailing white space gone."""
    return raw.translate(_STORED).rstrip(" \t\n\v\f\r")


def pretty_title(title: str, shouting_allowed: bool = False) -> str:
    """A title with the repairs that validated topics get."""
    title = _REPEATED.sub(r"\1", " ".join(title.split()))
    if title == title.upper() and title != title.lower() and not shouting_allowed:
        title = title.lower()
    title = title.rstrip(".") if not title.endswith("...") or title.strip(".") else title
    return title[:1].upper() + title[1:]


def entropy(words: str) -> int:
    """How many different characters there are; characters beyond ASCII count for more."""
    return sum(1 if letter.isascii() else 2 for letter in set(words))

"""Parts of a page that no other rule may touch any more: their HTML is put aside, and a mark stands in their place."""

from __future__ import annotations

import re
from typing import Literal

# DELETE never stands in wikitext: MediaWiki itself marks such places by it. What follows tells the kind.
EDGE = "\x7f"
Kind = Literal["i", "b", "c"]
INLINE: Kind = "i"
BLOCK: Kind = "b"
COMMENT: Kind = "c"
MARK = re.compile(r"\x7f([ibc])(\d+)\x7f")
COMMENTS = re.compile(r"(?:\x7fc\d+\x7f)+")


class Marks:
    """The parts that were put aside, by number."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def put(self, html: str, kind: Kind) -> str:
        """Put HTML aside; marks within it are resolved now. Returns the mark."""
        self._parts.append(self.resolved(html))
        return f"{EDGE}{kind}{len(self._parts) - 1}{EDGE}"

    def resolved(self, text: str) -> str:
        """The text with all parts back in their places."""
        return MARK.sub(lambda match: self._parts[int(match[2])], text) if EDGE in text else text

    def replace(self, mark: str, html: str) -> None:
        """Say later what a mark stands for."""
        match = MARK.fullmatch(mark)
        assert match
        self._parts[int(match[2])] = self.resolved(html)

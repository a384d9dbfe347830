"""Texts that are Markdown at their source already: Workplace has it."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt

from migrate.content import escape, html_to_markdown

LONGEST = 100_000  # characters; Workplace itself takes fewer
_MARKS = re.compile(
    r"[*`~]+|(?<!\w)_+|_+(?!\w)|^ {0,3}(?:#{1,6} |> ?)|!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)", re.MULTILINE
)


def neutral(text: str) -> str:
    """The same in neutral Markdown: without raw HTML and whatever else our own pages do not know."""
    if len(text) > LONGEST:
        return escape(text)
    found = html_to_markdown(_reader().render(text))
    return "\n\n".join(filter(None, (found.body, found.elided)))


def words(text: str) -> str:
    """What it says, for a title."""
    return _MARKS.sub(lambda found: found[1] or "", text[:LONGEST])


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])

"""Plain text mail to neutral Markdown."""

from __future__ import annotations

from migrate.content.blocks import markdown
from migrate.content.converted import Converted
from migrate.content.escape import clean
from migrate.content.flowed import unflow
from migrate.content.quotes import visible_end


def plain_to_markdown(text: str, *, flowed: bool = False, delsp: bool = False) -> Converted:
    """Convert a text/plain body; `flowed` and `delsp` stand in its Content-Type (RFC 3676). Never raises."""
    lines = clean(text).split("\n")
    if flowed:
        lines = unflow(lines, delsp=delsp)
    lines = list(map(str.rstrip, lines))
    end = visible_end(lines)
    return Converted(markdown(lines[:end]), markdown(lines[end:]))

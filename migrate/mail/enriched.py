"""text/enriched (RFC 1896) and its forerunner text/richtext as plain text: the words, without how they looked."""

from __future__ import annotations

import re

MEDIA_TYPES = ("text/enriched", "text/richtext")

# The name of a font or a colour, and remarks that readers do not see.
_UNSEEN = re.compile(r"<(param|comment)>[^<]*(?:<(?!/\1>)[^<]*)*(?:</\1>|\Z)", re.IGNORECASE)
_COMMAND = re.compile(r"</?([a-z0-9-]{1,60})>", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\n+")
_LITERAL = "\0"
_STANDS_FOR = {
    "lt": _LITERAL,
    "nl": "\n\n",
    "np": "\n\n\n",
    "paragraph": "\n\n",
}  # of richtext, before line ends are read


def as_plain(text: str) -> str:
    """The text that was meant: a single line end is a space, and of several one goes away (RFC 1896 2)."""
    text = _UNSEEN.sub("", text.replace("<<", _LITERAL))
    text = _COMMAND.sub(lambda found: _STANDS_FOR.get(found[1].lower(), ""), text)
    return _LINE_ENDS.sub(lambda found: found[0][1:] or " ", text).replace(_LITERAL, "<").strip() + "\n"

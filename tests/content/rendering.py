"""What a reader sees of Markdown, to compare it with what somebody wrote."""

from __future__ import annotations

import re
from html import unescape

from markdown_it import MarkdownIt

_RENDERER = MarkdownIt("commonmark", {"breaks": True, "html": False}).enable(["table", "strikethrough"])
_BLOCK_TAG = re.compile(r"<br />|</?(?:p|li|ul|ol|blockquote|h[1-6]|pre|hr|table|thead|tbody|tr|td|th)\b[^>]*>")


def render(markdown: str) -> str:
    """The HTML of neutral Markdown: a newline is a line break, HTML is text, tables and strikethrough are known."""
    return str(_RENDERER.render(markdown))


def seen(markdown: str) -> str:
    """The text a reader sees, white space apart."""
    return squeezed(unescape(re.sub(r"<[^>]*>", "", _BLOCK_TAG.sub(" ", render(markdown)))))


def squeezed(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The runs of letters and digits of a text."""
    return re.findall(r"[^\W_]+", text)

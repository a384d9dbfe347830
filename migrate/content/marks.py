"""Escapes that survive a library.

The HTML library would escape far too much or nothing, so text is escaped before it, with noncharacters in place of
backslashes; those whose need shows in the finished line only (is it at its start?) are settled afterwards.
"""

from __future__ import annotations

import re

from migrate.content.escape import escape_inline

_ESCAPE = "\ufdd0"  # a backslash that escapes
_BACKSLASH = "\ufdd1"  # a backslash of the text
_AT_START = "\ufdd2"  # escapes what follows where it stands at a line's start
_BEFORE_LINK = "\ufdd3"  # escapes the exclamation mark that follows where a link comes next

_MAY_START_LINE = re.compile(r" ?\d{0,9}(?=[.)](?:\s|\Z))| ?(?=[-+#>=|:])")
_STRUCTURE = re.compile(rf"^((?:[> ]|[-*+] |\d{{1,9}}\. |#{{1,6}} )*\d{{0,9}}){_AT_START}", re.MULTILINE)
_LEFT_OVER = re.compile(f"[{_ESCAPE}-{_BEFORE_LINK}]")


def protect(text: str, *, in_link: bool = False) -> str:
    """A piece of text, without line ends, that a library which escapes nothing may place anywhere but in code."""
    text = text.replace("\\", _BACKSLASH)
    text = escape_inline(text, urls=not in_link).replace("\\", _ESCAPE)
    if text[:1] == "~":  # another one may come next to it
        text = _ESCAPE + text
    if text[-1:] == "~" and text[-2:-1] != _ESCAPE:
        text = f"{text[:-1]}{_ESCAPE}~"
    if text[-1:] == "!":
        text = text[:-1] + _BEFORE_LINK + "!"
    start = _MAY_START_LINE.match(text)
    return text[: start.end()] + _AT_START + text[start.end() :] if start else text


def resolve(markdown: str) -> str:
    """The library's Markdown with each mark as the backslash it stands for, or gone."""
    if not _LEFT_OVER.search(markdown):
        return markdown
    markdown = _STRUCTURE.sub(rf"\1{_ESCAPE}", markdown)
    markdown = markdown.replace(_BEFORE_LINK + "![", _ESCAPE + "![")
    markdown = markdown.replace(_BACKSLASH, "\\\\").replace(_ESCAPE, "\\")
    return _LEFT_OVER.sub("", markdown)

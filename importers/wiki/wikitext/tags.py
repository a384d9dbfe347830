"""HTML in wikitext: the tags that MediaWiki lets pass, with attributes that do no harm; all else is shown as text."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from importers.wiki.wikitext.lined import GONE, Lined, settled

_PAIRED = frozenset(
    {
        *("abbr", "b", "bdi", "bdo", "big", "blockquote", "caption", "center", "cite", "code", "data", "dd", "del"),
        *("dfn", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd", "li", "mark"),
        *("ol", "p", "pre", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong"),
        *("sub", "sup", "table", "td", "th", "time", "tr", "tt", "u", "ul", "var"),
    }
)
_VOID = frozenset({"br", "hr", "wbr"})
# Elements that begin a block tell the line they begin in.
NUMBERED = frozenset(
    {"p", "li", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "table", "pre", "blockquote", "div", "td", "th"}
)
_KEPT = frozenset({"class", "id", "lang", "dir", "title", "colspan", "rowspan", "start", "value", "reversed"})
_TAG = re.compile(
    r"<(?:(/?)([a-zA-Z][^\s/><]*+)([^<>]*+)>)?|&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,30};)"
)
_LOOSE = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,30};)")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][-\w:.]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_LONGEST = 5000  # characters of a tag's attributes that are read
# What would act as wikitext within an attribute's value.
_ACTIVE = {ord(sign): f"&#{ord(sign)};" for sign in "\"'<>[]{}|\n"}
_MARK = re.compile("\x7f[a-z][0-9]+;")


def escape(text: str) -> str:
    """Text as HTML. Entities in it stay what they are."""
    return _LOOSE.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """The value of an attribute, in which nothing acts as wikitext, without its quotes. Entities in it are read."""
    text = html.unescape(text) if "&" in text else text
    return text.replace("&", "&amp;").translate(_ACTIVE)


@lru_cache(maxsize=2048)
def attributes(text: str) -> str:
    """The attributes that are kept of those in a tag, each with a space before it."""
    if not text or "=" not in text:
        return ""
    kept: dict[str, str] = {}
    for written, *values in _ATTRIBUTE.findall(_MARK.sub("", text[:_LONGEST])):
        name = written.lower()
        if name in _KEPT or (name.startswith("data-") and name != "data-line"):
            kept[name] = " ".join("".join(values).split())
    return "".join(f' {name}="{attribute(value)}"' for name, value in kept.items())


def sanitized(lined: Lined) -> Lined:
    """The text with those tags that may stand in it; signs that would be read as HTML are written as entities."""
    text, numbers = lined.text, lined.numbers
    if "<" not in text and "&" not in text:
        return lined
    pieces: list[str] = []
    place = line = counted = 0
    for found in _TAG.finditer(text):
        pieces.append(text[place : found.start()])
        place = found.end()
        if found[2] is None:
            pieces.append("&lt;" if found[0] == "<" else "&amp;")
            continue
        name = found[2].lower()
        if name in NUMBERED and not found[1]:
            line += text.count("\n", counted, found.start())
            counted = found.start()
            pieces.append(_tag(found, name, f' data-line="{numbers[line]}"'))
        else:
            pieces.append(_tag(found, name, ""))
    return settled("".join([*pieces, text[place:]]), numbers)


def _tag(found: re.Match[str], name: str, line: str) -> str:
    if name in _VOID:  # </br> is read as <br> by browsers
        return f"<{name}>" + GONE * found[0].count("\n")
    if name not in _PAIRED:
        return "&lt;" + _LOOSE.sub("&amp;", found[0][1:])
    if found[1]:
        return f"</{name}>" + GONE * found[0].count("\n")
    written = f"<{name}{attributes(found[3])}{line}>"
    return written + GONE * found[0].count("\n") if "\n" in found[3] else written

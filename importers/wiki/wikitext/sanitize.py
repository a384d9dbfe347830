"""HTML in wikitext: what a wiki allows passes, with harmless attributes; all else is text."""

from __future__ import annotations

import html
import re

_ALLOWED = frozenset(
    (
        *("abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col"),
        *("colgroup", "data", "dd", "del", "dfn", "div", "dl", "dt", "em", "font", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p"),
        *("q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong"),
        *("sub", "sup", "table", "td", "th", "time", "tr", "tt", "u", "ul", "var", "wbr"),
    )
)
_VOID = frozenset(("br", "hr", "wbr", "col"))
_ATTRIBUTES = frozenset(
    ("class", "id", "lang", "dir", "title", "colspan", "rowspan", "scope", "start", "value", "datetime", "data-title")
)
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s[^<>]*)?)/?>|[<>]|&(?!(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)"
)
_ATTRIBUTE = re.compile(r"""([\w:-]{1,60})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]+))""")
_ESCAPED = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def sanitized(text: str) -> str:
    """The text as HTML, but for the wikitext in it: allowed elements, and everything else escaped."""
    return _TAG.sub(_tag, text)


def _tag(match: re.Match[str]) -> str:
    name = (match[2] or "").lower()
    if not name:
        return _ESCAPED[match[0]]
    if name not in _ALLOWED:
        return html.escape(match[0], quote=False)
    if match[1]:
        return "<br>" if name == "br" else f"</{name}>" if name not in _VOID else ""
    closed = f"</{name}>" if match[0].endswith("/>") and name not in _VOID else ""
    return f"<{name}{attributes(match[3])}>{closed}"


def attributes(text: str) -> str:
    """Those attributes that tell something and do nothing, ready to stand in a tag."""
    kept: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        name = match[1].lower()
        if name in _ATTRIBUTES:
            kept[name] = html.unescape(next(value for value in match.groups()[1:] if value is not None))
    return "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())

"""What protects the HTML libraries from hostile input: they take quadratic time, or run out of stack, on some of it."""

from __future__ import annotations

import html
import re
from collections import Counter

_DEEPEST = 150  # elements; mail does not come near
_MOST_WORK = 5_000_000  # elements times their depth: what a parser may do to reopen formatting elements in each block

_LONG_RUN = re.compile(r"[^>]{50000,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<(?:(/?)([a-zA-Z][a-zA-Z0-9]*)|[!?])[^<>]*>?")
_BREAK = re.compile(r"^(?:p|div|br|li|tr|h[1-6]|blockquote|pre|table|ul|ol)$")
# They have no content, or end by themselves where the next one begins.
_SHALLOW = frozenset((
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
    *("a", "body", "colgroup", "dd", "dt", "head", "html", "li", "nobr", "optgroup", "option", "p"),
    *("tbody", "td", "tfoot", "th", "thead", "tr"),
))  # fmt: skip
_UNREADABLE = frozenset(("script", "style", "title"))


def endless(source: str) -> bool:
    """Whether a tag has too many attributes, or the elements are nested too deep, to be parsed as HTML."""
    return _crowded(source) or _deep(source)


def _crowded(source: str) -> bool:
    """Whether a tag may have thousands of attributes. Long text without any tag looks the same, and needs no parser."""
    return any(len(run[0].split()) * 40 > len(run[0]) for run in _LONG_RUN.finditer(source))


def _deep(source: str) -> bool:
    """Whether the elements are nested too deep; a guess that never takes a deep one for a flat one."""
    if source.count("<") <= _DEEPEST:
        return False
    still_open: Counter[str] = Counter()
    depth = work = 0
    for closing, tag in _TAG.findall(source):
        work += depth
        name = tag.lower()
        if name in _SHALLOW:
            continue
        if not closing:
            still_open[name] += 1
            depth += 1
        elif still_open[name]:
            still_open[name] -= 1
            depth -= 1
        if depth > _DEEPEST or work > _MOST_WORK:
            return True
    return False


def bare_text(source: str) -> str:
    """The text between the tags, with a line break for each block."""
    result: list[str] = []
    at = 0
    within = ""
    for tag in _ANY_TAG.finditer(source):
        if not within:
            result.append(source[at : tag.start()])
        at = tag.end()
        name = (tag[2] or "").lower()
        if name in _UNREADABLE:
            within = "" if tag[1] else within or name
        elif _BREAK.match(name):
            result.append("\n")
    if not within:
        result.append(source[at:])
    return html.unescape("".join(result))

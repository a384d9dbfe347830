"""format=flowed: paragraphs that were wrapped for the way are made whole (RFC 3676)."""

from __future__ import annotations

import re

_QUOTE_MARKS = re.compile(r">*")
_SIGNATURE_MARK = "-- "


def unflow(lines: list[str], *, delsp: bool) -> list[str]:
    """The lines as written: soft line breaks joined, space-stuffing undone, quotes as `>` marks and a space.

    A line of text that begins with `>` keeps its stuffing space, so that it does not turn into a quote.
    """
    result: list[str] = []
    parts: list[str] = []
    depth = 0
    for line in lines:
        marks = len(_QUOTE_MARKS.match(line)[0])  # type: ignore[index]  # it matches always, if only nothing
        content = line[marks:]
        if content[:1] == " ":
            content = content[1:]
        fixed = content in ("", _SIGNATURE_MARK) or content.isspace()  # a blank line, of a patch perhaps, is not flowed
        if parts and (marks != depth or fixed):  # RFC 3676 4.3 and 4.5: these end a paragraph
            result.append(_joined(parts, depth))
            parts = []
        depth = marks
        if content[-1:] == " " and not fixed:
            parts.append(content[:-1] if delsp else content)
            continue
        parts.append(content)
        result.append(_joined(parts, depth))
        parts = []
    if parts:
        result.append(_joined(parts, depth))
    return result


def _joined(parts: list[str], depth: int) -> str:
    text = "".join(parts)
    if depth:
        return ">" * depth + " " + text
    return " " + text if text[:1] == ">" else text

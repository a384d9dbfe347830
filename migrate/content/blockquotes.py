"""The block quotes of neutral Markdown, numbered, so that whoever means the third one means the same.

They are counted in the order in which they begin, from 0; one within another is counted right after the one around it.
What looks like a quote inside a fence is code; one that is indented, as in a list item, is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Quote marks and list markers before a fence, the fence, what stands behind it.
FENCE = re.compile(r"((?:[ \t]*+(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*+)[ \t]*+(`{3,}(?=[^`]*$)|~{3,})(.*)")

_DEEPEST = 12  # deeper marks count as text
_MARKS = re.compile(rf"(?:> ?){{1,{_DEEPEST}}}")
_UNQUOTED = [re.compile(rf"(?:> ?){{0,{depth}}}") for depth in range(_DEEPEST + 1)]


@dataclass(frozen=True, slots=True)
class BlockQuote:
    """One quote: the lines from `start` to before `stop`, each behind `depth` marks or more."""

    number: int
    depth: int
    start: int
    stop: int


def depth_of(line: str) -> int:
    """How many quote marks stand before the line."""
    if line[:1] != ">":
        return 0
    return 1 if ">" not in line[1:3] else _MARKS.match(line)[0].count(">")  # type: ignore[index]  # it begins with one


def quote_depths(lines: Sequence[str]) -> list[int]:
    """For each line how many quotes it stands in."""
    text = "\n".join(lines)
    if "```" not in text and "~~~" not in text:
        return [depth_of(line) if line[:1] == ">" else 0 for line in lines]
    found: list[int] = []
    fence, around = "", 0
    for line in lines:
        depth = depth_of(line)
        if fence and depth < around:
            fence = ""  # its quote ended, and it with it
        mark = FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            found.append(around)
            if mark and mark[2].startswith(fence) and not mark[3].strip():
                fence = ""
            continue
        if mark:
            fence, around = mark[2], depth
        found.append(depth)
    return found


def block_quotes(depths: Sequence[int], *, first: int = 0) -> list[BlockQuote]:
    """The quotes of a text by the depths of its lines; they are numbered from `first`."""
    return sorted(_ended(depths, first), key=lambda quote: quote.number)


def _ended(depths: Sequence[int], number: int) -> Iterator[BlockQuote]:
    """The quotes in the order in which they end."""
    standing: list[tuple[int, int]] = []  # number and first line of each quote that the line is in
    before = 0
    for at, depth in enumerate((*depths, 0)):
        if depth == before:
            continue
        before = depth
        while len(standing) > depth:
            opened, start = standing.pop()
            yield BlockQuote(opened, len(standing) + 1, start, at)
        while len(standing) < depth:
            standing.append((number, at))
            number += 1


def unquoted(line: str, depth: int) -> str:
    """The line without so many of the quote marks before it."""
    return line if line[:1] != ">" else line[_UNQUOTED[depth].match(line).end() :]  # type: ignore[union-attr]  # it matches nothing at least

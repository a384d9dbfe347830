"""Footers of lists that stand within quotes: who answers below one had no reason to repeat it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from migrate.content import endings
from migrate.content.blockquotes import depth_of

_MARKS = re.compile(r"(?:> ?)*")
_RULE = re.compile(r"\n>[> ]*+(?:-{1,2}|[-_=*]{5,})(?=\n)")  # a quick look


def without_footers(lines: list[str], parts: Iterable[range]) -> Iterator[range]:
    """These ranges of lines, in order, without the footers that their quotes end with."""
    for part in parts:
        start = part.start
        for footer in _footers(lines[part.start : part.stop]):
            yield range(start, part.start + footer.start)
            start = part.start + footer.stop
        yield range(start, part.stop)


def _footers(lines: list[str]) -> Iterator[range]:
    if not _RULE.search("\n".join(["", *lines, ""])):
        return
    at = 0
    for depth, group in groupby(lines, depth_of):
        start, at = at, at + len(list(group))
        if depth and (at == len(lines) or depth_of(lines[at]) < depth):
            quote = [_MARKS.sub("", line, count=1) for line in lines[start:at]]
            end = _end(quote)
            # Nothing is left of a quote that holds but a footer, unless it goes on above, in one of another depth.
            if end < len(quote) and (any(quote[:end]) or lines[start - 1 : start][:1] > [">"]):
                yield range(start + end, at)


def _end(quote: list[str]) -> int:
    """Where the quote would end without its footers; behind its last line if it has none."""
    found, end = len(quote), len(quote)
    while True:
        while end and not quote[end - 1]:
            end -= 1
        cut = endings.footer(quote, end)
        if cut >= end:
            return found
        found = end = cut

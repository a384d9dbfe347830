"""Lines of plain text to Markdown blocks: paragraphs, nested quotes, and fences round what is laid out by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from migrate.content.escape import escape_inline, escape_lines, escape_starts
from migrate.content.preformatted import fence, preformatted, worth_a_look

MAX_QUOTE_DEPTH = 12  # renderers stop at some nesting; nobody quotes deeper

_PREFIXES = ["> " * depth for depth in range(MAX_QUOTE_DEPTH + 1)]
_QUOTE = re.compile(r"(?:> ?)+")
_BLANK_LINES = re.compile(r"\n{3,}")


def markdown(lines: list[str]) -> str:
    """The Markdown of clean lines without trailing white space. Each `>` that a line begins with quotes it once."""
    text = "\n" + "\n".join(lines)
    simple = not worth_a_look(text)
    if simple:
        lines = escape_inline(text).split("\n")[1:]  # at once for all lines, since this is most of the work
    if "\n>" not in text:
        return _tidy(escape_starts(lines) if simple else _blocks(lines))
    split = [_depth(line) if line[:1] == ">" else (0, line) for line in lines]
    return _tidy("\n".join(_quoted(_plain_lines(split) if simple else _block_lines(split))))


def _plain_lines(split: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines with their quote depth, escaped; they went through `escape_inline` before."""
    texts = escape_starts([line for _, line in split]).split("\n")
    return zip((depth for depth, _ in split), texts, strict=True)


def _block_lines(split: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The same where some lines are to be fenced, which may add lines."""
    for depth, group in groupby(split, itemgetter(0)):
        for line in _blocks([line for _, line in group]).split("\n"):
            yield depth, line


def _quoted(lines: Iterable[tuple[int, str]]) -> Iterator[str]:
    previous = (0, "")
    for depth, line in lines:
        if depth < previous[0]:  # without a blank line this one would continue the inner quote's paragraph
            yield _PREFIXES[depth].rstrip()
            previous = (depth, "")
        if line:
            yield _PREFIXES[depth] + line
        elif previous != (depth, ""):
            yield _PREFIXES[depth].rstrip()
        previous = (depth, line)


def _depth(line: str) -> tuple[int, str]:
    if line[1:2] == " " and line[2:3] != ">":
        return 1, line[2:]  # by far the most frequent
    end = _QUOTE.match(line).end()  # type: ignore[union-attr]  # it begins with a mark
    return min(line.count(">", 0, end), MAX_QUOTE_DEPTH), line[end:]


def _blocks(lines: list[str]) -> str:
    result: list[str] = []
    end = 0
    for start, stop in preformatted(lines):
        if start > end:
            result.append(escape_lines(lines[end:start]))
        result.append(fence(lines[start:stop]))
        end = stop
    if end < len(lines):
        result.append(escape_lines(lines[end:]))
    return "\n".join(result)


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip("\n")

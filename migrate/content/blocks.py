"""Lines of plain text to Markdown blocks: paragraphs, lists, nested quotes, fences round what is laid out by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from migrate.content.escape import escape_inline, escape_starts
from migrate.content.lists import with_lists
from migrate.content.preformatted import fence, preformatted, worth_a_look

MAX_QUOTE_DEPTH = 12  # renderers stop at some nesting; nobody quotes deeper

_PREFIXES = ["> " * depth for depth in range(MAX_QUOTE_DEPTH + 1)]
_QUOTE = re.compile(r"(?:> ?)+")
_BLANK_LINES = re.compile(r"\n{3,}")


def markdown(lines: list[str]) -> str:
    """The Markdown of clean lines without trailing white space. Each `>` that a line begins with quotes it once."""
    text = "\n" + "\n".join(lines)
    special = worth_a_look(text)
    quoted = "\n>" in text
    escaped = escape_inline(text).split("\n")[1:]  # at once for all lines, since this is most of the work
    if not quoted:
        plain = escape_starts(escaped)
        return _tidy("\n".join(_blocks(lines, plain.split("\n"))) if special else plain)
    split = _split(lines)
    behind_marks = [text[len(line) - len(rest) :] for text, line, (_, rest) in zip(escaped, lines, split, strict=True)]
    plain_lines = escape_starts(behind_marks).split("\n")
    if special:
        return _tidy("\n".join(_quoted(_block_lines(split, plain_lines))))
    return _tidy("\n".join(_quoted(zip((depth for depth, _ in split), plain_lines, strict=True))))


def _split(lines: list[str]) -> list[tuple[int, str]]:
    return [_depth(line) if line[:1] == ">" else (0, line) for line in lines]


def _block_lines(split: list[tuple[int, str]], plain: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their quote depth, some of them fenced or made list items, which may add lines."""
    at = 0
    for depth, group in groupby(split, itemgetter(0)):
        lines = [line for _, line in group]
        for line in _blocks(lines, plain[at : at + len(lines)]):
            yield depth, line
        at += len(lines)


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


def _blocks(lines: list[str], plain: list[str]) -> list[str]:
    """Lines of one depth as blocks; `plain` are the same escaped, each as a line of text."""
    result: list[str] = []
    end = 0
    for start, stop in preformatted(lines):
        result += with_lists(lines[end:start], plain[end:start])
        result += fence(lines[start:stop]).split("\n")
        end = stop
    return result + with_lists(lines[end:], plain[end:])


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip("\n")

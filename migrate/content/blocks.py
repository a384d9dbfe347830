"""Lines of plain text to Markdown blocks: paragraphs, lists, nested quotes, fences round what is laid out by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from migrate.content.emphasis import with_emphasis
from migrate.content.escape import escape_inline, escape_starts
from migrate.content.layout import may_be_laid_out
from migrate.content.lists import with_lists
from migrate.content.preformatted import fence, may_begin, preformatted
from migrate.content.wrapping import joined, wrap_width

MAX_QUOTE_DEPTH = 12  # renderers stop at some nesting; nobody quotes deeper

_PREFIXES = ["> " * depth for depth in range(MAX_QUOTE_DEPTH + 1)]
_BLANK = [prefix.rstrip() for prefix in _PREFIXES]
_QUOTE = re.compile(r"(?:> ?)+")
_BLANK_LINES = re.compile(r"\n{3,}")


def markdown(lines: list[str], *, wrapped: bool = True) -> str:
    """The Markdown of clean lines without trailing white space. Each `>` that a line begins with quotes it once.

    `wrapped`: a program may have broken the lines, so that what was one line is to be made one again.
    """
    text = "\n" + "\n".join(lines)
    laid_out = may_be_laid_out(text)
    special = laid_out or may_begin(text)
    quoted = "\n>" in text
    escaped = with_emphasis(escape_inline(text)).split("\n")[1:]  # at once for all lines
    if not quoted:
        plain = escape_starts(escaped)
        width = wrap_width(lines) if wrapped else 0
        if not special:
            return _tidy("\n".join(joined(lines, plain.split("\n"), width)) if width else plain)
        return _tidy("\n".join(text_blocks(lines, plain.split("\n"), laid_out=laid_out, width=width)))
    split = _split(lines)
    widths = _widths(split) if wrapped else {}
    behind_marks = [text[len(line) - len(rest) :] for text, line, (_, rest) in zip(escaped, lines, split, strict=True)]
    plain_lines = escape_starts(behind_marks).split("\n")
    if special or any(widths.values()):
        laid_out = laid_out and special
        return _tidy("\n".join(_quoted(_block_lines(split, plain_lines, laid_out=laid_out, widths=widths))))
    return _tidy("\n".join(_quoted(zip((depth for depth, _ in split), plain_lines, strict=True))))


def _split(lines: list[str]) -> list[tuple[int, str]]:
    return [_depth(line) if line[:1] == ">" else (0, line) for line in lines]


def _widths(split: list[tuple[int, str]]) -> dict[int, int]:
    """At which width the lines of each depth were wrapped; lines of other depths part them."""
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for depth, group in groupby(split, itemgetter(0)):
        lines[depth] += [*map(itemgetter(1), group), ""]
    return {depth: wrap_width(there) for depth, there in lines.items()}


def _block_lines(
    split: list[tuple[int, str]], plain: list[str], *, laid_out: bool, widths: dict[int, int]
) -> Iterator[tuple[int, str]]:
    """Lines with their quote depth, some of them fenced or made list items, which may add lines."""
    at = 0
    for depth, group in groupby(split, itemgetter(0)):
        lines = [line for _, line in group]
        there = plain[at : at + len(lines)]
        for line in text_blocks(lines, there, laid_out=None if laid_out else False, width=widths.get(depth, 0)):
            yield depth, line
        at += len(lines)


def _quoted(lines: Iterable[tuple[int, str]]) -> list[str]:
    result: list[str] = []
    before = 0
    blank = False  # whether the line before is, at this depth
    for depth, line in lines:
        if depth != before:
            blank = depth < before
            if blank:  # without a blank line this one would continue the inner quote's paragraph
                result.append(_BLANK[depth])
            before = depth
        if line:
            result.append(_PREFIXES[depth] + line)
        elif not blank:
            result.append(_BLANK[depth])
        blank = not line
    return result


def _depth(line: str) -> tuple[int, str]:
    if line[1:2] == " " and line[2:3] != ">":
        return 1, line[2:]  # by far the most frequent
    end = _QUOTE.match(line).end()  # type: ignore[union-attr]  # it begins with a mark
    return min(line.count(">", 0, end), MAX_QUOTE_DEPTH), line[end:]


def text_blocks(lines: list[str], plain: list[str], *, laid_out: bool | None = None, width: int = 0) -> list[str]:
    """Lines of one depth as blocks; `plain` are the same escaped, each as a line of text.

    `laid_out` is what `may_be_laid_out` says of them, None where nobody asked; `width` where they were wrapped.
    """
    result: list[str] = []
    end = 0
    for start, stop in preformatted(lines, laid_out=laid_out):
        result += with_lists(lines[end:start], plain[end:start], width)
        result += fence(lines[start:stop]).split("\n")
        end = stop
    return result + with_lists(lines[end:], plain[end:], width)


def _tidy(text: str) -> str:
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip("\n")

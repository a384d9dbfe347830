"""Lines of plain text to Markdown blocks: paragraphs, lists, nested quotes, fences round what is laid out by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from migrate.content.emphasis import with_emphasis
from migrate.content.escape import escape_inline, escape_starts
from migrate.content.layout import may_be_laid_out
from migrate.content.lists import with_lists
from migrate.content.preformatted import fence, may_begin, preformatted
from migrate.content.wrapping import NO_BREAKS, Breaks, breaks_in, joined

MAX_QUOTE_DEPTH = 12  # renderers stop at some nesting; nobody quotes deeper

_PREFIXES = ["> " * depth for depth in range(MAX_QUOTE_DEPTH + 1)]
_BLANK = [prefix.rstrip() for prefix in _PREFIXES]
_QUOTE = re.compile(r"(?:> ?)+")
_BLANK_LINES = re.compile(r"\n\n\n+")  # its first two are a prefix to search for


def markdown(lines: list[str], *, wrapped: bool = True) -> str:
    """The Markdown of clean lines without trailing white space. Each `>` that a line begins with quotes it once.

    `wrapped`: a program may have broken the lines, so that what was one line is to be made one again.
    """
    if not any(lines):
        return ""
    text = "\n" + "\n".join(lines)
    laid_out = may_be_laid_out(text)
    special = laid_out or may_begin(text)
    escaped = with_emphasis(escape_inline(text)).split("\n")[1:]  # at once for all lines
    if "\n>" not in text:
        plain = escape_starts(escaped)
        breaks = breaks_in(lines) if wrapped else NO_BREAKS
        if not special:
            return _tidy("\n".join(joined(lines, plain.split("\n"), breaks)) if breaks else plain)
        return _tidy("\n".join(text_blocks(lines, plain.split("\n"), laid_out=laid_out, breaks=breaks)))
    parts = _parts(lines)
    unmarked = chain.from_iterable(there for _, there in parts)
    behind_marks = [text[len(line) - len(rest) :] for text, line, rest in zip(escaped, lines, unmarked, strict=True)]
    plain_lines = escape_starts(behind_marks).split("\n")
    breaks_at = _breaks_at(parts) if wrapped else {}
    return _tidy("\n".join(_quoted(_written(parts, plain_lines, special, None if laid_out else False, breaks_at))))


_Part = tuple[int, list[str]]  # lines in a row of one quote depth, and that depth


def _parts(lines: list[str]) -> list[_Part]:
    """The lines without their quote marks."""
    parts: list[_Part] = []
    there: list[str] = []
    before = -1
    for line in lines:
        if line[:1] != ">":
            depth, rest = 0, line
        elif line[1:2] == " " and line[2:3] != ">":  # by far the most frequent
            depth, rest = 1, line[2:]
        else:
            depth, rest = _depth(line)
        if depth != before:
            before = depth
            there = []
            parts.append((depth, there))
        there.append(rest)
    return parts


def _breaks_at(parts: list[_Part]) -> dict[int, Breaks]:
    """Where the lines of each depth were broken; lines of other depths part them."""
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for depth, there in parts:
        lines[depth] += [*there, ""]
    return {depth: breaks_in(there) for depth, there in lines.items()}


def _written(
    parts: list[_Part], plain: list[str], special: bool, laid_out: bool | None, breaks_at: dict[int, Breaks]
) -> Iterator[_Part]:
    """The parts as blocks. `special`: some may be fenced or made list items, which may add lines."""
    at = 0
    for depth, lines in parts:
        there = plain[at : at + len(lines)]
        at += len(lines)
        breaks = breaks_at.get(depth, NO_BREAKS)
        if special:
            there = text_blocks(lines, there, laid_out=laid_out, breaks=breaks)
        elif breaks:
            there = joined(lines, there, breaks)
        yield depth, there


def _quoted(parts: Iterable[_Part]) -> list[str]:
    result: list[str] = []
    before = 0
    blank = False  # whether the line before is, at this depth
    for depth, lines in parts:
        prefix, mark = _PREFIXES[depth], _BLANK[depth]
        if depth != before:
            blank = depth < before
            if blank:  # without a blank line this one would continue the inner quote's paragraph
                result.append(mark)
            before = depth
        for line in lines:
            if line:
                result.append(prefix + line)
            elif not blank:
                result.append(mark)
            blank = not line
    return result


def _depth(line: str) -> tuple[int, str]:
    rest = line.lstrip("> ")
    marks = line[: len(line) - len(rest)]
    if "  " in marks:  # some of the white space belongs to the text
        end = _QUOTE.match(line).end()  # type: ignore[union-attr]  # it begins with a mark
        marks, rest = line[:end], line[end:]
    return min(marks.count(">"), MAX_QUOTE_DEPTH), rest


def text_blocks(
    lines: list[str], plain: list[str], *, laid_out: bool | None = None, breaks: Breaks = NO_BREAKS
) -> list[str]:
    """Lines of one depth as blocks; `plain` are the same escaped, each as a line of text.

    `laid_out` is what `may_be_laid_out` says of them, None where nobody asked; `breaks` where they were broken.
    """
    result: list[str] = []
    end = 0
    for start, stop in preformatted(lines, laid_out=laid_out):
        result += with_lists(lines[end:start], plain[end:start], breaks)
        result += fence(lines[start:stop]).split("\n")
        end = stop
    return result + with_lists(lines[end:], plain[end:], breaks)


def _tidy(text: str) -> str:
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip("\n")

"""Lists typed by hand in plain text, kept as lists of Markdown."""

from __future__ import annotations

import re
from typing import NamedTuple

from migrate.content.emphasis import with_emphasis
from migrate.content.escape import escape_lines
from migrate.content.wrapping import NO_BREAKS, Breaks, glue, joined

_ITEM = re.compile(r"( {0,12})([-*•]|\d{1,3}[.)])(?: {1,4}|\t)(?=\S)(.*\w.*)")
_ITEMS = re.compile(r"\n {0,12}+(?:[-*•]|\d{1,3}[.)])[ \t]")
_FIRST_CHARACTERS = frozenset(" -*•0123456789")
_NO_LIST = re.compile(r"[+@]")  # of a patch, or another kind of bullet


class _Line(NamedTuple):
    """A line of a list: how deep its item is nested, its marker, "" where the item goes on, and its text."""

    level: int
    marker: str
    text: str


def with_lists(lines: list[str], plain: list[str], breaks: Breaks = NO_BREAKS) -> list[str]:
    """The lines as Markdown in which lists stay lists, with the same words; `plain` are the same lines, escaped.

    Lines that were broken are put together.
    """
    if len(_ITEMS.findall("\n" + "\n".join(lines))) < 2:
        return joined(lines, plain, breaks)
    result: list[str] = []
    done = at = 0
    while at < len(lines):
        stop = _list_end(lines, at) if lines[at][:1] in _FIRST_CHARACTERS else at
        items = _parsed(lines[at:stop]) if stop > at + 1 else []
        if items:
            result += joined(lines[done:at], plain[done:at], breaks)
            result += [*_apart(result[-1:]), *_written(items, lines[at:stop], breaks), *_apart(lines[stop : stop + 1])]
            done = stop
        at = max(stop, at + 1)
    return result + joined(lines[done:], plain[done:], breaks)


def _apart(neighbour: list[str]) -> list[str]:
    """The blank line between a list and the line next to it, if that is text."""
    return [""] if any(neighbour) else []


def _list_end(lines: list[str], at: int) -> int:
    """Behind the last line that may belong to a list which begins at this line; `at` where none can."""
    if not _ITEM.match(lines[at]):
        return at
    end = behind_item = at + 1
    while end < len(lines):
        line = lines[end]
        if _ITEM.match(line):
            behind_item = end + 1
        elif not line:
            if end + 1 == len(lines) or not _goes_on(lines[at], lines[end + 1]):
                break
        elif line[0] in " \t" and lines[end - 1] and behind_item == end:
            behind_item = end + 1
        end += 1
        if end - behind_item > 3:
            break
    return behind_item


def _goes_on(first: str, line: str) -> bool:
    """Whether this line behind a blank one may be an item of the list that begins with `first`, or of one within it."""
    begun, found = _ITEM.match(first), _ITEM.match(line)
    if not begun or not found:
        return False
    return len(found[1]) > len(begun[1]) + 1 or begun[2][0].isdigit() == found[2][0].isdigit()


def _parsed(lines: list[str]) -> list[_Line]:
    """The lines of one list, or none if they are text that only looks like one."""
    result: list[_Line] = []
    indents: list[int] = []
    numbers: list[int] = []
    for line in lines:
        found = _ITEM.match(line)
        if not found:
            if _NO_LIST.match(line):
                return []
            result.append(_Line(len(indents) - 1, "", line.strip()))
            continue
        indent = len(found[1])
        while indents and indent < indents[-1] - 1:
            indents.pop()
            numbers.pop()
        if not indents or indent > indents[-1] + 1:
            indents.append(indent)
            numbers.append(0)
        marker = found[2] if found[2][0].isdigit() else "-"
        if marker != "-":
            numbers[-1] += 1
            if int(marker[:-1]) != numbers[-1]:
                return []  # it would be numbered anew
        elif numbers[-1]:
            return []
        result.append(_Line(len(indents) - 1, marker, found[3]))
    return result if sum(1 for line in result if line.marker and not line.level) > 1 else []


def _written(items: list[_Line], lines: list[str], breaks: Breaks) -> list[str]:
    """The items, which were parsed from these lines."""
    result: list[str] = []
    widths: list[int] = []
    for at, (level, marker, text) in enumerate(items):
        if not marker and result and (lines[at - 1], lines[at]) in breaks:
            result[-1] += glue(lines[at - 1], lines[at]) + with_emphasis(escape_lines([text]))
            continue
        if marker:
            widths[level:] = [len(marker) + 1]
        indent = " " * sum(widths[: level + (not marker)])
        result.append(f"{indent}{marker}{' ' if marker else ''}{with_emphasis(escape_lines([text]))}".rstrip())
    return result

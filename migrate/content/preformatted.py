"""Which lines of plain text are laid out by hand, so that only a fence keeps them readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CANDIDATE = re.compile(r"\n[> ]*(?: {4}|\t|\+[-=]|\||```|diff |@@ |Index: |--- \S)")
_FIRST_CHARACTERS = frozenset(" \t+|`dI@-")
_FENCE = re.compile(r"```([\w+#.-]*)$")
_TABLE_LINE = re.compile(r"[ \t]*(?:\+[-=+]*[-=][-=+]*\+?$|\|.*\|$)")
_DIFF_START = re.compile(r"diff --git |diff -|Index: \S|@@ -\d|--- \S")
_DIFF_LINE = re.compile(
    r"[ +@\\\t-]|diff |index [0-9a-f]|Index: |={20}|(?:new|deleted|old) (?:file )?mode|(?:rename|copy) (?:from|to) "
    r"|similarity |Binary files |GIT binary patch|retrieving revision|RCS file:"
)
_CODE = re.compile(r"[{}();=<>|$\\#]|^\s*(?:def|class|import|if|for|while|return|sudo|cd|ls|apt|pip)\b|\s-\w|/\w+/")
_LONE_URL = re.compile(r"\s*<?(?:https?|ftp)://\S+$")
_BACKTICKS = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)


def worth_a_look(text: str) -> bool:
    """Whether any line could begin something preformatted, quoted or not; each line follows a line feed in `text`."""
    return _CANDIDATE.search(text) is not None


def fence(lines: list[str]) -> str:
    """The lines as fenced code, without their common indentation; a fence they bring along is not doubled."""
    own = _FENCE.match(lines[0]) if lines[-1] == "```" else None
    if own:
        lines = lines[1:-1]
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    text = "\n".join(line[margin:] for line in lines)
    ticks = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(text))])
    return f"\n{ticks}{own[1] if own else ''}\n{text}\n{ticks}\n"


def preformatted(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The ranges of lines to fence, in order."""
    at = 0
    while at < len(lines):
        if lines[at][:1] not in _FIRST_CHARACTERS:
            at += 1
            continue
        stop, found = _block(lines, at)
        if found:
            yield at, stop
        at = stop


def _block(lines: list[str], at: int) -> tuple[int, bool]:
    """Where the block that begins at this line ends as far as we look, and whether it is preformatted."""
    line = lines[at]
    if _DIFF_START.match(line):
        return _diff(lines, at)
    if _TABLE_LINE.match(line):
        return _table(lines, at)
    if _FENCE.match(line):
        return _fenced(lines, at)
    if _is_indented(line) and (not at or not lines[at - 1]):  # else it is the rest of a paragraph or list item
        return _indented(lines, at)
    return at + 1, False


def _fenced(lines: list[str], at: int) -> tuple[int, bool]:
    stop = at + 1
    while stop < len(lines):
        stop += 1
        if lines[stop - 1] == "```":
            return stop, True
    return stop, False  # it never ends: text


def _diff(lines: list[str], at: int) -> tuple[int, bool]:
    if lines[at].startswith("--- ") and not (at + 1 < len(lines) and lines[at + 1].startswith("+++ ")):
        return at + 1, False
    stop, end = at + 1, at + 1
    while end < len(lines) and lines[end] != "--" and (not lines[end] or _DIFF_LINE.match(lines[end])):
        end += 1
        if lines[end - 1]:
            stop = end
    return stop, stop - at > 1


def _table(lines: list[str], at: int) -> tuple[int, bool]:
    stop = at + 1
    while stop < len(lines) and _TABLE_LINE.match(lines[stop]):
        stop += 1
    return stop, stop - at > 1


def _indented(lines: list[str], at: int) -> tuple[int, bool]:
    stop, end = at + 1, at + 1
    while end < len(lines) and (not lines[end] or _is_indented(lines[end])):
        end += 1
        if lines[end - 1]:
            stop = end
    if stop == end < len(lines):
        return stop, False  # what hangs over a paragraph
    block = [line for line in lines[at:stop] if line]
    code = sum(1 for line in block if _CODE.search(line))
    return stop, code * 2 >= len(block) and not all(_LONE_URL.match(line) for line in block)


def _is_indented(line: str) -> bool:
    return line[:4] == "    " or line[:1] == "\t"

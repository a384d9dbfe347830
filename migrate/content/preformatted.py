"""Which lines of plain text are laid out by hand, so that only a fence keeps them readable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_Look = Callable[[list[str], int], tuple[int, bool]]

_DATE = (
    r"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\[ *\d+\.\d{3,}\] "
    r"|\d\d:\d\d:\d\d[.,]\d)"
)
# What code may begin with at the margin, strictly enough that prose does not.
_OPENER_PATTERN = (
    r"(?:(?:async )?def \w+\(|class \w+(?:[:({]|[^\n]*[:{](?:\n|\Z))|import [\w., ]+;?(?:\n|\Z)|from [\w.]+ import "
    r"|(?:if|while)\b[^\n]*[:{](?:\n|\Z)|for [^\n]* in [^\n]*:(?:\n|\Z)|(?:for|if|while) ?\([^\n]*[{;)](?:\n|\Z)"
    r"|function \w*\(|#include [<\"]|(?:public|private|static|void|struct)\b[^\n]*[{;](?:\n|\Z))"
)
_OPENER = re.compile(_OPENER_PATTERN)
_MAY_BEGIN = (
    r"(?: {4}|\t|\+[-=]|\||```|diff |@@ |Index: |--- \S|-----BEGIN |Traceback \(| \S+ +\| "
    rf"|{_DATE}|{_OPENER_PATTERN})"
)
_CANDIDATE = re.compile(rf"\n[> ]*(?:{_MAY_BEGIN}|[-*•] |1[.)] )")
_BEGINS = re.compile(_MAY_BEGIN)
_FIRST_CHARACTERS = frozenset(" \t+|`dI@-T[0123456789JFMASONDacifwpsv#")
_FENCE = re.compile(r"```([\w+#.-]*)$")
_TABLE_LINE = re.compile(r"[ \t]*(?:\+[-=+]*[-=][-=+]*\+?$|\|.*\|$)")
_DIFF_START = re.compile(r"diff --git |diff -|Index: \S|@@ -\d|--- \S")
_DIFF_LINE = re.compile(
    r"[ +@\\\t-]|diff |index [0-9a-f]|Index: |={20}|(?:new|deleted|old) (?:file )?mode|(?:rename|copy) (?:from|to) "
    r"|similarity |Binary files |GIT binary patch|retrieving revision|RCS file:"
)
_CODE = re.compile(r"[{}();=<>|$\\#]|^\s*(?:def|class|import|if|for|while|return|sudo|cd|ls|apt|pip)\b|\s-\w|/\w+/")
_LOG_LINE = re.compile(_DATE)
_DIFFSTAT = re.compile(r" \S.{0,200}\| +(?:\d+ [+-]*|Bin .*)$| \d+ files? changed")
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
    end = 0
    for at in [at for at, line in enumerate(lines) if line[:1] in _FIRST_CHARACTERS and _BEGINS.match(line)]:
        if at >= end:
            end, found = _block(lines, at)
            if found:
                yield at, end


def _block(lines: list[str], at: int) -> tuple[int, bool]:
    """Where the block that begins at this line ends as far as we look, and whether it is preformatted."""
    line = lines[at]
    for begins, look in _KINDS:
        if begins.match(line):
            return look(lines, at)
    above = lines[at - 1] if at else ""
    if above and above[-1] != ":":  # the rest of a paragraph or list item
        return at + 1, False
    if _is_indented(line):
        return _indented(lines, at)
    return _at_margin(lines, at) if _OPENER.match(line) else (at + 1, False)


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


def _run(line_of: re.Pattern[str], least: int) -> _Look:
    """Looks for that many lines of a kind in a row."""

    def look(lines: list[str], at: int) -> tuple[int, bool]:
        stop = at + 1
        while stop < len(lines) and line_of.match(lines[stop]):
            stop += 1
        return stop, stop - at >= least

    return look


def _armour(lines: list[str], at: int) -> tuple[int, bool]:
    """A key or a signature, up to its last line."""
    end = lines[at].replace("BEGIN", "END", 1)
    stop = at + 1
    while stop < len(lines):
        stop += 1
        if lines[stop - 1] == end:
            return stop, True
    return stop, False


def _traceback(lines: list[str], at: int) -> tuple[int, bool]:
    """Python's, with the line below that names the exception."""
    stop = at + 1
    while stop < len(lines) and lines[stop][:1] in (" ", "\t", "-"):
        stop += 1
    if stop < len(lines) and lines[stop]:
        stop += 1
    return stop, stop - at > 2


def _at_margin(lines: list[str], at: int) -> tuple[int, bool]:
    """Code that begins without indentation, and has some below."""
    stop = end = at
    code = indented = 0
    while end < len(lines):
        line = lines[end]
        inside = line[:2] == "  " or line[:1] == "\t"
        if line and not lines[end - 1] and end > at and not inside and not _OPENER.match(line):
            break
        if line:
            looks_so = bool(_CODE.search(line) or _OPENER.match(line))
            indented += inside and looks_so
            code += inside or looks_so
            stop = end + 1
        end += 1
    return stop, indented > 0 and code * 5 >= 4 * sum(1 for line in lines[at:stop] if line)


def _indented(lines: list[str], at: int) -> tuple[int, bool]:
    stop, end = at + 1, at + 1
    while end < len(lines) and (not lines[end] or _is_indented(lines[end])):
        end += 1
        if lines[end - 1]:
            stop = end
    if stop == end < len(lines) and not (at and lines[at - 1]):
        return stop, False  # what hangs over a paragraph
    block = [line for line in lines[at:stop] if line]
    code = sum(1 for line in block if _CODE.search(line))
    return stop, code * 2 >= len(block) and not all(_LONE_URL.match(line) for line in block)


def _is_indented(line: str) -> bool:
    return line[:4] == "    " or line[:1] == "\t"


_KINDS: tuple[tuple[re.Pattern[str], _Look], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]+-----$"), _armour),
    (_DIFF_START, _diff),
    (_TABLE_LINE, _run(_TABLE_LINE, 2)),
    (_FENCE, _fenced),
    (re.compile(r"Traceback \(most recent call last\):$"), _traceback),
    (_DIFFSTAT, _run(_DIFFSTAT, 1)),
    (_LOG_LINE, _run(_LOG_LINE, 2)),
)

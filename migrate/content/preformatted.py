"""Which lines of plain text are laid out by hand, so that only a fence keeps them readable."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import digits, printable

from migrate.content.layout import OPENER, may_be_laid_out, with_paragraphs

_Look = Callable[[list[str], int], tuple[int, bool]]

_DATE = (
    r"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\[ *\d+\.\d{3,}\] "
    r"|\d\d:\d\d:\d\d[.,]\d|\d{1,3}(?:\.\d{1,3}){3} \S{1,40} \S{1,40} \[\d\d/)"
)
_MAY_BEGIN = (
    r"(?: {4}|\t|,---|\+[-=]|\||```|diff |@@ |Index: |--- \S|-----BEGIN |Traceback \(| {1,4}+\S++ ++\| "
    rf"|{_DATE}|{OPENER})"
)
_CANDIDATE = re.compile(rf"\n[> ]*(?=[ \t,+|`@\[#•*\-\dA-Zacdfipsvw])(?:{_MAY_BEGIN}|[-*•] |1[.)] )")  # most fail early
_BEGINS = re.compile(_MAY_BEGIN)
_OPENER = re.compile(OPENER)
# How a line begins that matches it, to pass over most: with digits, white space, signs, months, keywords.
_FIRST_TWO = frozenset((
    *(first + second for first in digits for second in digits),
    *(first + second for first in " \t|[" for second in printable),
    *("@@", "--", "Tr", "``", "+-", "+=", ",-", "In", "di", "#i"),
    *("Ja", "Fe", "Ma", "Ap", "Ju", "Au", "Se", "Oc", "No", "De"),
    *("as", "de", "cl", "im", "fr", "if", "wh", "fo", "fu", "pu", "pr", "st", "vo"),
))  # fmt: skip
_FENCE = re.compile(r"```([\w+#.-]*)$")
_TABLE_LINE = re.compile(r"[ \t]*(?:\+[-=+]*[-=][-=+]*\+?$|\|.*\|$)")
_DIFF_START = re.compile(r"diff --git |diff -|Index: \S|@@ -\d|--- \S")
_HUNK = re.compile(r"@@ -\d{1,7}(?:,(\d{1,5}))? \+\d{1,7}(?:,(\d{1,5}))? @@")
_DIFF_LINE = re.compile(
    r"[ +@\\\t-]|diff |index [0-9a-f]|Index: |={20}|(?:new|deleted|old) (?:file )?mode|(?:rename|copy) (?:from|to) "
    r"|similarity |Binary files |GIT binary patch|retrieving revision|RCS file:"
)
# Signs of code; a bracket right behind a word and a space is one of prose.
_CODE = re.compile(
    r"[{};=<>|$\\#]|(?<![^\W\d_] )\(|^[^()]*(?<![:;-])\)"
    r"|^\s*(?:def|class|import|if|for|while|return|sudo|cd|ls|apt|pip)\b|\S\s+-\w|/\w+/"
)
# Words in a row, of a line that is no comment; with one bracket or semicolon it is still a sentence.
_PROSE = re.compile(r"(?!\s*[#*/\"'])[^\n{}=<>|$\\#]*?(?:\b[A-Za-z']+,? ){4}[A-Za-z']+[^\n{}=<>|$\\#]*(?<!:)$")
_ITEM = re.compile(r"\s+(?:[-*+•o]|\w{1,2}[.)])\s")
_WIDE = 120
_SHORT = 60
_SENTENCE = 200  # characters that are looked at
_LOG_LINE = re.compile(_DATE)
_INDENTED = re.compile(r"[ \t]+\S")
_OF_LOG = re.compile(rf"[ \t]+\S|{_DATE}")
_FULL = (72, 80)  # characters; what a line would have with the next word, and what it has at most
_MOST_WRAPPED = 2  # lines that one of a log or traceback goes on for
_DIFFSTAT = re.compile(r" {1,4}(?:\S.{0,200}\| +(?:\d+ [+-]*|Bin .*)$|\d+ files? changed)")
_LONE_URL = re.compile(r"\s*<?(?:https?|ftp)://\S+$")
_BACKTICKS = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)


def worth_a_look(text: str) -> bool:
    """Whether any line could begin something preformatted, quoted or not; each line follows a line feed in `text`."""
    return may_begin(text) or may_be_laid_out(text)


def may_begin(text: str) -> bool:
    """Whether any line could begin a list or something preformatted that shows in its first line."""
    return _CANDIDATE.search(text) is not None


def fence(lines: list[str], language: str = "") -> str:
    """The lines as fenced code, without their common indentation; a fence they bring along is not doubled."""
    own = _FENCE.match(lines[0]) if lines[-1] == "```" else None
    if own:
        lines = lines[1:-1]
    margin = len(_margin(lines))
    text = "\n".join(line[margin:] for line in lines)
    ticks = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(text))]) if "```" in text else "```"
    return f"\n{ticks}{own[1] if own else language}\n{text}\n{ticks}\n"


def _margin(lines: list[str]) -> str:
    """The white space that all lines begin with."""
    if lines and lines[0] == lines[0].lstrip() != "":
        return ""
    margins = sorted({line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line}) or [""]
    common = margins[0]
    while not margins[-1].startswith(common):
        common = common[:-1]
    return common


def preformatted(lines: list[str], *, laid_out: bool | None = None) -> list[tuple[int, int]]:
    """The ranges of lines to fence, in order; `laid_out`: what `may_be_laid_out` says of them, None if it is to ask."""
    known = _known(lines)
    if laid_out is None:
        laid_out = may_be_laid_out("\n" + "\n".join(lines))
    return with_paragraphs(lines, known) if known or laid_out else []


def _known(lines: list[str]) -> list[tuple[int, int]]:
    """The ranges whose kind shows in their first line."""
    ranges = []
    end = 0
    for at in [at for at, line in enumerate(lines) if line[:2] in _FIRST_TWO]:
        if at >= end and _BEGINS.match(lines[at]):
            end, found = _block(lines, at)
            if found:
                ranges.append((at, end))
    return ranges


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
    end = at
    while end < len(lines):
        line = lines[end]
        if line[:3] == "@@ ":
            end = max(_hunk_end(lines, end), end + 1)  # context may have lost the space before it
        elif line == "--" or (line and not _DIFF_LINE.match(line)):
            break
        else:
            end += 1
    while not lines[end - 1]:
        end -= 1
    return end, end - at > 1


def _hunk_end(lines: list[str], at: int) -> int:
    """Behind the hunk whose head may stand in this line, by the counts in it; this very line where it does not fit."""
    head = _HUNK.match(lines[at])
    if not head:
        return at
    old, new = int(head[1] or 1), int(head[2] or 1)
    for end in range(at + 1, len(lines)):
        mark = lines[end][:1]
        if mark == "+":
            new -= 1
        elif mark == "-":
            old -= 1
        elif lines[end][:3] == "@@ ":
            break
        elif mark != "\\":
            old -= 1
            new -= 1
        if old <= 0 and new <= 0:
            return end + 1 if old == new == 0 else at
    return at


def _box(lines: list[str], at: int) -> tuple[int, bool]:
    """What Emacs draws on the left of something inserted."""
    stop = at + 1
    while stop < len(lines) and lines[stop][:1] == "|":
        stop += 1
    return (stop + 1, True) if stop < len(lines) and lines[stop][:2] == "`-" else (stop, False)


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
    while stop < len(lines) and (lines[stop][:1] in (" ", "\t", "-") or _is_wrapped(lines, stop, _INDENTED)):
        stop += 1
    if stop < len(lines) and lines[stop]:
        stop += 1
    return stop, stop - at > 2


def _log(lines: list[str], at: int) -> tuple[int, bool]:
    """Lines that begin with a time, the rest of those that a mail program wrapped, and tracebacks among them."""
    stop, dated = at + 1, 1
    while stop < len(lines) and (_is_wrapped(lines, stop, _OF_LOG) or _is_end_of_full(lines, stop)):
        dated += _LOG_LINE.match(lines[stop]) is not None
        stop += 1
    return (stop, True) if dated > 1 else (at + 1, False)


def _is_end_of_full(lines: list[str], at: int) -> bool:
    """Whether this is the rest of the last line of a log, which a mail program wrapped because it was full."""
    above, words = lines[at - 1], lines[at].split(None, 1)
    full = _FULL[0] - len(words[0]) <= len(above) <= _FULL[1] if words else False
    return full and _LOG_LINE.match(above) is not None


def _is_wrapped(lines: list[str], at: int, line_of: re.Pattern[str]) -> bool:
    """Whether this line goes on with the one above: soon, another line of this kind follows."""
    for line in lines[at : at + 1 + _MOST_WRAPPED]:
        if not line:
            return False
        if line_of.match(line):
            return True
    return False


def _at_margin(lines: list[str], at: int) -> tuple[int, bool]:
    """Code that begins without indentation, and has some below."""
    stop = end = at
    code = indented = 0
    while end < len(lines):
        line = lines[end]
        inside = line[:2] == "  " or line[:1] == "\t"
        if line and not lines[end - 1] and end > at and not inside and not _OPENER.match(line):
            break
        if _is_long_sentence(line):
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
    while end < len(lines) and (not lines[end] or _is_indented(lines[end])) and not _is_long_sentence(lines[end]):
        end += 1
        if lines[end - 1]:
            stop = end
    if _is_long_sentence(lines[at]):
        return at + 1, False
    if stop == end < len(lines) and not (at and lines[at - 1]):
        return stop, False  # what hangs over a paragraph
    if _OPENER.match(lines[at].lstrip()):
        return stop, True
    block = [line for line in lines[at:stop] if line]
    if _is_set_off(block):
        return stop, True
    code = sum(1 for line in block if _CODE.search(line) and not _PROSE.match(line[:_SENTENCE]))
    return stop, code * 2 >= len(block) and not all(_LONE_URL.match(line) for line in block)


def _is_set_off(block: list[str]) -> bool:
    """Whether several short lines, each behind a tab, are no list: where they end matters."""
    short = len(block) > 2 and all(line[0] == "\t" and len(line) <= _SHORT for line in block)
    return short and not _ITEM.match(block[0])


def _is_long_sentence(line: str) -> bool:
    """Whether the line is a paragraph that nobody wrapped, of a mail that is set in as a whole perhaps."""
    return len(line) > _WIDE and _PROSE.match(line[:_SENTENCE]) is not None


def _is_indented(line: str) -> bool:
    return line[:4] == "    " or line[:1] == "\t"


_KINDS: tuple[tuple[re.Pattern[str], _Look], ...] = (
    (re.compile(r"-----BEGIN (?!PGP SIGNED MESSAGE)[A-Z ]+-----$"), _armour),
    (_DIFF_START, _diff),
    (re.compile(r",-{3}"), _box),
    (_TABLE_LINE, _run(_TABLE_LINE, 2)),
    (_FENCE, _fenced),
    (re.compile(r" {4}>>>(?: |$)"), _run(re.compile(r" {4}"), 1)),
    (re.compile(r"Traceback \(most recent call last\):$"), _traceback),
    (_DIFFSTAT, _run(_DIFFSTAT, 1)),
    (_LOG_LINE, _log),
)

"""Paragraphs of plain text in which most lines are code, output or columns: only a fence keeps them readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

# What code may begin with at the margin, strictly enough that prose does not.
OPENER = (
    r"(?:(?:async )?def \w+\(|class \w+(?:[:({]|[^\n]*[:{](?:\n|\Z))|import [\w., ]+;?(?:\n|\Z)|from [\w.]+ import "
    r"|(?:if|while)\b[^\n]*[:{](?:\n|\Z)|for [^\n]* in [^\n]*:(?:\n|\Z)|(?:for|if|while) ?\([^\n]*[{;)](?:\n|\Z)"
    r"|function \w*\(|#include [<\"]|(?:public|private|static|void|struct)\b[^\n]*[{;](?:\n|\Z))"
)
# A quick look that most prose fails: a word that is none of these is followed by some sign.
_MAY_BE = (
    r"[^\w\s]| {2,}[~^|]|(?:async|class|def|import|from|if|while|for|function|public|private|static|void|struct"
    r"|return|raise|print|else|try|finally|do|pass|break|continue|except|git|sudo|mkdir|apt-get|pip3?|npm|docker|systemctl|svn|wget|curl|chmod"
    r"|File|In|at|make|[0-9a-f]{4,16})\b|[\w./+\[\]'\"-]{1,120}+[ \t]*(?:[-=+*/|&%<>@(,:;{\n]|\[\w|\Z)"
)
# What a shell asks with, and what is typed behind it; an address in an attribution that was wrapped is none.
_PROMPT = (
    r"(?:[$%] [a-z./~][^\n]|(?:[\w.-]{1,30}+@)?+[\w.-]{1,30}+:(?:~|/(?!/))[^\s#$%>]{0,90} ?[#$%>] ?[\w./~]"
    r"|[\w.-]{1,30}+@[\w.-]{1,30}+(?::[^\s#$%>]{0,60})?+ ?[#$%] ?[\w./~]"
    r"|\[[^\]\n]{0,30}[@~/][^\]\n]{0,40}\] ?[#$%] ?[\w./~]|[A-Z]:\\[^\s>]{0,100}>)"
)
# And anything else that code or the output of a program may begin with.
STATEMENT = (
    rf"[ \t?]{{0,40}}(?:(?={_MAY_BE})(?:"
    # an assignment, a call, a piece of a block
    r"[\w.\[\]'\"]{1,80}+(?:, ?[\w.]{1,40}+){0,4}+(?: (?:[-+*/|&%]|<<|>>)?=(?: [^\s]|\n)|=[^=\s][^ \n]*(?:\n|\Z))"
    r"|[A-Za-z_][\w.:]{0,80}+(?:->[\w.]{1,40}+){0,4}+"
    r"\([^()\n]*(?:\([^()\n]*\)[^()\n]*){0,9}\)(?:\.\w{1,40}\([^()\n]*\)){0,4}[;:{,]?(?: \{)?(?:\n|\Z)"
    r"|(?:else|try|finally|do)(?::| ?\{)(?:\n|\Z)|(?:pass|break|continue);?(?:\n|\Z)|except\b[^\n]{0,80}:(?:\n|\Z)"
    r"|[A-Za-z_][\w.]{0,80}\((?:[^()\n]*,)?(?:\n|\Z)|[A-Za-z_]\w{0,40}(?:\.\w{1,40}){1,4} \([^\n]*\)(?:\n|\Z)"
    r"|print (?:[\w.]{1,60}(?:[\[(,+%][^\n]*)?(?:\n|\Z)|[\"'(>%])"
    r"|return [\w.]{1,80}(?:\(|;|\n|\Z)|raise [A-Z]\w{0,60}[(\n]|@[a-z][\w.]{0,60}(?:\(|\n|\Z)"
    r"|\"{3}|'{3}|#!|# |//|/\*|\*/|[{}\])]{1,4}[;,]?(?:\n|\Z)"
    # an element of XML or HTML
    r"|</?[A-Za-z][\w:.-]{0,40}(?:\s[\w:.-]{1,40} ?= ?[\"']|/?>| ?\n)|<\?xml |<!DOCTYPE |<!--"
    # what is typed into a shell
    rf"|>>> |[$%][a-z./~][^\n]|{_PROMPT}|\[[^\]\n]{{3,40}}\] ?[#$%>] ?\w"
    r"|(?:git|sudo|mkdir|apt-get|pip3?|npm|docker|systemctl|svn|wget|curl|chmod) [a-z./~-]"
    # of a patch, its statistics, a tree
    r"|\+(?:(?![\d\s+])|(?:[ \t]{2,}|\t)(?![\d\s]))[^\s]|-(?:(?![-\d\s])|[ \t]{4,}|\t)[^\n]{0,200}[(){};=<>_\[\]]"
    r"|[\w./-]{1,100}+ +\| +\d{1,6} [+-]|[|`\\]-{1,3} ?\w"
    # of a kernel, a compiler, a traceback, a dump of memory
    r"|-{2,}\[ [^\n]{1,60} \]-{2,}|In file included from |make(?:\[\d\])?: "
    r"|[\w+-]{0,60}+[./][\w./+-]{1,120}+:\d{1,6}:(?:\d{1,4}:)? |\d{1,6} *\| |\|? {2,}[~^|]{1,2}[\s~^]"
    r"|File \"[^\"\n]{1,200}\", line\b|at [\w.$<>]{3,120}\([^()\n]{0,120}\)(?:\n|\Z)"
    r"|[a-zA-Z_][\w.]{0,60}+(?:(?<=[\w.]Error)|(?<=[\w.]Exception)): |(?:[0-9a-f]{4,16}:? )(?: ?[0-9a-f]{2,4}){4}"
    r"|CPU: \d{1,4} PID: |[A-Za-z][A-Za-z\d]{1,2} ?: (?:[0-9a-f]{16}\b|[\w:]{1,80}+\+0x)"
    r"|(?:\[<[0-9a-f]{1,16}>\] )?[A-Za-z_][\w.]{0,80}+\+0x[0-9a-f]{1,8}/0x"
    rf"|{OPENER}"
    r"))"
)
_STATEMENT = re.compile(STATEMENT)
_TYPED = re.compile(rf"[ \t]{{0,40}}{_PROMPT}")
# A comment, an exception: of code, though it may be a sentence.
_NOTE = re.compile(rf"[ \t]{{0,40}}(?:# |//|/\*|[a-zA-Z_][\w.]{{0,60}}+(?:(?<=Error)|(?<=Exception)): |{OPENER})")
_SAID = re.compile(r"<\w+> [^<]*$")  # in a chat
_RULE = re.compile(r"(?:[#/*] ?)?([-#=*_~])\1{4,}[#/*]*$")
_INDENTS = ("    ", "\t", "??", "? ?")  # the last two are no-break spaces that an archive could not write
_OPEN_TAG = re.compile(r"[ \t]{0,40}<[A-Za-z!][^<>]*$")
_BEGINS_STATEMENT = re.compile(rf"\n[> ]*+(?:{STATEMENT})")
# A gap within a line, but not between the sentences of somebody who sets them far apart, nor behind a list's marker.
_GAP = re.compile(
    r"[ \t](?:(?<=[^\s.?!,;>] )  +\S|(?<=[^\s.?!,;>]\t)\S|(?<=\S ) {4,}\S|(?<=\S\t)\t+\S|(?<=\S ) +\|\S?)"
)
_SPACES = re.compile(r"   (?<=[^\s>]   )")  # a quick look for a gap, that begins with what is rare
_TAB = re.compile(r"\t(?<=[^\s>]\t)")
_ITEM = re.compile(r"[ \t]*(?:[-*+o•]|\d{1,3}[.)])[ \t]+")
_SENTENCE = re.compile(r"(?:\b[A-Za-z']{2,40} ){3}[A-Za-z']{2}|[.?!,:]$|^[\w-]{2,40}: | next part -")
_NARROW = 100
_WIDEST = 200  # characters; longer lines are paragraphs
_OWN_FENCE = 2


def may_be_laid_out(text: str) -> bool:
    """Whether any line could be code, output or columns, quoted or not; each follows a line feed in `text`."""
    if any(last in text and last + "\n" in text for last in ";{") or ("|" in text and "  |" in text):
        return True
    if ("   " in text and _SPACES.search(text)) or ("\t" in text and _TAB.search(text)):
        return True
    return _BEGINS_STATEMENT.search(text) is not None


def with_paragraphs(lines: list[str], known: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges to fence, in order: those known, and of paragraphs that are laid out for the most part.

    What only blank lines part becomes one, unless it brings fences of its own.
    """
    fenced = bytearray(len(lines))
    for start, stop in known:
        mark = _OWN_FENCE if lines[start][:3] == "```" else 1
        fenced[start:stop] = bytes([mark]) * (stop - start)
    grown = [_laid_out(lines, fenced, start, stop) for start, stop in _paragraphs(lines)]
    result: list[tuple[int, int]] = []
    for start, stop in sorted([*known, *filter(None, grown)]):
        if result and _are_one(lines, result[-1][1], start):
            result[-1] = (result[-1][0], max(result[-1][1], stop))
        else:
            result.append((start, stop))
    return [(start, stop) for start, stop in result if stop > start + 1 or fenced[start] or _TYPED.match(lines[start])]


def _are_one(lines: list[str], stop: int, start: int) -> bool:
    """Whether what stops here and what starts there is one piece."""
    if start < stop:
        return True
    own = "```" in (lines[stop - 1][:3], lines[start][:3])
    return not own and all(map(_is_inside, lines[stop:start]))


def _is_inside(line: str) -> bool:
    """Whether a line between two pieces of code is of the same code, such as a comment or a rule."""
    return not line or (len(line) <= _NARROW and (line.startswith(_INDENTS) or _RULE.match(line) is not None))


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for at, line in enumerate([*lines, ""]):
        if not line:
            if at > start:
                yield start, at
            start = at + 1


def _laid_out(lines: list[str], fenced: bytearray, start: int, stop: int) -> tuple[int, int] | None:
    """What of a paragraph is laid out; None unless it is most of it. Sentences at its ends stay text."""
    if fenced.find(_OWN_FENCE, start, stop) >= 0:
        return None
    if fenced.find(0, start, stop) < 0:
        return start, stop
    if stop == start + 1:
        return (start, stop) if _is_statement(lines[start]) else None
    return _most(lines, _looks(lines, fenced, start, stop), start, stop)


def _most(lines: list[str], looks: list[bool], start: int, stop: int) -> tuple[int, int] | None:
    """The same for a paragraph of several lines; `looks` says which of them are laid out."""
    if True not in looks:
        return None
    if looks[0] and _TYPED.match(lines[start]):
        return start, stop
    behind = [*accumulate(reversed(looks))][::-1]  # how many from each line on
    if behind[0] < 2:
        return None
    leads = [start, *(at + 1 for at in range(start, stop - 1) if lines[at][-1:] == ":")]
    lead = next((at for at in leads if behind[at - start] >= max(2, (stop - at) / 2)), None)
    if lead is None:
        return None
    first, last = lead + looks[lead - start :].index(True), stop - looks[::-1].index(True)
    if not any(map(_is_sentence, lines[lead:first])):
        first = lead
    while last < stop and lines[last].startswith(_INDENTS):
        last += 1
    if not any(map(_is_sentence, lines[last:stop])):
        last = stop
    return first, last


def _looks(lines: list[str], fenced: bytearray, start: int, stop: int) -> list[bool]:
    """Whether each line of a paragraph is laid out, by itself or by those around it."""
    looks = [bool(fenced[at]) or _is_laid_out(lines[at]) for at in range(start, stop)]
    if True in looks and False in looks:
        _close(lines[start:stop], looks)
        _align_bars(lines[start:stop], looks)
    return looks


def _is_sentence(line: str) -> bool:
    return len(line) > _WIDEST or _SENTENCE.search(line) is not None


def _close(lines: list[str], looks: list[bool]) -> None:
    """Let what a tag or a bracket at the end of a line opens reach to the line that closes it."""
    tag = bracket = False
    for at, line in enumerate(lines):
        bracket = bracket and line[0] in " \t)]}"
        looks[at] = looks[at] or tag or bracket
        tag = looks[at] and (">" not in line if tag else "<" in line and _OPEN_TAG.match(line) is not None)
        bracket = looks[at] and (bracket or line[-1] in "([{") and line[0] not in ")]}"


def _align_bars(lines: list[str], looks: list[bool]) -> None:
    """Take lines for columns that have a bar right below each other."""
    bars = [line.find(" | ") for line in lines]
    for at in range(1, len(lines)):
        if bars[at - 1] == bars[at] > 0:
            looks[at - 1] = looks[at] = True


def _is_statement(line: str) -> bool:
    """Whether a line that stands alone is code: such lines are fenced if others follow, or next to more of it."""
    return (
        len(line) <= _NARROW
        and (line[-1] not in ".?!," or line.lstrip()[0] in "#/")
        and _STATEMENT.match(line) is not None
        and not _SAID.match(line)
        and (_NOTE.match(line) is not None or not _is_sentence(line))
    )


def _is_laid_out(line: str) -> bool:
    """Whether the line is code or output by its look, or parted into columns."""
    return len(line) <= _WIDEST and _looks_laid_out(line)


@lru_cache(4096)  # for the lines that the answers of a conversation quote again and again
def _looks_laid_out(line: str) -> bool:
    if _STATEMENT.match(line) or line.startswith("\t\t\t\t"):
        return True
    if _ends_statement(line):
        return _ITEM.match(line) is None or not _is_sentence(line)
    if "   " not in line and "\t" not in line:
        return False
    marker = _ITEM.match(line)
    return _GAP.search(line, marker.end() if marker else 0) is not None


def _ends_statement(line: str) -> bool:
    last = line[-1]
    if last in ";{" and line[-2:-1] not in (".", "?", "!", " "):
        return True
    return last in ";," and line.lstrip().strip("})") == last and line.lstrip() != last

"""Undo what mail programs and lists did to the lines of a text: torn addresses, odd quote marks, notices of Mailman.

Only where it is certain; every word stays, but for names that mark each quoted line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from migrate.content.attribution import is_attribution

NEXT_PART = "next part · "  # how the line begins that stands for a notice of Mailman

_SENTENCE_END = (".", "?", "!", ":", ";")
_WRAPPED = 72  # characters; what a line would have exceeded if the next word stood on it too
_ATTRIBUTION_LINES = 4

# "<ann@example.org" on one line, and "> wrote:" on the next, which quotes nothing.
_TORN_ADDRESS = re.compile(r"(<[^<>\n]{0,120}\n(?:mailto:[^\n]{0,200}\n)?)(?=> ?[^\n>]{0,40}[:：](?:\n|\Z))")
_BROKEN_QUOTE = re.compile(r"\n([a-z\d][^\n]{0,29})(?=\n>)")
_WRAPPED_URL = re.compile(r"<(?=[hfU])(?:URL: ?)?(?:https?|ftp)://[^\s<>]{1,400}(?:\n[ \t]*[^\s<>]{1,400}){1,4}>")
_QUOTE_MARKS = re.compile(r">[> ]*")
_WHITE = re.compile(r"\s+")
_SUPERCITE = re.compile(r"^>{5} (?=\"[^\"\n]{1,40}\" == [^\n]{1,200}:$)", re.MULTILINE)
_NOTICE = re.compile(
    r"^-{10,} next part -{10,}\n((?:(?:An? [^\n]*scrubbed|Skipped|Name|Type|Size|Desc|U[rR][lL])[^\n]*\n?)+)",
    re.MULTILINE,
)
_BAR = re.compile(r"\|[| ]*")
_NAME_MARK = re.compile(r"\n {0,4}([A-Za-z][\w.'-]{0,14})>(?=[ \n])")


def mended(lines: list[str]) -> list[str]:
    """The lines with `>` as their only quote mark, and nothing torn; they have no trailing white space."""
    text = source = "\n".join(["", *lines, ""])
    if "://" in text and "<" in text:
        text = _WRAPPED_URL.sub(lambda found: _WHITE.sub("", found[0]), text)
    if ":\n" in text:
        text = _TORN_ADDRESS.sub(r"\1 ", text)
    if "\n>" in text:
        text = _BROKEN_QUOTE.sub(_rejoined, text)
    if '\n>>>>> "' in text:
        text = _SUPERCITE.sub("", text)
    if " next part -" in text:
        text = _NOTICE.sub(_in_one_line, text)
    if "\n|" in text:
        text = "\n".join(_without_bars(text.split("\n")))
    names = set(_NAME_MARK.findall(text)) if ">" in text else None
    if names:
        text = "\n".join(_without_names(text.split("\n"), names))
    return lines if text == source else text.split("\n")[1:-1]


def _rejoined(found: re.Match[str]) -> str:
    """The rest of a quoted line that a program wrapped, behind that line; or what was found, an answer perhaps."""
    text, at = found.string, found.start()
    quoted = text[text.rfind("\n", 0, at) + 1 : at]
    marks = _QUOTE_MARKS.match(quoted)
    wrapped = len(quoted) + len(found[1].split()[0]) >= _WRAPPED and not quoted.endswith(_SENTENCE_END)
    if marks and wrapped and _QUOTE_MARKS.match(text, found.end() + 1)[0] == marks[0]:  # type: ignore[index]  # it quotes
        return " " + found[1]
    return found[0]


def _in_one_line(found: re.Match[str]) -> str:
    return NEXT_PART + " · ".join(found[1].rstrip("\n").split("\n")) + "\n"


def _without_bars(lines: list[str]) -> Iterator[str]:
    """Bars as quote marks, in every run of them if one stands below an attribution, tables apart."""
    runs = [(bars, list(run)) for bars, run in groupby(lines, lambda line: line[:1] == "|")]
    above: list[str] = []
    quoting = False
    for bars, run in runs:
        quoting = quoting or (bars and not _is_table(run) and bool(_attributed(above)))
        yield from (
            [_BAR.sub(_as_marks, line, count=1) for line in run] if bars and quoting and not _is_table(run) else run
        )
        above = run


def _is_table(run: list[str]) -> bool:
    return all(line.endswith("|") and len(line) > 2 for line in run)


def _as_marks(bars: re.Match[str]) -> str:
    return "> " * bars[0].count("|") + " " * (len(bars[0]) - len(bars[0].rstrip(" ")) - 1)


def _attributed(above: list[str]) -> str:
    """The attribution that these lines end with, "" if none."""
    end = len(above)
    while end and not above[end - 1]:
        end -= 1
    for first in range(end - 1, max(-1, end - 1 - _ATTRIBUTION_LINES), -1):
        if not above[first]:
            break
        if is_attribution(above[first:end]):
            return " ".join(above[max(0, first - 1) : end])
    return ""


def _without_names(lines: list[str], names: set[str]) -> Iterator[str]:
    """Names as quote marks, where an attribution above such lines has that name, or the initials."""
    runs = [(name, list(run)) for name, run in groupby(lines, _name)]
    above: list[str] = []
    known: set[str] = set()
    for name, run in runs:
        if name in names and name not in known and _names(_attributed(above), name):
            known.add(name)
        if name in known:
            lead = f"{name}: " if len(names) > 1 else ""
            for line in run:
                content = line[line.index(">") + 1 :].removeprefix(" ")
                yield f"> {lead}{content}".rstrip()
                lead = ""
        else:
            yield from run
        above = run


def _name(line: str) -> str:
    found = _NAME_MARK.match(f"\n{line}\n") if ">" in line[:21] else None
    return found[1] if found else ""


def _names(attribution: str, name: str) -> bool:
    initials = "".join(re.findall(r"\b[A-Z]", attribution))
    return name.casefold() in attribution.casefold() or (name.isupper() and len(name) > 1 and name in initials)

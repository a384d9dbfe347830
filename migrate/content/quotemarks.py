"""Other marks of quoted lines than `>` at the margin: bars, names and indentation; and what only looks like `>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from migrate.content.attribution import is_attribution

_ATTRIBUTION_LINES = 4

_BAR = re.compile(r"\|[| ]*")
_NAME_MARK = re.compile(r"\n {0,4}([A-Za-z][\w.'-]{0,14})>(?=[ \n])")
_INDENTED = re.compile(r"[ \t]{1,8}>")
_ANY_INDENTED = re.compile(r"\n[ \t]{1,8}>")
_SUPERCITE = re.compile(r"^((?:> ?)*)>{5} (?=\"[^\"\n]{1,40}\" == [^\n]{1,200}:$)", re.MULTILINE)
_SESSION = re.compile(r"(?:> ){0,2}>>>(?= |$)")
# What is typed into Python: a call, an assignment, a statement, a literal; three nested quotes hold prose.
_TYPED = re.compile(
    r">>> (?:(?:import|from|def|class|for|while|if|print|return|del|with|try|assert) .*[\w)\]\"':]$"
    r"|@?[\w.]+(?:\(.*|\[.*\]| ?[-+*/]?= ?[^=].*)$|[\[({\"'].*[\])}\"']$|[\d.]+ [-+*/%<>]=?)"
)
_ANY_TYPED = re.compile(rf"\n(?:> ){{0,2}}(?:{_TYPED.pattern})", re.MULTILINE)


def with_marks(text: str) -> str:
    """The text with `>` at the margin as its only quote mark; it begins and ends with a line feed."""
    if "\n|" in text:
        text = "\n".join(_without_bars(text.split("\n")))
    if ">" not in text:
        return text
    if names := set(_NAME_MARK.findall(text)):
        text = "\n".join(_without_names(text.split("\n"), names))
    if _ANY_INDENTED.search(text):
        text = "\n".join(_at_margin(text.split("\n")))
    if '>>>>> "' in text:
        text = _SUPERCITE.sub(r"\1", text)
    if ">>>" in text and _may_hold_session(text):
        text = "\n".join(_without_sessions(text.split("\n")))
    return text


def _may_hold_session(text: str) -> bool:
    """Whether a line could be typed into Python, or end an attribution that is marked so: quotes of quotes are not."""
    return ">:\n" in text or _ANY_TYPED.search(text) is not None


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


def _at_margin(lines: list[str]) -> Iterator[str]:
    """Quotes without their indentation, where at least two marked lines follow each other."""
    for marked, group in groupby(lines, lambda line: line[:1] == ">" or bool(_INDENTED.match(line))):
        run = list(group)
        if not marked or len(run) < 2 or _is_session([line.lstrip() for line in run if line[0] != ">"]):
            yield from run
        else:
            yield from (line.lstrip() for line in run)


def _without_sessions(lines: list[str]) -> Iterator[str]:
    """Sessions of an interactive Python indented, up to the next blank line, so that nothing takes them for quotes."""
    at = 0
    while at < len(lines):
        found = _SESSION.match(lines[at]) if ">>>" in lines[at] else None
        if not found:
            yield lines[at]
            at += 1
            continue
        marks = found[0][:-3]
        stop = _session_end(lines, at, marks)
        if _attributes(lines, at, marks):
            yield marks + lines[at][len(found[0]) + 1 :]
        else:
            yield from (f"{marks}    {line[len(marks) :]}" for line in lines[at:stop])
            yield from lines[at : at + (stop == at)]
        at = max(stop, at + 1)


def _attributes(lines: list[str], at: int, marks: str) -> bool:
    """Whether this line and the next are an attribution, which GroupWise marks like a quote."""
    below = [
        line[len(marks) :].strip() for line in lines[at + 1 : at + 1 + _ATTRIBUTION_LINES] if line.startswith(marks)
    ]
    text = [lines[at][len(marks) + 4 :]]
    for line in below:
        if line[:1] == ">":
            break
        text += filter(None, [line])
        if line[-2:] == ">:":
            return is_attribution(text, dated=True)
    return False


def _session_end(lines: list[str], at: int, marks: str) -> int:
    """Behind the last line of the session that begins here; `at` where none does."""
    if at and lines[at - 1][:1] == ">" and not lines[at - 1].startswith(marks or "\n"):
        return at
    stop = at
    while stop < len(lines) and lines[stop].startswith(marks) and _belongs(lines[stop][len(marks) :]):
        stop += 1
    beside = [*lines[max(0, at - 1) : at], *lines[stop : stop + 1]]
    if any(line[len(marks) : len(marks) + 1] == ">" and line.startswith(marks) for line in beside):
        return at  # quotes of other depths
    return stop if _is_session([line[len(marks) :] for line in lines[at:stop]]) else at


def _belongs(line: str) -> bool:
    return bool(line) and (line[0] != ">" or (line[:3] == ">>>" and line[3:4] in ("", " ")))


def _is_session(lines: list[str]) -> bool:
    """Whether somebody typed into Python here: most of what follows the prompts is code."""
    typed = [line for line in lines if line[:3] == ">>>" and len(line) > 4]
    return bool(typed) and sum(1 for line in typed if _TYPED.match(line)) * 2 >= len(typed)

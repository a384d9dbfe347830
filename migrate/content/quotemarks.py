"""Other marks of quoted lines than `>` at the margin: bars, names and indentation; and what only looks like `>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from migrate.content.attribution import is_attribution

_ATTRIBUTION_LINES = 4

_BAR = re.compile(r"\|[| ]*")
_NAME_MARK = re.compile(r"\n {0,4}+([A-Za-z][\w.'-]{0,14}+)>(?=[ \n])")
_INDENTED = re.compile(r"[ \t]{1,8}>")
_ANY_INDENTED = re.compile(r"\n[ \t]{1,8}+>")
_ANY_OTHER_MARK = re.compile(rf"\n\||{_NAME_MARK.pattern}|{_ANY_INDENTED.pattern}")
_SUPERCITE = re.compile(r"^((?:> ?)*)>{5} (?=\"[^\"\n]{1,40}\" == [^\n]{1,200}:$)", re.MULTILINE)
_SESSION = re.compile(r"(?:> ){0,2}>>>(?= |$)")
# What is typed into Python: a call, an assignment, a statement, a literal; three nested quotes hold prose.
_TYPED = re.compile(
    r">>> (?:(?:import|from|def|class|for|while|if|print|return|del|with|try|assert) .*[\w)\]\"':]$"
    r"|@?[\w.]+(?:\(.*|\[.*\]| ?[-+*/]?= ?[^=].*)$|[\[({\"'].*[\])}\"']$|[\d.]+ [-+*/%<>]=?)"
)
_ANY_TYPED = re.compile(rf"\n(?:> ){{0,2}}(?:{_TYPED.pattern})", re.MULTILINE)
_ANY_ATTRIBUTION = re.compile(rf"\n(?:> ){{0,2}}>>>[^\n]*(?:\n[^\n]*){{1,{_ATTRIBUTION_LINES}}}>:\n")


def with_marks(text: str) -> str:
    """The text with `>` at the margin as its only quote mark; it begins and ends with a line feed."""
    if ">" not in text and "|" not in text:
        return text
    if _ANY_OTHER_MARK.search(text):  # one pass for most, which have none
        text = _with_other_marks(text)
    if ">>>" in text:
        text = _SUPERCITE.sub(r"\1", text) if '>>>>> "' in text else text
        if _may_hold_session(text):
            text = "\n".join(_without_sessions(text.split("\n")))
    return text


def _with_other_marks(text: str) -> str:
    if "\n|" in text:
        text = "\n".join(_without_bars(text.split("\n")))
    if names := set(_NAME_MARK.findall(text)):
        text = "\n".join(_without_names(text.split("\n"), names))
    return "\n".join(_at_margin(text.split("\n"))) if _ANY_INDENTED.search(text) else text


def _may_hold_session(text: str) -> bool:
    """Whether a line could be typed into Python, or begin an attribution that is marked so; most quote quotes."""
    return _ANY_TYPED.search(text) is not None or (">:\n" in text and _ANY_ATTRIBUTION.search(text) is not None)


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
    at = end = 0
    typed: list[bool] = []  # of the lines before `end`
    while at < len(lines):
        stop = at + 1
        found = _SESSION.match(lines[at]) if ">>>" in lines[at] else None
        if found is None:
            yield lines[at]
        else:
            marks = found[0][:-3]
            if at >= end:
                end = _run_end(lines, at, marks)
                typed = _are_typed([line[len(marks) :] for line in lines[at:end]])
            if _attributes(lines, at, marks):
                yield marks + lines[at][len(found[0]) + 1 :]
            elif typed[at - end] and not _stands_in_quotes(lines, at, end, marks):
                stop = end
                yield from (f"{marks}    {line[len(marks) :]}" for line in lines[at:end])
            else:
                yield lines[at]
        at = stop


def _attributes(lines: list[str], at: int, marks: str) -> bool:
    """Whether this line and the next are an attribution, which GroupWise marks like a quote."""
    below = lines[at + 1 : at + 1 + _ATTRIBUTION_LINES]
    if not any(line.endswith(">:") for line in below):
        return False
    text = [lines[at][len(marks) + 4 :]]
    for line in [line[len(marks) :].strip() for line in below if line.startswith(marks)]:
        if line[:1] == ">":
            break
        text += filter(None, [line])
        if line[-2:] == ">:":
            return is_attribution(text, dated=True)
    return False


def _run_end(lines: list[str], at: int, marks: str) -> int:
    """Behind the last line that belongs to the session which may begin here."""
    while at < len(lines) and lines[at].startswith(marks) and _belongs(lines[at][len(marks) :]):
        at += 1
    return at


def _belongs(line: str) -> bool:
    return bool(line) and (line[0] != ">" or (line[:3] == ">>>" and line[3:4] in ("", " ")))


def _stands_in_quotes(lines: list[str], at: int, end: int, marks: str) -> bool:
    """Whether the lines beside these are quotes of other depths."""
    above = lines[at - 1] if at else ""
    if above[:1] == ">" and not (marks and above.startswith(marks)):
        return True
    return any(line.startswith(f"{marks}>") for line in (above, *lines[end : end + 1]))


def _are_typed(lines: list[str]) -> list[bool]:
    """Whether from each line on somebody typed into Python: most of what follows the prompts is code."""
    result = []
    prompts = code = 0
    for line in reversed(lines):
        if line[:3] == ">>>" and len(line) > 4:
            prompts += 1
            code += _TYPED.match(line) is not None
        result.append(0 < prompts <= code * 2)
    return result[::-1]


def _is_session(lines: list[str]) -> bool:
    return _are_typed(lines)[:1] == [True]

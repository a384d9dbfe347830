"""Tables: `{|`, `|-`, `|+`, `|`, `!`, `|}`, each at the start of a line, to the elements of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from importers.wiki.wikitext.marks import COMMENTS, EDGE
from importers.wiki.wikitext.sanitize import attributes

Line = tuple[int, str]  # of the page's text, and what stands there

_BEGINS = re.compile(r"(\s*:*\s*)\{\|(.*)")
_DEEPEST = 50  # tables in tables


@dataclass(slots=True)
class _Table:
    indented: int  # by how many colons
    row: bool = False
    cell: str = ""  # the element that is open: td, th, caption


def with_tables(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with tags in place of table markup; elements that have not ended at the end of the text end there."""
    tables: list[_Table] = []
    number = 0
    for number, line in lines:
        bare = COMMENTS.sub("", line).strip()
        if (begin := _BEGINS.fullmatch(COMMENTS.sub("", line))) and len(tables) < _DEEPEST:
            indented = begin[1].count(":")
            tables.append(_Table(indented))
            yield number, f"{'<dl><dd>' * indented}<table{attributes(begin[2])}>{_kept(line)}"
        elif not tables or bare[:1] not in ("|", "!"):
            yield number, line
        elif bare.startswith("|}"):
            table = tables.pop()
            yield number, f"{_end_row(table)}</table>{_kept(line)}{'</dd></dl>' * table.indented}{bare[2:]}"
        elif bare.startswith("|-"):
            yield number, f"{_end_row(tables[-1])}<tr{attributes(bare.lstrip('|-'))}>{_kept(line)}"
            tables[-1].row = True
        else:
            first, *rest = _cells(tables[-1], bare)
            yield number, first + _kept(line)
            yield from ((number, cell) for cell in rest)
    for table in reversed(tables):
        yield number, f"{_end_row(table)}</table>{'</dd></dl>' * table.indented}"


def _kept(line: str) -> str:
    return "".join(COMMENTS.findall(line))


def _end_cell(table: _Table) -> str:
    ended = f"</{table.cell}>" if table.cell else ""
    table.cell = ""
    return ended


def _end_row(table: _Table) -> str:
    ended = _end_cell(table) + ("</tr>" if table.row else "")
    table.row = False
    return ended


def _cells(table: _Table, line: str) -> Iterator[str]:
    if line.startswith("|+"):
        yield f"{_end_row(table)}<caption{_cell(line[2:])}"
        table.cell = "caption"
        return
    name = "th" if line.startswith("!") else "td"
    text = line[1:].replace("!!", "||") if name == "th" else line[1:]
    for cell in text.split("||"):
        begun = _end_cell(table)
        if not table.row:
            begun += "<tr>"
            table.row = True
        yield f"{begun}<{name}{_cell(cell)}"
        table.cell = name


def _cell(text: str) -> str:
    """The attributes of a cell, the end of its tag, its text. What is no attribute is text: nothing gets lost."""
    before, bar, after = text.partition("|")
    if not bar or EDGE in before or ("=" not in before and before.strip()):
        return f">{text.strip()}"
    return f"{attributes(before)}>{after.strip()}"

"""Tables as wikitext writes them: {| |- | ! |+ |}, one within another, and what stands beside them."""

from __future__ import annotations

import re

from importers.wiki.wikitext.lined import Lined
from importers.wiki.wikitext.tags import attributes

_BEGINS = re.compile(r"(:*)\s*\{\|(.*)")
_DEEPEST = 100  # tables within tables; MediaWiki has no limit
_DEEPEST_INDENT = 100


class _Table:
    """A table that is open."""

    def __init__(self, indent: int) -> None:
        self.indent = indent
        self.cell = ""  # the element that is open in the row: td, th, caption
        self.row_open = False
        self.row = ""  # the attributes of the row that begins with the next cell
        self.has_rows = False


def with_tables(lined: Lined) -> Lined:
    """The text with its tables as HTML."""
    if "{|" not in lined.text:
        return lined
    writer = _Writer()
    for line, number in zip(lined.text.split("\n"), lined.numbers, strict=True):
        writer.line(line, number)
    writer.finish()
    return Lined("\n".join(writer.lines), writer.numbers)


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self._open: list[_Table] = []

    def line(self, line: str, number: int) -> None:
        """Take up one line of the page."""
        said = line.strip()
        begins = _BEGINS.match(said) if said[:1] in (":", "{") and len(self._open) < _DEEPEST else None
        if begins:
            self._begin(begins, number)
        elif not self._open or said[:1] not in ("|", "!"):
            self._add(line, number)
        elif said.startswith("|}"):
            self._end(said[2:], number)
        elif said.startswith("|-"):
            self._row(said.lstrip("|").lstrip("-"))
        else:
            self._cells(said, number)

    def finish(self) -> None:
        """Close what nobody closed."""
        number = self.numbers[-1] if self.numbers else 0
        while self._open:
            self._end("", number)

    def _add(self, line: str, number: int) -> None:
        self.lines.append(line)
        self.numbers.append(number)

    def _begin(self, begins: re.Match[str], number: int) -> None:
        indent = min(len(begins[1]), _DEEPEST_INDENT)
        self._open.append(_Table(indent))
        around = f'<dl><dd data-line="{number}">' * indent
        self._add(f'{around}<table{attributes(begins[2])} data-line="{number}">', number)

    def _end(self, rest: str, number: int) -> None:
        table = self._open.pop()
        cell = f"</{table.cell}>" if table.cell else ""
        row = "</tr>" if table.row_open else "" if table.has_rows else "<tr><td></td></tr>"
        self._add(f"{cell}{row}</table>{'</dd></dl>' * table.indent}{rest}", number)

    def _row(self, said: str) -> None:
        table = self._open[-1]
        self._leave_row(table)
        table.has_rows = True
        table.row = attributes(said)

    def _leave_row(self, table: _Table) -> None:
        closing = (f"</{table.cell}>" if table.cell else "") + ("</tr>" if table.row_open else "")
        table.cell, table.row_open = "", False
        if closing:
            self._add(closing, self.numbers[-1])

    def _cells(self, said: str, number: int) -> None:
        """The cells of one line. What stands before a single pipe in a cell are its attributes."""
        sign = said[:2] if said.startswith("|+") else said[0]
        said = said[len(sign) :]
        if sign == "!":
            said = said.replace("!!", "||")
        tag = {"|": "td", "!": "th", "|+": "caption"}[sign]
        for cell in said.split("||"):
            self._cell(tag, cell, number)

    def _cell(self, tag: str, said: str, number: int) -> None:
        table = self._open[-1]
        before = f"</{table.cell}>" if table.cell else ""
        if tag == "caption":
            before += "</tr>" if table.row_open else ""
            table.row_open = False
        elif not table.row_open:
            before += f"<tr{table.row}>"
            table.row_open = table.has_rows = True
            table.row = ""
        table.cell = tag
        settings, pipe, text = said.partition("|")
        if not pipe or "[[" in settings or "-{" in settings:
            settings, text = "", said
        self._add(f'{before}<{tag}{attributes(settings)} data-line="{number}">{text.strip()}', number)

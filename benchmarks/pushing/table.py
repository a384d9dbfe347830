"""The table of figures: aligned for a terminal, and Markdown all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

HEAD = ("what", "migrate", "beside it", "goal")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is measured."""

    what: str
    ours: str
    beside: str
    goal: str


def markdown(rows: Iterable[Row]) -> str:
    """The rows as one table, ending in a newline."""
    lines: list[tuple[str, ...]] = [HEAD, *(astuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |\n"
        for line in (lines[0], rule, *lines[1:])
    )

"""The table of scores: aligned for a terminal, and Markdown all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = ("set", "cases", "counted", "migrate", "others, on the same cases")
ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One truth set and one thing that is counted in it."""

    name: str
    cases: int
    counted: str
    ours: str
    peers: tuple[tuple[str, str], ...] = ()  # name and score
    missed: tuple[str, ...] = ()  # what we got wrong: file names or places, never addresses


def share(hits: int, cases: int) -> str:
    """A count and its percentage, rounded down so that only all is 100 %."""
    if not cases:
        return "0"
    tenths = hits * 1000 // cases
    return f"{hits} ({tenths // 10}.{tenths % 10} %)"


def markdown(rows: Iterable[Row]) -> str:
    """The rows as one table, ending in a newline."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = tuple("-" * width for width in widths)
    return "".join(_line(line, widths) for line in (lines[0], rule, *lines[1:]))


def _cells(row: Row) -> tuple[str, ...]:
    peers = ", ".join(f"{name} {score}" for name, score in row.peers) or "–"
    return row.name, str(row.cases), row.counted, row.ours, peers


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |\n"

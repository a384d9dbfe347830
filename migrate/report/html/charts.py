"""Shapes for inline SVG. Each fills a box that the page stretches as wide as it has room; words stand beside it, in
letters of their usual size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

HEIGHT = 100  # of every box, in its own units
_GAP = 0.18  # of a column's width
_FEWEST_APART = 9.0  # percent of the width between two labels, so that they fit on a phone


@dataclass(frozen=True, slots=True)
class Shape:
    """A box `width` units wide and HEIGHT high, what is drawn in it, and the highest value, which reaches its top."""

    width: int
    path: str
    highest: int
    at: int  # where that is first


def area(values: Sequence[int]) -> Shape:
    """Steps, one a value, filled."""
    highest = max(values, default=0)
    path, level = f"M0 {HEIGHT}", 0
    for at, value in enumerate([*values, 0]):
        if value != level:
            path += f"H{at}V{_top(value, highest)}"
            level = value
    return Shape(len(values), f"{path}Z", highest, _at(values))


def columns(values: Sequence[int]) -> Shape:
    """Columns that stand apart."""
    highest = max(values, default=0)
    path = "".join(
        f"M{at + _GAP / 2:g} {HEIGHT}V{_top(value, highest)}h{1 - _GAP:g}V{HEIGHT}Z"
        for at, value in enumerate(values)
        if value
    )
    return Shape(len(values), path, highest, _at(values))


def ticks(marks: Sequence[tuple[int, str]], width: int) -> list[tuple[float, str]]:
    """As many of the marks as have room, evenly, each at its place in percent of the width."""
    placed = [(100 * at / max(1, width), label) for at, label in marks]
    apart = min((later[0] - sooner[0] for sooner, later in pairwise(placed)), default=100.0)
    step = next((step for step in (1, 2, 5, 10, 20, 50) if apart * step >= _FEWEST_APART), 100)
    numbered = [(place, label) for place, label in placed if int(label) % step == 0] if step > 1 else placed
    return [(round(place, 2), label) for place, label in numbered if place <= 100 - _FEWEST_APART / 2]


def _top(value: int, highest: int) -> str:
    # What is there at all is to be seen.
    return f"{HEIGHT - max(value and 1.5, HEIGHT * value / max(1, highest)):.4g}"


def _at(values: Sequence[int]) -> int:
    return max(range(len(values)), key=values.__getitem__, default=0)

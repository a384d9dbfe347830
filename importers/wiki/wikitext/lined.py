"""Text that remembers, for each of its lines, the line of the page it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Signs that act as marks here, or that no page may have.
FOREIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
GONE = "\x01"  # a line break that was taken out of a text whose lines are counted already


@dataclass(frozen=True, slots=True)
class Lined:
    """A text and, for each of its lines, the number of the page's line that it begins in (from 0)."""

    text: str
    numbers: list[int]


def settled(text: str, numbers: list[int]) -> Lined:
    """The text without its marks for line breaks that are gone, and the numbers of the lines that are left."""
    if GONE not in text:
        return Lined(text, numbers)
    kept: list[int] = []
    place = 0
    for line in text.split("\n"):
        kept.append(numbers[place])
        place += 1 + line.count(GONE)
    return Lined(text.replace(GONE, ""), kept)


class Builder:
    """Puts a text together from parts of the page and from what stands in place of others."""

    def __init__(self, line: int) -> None:
        self._pieces: list[str] = []
        self._numbers = [line]
        self._ends_line = True

    def add(self, text: str, line: int) -> None:
        """Add a part of the page that begins in that line of it."""
        if text:
            self._begin(text, line)
            self._numbers.extend(range(line + 1, line + 1 + text.count("\n")))
            self._ends_line = text.endswith("\n")

    def put(self, text: str, line: int, source: str = "") -> None:
        """Add what stands in place of `source`, which begins in that line. Its lines count as the line of the source
        that says the same, if there is one, else as the last one that was found."""
        if not text:
            return
        self._begin(text, line)
        self._ends_line = text.endswith("\n")
        if "\n" not in text:
            return
        lines = text.split("\n")[1:]
        if "\n" not in source:
            self._numbers.extend([line] * len(lines))
            return
        places = {said: number for number, said in reversed(list(enumerate(source.split("\n"), line)))}
        for said in lines:
            line = max(line, places.get(said, line))
            self._numbers.append(line)

    def _begin(self, text: str, line: int) -> None:
        if self._ends_line:  # whole lines may have been left out before it
            self._numbers[-1] = line
        self._pieces.append(text)

    @property
    def at_line_start(self) -> bool:
        """Whether what is added next begins a line."""
        return self._ends_line

    def built(self) -> Lined:
        """All that was added."""
        return Lined("".join(self._pieces), self._numbers)

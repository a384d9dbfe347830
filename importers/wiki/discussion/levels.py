"""Who answers whom (DiscussionTools' CommentParser, buildThreads)."""

from __future__ import annotations

from collections.abc import Iterable


class Chain:
    """The last comment at each level, below one heading."""

    def __init__(self) -> None:
        self._last: list[int | None] = [None]  # the first is the heading

    def parent(self, level: int) -> int | None:
        """The closest earlier comment at a smaller level; one that skips levels stands for those, too."""
        return self._last[min(level, len(self._last)) - 1]

    def add(self, number: int, level: int) -> None:
        """The comment that comes next."""
        missing = max(level - len(self._last), 0)
        self._last[level:] = [self._last[-1]] * missing
        self._last.append(number)


def heading_parents(levels: Iterable[int]) -> list[int | None]:
    """For each heading the next higher one before it, by their levels (99 for the place before the first)."""
    parents: list[int | None] = []
    above: list[tuple[int, int]] = []
    for number, level in enumerate(levels):
        while above and above[-1][0] >= level:
            above.pop()
        parents.append(above[-1][1] if above else None)
        above.append((level, number))
    return parents

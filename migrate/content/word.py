"""Lists of Word, which writes their items as paragraphs with a bullet or a number in front."""

from __future__ import annotations

import re
from collections.abc import Callable

from migrate.content.inline import Line
from migrate.content.page import Container, Page

_NUMBER = re.compile(r"(\d{1,9})[.)]?\Z", re.ASCII)
_TYPED = re.compile(r"(?:([·•§▪–-]|o(?= ))|(\d{1,9}[.)]))\s+")  # where a program took away what told the mark


class WordLists:
    """Writes such items on a page as items of lists."""

    def __init__(self, page: Page) -> None:
        self.mark = ""  # what stands in front of the item that has not ended yet
        self._page = page
        self._last: list[Container] = []  # the last item of each level

    def item(self, level: int) -> Callable[[], None]:
        """Begin a paragraph that looks like an item of that level, from 1; to be called where it ends."""
        self._page.flush()
        return lambda: self._write(level)

    def _write(self, level: int) -> None:
        mark, self.mark = self.mark.replace("\xa0", " ").strip(), ""
        lines = self._page.take()
        if not mark:
            mark, lines = _typed_mark(lines)
        number = _NUMBER.match(mark)
        if mark[:1].isalpha() and mark not in ("o", "§"):  # Markdown numbers nothing with letters
            lines[:1] = [Line(f"{mark} {line.plain}", f"{mark} {line.markdown}", line.rich) for line in lines[:1]]
            mark = ""
        if not mark or not lines:
            self._page.give(lines)
            return
        self._begin(level, int(number[1]) if number else None)
        self._page.give(lines)
        for _ in self._last:
            self._page.end()

    def _begin(self, level: int, number: int | None) -> None:
        """Begin the item, and those around it; goes on with the list before if nothing stands in between."""
        around = [item for item in self._last[:level] if self._page.was_in(item)]
        block = around.pop().within if len(around) == level else None
        for item in around:
            self._page.begin(item)
        if block is None or block.number != number:
            block = self._page.new_list(number)
        item = block.item()
        if block.number is not None:
            block.number += 1
        self._page.begin(item)
        self._last = [*around, item]


def _typed_mark(lines: list[Line]) -> tuple[str, list[Line]]:
    """The mark that the first line begins with, and the lines without it."""
    first = lines[0] if lines else Line("", "", False)
    found = _TYPED.match(first.markdown)
    if not found:
        return "", lines
    plain = _TYPED.sub("", first.plain.lstrip(), count=1)
    rest = Line(plain, first.markdown[found.end() :], first.rich)
    return found[1] or found[2], [rest, *lines[1:]]

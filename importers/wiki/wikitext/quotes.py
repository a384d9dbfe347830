"""Emphasis: two, three or five apostrophes, balanced within each line as MediaWiki does."""

from __future__ import annotations

import re

_RUNS = re.compile("('{2,})")
_ITALIC, _BOLD, _BOTH = 2, 3, 5


def emphasized(line: str) -> str:
    """One line with its apostrophes as <i> and <b>."""
    pieces = _RUNS.split(line)
    if len(pieces) == 1:
        return line
    widths = [_width(pieces, place) for place in range(1, len(pieces), 2)]
    bold = sum(width != _ITALIC for width in widths)
    italic = sum(width != _BOLD for width in widths)
    if bold % 2 and italic % 2:
        _give_one_back(pieces, widths)
    writer = _Writer(pieces[0])
    for number, width in enumerate(widths):
        writer.mark(width)
        writer.pieces.append(pieces[2 * number + 2])
    return writer.finished()


def _width(pieces: list[str], place: int) -> int:
    """How many apostrophes act; those in front that are too many are text."""
    count = len(pieces[place])
    width = min(count, _BOTH) if count != 4 else _BOLD
    pieces[place - 1] += "'" * (count - width)
    return width


def _give_one_back(pieces: list[str], widths: list[int]) -> None:
    """Where both kinds are left open, one bold begins with an apostrophe and is italic: "L'''eau''"."""
    best, least = -1, 3
    for number, width in enumerate(widths):
        if width != _BOLD:
            continue
        before = pieces[2 * number]
        # After a word of one letter, else after a longer word, else after a space.
        rank = 2 if before[-1:] == " " else 0 if before[-2:-1] == " " else 1
        if rank < least:
            best, least = number, rank
    if best >= 0:
        widths[best] = _ITALIC
        pieces[2 * best] += "'"


class _Writer:
    """Writes the marks of one line."""

    def __init__(self, text: str) -> None:
        self.pieces = [text]
        self._open: list[str] = []
        self._undecided = -1  # where both begin: which is the outer one depends on what ends first

    def mark(self, width: int) -> None:
        """One mark: it ends what it began, or begins it."""
        if width == _BOTH and not self._open and self._undecided < 0:
            self._undecided = len(self.pieces)
            self.pieces.append("")
            return
        self._decide("b" if width == _ITALIC else "i")
        if width == _BOTH:
            for tag in self._open[::-1] if len(self._open) == 2 else [*self._open, "b" if "i" in self._open else "i"]:
                self._turn(tag)
        else:
            self._turn("i" if width == _ITALIC else "b")

    def finished(self) -> str:
        """The line, with all closed at its end."""
        self._decide("b")
        return "".join([*self.pieces, *(f"</{tag}>" for tag in reversed(self._open))])

    def _decide(self, outer: str) -> None:
        if self._undecided >= 0:
            self._open = [outer, "i" if outer == "b" else "b"]
            self.pieces[self._undecided] = "".join(f"<{tag}>" for tag in self._open)
            self._undecided = -1

    def _turn(self, tag: str) -> None:
        if tag not in self._open:
            self._open.append(tag)
            self.pieces.append(f"<{tag}>")
        elif self._open[-1] == tag:
            self._open.pop()
            self.pieces.append(f"</{tag}>")
        else:
            inner = self._open.pop()
            self._open = [inner]
            self.pieces.append(f"</{inner}></{tag}><{inner}>")

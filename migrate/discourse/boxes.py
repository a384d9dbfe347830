"""Block quotes as boxes that name whom they quote and link to the very post: `[quote="ann, post:3, topic:45"]`.

A box replaces its block's quote marks, and the lines above it that say no more. The tags stand on lines of their own
with blank lines round them; Discourse reads them so within other quotes, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migrate.content.blockquotes import BlockQuote, block_quotes, quote_depths, unquoted

_CLOSE = "[/quote]"
_NOT_IN_NAME = re.compile(r"[\s\"“”'\[\],\\<>`\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Quoted:
    """The post that a block quote quotes."""

    username: str
    post: int  # its number in its topic
    topic: int  # the topic's id
    attribution: int = 0  # how many lines above the quote say only what the box says
    heading: int = 0  # or how many of its own first lines do

    @property
    def tag(self) -> str:
        """What opens its box."""
        return f'[quote="{_NOT_IN_NAME.sub("_", self.username)}, post:{self.post}, topic:{self.topic}"]'


@dataclass(slots=True)
class _Piece:
    """Lines between two tags, or a tag; `first` and `last` are how many quote marks the lines at its ends keep."""

    lines: list[str]
    first: int
    last: int
    opens: Quoted | None = None
    closes: Quoted | None = None

    @property
    def is_tag(self) -> bool:
        return bool(self.opens or self.closes)

    def cut(self, count: int) -> None:
        """Take so many lines of text from its end, and the blank ones round them."""
        self._trim()
        del self.lines[max(0, len(self.lines) - count) :]
        self._trim()
        if self.lines:
            text = self.lines[-1]
            self.last = min(self.last, text[: len(text) - len(text.lstrip("> "))].count(">"))

    def _trim(self) -> None:
        while self.lines and not self.lines[-1].strip(" >"):
            self.lines.pop()

    def text(self, compose: Callable[[str], str]) -> str:
        """Its Markdown; empty where nothing is left of it."""
        if self.is_tag:
            return "> " * self.first + (self.opens.tag if self.opens else _CLOSE)
        self._trim()
        start = next((at for at, line in enumerate(self.lines) if line.strip(" >")), len(self.lines))
        return compose("\n".join(self.lines[start:])) if start < len(self.lines) else ""


class Boxes:
    """Puts the quotes of one message into boxes, text by text: the body first, then what is folded."""

    def __init__(self, quoted: Mapping[int, Quoted]) -> None:
        self._quoted = quoted
        self._count = 0

    def put(self, markdown: str, compose: Callable[[str], str]) -> str:
        """The next text with its boxes; everything else of it goes through `compose`."""
        lines = markdown.split("\n")
        quotes = block_quotes(quote_depths(lines), first=self._count) if self._quoted else []
        self._count += len(quotes)
        if not any(quote.number in self._quoted for quote in quotes):
            return compose(markdown)
        return _joined(_Cut(lines, quotes, self._quoted).pieces, compose)


class _Cut:
    """A text cut into pieces."""

    def __init__(self, lines: Sequence[str], quotes: Sequence[BlockQuote], quoted: Mapping[int, Quoted]) -> None:
        self.pieces = [_Piece([], 0, 0)]
        self._standing: list[Quoted | None] = []  # for each quote that the line is in its box, if it has one
        opening: defaultdict[int, list[BlockQuote]] = defaultdict(list)
        closing: defaultdict[int, int] = defaultdict(int)
        for quote in quotes:
            opening[quote.start].append(quote)
            closing[quote.stop] += 1
        spare = 0  # the lines before this one say what a box says
        for at, line in enumerate(lines):
            self._close(closing[at])
            for quote in opening[at]:
                box = quoted.get(quote.number)
                self._open(box)
                spare = max(spare, at + box.heading if box else 0)
            if at >= spare:
                self._add(line)
        self._close(closing[len(lines)])

    def _add(self, line: str) -> None:
        depth, kept = len(self._standing), self._standing.count(None)
        if self.pieces[-1].is_tag:
            self.pieces.append(_Piece([], kept, kept))
        text = line if kept == depth else ("> " * kept + unquoted(line, depth)).rstrip()
        self.pieces[-1].lines.append(text)
        self.pieces[-1].last = kept

    def _open(self, box: Quoted | None) -> None:
        depth = self._standing.count(None)
        self._standing.append(box)
        if box is None:
            return
        if not self.pieces[-1].is_tag:
            self.pieces[-1].cut(box.attribution)
            if not self.pieces[-1].lines and len(self.pieces) > 1:
                self.pieces.pop()
        closed = self.pieces[-1].closes
        if closed and (closed.post, closed.topic, self.pieces[-1].first) == (box.post, box.topic, depth):
            self.pieces[-1] = _Piece([], depth, depth)  # the same box goes on
        else:
            self.pieces.append(_Piece([], depth, depth, opens=box))

    def _close(self, count: int) -> None:
        for _ in range(count):
            box = self._standing.pop()
            depth = self._standing.count(None)
            if box:
                self.pieces.append(_Piece([], depth, depth, closes=box))


def _joined(pieces: Sequence[_Piece], compose: Callable[[str], str]) -> str:
    done = ""
    last = 0
    for piece in pieces:
        if text := piece.text(compose):
            between = "> " * min(last, piece.first)  # a blank line that ends no quote round both
            done += f"\n{between.rstrip()}\n{text}" if done else text
            last = piece.last
    return done

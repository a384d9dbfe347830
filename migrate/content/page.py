"""Blocks of neutral Markdown, written one after the other: paragraphs, lists, quotes, code, tables.

Lines of text are looked at as those of plain text mail are, since most of what people send as HTML they typed as such:
quote marks, lists and code typed by hand are found there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from migrate.content.blocks import MAX_QUOTE_DEPTH, text_blocks
from migrate.content.escape import escape_starts
from migrate.content.inline import BLANK, Line, Run, formatted
from migrate.content.preformatted import fence, worth_a_look

_RULE = "---"
_LONGEST_HEADING = 200  # characters; more is text in a large font
_QUOTE_MARKS = re.compile(r"\s*(?:> ?)+")
_PROSE = re.compile(r"(?:[^\W\d_]+[,;:']? ){3}[^\W\d_]+|[^\x00-\x7f]{12}")  # words in a row, if there are spaces
_CLOSING_HASHES = re.compile(r"(#+)$")


@dataclass(slots=True)
class ListBlock:
    """A list, and the number its next item gets; None where it has bullets."""

    number: int | None
    mark: str  # what follows the number, or the bullet itself

    def item(self) -> Container:
        if self.number is None:
            return Container(f"{self.mark} ", "  ", self)
        first = f"{self.number}{self.mark} "
        return Container(first, " " * len(first), self)


@dataclass(slots=True, eq=False)
class Container:
    """A quote or a list's item: what its first line begins with, and its other lines."""

    first: str
    rest: str
    within: ListBlock | None = None
    begun: bool = False


def quote() -> Container:
    """A new block quote."""
    return Container("> ", "> ")


class Page:
    """Takes runs of text and the ends of lines and blocks; `lines` is the Markdown written so far.

    `begin` and `end` open and close a container; whatever is written in between stands in it.
    """

    def __init__(self, *, typed: bool = True) -> None:
        """`typed` is that of `html_to_markdown`."""
        self._typed = typed
        self.lines: list[str] = []
        self.heading = 0  # the level of the heading that the text belongs to
        self._runs: list[Run] = []  # of the line that has not ended yet
        self._text: list[Line] = []  # lines that are not written yet
        self._within: list[Container] = []
        self._written: list[Container] = []  # what the last line was written in

    def add(self, run: Run) -> None:
        """Add a run to the line. White space counts once; only a no-break space makes a line of its own."""
        self._runs.append(run)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands in the line yet."""
        return all(not run.text.strip() and not run.picture for run in self._runs)

    def new_line(self) -> None:
        """End the line if anything stands in it."""
        if not self._runs:
            return
        line = formatted(self._runs)
        if line is not BLANK or any("\xa0" in run.text for run in self._runs):
            self._text.append(line)
        self._runs = []

    def line_break(self) -> None:
        """End the line; one that holds nothing is a blank line."""
        before = len(self._text)
        self.new_line()
        if len(self._text) == before:
            self._text.append(BLANK)

    def new_block(self) -> None:
        """End the line, and leave a blank one."""
        self.new_line()
        if self._text:
            self._text.append(BLANK)

    def begin(self, container: Container) -> None:
        self.flush()
        self._within.append(container)

    def end(self) -> None:
        self.flush()
        self._within.pop()

    def new_list(self, number: int | None) -> ListBlock:
        """A list that begins here; its marks differ from those of a list that ends here, or both would be one."""
        self.flush()
        before = self._list_before()
        if before is None or (before.number is None) != (number is None):
            return ListBlock(number, "-" if number is None else ".")
        return ListBlock(number, _OTHER_MARK[before.mark])

    def stray_list(self) -> ListBlock:
        """The list for an item that stands in none: that of the item before it, if there is one."""
        self.flush()
        return self._list_before() or ListBlock(None, "-")

    def marker(self, line: str) -> None:
        """A line that is no text, but tells what follows; only outside of all containers."""
        if self._text and self._text[-1].plain == "--":  # it tells that itself
            return
        self.flush()
        if not self._within:
            self.lines.append(line)

    def rule(self) -> None:
        """A line across the page; several in a row are one."""
        self.flush()
        if not all(container.begun for container in self._within):  # behind a list's mark it would be another one
            return
        if self.lines[-1:] != ["".join(container.rest for container in self._within) + _RULE]:
            self._put([_RULE])

    def code(self, text: str, language: str = "") -> None:
        """Preformatted lines. Where most are prose that somebody typed, only what looks like code among them is."""
        self.flush()
        lines = [line.rstrip().expandtabs() for line in text.split("\n")]
        filled = [at for at, line in enumerate(lines) if line]
        prose = sum(len(line) for line in lines if _PROSE.search(line))
        if self._typed and prose * 2 > sum(map(len, lines)):
            self._text = [formatted([Run(line.replace(" ", "\xa0"))]) for line in lines]
            self.flush()
        elif filled:
            self._put(fence(lines[filled[0] : filled[-1] + 1], language).strip("\n").split("\n"))

    def last_item(self, block: ListBlock) -> Container | None:
        """The item of this list that was written last, if nothing came after it."""
        self.flush()
        depth = len(self._within)
        last = self._written[depth] if len(self._written) > depth else None
        return last if last and last.within is block and all(map(self._common, range(depth))) else None

    def was_in(self, container: Container) -> bool:
        """Whether the last line was written in this container."""
        return container in self._written

    def take(self) -> list[Line]:
        """What was added since the last block, taken out of the page."""
        self.new_line()
        lines, self._text = self._text, []
        return lines

    def give(self, lines: list[Line]) -> None:
        """Add lines."""
        self._text += lines

    def cell(self) -> str:
        """The same, as one line for a table."""
        lines = self.take()
        return " ".join(line.markdown for line in lines if line.markdown).replace("|", "\\|")

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of cells, all of one length; the first one is the head."""
        self.flush()
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        self._put([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])

    def flush(self) -> None:
        """Write the lines that are not written yet."""
        if not self._runs and not self._text:
            self.heading = 0
            return
        self.new_line()
        lines, self._text = _trimmed(self._text), []
        heading, self.heading = self.heading, 0
        if not lines:
            return
        text = " ".join(line.markdown for line in lines if line.markdown)
        if heading and len(text) <= _LONGEST_HEADING:
            self._put(["#" * heading + " " + _CLOSING_HASHES.sub(r"\\\1", text)])
        elif not self._typed:
            self._put(escape_starts([line.markdown for line in lines]).split("\n"))
        elif any(line.plain[:1] == ">" for line in lines):
            self._marked(lines)
        else:
            self._put(_blocks(lines))

    def _marked(self, lines: list[Line]) -> None:
        """Lines some of which begin with quote marks."""
        quotes: list[Container] = []
        for depth, group in groupby(map(_unmarked, lines), lambda pair: pair[0]):
            del quotes[depth:]
            quotes += [quote() for _ in range(depth - len(quotes))]
            inside = _trimmed([line for _, line in group])
            if inside:
                self._within += quotes
                self._put(_blocks(inside))
                del self._within[len(self._within) - len(quotes) :]

    def _put(self, lines: Iterable[str]) -> None:
        """Write lines with what they stand in, apart from what is above; one blank line for several."""
        if self.lines:
            self._separate()
        blank = begun = False
        for line in lines:
            if line and blank and begun:
                self.lines.append(_blank(self._within))
            if line:
                self.lines.append("".join(map(_prefix, self._within)) + line)
                begun = True
            blank = not line
        self._written = list(self._within)

    def _separate(self) -> None:
        """Write the blank line that parts blocks, but not between the items of a list."""
        common = 0
        while self._common(common):
            common += 1
        if not self._is_tight(common):
            self.lines.append(_blank(self._within[:common]))

    def _common(self, at: int) -> bool:
        return at < min(len(self._within), len(self._written)) and self._within[at] is self._written[at]

    def _is_tight(self, common: int) -> bool:
        """Whether the next line begins an item right below the item before it, or below the text of one around it."""
        if common == len(self._within):
            return False
        item = self._within[common]
        if item.within is None:
            return False
        if common < len(self._written):
            return self._written[common].within is item.within
        # Only a list that begins with 1 may interrupt a paragraph (CommonMark 5.3).
        return common > 0 and self._within[common - 1].within is not None and item.first[0] in "-*1"

    def _list_before(self) -> ListBlock | None:
        """The list that the last line belonged to, if it stood right here."""
        depth = len(self._within)
        if len(self._written) > depth and all(map(self._common, range(depth))):
            return self._written[depth].within
        return None


_OTHER_MARK = {"-": "*", "*": "-", ".": ")", ")": "."}


def _prefix(container: Container) -> str:
    prefix = container.rest if container.begun else container.first
    container.begun = True
    return prefix


def _blank(within: list[Container]) -> str:
    return "".join(container.rest for container in within).rstrip()


def _trimmed(lines: list[Line]) -> list[Line]:
    """The lines without blank ones around them."""
    start, stop = 0, len(lines)
    while start < stop and not lines[start].markdown:
        start += 1
    while stop > start and not lines[stop - 1].markdown:
        stop -= 1
    return lines[start:stop]


def _unmarked(line: Line) -> tuple[int, Line]:
    """How many quote marks the line begins with, and the line without them."""
    marks = _QUOTE_MARKS.match(line.markdown)
    if not marks:
        return 0, line
    plain = _QUOTE_MARKS.sub("", line.plain, count=1)
    return min(marks[0].count(">"), MAX_QUOTE_DEPTH), Line(plain, line.markdown[marks.end() :], line.rich)


def _blocks(lines: list[Line]) -> Iterator[str]:
    """Lines of text as blocks: code and lists are found where nothing in them would be lost by that."""
    escaped = escape_starts([line.markdown for line in lines]).split("\n")
    if not worth_a_look("\n" + "\n".join(line.plain for line in lines)):
        yield from escaped
        return
    at = 0
    for rich, group in groupby(lines, attrgetter("rich")):
        plain = [line.plain for line in group]
        part = escaped[at : at + len(plain)]
        yield from part if rich else text_blocks(plain, part)
        at += len(plain)

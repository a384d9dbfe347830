"""Lines to blocks: paragraphs, lists, text with a space before it. Nests as MediaWiki nests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from importers.wiki.wikitext.lined import Lined

_PREFIX = re.compile("[*#:;]+")
_DEEPEST = 100  # lists within lists; MediaWiki has no limit
_LISTS = {"*": ("ul", "li"), "#": ("ol", "li"), ":": ("dl", "dd"), ";": ("dl", "dt")}
# Within these no paragraphs are made, until a line has what ends or interrupts them.
_ENTERS = re.compile(r"<(?:(?:table|h[1-6]|pre|p|ul|ol|dl)|/t[dh]|/?(?:tr|caption|dt|dd|li))[ >]", re.IGNORECASE)
_LEAVES = re.compile(
    r"</(?:table|h[1-6]|pre|p|ul|ol|dl)>|<t[dh][ >]|</?(?:center|blockquote|div|hr)[ >]|\x7fb", re.IGNORECASE
)
_QUOTE = re.compile(r"<(/?)blockquote[ >]")
_TAG = re.compile(r"<(/?)[a-z][^<>]*>|(:)")
_VOID = re.compile(r"<[bhw]b?r")


def with_blocks(lined: Lined, comments: Iterable[tuple[int, str]] = ()) -> str:
    """HTML of the lines. Comments, with the line each stands in, come behind what stands in that line."""
    writer = _Writer(_by_place(lined.numbers, comments))
    for line, number in zip(lined.text.split("\n"), lined.numbers, strict=True):
        writer.line(line, number)
    return writer.finished()


def _by_place(numbers: list[int], comments: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    """What is to be written after each line, by its place among the lines."""
    found: dict[int, list[str]] = {}
    place = 0
    for number, comment in sorted(comments, key=lambda each: each[0]):
        while place + 1 < len(numbers) and numbers[place + 1] <= number:
            place += 1
        found.setdefault(place, []).append(comment)
    return {place: "".join(each) for place, each in found.items()}


class _Writer:
    """Writes line by line, and remembers what is open."""

    def __init__(self, comments: Mapping[int, str]) -> None:
        self._out: list[str] = []
        self._comments = comments
        self._place = 0
        self._number = 0
        self._lists = ""  # signs of the lists that are open; ";" is kept as ":"
        self._term = False  # whether the innermost of them has a term open, not its explanation
        self._paragraph = ""  # "p" or "pre" that is open
        self._pending = ""  # what a blank line may begin: "open" or "next" paragraph
        self._in_pre = False  # within HTML's <pre>
        self._in_block = False
        self._in_quote = False

    def line(self, line: str, number: int) -> None:
        """Take up one line."""
        self._number = number
        prefix = _PREFIX.match(line) if not self._in_pre and line[:1] in "*#:;" else None
        if prefix and line:
            self._item(prefix[0][:_DEEPEST], line[prefix.end() :])
        else:
            if self._lists:
                self._close_lists(0)
                self._out.append("\n")
            self._text(line)
        if self._place in self._comments:
            self._out.append(self._comments[self._place])
        self._place += 1

    def finished(self) -> str:
        """All that was written, with nothing left open."""
        self._close_lists(0)
        self._end_paragraph()
        return "".join(self._out)

    # Lists

    def _item(self, prefix: str, text: str) -> None:
        plain = prefix.replace(";", ":")
        self._pending = ""
        if plain == self._lists:
            self._next_item(prefix[-1])
            common = len(prefix)
        else:
            common = self._go_on(prefix)
        text = self._open_lists(prefix, common, text)
        self._lists = plain
        self._out.append(text)
        if "<pre" in text and "</pre" not in text:
            self._in_pre = True

    def _go_on(self, prefix: str) -> int:
        """Leave the lists that end with this item; returns how many go on."""
        common = 0
        for sign, other in zip(prefix, self._lists, strict=False):
            if sign != other:
                break
            common += 1
        self._close_lists(common)
        if common and (len(prefix) <= common or (self._term and prefix[common - 1] == ":")):
            self._next_item(prefix[common - 1])
        return common

    def _open_lists(self, prefix: str, common: int, text: str) -> str:
        """Open the lists that begin with this item; returns its text without the terms that were written."""
        for place in range(common, len(prefix)):
            self._open_list(prefix[place])
            if prefix[place] == ";":
                text = self._write_term(text)
        if common == len(prefix) and prefix[-1] == ";":
            text = self._write_term(text)
        return text

    def _write_term(self, text: str) -> str:
        """ ";term: explanation" in one line; returns what is left to write."""
        colon = _colon(text) if ":" in text else -1
        if colon < 0:
            return text
        self._out.append(text[:colon])
        self._next_item(":")
        return text[colon + 1 :]

    def _open_list(self, sign: str) -> None:
        self._end_paragraph()
        around, item = _LISTS[sign]
        self._out.append(f'<{around}><{item} data-line="{self._number}">')
        if sign in ":;":
            self._term = sign == ";"

    def _next_item(self, sign: str) -> None:
        _, item = _LISTS[sign]
        self._out.append(f'</{self._item_name(sign)}>\n<{item} data-line="{self._number}">')
        if sign in ":;":
            self._term = sign == ";"

    def _close_lists(self, kept: int) -> None:
        for sign in reversed(self._lists[kept:]):
            self._out.append(f"</{self._item_name(sign)}></{_LISTS[sign][0]}>")
            if sign == ":":
                self._term = False
        self._lists = self._lists[:kept]

    def _item_name(self, sign: str) -> str:
        return "li" if sign in "*#" else "dt" if self._term else "dd"

    # Paragraphs

    def _text(self, line: str) -> None:
        enters, leaves = _ENTERS.search(line), _LEAVES.search(line)
        if enters or leaves:
            self._block(line, leaves=leaves is not None)
        elif not self._in_block and not self._in_pre:
            line = self._paragraph_line(line)
        if self._in_pre and "</pre>" in line:
            self._in_pre = False
        if not self._pending:
            self._out.append(line + "\n")

    def _block(self, line: str, *, leaves: bool) -> None:
        """A line with HTML that ends a paragraph."""
        self._pending = ""
        self._end_paragraph()
        if "<pre" in line and "</pre>" not in line:
            self._in_pre = True
        for mark in _QUOTE.finditer(line):
            self._in_quote = not mark[1]
        self._in_block = not leaves

    def _paragraph_line(self, line: str) -> str:
        blank = not line.strip()
        if line[:1] == " " and not self._in_quote and (self._paragraph == "pre" or not blank):
            if self._paragraph != "pre":
                self._pending = ""
                self._begin("pre")
            return line[1:]
        if blank:
            self._blank()
        elif self._pending:
            self._end_pending()
        elif self._paragraph != "p":
            self._begin("p")
        return line

    def _blank(self) -> None:
        """One blank line ends a paragraph; two make room."""
        if self._pending:
            self._end_pending()
            self._out.append("<br>")
        elif self._paragraph != "p":
            self._end_paragraph()
            self._pending = "open"
        else:
            self._pending = "next"

    def _end_pending(self) -> None:
        if self._pending == "next":
            self._out.append("</p>")
        self._out.append(f'<p data-line="{self._number}">')
        self._pending = ""
        self._paragraph = "p"

    def _begin(self, name: str) -> None:
        self._end_paragraph()
        self._out.append(f'<{name} data-line="{self._number}">')
        self._paragraph = name

    def _end_paragraph(self) -> None:
        if self._paragraph:
            self._out.append(f"</{self._paragraph}>\n")
            self._paragraph = ""


def _colon(text: str) -> int:
    """Where the first colon is that stands in no element; -1 where there is none."""
    depth = 0
    for found in _TAG.finditer(text):
        if found[2]:
            if depth == 0:
                return found.start()
        elif found[1]:
            depth = max(0, depth - 1)
        elif not _VOID.match(found[0]):
            depth += 1
    return -1

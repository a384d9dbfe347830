"""A comment as HTML of its own: its part of the tree, without the lists that indent it and without its signature."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from importers.wiki.discussion.comments import Piece, is_furniture
from importers.wiki.discussion.signatures import Signed
from importers.wiki.discussion.tree import BLOCKS, VOID, Node

_LISTS = frozenset({"ul", "ol", "dl"})
_ITEMS = frozenset({"li", "dd", "dt"})
_CELLS = frozenset({"td", "th"})
_LABEL_WORDS = 3  # of an {{outdent}} that says nothing but that
_CLIMBED = 200  # elements around a comment that are looked at for formatting
_BEFORE_SIGNATURE = 20  # nodes
# Dashes, bullets and arrows that lead to a signature.
_LEAD = re.compile(r"[\s\u00b7\u2022\u2010-\u2015\u2190-\u21ff\u27f5-\u27ff\u200b-\u200f|~-]+$")
_TRAIL = re.compile(r"[\s.,;:|)\]\u00bb\u200b-\u200f-]*")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "\u00ab": "\u00bb", "<": ">"}


class Writer:
    """Writes parts of one page."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes

    def comment(self, piece: Piece, *, signature: bool = False) -> str:
        """A comment; with its signature only where that is asked for."""
        texts = {} if signature or piece.signed is None else self._without(piece.signed, piece)
        for node in self._nodes[piece.start : piece.first.index]:
            if node.tag in ("br", "hr"):
                texts[node.index] = ""
        return self._write(piece.start, piece.stop, self._stripped(piece), texts)

    def inside(self, node: Node) -> str:
        """What is in an element."""
        return self._write(node.index + 1, node.end, 0, {}, inherited=False)

    def whole(self, node: Node) -> str:
        """An element with all that is in it."""
        return self._write(node.index, node.end, 0, {}, inherited=False)

    def _stripped(self, piece: Piece) -> int:
        """How many of the list items around it are only its indentation: all, but not points that it makes itself."""
        level = piece.level - 1
        first = _item_at(piece.first, level)
        last = _item_at(piece.signed.last if piece.signed else self._nodes[piece.stop - 1], level)
        makes_points = first and last and first is not last and first.tag == "li"
        return level - 1 if makes_points else level

    def _write(self, start: int, stop: int, stripped: int, texts: Mapping[int, str], inherited: bool = True) -> str:
        page = _Page(self._nodes, start, stop, stripped)
        if inherited and start < stop:
            page.inherit(self._nodes[start])
        place = start
        while place < stop:
            node = self._nodes[place]
            if self._is_hidden(node):
                place = node.end
                continue
            page.add(node, texts.get(place))
            place += 1
        return page.text()

    def _is_hidden(self, node: Node) -> bool:
        if not node.has_class("outdent-template"):
            return is_furniture(node)
        words = " ".join(each.text for each in self._nodes[node.index : node.end])
        return len(re.findall(r"\w+", words)) <= _LABEL_WORDS

    def _without(self, signed: Signed, piece: Piece) -> dict[int, str]:
        """What stands in place of the texts that are part of a signature, by the number of their nodes."""
        start = (signed.whole or signed.first).index
        stamp = signed.stamp
        end = max(signed.whole.end if signed.whole else 0, stamp.node.index if stamp else 0)
        texts = {node.index: "" for node in self._nodes[start:end] if not node.tag or node.tag in VOID}
        if stamp and stamp.node.index >= end:
            before = stamp.node.text[: stamp.start] if signed.first is stamp.node else ""
            texts[stamp.node.index] = before + self._after(stamp.node, stamp.stop, piece.stop)
        if signed.first is not (stamp.node if stamp else None):
            self._trim(texts, start, piece)
        return texts

    def _after(self, node: Node, place: int, stop: int) -> str:
        """The text after a date, without what only closes the signature."""
        text = node.text[place:]
        closes = _TRAIL.fullmatch(text) and not any(each.text.strip() for each in self._nodes[node.end : stop])
        return "" if closes else text

    def _trim(self, texts: dict[int, str], start: int, piece: Piece) -> None:
        """Takes away the dash before a signature, and a bracket around it."""
        after = self._next_text(texts, start, piece.stop)
        follows = texts.get(after, self._nodes[after].text) if after else ""
        for node in reversed(self._nodes[max(piece.start, start - _BEFORE_SIGNATURE) : start]):
            if node.tag in BLOCKS or node.tag in VOID:
                break
            if node.tag:
                continue
            text = _LEAD.sub("", node.text)
            closing = _BRACKETS.get(text[-1:], "")
            if closing and (not follows or follows.startswith(closing)):
                text = _LEAD.sub("", text[:-1])
                follows = follows[1:]
                if after:
                    texts[after] = follows
            joined = text and follows and not follows[0].isspace()
            texts[node.index] = f"{text} " if joined else text
            if text:
                break

    def _next_text(self, texts: Mapping[int, str], start: int, stop: int) -> int:
        """The number of the next node that has text in the same paragraph; 0 for none."""
        for node in self._nodes[start:stop]:
            if node.tag in BLOCKS or node.tag == "br":
                break
            if not node.tag and texts.get(node.index, node.text):
                return node.index
        return 0


class _Page:
    """What is being written. An element begins when something in it does: what holds nothing leaves no trace."""

    def __init__(self, nodes: list[Node], start: int, stop: int, stripped: int) -> None:
        self._nodes = nodes
        self._start = start
        self._stop = stop
        self._list = stripped
        self._out: list[str] = []
        self._open: list[tuple[Node, str]] = []  # elements around the current place, and as what they are written
        self._begun = 0  # how many of them

    def inherit(self, first: Node) -> None:
        """Opens the formatting around the first node, and the lists that belong to the comment."""
        around: list[tuple[Node, str]] = []
        node = first.parent
        for _ in range(_CLIMBED):
            if node is None or node.parent is None:
                break
            if self._is_kept_around(node):
                around.append((node, node.tag))
            node = node.parent
        self._open = around[::-1]

    def _is_kept_around(self, node: Node) -> bool:
        if node.tag in _LISTS:
            return node.level >= self._list
        if node.tag in _ITEMS:
            return node.level > self._list
        return node.tag not in BLOCKS and node.tag != "a"

    def add(self, node: Node, text: str | None) -> None:
        """The next node, or the text that stands in its place."""
        self._close(node.index)
        if node.tag == "!":
            self._out.append(f"<!--{node.text}-->")
        elif not node.tag or node.tag in VOID:
            self._add_leaf(node, text)
        else:
            self._open.append((node, self._form(node)))
            if node.tag in _CELLS:  # an empty cell keeps its place in the table
                self._begin()

    def text(self) -> str:
        """All of it."""
        self._close(len(self._nodes) + 1)
        return "".join(self._out).strip()

    def _add_leaf(self, node: Node, text: str | None) -> None:
        if node.tag:
            if text is None:
                self._begin()
                self._out.append(_start(node, node.tag))
            return
        text = node.text if text is None else text
        if text.strip() or (text and self._is_in_pre()):
            self._begin()
        if text:
            self._out.append(html.escape(text, quote=False))

    def _is_in_pre(self) -> bool:
        """Whether a <pre> is about to begin, in which white space is text."""
        return any(form == "pre" for _, form in self._open[self._begun :])

    def _begin(self) -> None:
        for node, form in self._open[self._begun :]:
            if form:
                self._out.append(_start(node, form, plain=form == "div" and node.end > self._stop))
        self._begun = len(self._open)

    def _close(self, place: int) -> None:
        while self._open and self._open[-1][0].end <= place:
            _, form = self._open.pop()
            if len(self._open) < self._begun:
                self._begun = len(self._open)
                if form:
                    self._out.append(f"</{form}>")

    def _form(self, node: Node) -> str:
        """The element as which it is written, "" for none."""
        if node.has_class("references") or (node.parent and node.parent.has_class("references")):
            return node.tag  # no list of the comment's, and its items are known by their names
        if node.tag in _LISTS:
            return node.tag if node.level >= self._list else ""
        if node.tag in _ITEMS and (node.level <= self._list if node.tag != "dt" else node.level < self._list):
            return "div"
        if node.tag in BLOCKS and node.end > self._stop and node.tag not in _ITEMS:
            return "div"  # others share it
        return node.tag


def _start(node: Node, form: str, *, plain: bool = False) -> str:
    if plain or form != node.tag:
        line = node.attributes.get("data-line")
        return f'<{form} data-line="{html.escape(line)}">' if line else f"<{form}>"
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in node.attributes.items())
    return f"<{form}{attributes}>"


def _item_at(node: Node, level: int) -> Node | None:
    """The list item around a node that is so deep."""
    current: Node | None = node
    for _ in range(_CLIMBED):
        if current is None or not current.level >= level > 0:
            break
        if current.tag in ("li", "dd") and current.level == level:
            return current
        current = current.parent
    return None

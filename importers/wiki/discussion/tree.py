"""A light tree of HTML: its nodes in one list in the order of the page, so that a comment is a slice of that list.

It is read here and not by a full HTML parser since wikis hold tags nested by the thousand and formatting that nobody
closes, for which those take quadratic time or make a million elements of a short page.
"""

from __future__ import annotations

import html
import re
from collections import Counter

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Elements that end a paragraph, as DiscussionTools has them (CommentUtils).
BLOCKS = HEADINGS | frozenset(
    {
        *("div", "p", "table", "tbody", "thead", "tfoot", "caption", "th", "tr", "td", "ul", "ol", "li", "dl"),
        *("dt", "dd", "hgroup", "article", "aside", "body", "nav", "section", "footer", "header", "figure"),
        *("figcaption", "fieldset", "details", "blockquote", "hr", "button", "canvas", "center", "col"),
        *("colgroup", "embed", "map", "object", "pre", "progress", "video"),
    }
)
VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source"),
        *("track", "wbr"),
    }
)
_RAW = frozenset({"script", "style"})
_ITEMS = frozenset({"li", "dd"})
_CELLS = frozenset({"td", "th"})
_P = frozenset({"p"})
# Which open element ends where this one begins (HTML: "optional tags"), beyond a paragraph, which any block ends.
_ENDS = {
    "li": frozenset({"li"}),
    "dd": frozenset({"dd", "dt"}),
    "dt": frozenset({"dd", "dt"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _CELLS | {"tr"},
}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]*+)((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>|<!--")
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")


class Node:
    """An element, a text (tag "") or an HTML comment (tag "!")."""

    __slots__ = ("attributes", "block", "end", "index", "last", "level", "line", "parent", "previous", "tag", "text")

    def __init__(self, index: int, parent: Node | None, tag: str, line: int) -> None:
        self.index = index  # its place in the list of all nodes
        self.end = index + 1  # where its descendants end in that list
        self.parent = parent
        self.tag = tag
        self.text = ""  # of texts and comments
        self.attributes: dict[str, str] = {}
        self.line = line  # of the page's text, where it begins
        self.last: Node | None = None  # its last child
        self.previous: Node | None = None  # the child of its parent before it
        self.level: int = (parent.level if parent else 0) + (
            tag in _ITEMS
        )  # how many list items it is in, itself included
        # The nearest block, itself included. Texts have none of their own.
        self.block: Node = self if parent is None or tag in BLOCKS else parent.block

    def holds(self, other: Node) -> bool:
        """Whether `other` is this node or one of its descendants."""
        return self.index <= other.index < self.end

    def has_class(self, name: str) -> bool:
        """Whether that is one of its classes."""
        classes = self.attributes.get("class")
        return classes is not None and name in classes.split()


def parse(text: str) -> list[Node]:
    """The nodes in the order of the page; the first is the root, an element that stands for the page."""
    return _Builder(text).nodes


def following(nodes: list[Node], node: Node) -> Node | None:
    """The next child of its parent."""
    after = nodes[node.end] if node.end < len(nodes) else None
    return after if after is not None and after.parent is node.parent else None


class _Builder:
    """Puts the nodes of one page into order. An end tag closes all that was opened since; a stray one is nothing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 0
        self._words: list[str] = []  # of the text that is being read
        root = Node(0, None, "body", 0)
        self.nodes = [root]
        self._open = [root]
        self._counts: Counter[tuple[str, int]] = Counter()  # of open elements, those inside a block for each block
        self._entities = 0  # elements around a single entity that are open
        self._place = 0
        while match := _TAG.search(text, self._place):
            self._add_words(self._place, match.start())
            self._place = match.end()
            if match[2] is None:
                self._add_comment()
            elif match[1]:
                self._close(match[2].lower())
            else:
                self._add_element(match[2].lower(), match[3])
        self._add_words(self._place, len(text))
        while self._open:
            self._pop()

    def _add(self, tag: str) -> Node:
        parent = self._open[-1]
        node = Node(len(self.nodes), parent, tag, self._line)
        node.previous, parent.last = parent.last, node
        self.nodes.append(node)
        return node

    def _add_words(self, start: int, stop: int) -> None:
        if start < stop:
            self._words.append(html.unescape(self._text[start:stop]))

    def _end_text(self) -> None:
        if self._words:
            node = self._add("")
            node.text = "".join(self._words)
            self._line += node.text.count("\n")
            self._words.clear()

    def _add_comment(self) -> None:
        stop = self._text.find("-->", self._place)
        stop = len(self._text) if stop < 0 else stop
        self._end_text()
        self._add("!").text = self._text[self._place : stop]
        self._place = stop + 3

    def _add_element(self, tag: str, attributes: str) -> None:
        values = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(attributes)}
        if tag == "span" and values.get("typeof") == "mw:Entity":  # Parsoid's &nbsp;, which would cut a date in pieces
            self._entities += 1
            return
        self._end_text()
        self._end_what_ends(tag)
        if values.get("data-line", "").isdecimal():
            self._line = int(values["data-line"][:9])
        node = self._add(tag)
        node.attributes = values
        if tag in _RAW:
            stop = self._text.find(f"</{tag}", self._place)
            self._place = len(self._text) if stop < 0 else stop
        elif tag not in VOID:
            self._open.append(node)
            self._counts[self._scope(node)] += 1

    def _end_what_ends(self, tag: str) -> None:
        ends = _ENDS.get(tag, frozenset()) | _P if tag in BLOCKS else frozenset()
        while ends and (block := self._open[-1].block).tag in ends:
            self._pop_to(block)

    def _close(self, tag: str) -> None:
        if tag == "span" and self._entities:
            self._entities -= 1
        elif self._counts[(tag, -1 if tag in BLOCKS else self._open[-1].block.index)]:
            self._end_text()
            self._pop_to(next(node for node in reversed(self._open) if node.tag == tag))

    def _pop_to(self, node: Node) -> None:
        while self._open[-1] is not node:
            self._pop()
        self._pop()

    def _pop(self) -> None:
        self._end_text()
        node = self._open.pop()
        node.end = len(self.nodes)
        self._counts[self._scope(node)] -= 1

    @staticmethod
    def _scope(node: Node) -> tuple[str, int]:
        return node.tag, -1 if node.tag in BLOCKS else node.block.index

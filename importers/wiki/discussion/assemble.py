"""From the pieces of a page to its headings and comments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from importers.wiki.discussion.comments import Piece, Section
from importers.wiki.discussion.levels import Chain, heading_parents
from importers.wiki.discussion.model import Comment, Discussion, Heading, Signature
from importers.wiki.discussion.names import Anchors, Ids, comment_name, heading_name, heading_reference, reference
from importers.wiki.discussion.tree import Node
from importers.wiki.discussion.write import Writer

_PLACEHOLDER_LEVEL = 99


def assemble(nodes: list[Node], items: Sequence[Section | Piece]) -> Discussion:
    """The discussion of which these are the sections and comments."""
    return _Assembly(nodes, items).result()


class _Assembly:
    """One page."""

    def __init__(self, nodes: list[Node], items: Sequence[Section | Piece]) -> None:
        self._nodes = nodes
        self._pieces: list[Piece] = []
        self._sections: list[tuple[Node | None, range]] = []  # each heading, and which of the pieces stand below it
        for item in items:
            if isinstance(item, Section):
                self._sections.append((item.heading, range(len(self._pieces), len(self._pieces))))
            else:
                self._pieces.append(item)
                heading, pieces = self._sections[-1]
                self._sections[-1] = heading, range(pieces.start, len(self._pieces))
        self._parents: list[tuple[int | None, int | None]] = []  # ours and DiscussionTools', for each piece
        for _, below in self._sections:
            self._connect(below)
        self._writer = Writer(nodes)
        self._ids = Ids()
        self._anchors: list[str] = []
        self._comments: list[Comment] = []
        self._places: list[int | None] = []  # of each piece among the comments

    def result(self) -> Discussion:
        headings: list[Heading] = []
        anchors = Anchors()
        levels = [int(node.tag[1]) if node else _PLACEHOLDER_LEVEL for node, _ in self._sections]
        above = heading_parents(levels)
        for number, (node, below) in enumerate(self._sections):
            text = self._text(node) if node else ""
            self._anchors.append((_anchor(node, self._nodes) or anchors.anchor(text)) if node else "")
            headings.append(self._heading(number, levels[number], above[number], text))
            for place in below:
                self._add_comment(place, number)
        return Discussion(headings, self._comments)

    def _connect(self, below: range) -> None:
        ours, reference_chain = Chain(), Chain()
        last: int | None = None
        for number in below:
            piece = self._pieces[number]
            parent = last if piece.outdented and last is not None else ours.parent(piece.level)
            self._parents.append((parent, reference_chain.parent(piece.level)))
            ours.add(number, piece.level)
            if _at(piece):
                reference_chain.add(number, piece.level)
            last = number

    def _heading(self, number: int, level: int, parent: int | None, text: str) -> Heading:
        node, below = self._sections[number]
        signed = [each for place in below if (each := self._pieces[place].signed)]
        dated = [(each.author, each.stamp.at) for each in signed if each.stamp]
        oldest = min(dated, key=lambda each: each[1], default=None)
        above = self._anchors[parent] if parent is not None else ""
        return Heading(
            level=level,
            text=text,
            html=self._writer.inside(node) if node else "",
            name=heading_name(oldest),
            id=self._ids.heading(self._anchors[number], above, oldest[1] if oldest else None),
            placeholder=node is None,
            line=node.line if node else 0,
            parent=parent,
        )

    def _add_comment(self, number: int, heading: int) -> None:
        piece = self._pieces[number]
        html = self._writer.comment(piece)
        at, signed = _at(piece), piece.signed
        if signed is None and not html:
            self._places.append(None)
            return
        ours, theirs = (self._places[parent] if parent is not None else None for parent in self._parents[number])
        self._places.append(len(self._comments))
        self._comments.append(
            Comment(
                author=signed.author if signed else None,
                shown=signed.shown if signed else "",
                at=at,
                level=piece.level,
                parent=ours,
                reference_parent=theirs,
                heading=heading,
                html=html,
                name=comment_name(signed.author, at) if signed and at else "",
                id=self._ids.comment(signed.author, at, self._reference(number, heading)) if signed and at else "",
                line=_first_line(piece.first),
                signature_line=self._last_line(piece),
                others=tuple(Signature(author=each.author, at=each.stamp.at) for each in piece.others if each.stamp),
            )
        )

    def _reference(self, number: int, heading: int) -> str:
        parent = self._parents[number][1]
        signed = self._pieces[parent].signed if parent is not None else None
        if signed and signed.stamp:
            return reference(signed.author, signed.stamp.at)
        return heading_reference(self._anchors[heading])

    def _text(self, node: Node) -> str:
        hidden = [each for each in self._nodes[node.index : node.end] if each.has_class("mw-editsection")]
        words = [
            each.text
            for each in self._nodes[node.index : node.end]
            if not each.tag and not any(part.holds(each) for part in hidden)
        ]
        return " ".join("".join(words).split())

    def _last_line(self, piece: Piece) -> int:
        stamp = piece.signed.stamp if piece.signed else None
        if stamp:
            return stamp.node.line + stamp.node.text.count("\n", 0, stamp.start)
        texts = (node for node in reversed(self._nodes[piece.start : piece.stop]) if node.text.strip() and not node.tag)
        last = next(texts, None)
        return last.line + last.text.rstrip().count("\n") if last else piece.first.line


def _at(piece: Piece) -> datetime | None:
    return piece.signed.stamp.at if piece.signed and piece.signed.stamp else None


def _first_line(node: Node) -> int:
    blank = len(node.text) - len(node.text.lstrip())
    return node.line + node.text.count("\n", 0, blank)


def _anchor(heading: Node, nodes: list[Node]) -> str:
    """The address that the HTML gives a heading: on itself, or on what MediaWiki's older HTML has inside."""
    if heading.attributes.get("id"):
        return heading.attributes["id"]
    inside = (each for each in nodes[heading.index : heading.end] if each.has_class("mw-headline"))
    return next((each.attributes.get("id", "") for each in inside), "")

"""Which part of a page is which comment (DiscussionTools' CommentParser, buildThreadItems).

A comment is everything since the one before it, up to the end of the paragraph or list item where it is signed. So
headings, comments and what nobody signed are slices of the page's nodes which, put together, are the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from importers.wiki.dates import timestamps_in
from importers.wiki.discussion.signatures import Dates, Reader, Signed
from importers.wiki.discussion.tree import BLOCKS, HEADINGS, Node, following
from importers.wiki.site import Site
from importers.wiki.titles import Title

_QUOTES = frozenset({"blockquote", "cite", "q"})
# Elements that hold no other elements, whatever is in them (CommentUtils, cantHaveElementChildren).
_LEAVES = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source"),
        *("track", "wbr", "script", "style", "textarea", "title", "math", "svg", "noscript", "audio", "canvas"),
        *("iframe", "object", "video"),
    }
)
_PICTURES = frozenset({"img", "audio", "video", "math", "svg", "object", "embed"})
_UNSEEN = frozenset({"script", "style", "link", "meta"})
_FURNITURE = frozenset({"toc", "mw-editsection", "mw-cite-backlink", "mw-jump-link"})
_FRAMES = 4  # elements around a picture and nothing else
_OUTDENT = "outdent-template"


@dataclass(slots=True)
class Section:
    """A heading; None stands for the beginning of the page."""

    heading: Node | None


@dataclass(slots=True)
class Piece:
    """A comment: the nodes from `start` up to `stop`."""

    start: int
    stop: int
    first: Node  # the first node that says something
    signed: Signed | None  # None: nobody did
    others: list[Signed]
    level: int
    outdented: bool


class Cutter:
    """Cuts one page."""

    def __init__(self, nodes: list[Node], site: Site, title: Title, dates: Dates = timestamps_in) -> None:
        self._nodes = nodes
        self._reader = Reader(nodes, site, title, dates)
        self._done = 1  # the nodes before it have found their place
        self._last_signature: Node | None = None
        self._notes_seen = 0

    def items(self) -> Iterator[Section | Piece]:
        """Headings and comments in the order of the page; comments before the first heading come below `None`."""
        pieces: list[Piece] = []
        heading: Node | None = None
        place = 1
        while place < len(self._nodes):
            node = self._nodes[place]
            if node.tag in HEADINGS:
                yield from self._section(heading, pieces, node.index)
                heading, pieces, place = node, [], node.end
                self._done = place
            elif _is_apart(node):
                place = node.end
            else:
                piece = self._piece(node)
                if piece:
                    pieces.append(piece)
                    self._done = piece.stop
                place = max(place + 1, self._done)
        yield from self._section(heading, pieces, len(self._nodes))

    def _section(self, heading: Node | None, pieces: list[Piece], stop: int) -> Iterator[Section | Piece]:
        first = self._first(stop)
        if first is None and pieces:  # separators, and the hidden remarks of bots
            pieces[-1].stop = stop
        elif first is not None or self._says_something(stop):
            pieces.append(self._unsigned(first or self._nodes[self._done], stop))
        if heading is not None or pieces:
            yield Section(heading)
            yield from pieces

    def _unsigned(self, first: Node, stop: int) -> Piece:
        return Piece(self._done, stop, first, None, [], first.level + 1, self._is_outdented(first))

    def _piece(self, node: Node) -> Piece | None:
        """The comment that is signed at this node."""
        stamp = self._reader.stamp(node)
        if stamp is None:
            return self._undated(node) if node.tag else None
        signed = self._reader.signature(stamp, self._last_signature)
        self._last_signature = signed.last if signed else node
        if signed is None:
            return None
        return self._cut(signed, node)

    def _undated(self, note: Node) -> Piece | None:
        """The comment before a note that tells who forgot to sign, but not when it was."""
        if note.index < self._notes_seen or "class" not in note.attributes:
            return None
        self._notes_seen = note.end
        signed = self._reader.undated(note)
        if signed is None:
            return None
        run, _ = self._to_end_of_paragraph(note)
        self._notes_seen = run
        if any(self._reader.stamp(node) for node in self._nodes[note.index : run]):
            return None
        self._last_signature = note
        return self._cut(signed, note)

    def _cut(self, signed: Signed, node: Node) -> Piece:
        stop, others = self._to_end_of_paragraph(signed.last, node)
        first = self._first(stop) or node
        level = min(first.level, node.level) + 1
        return Piece(self._done, stop, first, signed, others, level, self._is_outdented(first))

    def _to_end_of_paragraph(self, start: Node, date: Node | None = None) -> tuple[int, list[Signed]]:
        """Where the paragraph of a signature ends, and the other signatures on the way there."""
        stop, others = start.end, []
        for entering, node in _forwards(self._nodes, start):
            if node.tag in BLOCKS:
                break
            if entering:
                continue
            stop = node.end
            stamp = self._reader.stamp(node) if date is not None and node is not date else None
            other = self._reader.signature(stamp, date) if stamp else None
            if other:
                others.append(other)
        return stop, others

    def _first(self, stop: int) -> Node | None:
        """The next node that says something and is no separator (nextInterestingLeafNode)."""
        place = self._done
        while place < stop:
            node = self._nodes[place]
            if _is_separator(self._nodes, node) or _is_invisible(node) or node.attributes.get("id") == "toc":
                place = node.end
            elif _is_content(self._nodes, node):
                return node
            else:
                place += 1
        return None

    def _says_something(self, stop: int) -> bool:
        """Whether there are words or pictures up to there, be it in separators."""
        place = self._done
        while place < stop:
            node = self._nodes[place]
            if node.tag in _PICTURES or (not node.tag and node.text.strip()):
                return True
            place = node.end if is_furniture(node) else place + 1
        return False

    def _is_outdented(self, first: Node) -> bool:
        return any(node.has_class(_OUTDENT) for node in self._nodes[self._done : first.index] if node.attributes)


def is_furniture(node: Node) -> bool:
    """Whether it is nobody's words, but something that MediaWiki adds to a page."""
    if node.tag in _UNSEEN or node.attributes.get("id") == "toc":
        return True
    return "class" in node.attributes and not _FURNITURE.isdisjoint(node.attributes["class"].split())


def _is_apart(node: Node) -> bool:
    """Whether signatures and headings in it count for nothing (acceptOnlyNodesAllowingComments)."""
    return (
        node.tag in _QUOTES
        or (node.tag == "ol" and node.has_class("references"))
        or node.attributes.get("id") == "toc"
        or node.has_class("mw-notalk")
    )


def _is_separator(nodes: list[Node], node: Node) -> bool:
    """Whether it stands between comments (isCommentSeparator)."""
    if node.tag in ("br", "hr") or node.has_class(_OUTDENT) or node.has_class("mw-trackedTemplate"):
        return True
    return node.tag == "dl" and _is_lone_term(nodes, node)


def _is_lone_term(nodes: list[Node], node: Node) -> bool:
    """Whether the list is nothing but one ";" line, a heading in disguise."""
    child = nodes[node.index + 1] if node.end > node.index + 1 else None
    if child is not None and not child.tag and not child.text.strip():
        child = following(nodes, child)
    if child is None or child.tag != "dt":
        return False
    after = following(nodes, child)
    return after is None or (not after.tag and not after.text.strip() and after.end == node.end)


def _is_invisible(node: Node) -> bool:
    """Whether it renders nothing (isRenderingTransparentNode)."""
    if node.tag == "link":
        return not node.attributes.get("rel", "").startswith("mw-dedup")
    return node.tag in ("!", "meta")


def _is_content(nodes: list[Node], node: Node) -> bool:
    """Whether it is a part of a comment (isCommentContent)."""
    if not node.tag:
        return bool(node.text.strip("\t\n\f\r "))
    for _ in range(_FRAMES):
        if node.tag not in ("a", "span") or node.end == node.index + 1:
            break
        node = nodes[node.index + 1]
    return node.tag in _LEAVES


def _forwards(nodes: list[Node], node: Node) -> Iterator[tuple[bool, Node]]:
    """From a node to the end of the page: (True, node) at its start, (False, node) at its end."""
    current: Node | None = node
    while current is not None:
        yield True, current
        if current.end > current.index + 1:
            current = nodes[current.index + 1]
            continue
        while current is not None:
            yield False, current
            after = following(nodes, current)
            if after is not None:
                current = after
                break
            current = current.parent

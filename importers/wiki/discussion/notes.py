"""Footnotes: each belongs to the comment that refers to it first, wherever the page lists them."""

from __future__ import annotations

from collections.abc import Sequence

from importers.wiki.discussion.comments import Piece
from importers.wiki.discussion.tree import Node


def footnotes(nodes: Sequence[Node], pieces: Sequence[Piece]) -> dict[int, list[Node]]:
    """The notes that stand outside of the comment they belong to, by the number of the piece."""
    notes = _notes(nodes)
    found: dict[int, list[Node]] = {}
    for number, piece in enumerate(pieces):
        place = piece.start
        while notes and place < piece.stop:
            node = nodes[place]
            if node.tag == "ol" and node.has_class("references"):  # a note within a note goes with that one
                place = node.end
                continue
            note = notes.pop(node.attributes.get("href", "")[1:], None) if node.tag == "a" else None
            if note is not None and not piece.start <= note.index < piece.stop:
                found.setdefault(number, []).append(note)
            place += 1
    return found


def _notes(nodes: Sequence[Node]) -> dict[str, Node]:
    return {
        node.attributes["id"]: node
        for node in nodes
        if node.tag == "li" and node.attributes.get("id", "").startswith("cite_note")
    }

"""Footnotes: <ref> and <references />, numbered through the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from importers.wiki.wikitext.tags import attribute

# Gives the HTML of a text that begins in that line; as blocks where it has several lines.
Inner = Callable[[str, int], str]


@dataclass
class _Note:
    number: int
    group: str
    text: str = ""
    line: int = 0


class References:
    """The footnotes of one page."""

    def __init__(self) -> None:
        self._waiting: list[_Note] = []  # to be listed
        self._named: dict[tuple[str, str], _Note] = {}
        self._count = 0

    def ref(self, settings: Mapping[str, str], body: str, line: int, inner: Inner) -> str:
        """A footnote's sign in the text."""
        note = self._note(settings, settings.get("group", ""))
        if body.strip() and not note.text:
            note.text, note.line = inner(body, line), line
        label = f"[{attribute(note.group)} {note.number}]" if note.group else f"[{note.number}]"
        return f'<sup class="reference"><a href="#cite_note-{note.number}">{label}</a></sup>'

    def define(self, settings: Mapping[str, str], body: str, line: int, inner: Inner, group: str) -> None:
        """A footnote within <references>: its text, for a sign elsewhere."""
        note = self._note(settings, settings.get("group", group))
        if not note.text:
            note.text, note.line = inner(body, line), line

    def listed(self, group: str) -> str:
        """The footnotes of a group that were not listed before."""
        notes = [note for note in self._waiting if note.group == group]
        self._waiting = [note for note in self._waiting if note.group != group]
        return _list(notes)

    def rest(self) -> str:
        """All that nobody listed."""
        notes, self._waiting = self._waiting, []
        return _list(notes)

    def _note(self, settings: Mapping[str, str], group: str) -> _Note:
        key = (group, settings.get("name", ""))
        note = self._named.get(key) if key[1] else None
        if note is None:
            self._count += 1
            note = _Note(self._count, group)
            self._waiting.append(note)
            if key[1]:
                self._named[key] = note
        return note


def _list(notes: list[_Note]) -> str:
    if not notes:
        return ""
    items = (f'<li id="cite_note-{note.number}" data-line="{note.line}">{note.text}</li>' for note in notes)
    return f'<ol class="references">{"".join(items)}</ol>'

"""What is found in a dump, before it is decided what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from importers.wiki.history import LineHistory, Version
from importers.wiki.offline.selection import Selection, Want
from importers.wiki.offline.values import number, utc
from importers.wiki.titles import Title

State = Literal["", "hidden", "long", "missing"]
_REDIRECT = re.compile(r"\s*#REDIRECT\s*:?\s*\[\[", re.IGNORECASE)


@dataclass(slots=True)
class FoundPage:
    """A page of a dump: what is known of it after each of its versions."""

    selection: Selection
    place: int  # which page of the file, from 1
    title: Title
    shown: str  # the whole title as written; "" where there is none
    id: int
    want: Want
    parents_told: bool  # whether the format names the version before each (since 0.7)
    redirect: str | None = None  # where it leads
    thread: tuple[tuple[str, str], ...] = ()  # what <DiscussionThreading> holds
    history: LineHistory | None = None
    model: str = ""  # of the newest version; "" where it does not say, which is wikitext
    text: str | None = None  # of the newest version whose text is there
    newest: Version | None = None  # that version
    latest: tuple[str, int, int] | None = None  # order of the newest of all
    state: State = ""  # of that one's text
    first: Version | None = None
    versions: int = 0
    hidden: int = 0  # versions whose text the wiki hides
    undated: int = 0

    def is_behind(self, time: str) -> bool:
        """Whether nobody needs the text of a version of this time."""
        return self.history is None and self.latest is not None and time < self.latest[0]

    def add(self, fields: Mapping[str, str], user: str | None, text: str, state: State) -> None:
        """Take up the next version. `fields` are its elements, by name."""
        self.versions += 1
        time = utc(fields.get("timestamp"))
        revision, parent = number(fields.get("id")) or 0, number(fields.get("parentid")) or None
        order = (time, revision, self.versions)
        version = Version(revision, parent, time, user, fields.get("comment", ""), order)
        self.hidden += state == "hidden"
        self.undated += not time
        if self.first is None or order < self.first.order:
            self.first = version
        if self.latest is None or order > self.latest:
            self.latest, self.state = order, state
            self.model = fields.get("model", "").strip()
        if not state and (self.newest is None or order > self.newest.order):
            self.newest, self.text = version, text
        if self.history is not None:
            self.history.add(version, None if state or not time else text)

    @property
    def is_redirect(self) -> bool:
        """Whether it only leads to another page."""
        return self.redirect is not None or bool(_REDIRECT.match(self.text or ""))


@dataclass(slots=True)
class FlowElement:
    """A topic or description of a Flow board."""

    selection: Selection
    board: dict[str, str]  # attributes of what it lies in
    element: Element | None  # None where it is too long
    size: int  # characters


Found = FoundPage | FlowElement

"""A page, wherever it was read: its text, and who is known to have written which line of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One saved version of a page, without its text."""

    id: int
    at: datetime  # aware, UTC, to the second
    user: str | None  # the user name, or the IP address of who had none; None where the wiki hides it
    comment: str = ""  # the edit summary, wikitext


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The current text of a page."""

    title: str  # with its namespace, as the wiki writes it: "Diskussion:Gurken"
    id: int  # 0 where it is not known, as for a single file
    text: str  # wikitext, Unicode, "\n" between lines
    locator: str  # where it was read: "dump.xml:Talk:Gurken", "https://wiki.example.org/wiki/Talk:Gurken"
    revision: Revision | None = None  # of this text
    created: Revision | None = None  # the first one, where the input tells
    revisions: tuple[Revision, ...] = ()  # those that `lines` refers to
    lines: tuple[
        int, ...
    ] = ()  # per line of the text which of `revisions` brought it; -1: not known. () without history
    # What <DiscussionThreading> says of a LiquidThreads page, ("ThreadSubject", "Cucumbers") and so on; () elsewhere.
    thread: tuple[tuple[str, str], ...] = ()

    def brought_by(self, line: int) -> Revision | None:
        """Who first wrote that line (counted from 0), if the page's history tells."""
        number = self.lines[line] if 0 <= line < len(self.lines) else -1
        return self.revisions[number] if number >= 0 else None

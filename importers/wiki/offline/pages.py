"""From what was found in a dump to pages, or to what is said of those that are none; and their chunks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from importers.wiki.chunks import READER, Pages
from importers.wiki.history import LineHistory, Version, numbered
from importers.wiki.offline.found import FoundPage
from importers.wiki.page import Page, Revision
from importers.wiki.site import Site
from importers.wiki.titles import Title, addresses_in
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Severity
from migrate.text import printable

WIKITEXT = ("", "wikitext")
TARGET = 1 << 20  # characters of text in a chunk
_LONGEST_TITLE = 255
_ONE_IN = 64  # pages to a chunk, on average, where they are small
# What was passed over, counted by file; {count} pages.
_COUNTED: dict[str, tuple[Severity, str]] = {
    "wiki-redirects": ("info", "Pages that only lead to another one were passed over ({count})."),
    "wiki-pages-twice": (
        "info",
        "Pages that are also in another file, or twice in this one, were read once ({count}).",
    ),
    "wiki-pages-empty": ("info", "Pages with nothing on them were passed over ({count})."),
    "wiki-pages-unsigned": ("info", "Pages that are no talk pages and hold no signatures were passed over ({count})."),
    "wiki-versions-hidden": ("info", "Old versions that the wiki hides stay out ({count})."),
    "wiki-versions-undated": ("warning", "Versions of pages have no date that can be read ({count})."),
    "wiki-texts-missing": ("error", "Pages are here without their text: a dump of stubs holds none ({count})."),
    "wiki-boards-elsewhere": ("info", "Pages are Flow boards, whose topics are not in this file ({count})."),
}
_OF_MODELS = {"flow-board": "wiki-boards-elsewhere"}


@dataclass
class Sorting:
    """Decides over the pages of one file, and counts."""

    label: str
    named: bool  # whether certain pages were asked for
    counts: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)

    def page(self, found: FoundPage) -> Page | Finding | None:
        """The page; or why it is lost; None for what is only counted."""
        self.counts["wiki-versions-hidden"] += found.hidden
        self.counts["wiki-versions-undated"] += found.undated
        if not found.shown:
            return self._lost(found, "wiki-page-untitled", "A page without a title was left out.")
        if found.state == "long":
            return self._lost(found, "wiki-page-too-long", "A page is longer than a wiki allows and was left out.")
        if reason := self._reason(found):
            self.counts[reason] += 1
            if reason == "wiki-redirects" and self.named:
                text = f"A page that was asked for only leads to {shown(found.redirect or '') or 'another'!r}."
                return finding("wiki-redirect-named", "warning", text, self.locator(found))
            return None
        if found.text is None:
            return self._lost(found, "wiki-page-hidden", "The wiki hides the text of a page; it was left out.")
        return _page(found, self.locator(found))

    def _reason(self, found: FoundPage) -> str:
        """Under which heading it is passed over; "" where it is read."""
        if found.state == "missing":
            return "wiki-texts-missing"
        if found.is_redirect:
            return "wiki-redirects"
        if found.model not in WIKITEXT:
            if found.model not in _OF_MODELS:
                self.models[printable(found.model)[:40]] += 1
            return _OF_MODELS.get(found.model, "other")
        if found.text is None or found.thread:
            return ""
        if not found.text.strip():
            return "wiki-pages-empty"
        signed = found.want == "yes" or found.selection.holds_discussion(found.title.namespace, found.text)
        return "" if signed else "wiki-pages-unsigned"

    def _lost(self, found: FoundPage, code: str, text: str) -> Finding:
        return finding(code, "error", text, self.locator(found), lost=1)

    def locator(self, found: FoundPage) -> str:
        """Where the page stands, for people."""
        return f"{self.label}:{shown(found.shown) or f'page {found.place}'}"

    def counted(self) -> Iterator[Finding]:
        """What was passed over in the file."""
        for code, (severity, text) in _COUNTED.items():
            if count := self.counts[code]:
                yield finding(code, severity, text.format(count=f"{count:,}"), self.label)
        if self.models:
            kinds = ", ".join(f"{model} {count:,}" for model, count in sorted(self.models.items())[:20])
            text = f"Pages that hold no wikitext were passed over ({kinds})."
            yield finding("wiki-other-content", "info", text, self.label)


def shown(title: str) -> str:
    """A title for people; "" where an IP address is in it, which stands for somebody."""
    return "" if addresses_in(Title(0, title)) else printable(title)[:_LONGEST_TITLE]


def finding(code: str, severity: Severity, text: str, locator: str, lost: int = 0) -> Finding:
    """A finding of the reading."""
    return Finding(stage="read", severity=severity, code=code, text=text, locator=locator, lost=lost)


def _page(found: FoundPage, locator: str) -> Page:
    assert found.text is not None
    versions, lines = _lines(found.history)
    certain = found.parents_told or found.versions > 1
    first = found.first if found.first and found.first.parent is None and certain else None
    return Page(
        title=printable(found.shown),
        id=found.id,
        text=found.text.replace("\r\n", "\n"),
        locator=locator,
        revision=_revision(found.newest) if found.newest and found.newest.time else None,
        created=_revision(first) if first and first.time else None,
        revisions=versions if certain else (),
        lines=lines if certain else (),
        thread=found.thread,
    )


def _lines(history: LineHistory | None) -> tuple[tuple[Revision, ...], tuple[int, ...]]:
    versions, lines = numbered(history.owners() if history else [])
    return tuple(map(_revision, versions)), tuple(lines) if versions else ()


def _revision(version: Version) -> Revision:
    at = datetime.fromisoformat(version.time)
    return Revision(id=version.id, at=at, user=version.user, comment=version.comment)


class Batch:
    """Gathers pages to chunks. What ends a chunk is in its last page, so that another page moves few others."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._site: Site | None = None
        self._label = ""
        self._pages: list[Page] = []
        self._digest = blake2b(digest_size=16)
        self._size = 0

    def add(self, page: Page, site: Site, label: str) -> Iterator[Pages]:
        """Take a page in; the chunk that is full by now, if any."""
        if self._site is not site or self._label != label:
            yield from self.flush()
            self._site, self._label = site, label
            self._digest.update(repr((READER, site, self._wishes)).encode("utf-8", "surrogatepass"))
        content = _digest(page)
        self._digest.update(content)
        self._pages.append(page)
        self._size += len(page.text)
        if self._size >= TARGET or int.from_bytes(content[:4], "big") % _ONE_IN == 0:
            yield from self.flush()

    def flush(self) -> Iterator[Pages]:
        """The chunk gathered so far, if there is any."""
        if self._pages and self._site:
            yield Pages(
                label=f"{self._label}, {len(self._pages)} pages from {self._pages[0].locator}",
                fingerprint=f"{READER}-{self._digest.hexdigest()}",
                size=self._size,
                site=self._site,
                wishes=self._wishes,
                pages=tuple(self._pages),
            )
        self._pages, self._size, self._site = [], 0, None
        self._digest = blake2b(digest_size=16)


def _digest(page: Page) -> bytes:
    """Of all that decides what comes out of it: not of where it was read."""
    parts = (page.title, page.id, page.text, page.revision, page.created, page.revisions, page.lines, page.thread)
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()

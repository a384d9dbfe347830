"""The order in which a page's wikitext becomes HTML."""

from __future__ import annotations

import html

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.blocks import blocks
from importers.wiki.wikitext.calls import Expand
from importers.wiki.wikitext.inline import Inline
from importers.wiki.wikitext.marks import EDGE, Marks
from importers.wiki.wikitext.preprocess import Budget, Preprocessor, numbered
from importers.wiki.wikitext.tables import with_tables
from importers.wiki.wikitext.tags import Tags

_DEEPEST = 3  # references in references


def render_page(text: str, site: Site, title: Title, expand: Expand) -> str:
    """See `importers.wiki.wikitext.render`."""
    return _Page(text, site, title, expand).html()


class _Page:
    def __init__(self, text: str, site: Site, title: Title, expand: Expand) -> None:
        self._text = text.replace(EDGE, "").replace("\0", "").replace("\r\n", "\n")
        self._marks = Marks()
        self._inline = Inline(site, title, self._marks)
        self._tags = Tags(self._marks, self._fragment)
        self._preprocessor = Preprocessor(site, title, self._marks, self._tags, expand, Budget(len(text)))
        self._depth = 0

    def html(self) -> str:
        """All of it."""
        body = self._blocks(self._text)
        return self._marks.resolved(f"{body}\n{self._tags.rest()}")

    def _blocks(self, text: str) -> str:
        safe, numbers = self._inline.safe(*numbered(self._preprocessor.pieces(text)))
        lines = zip(numbers, safe.split("\n"), strict=True)
        return blocks((number, self._inline.line(line)) for number, line in with_tables(lines))

    def _fragment(self, text: str) -> str:
        """A reference, or the like: one paragraph of its own."""
        if self._depth >= _DEEPEST:
            return html.escape(text)
        self._depth += 1
        try:
            safe, _ = self._inline.safe(*numbered(self._preprocessor.pieces(text)))
            return "<br>".join(self._inline.line(line) for line in safe.split("\n"))
        finally:
            self._depth -= 1

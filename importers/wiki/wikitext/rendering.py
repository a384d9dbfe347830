"""One text to HTML, step by step in the order in which MediaWiki's own parser goes."""

from __future__ import annotations

from datetime import datetime

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.blocks import with_blocks
from importers.wiki.wikitext.calls import Expand
from importers.wiki.wikitext.expansion import Expander
from importers.wiki.wikitext.extensions import Extensions
from importers.wiki.wikitext.external import External
from importers.wiki.wikitext.lined import FOREIGN, Lined, settled
from importers.wiki.wikitext.links import Links
from importers.wiki.wikitext.quotes import emphasized
from importers.wiki.wikitext.switches import without_switches
from importers.wiki.wikitext.tables import with_tables
from importers.wiki.wikitext.tags import escape, sanitized
from importers.wiki.wikitext.variants import converted, has_variants

_DEEPEST = 8  # texts of extensions' tags within one another
_HEADING_MARKS = 6


class Renderer:
    """Renders the texts of one page."""

    def __init__(self, site: Site, title: Title, expand: Expand, at: datetime | None) -> None:
        self._site = site
        self._expander = Expander(site, title, expand, at)
        self._links = Links(site, title)
        self._external = External(site)
        self._extensions = Extensions(site.language, self._inner, self._blocks, self._links.file)
        self._depth = 0

    def page(self, text: str) -> str:
        """The HTML of the whole page."""
        text = FOREIGN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        return self._blocks(text, 0) + self._extensions.references.rest()

    def _inner(self, text: str, line: int) -> str:
        """A text within an extension's tag: blocks where it has several lines."""
        if "\n" in text.strip():
            return self._blocks(text, line)
        lined, comments = self._half(text, line)
        return self._extensions.put_back(lined.text.strip()) + "".join(comment for _, comment in comments)

    def _blocks(self, text: str, line: int) -> str:
        lined, comments = self._half(text, line)
        return self._extensions.put_back(with_blocks(lined, comments))

    def _half(self, text: str, line: int) -> tuple[Lined, list[tuple[int, str]]]:
        """The text with all that acts within lines as HTML, and its comments."""
        if self._depth >= _DEEPEST:
            return Lined(escape(text), list(range(line, line + text.count("\n") + 1))), []
        self._depth += 1
        outer, self._expander.comments = self._expander.comments, []
        lined = self._extensions.taken_out(self._expander.page(text, line))
        comments, self._expander.comments = self._expander.comments, outer
        self._depth -= 1
        if has_variants(self._site.language):
            lined = settled(converted(lined.text, self._site.language), lined.numbers)
        lined = self._links.linked(with_tables(sanitized(without_switches(lined, self._site))))
        rows = [_line(row, number) for row, number in zip(lined.text.split("\n"), lined.numbers, strict=True)]
        return Lined(self._external.linked("\n".join(rows)), lined.numbers), comments


def _line(line: str, number: int) -> str:
    """A line with its emphasis; headings and rules take a whole line."""
    if line.startswith("=") and len(line) > 2:
        line = _heading(line, number)
    elif line.startswith("----"):
        line = "<hr>" + line.lstrip("-")
    return emphasized(line) if "''" in line else line


def _heading(line: str, number: int) -> str:
    said = line.rstrip()
    before = len(said) - len(said.lstrip("="))
    after = len(said) - len(said.rstrip("="))
    level = min(before, after, _HEADING_MARKS)
    if before == len(said):  # nothing but marks: those in the middle are the heading
        level = min((before - 1) // 2, _HEADING_MARKS)
    if not level:
        return line
    return f'<h{level} data-line="{number}">{said[level:-level].strip()}</h{level}>'

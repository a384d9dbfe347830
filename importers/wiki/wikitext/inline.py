"""What may stand within a line: HTML that is allowed, links, apostrophes, switches."""

from __future__ import annotations

import re

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.external import External
from importers.wiki.wikitext.links import Links
from importers.wiki.wikitext.marks import Marks
from importers.wiki.wikitext.quotes import format_quotes
from importers.wiki.wikitext.sanitize import sanitized

_SWITCHES = re.compile(
    r"__(?:NOTOC|FORCETOC|TOC|NOEDITSECTION|NEWSECTIONLINK|NONEWSECTIONLINK|NOGALLERY|HIDDENCAT|INDEX|NOINDEX|"
    r"STATICREDIRECT|NOTALK|ARCHIVEDTALK|NOTITLECONVERT|NOCONTENTCONVERT|NOTC|NOCC|DISAMBIG|EXPECTUNUSEDCATEGORY)__"
)
_VARIANTS = re.compile(r"-\{(?!\{)(?:[A-Za-z;-]{1,20}\|)?([^{}\n]{0,500})\}-")
_VARIANT = re.compile(r"\s*([a-z]{2,3}(?:-[a-z]{2,4})?)\s*:\s*([^;]*)", re.IGNORECASE)


class Inline:
    """Formats the lines of one page."""

    def __init__(self, site: Site, title: Title, marks: Marks) -> None:
        self._language = site.language
        self._external = External(marks)
        self._links = Links(site, title, marks, self.line)

    def safe(self, text: str, numbers: list[int]) -> tuple[str, list[int]]:
        """A text, of whose lines the numbers are given, with HTML made harmless and links put aside."""
        text = sanitized(_SWITCHES.sub("", text))
        return self._links.put_aside(_VARIANTS.sub(self._variant, text), numbers)

    def line(self, text: str) -> str:
        """One line of such a text, with all that is left: external links and apostrophes."""
        return format_quotes(self._external.put_aside(text))

    def _variant(self, match: re.Match[str]) -> str:
        """Text for readers of several scripts: that of the wiki's own language, else the first."""
        texts = {found[1].lower(): found[2] for found in _VARIANT.finditer(match[1])}
        if not texts or ":" not in match[1]:
            return match[1]
        return (texts.get(self._language) or next(iter(texts.values()))).strip()

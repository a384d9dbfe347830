"""Wikitext to HTML, as MediaWiki's own parser would render it, in time that grows with the text whatever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.calls import Call, Expand
from importers.wiki.wikitext.rendering import Renderer

__all__ = ["Call", "Expand", "Rendered", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as readers see it."""

    html: str  # elements that begin a block have the number of their line in data-line, from 0


def render(text: str, site: Site, title: Title, expand: Expand, *, at: datetime | None = None) -> Rendered:
    """The HTML of a page.

    `expand` gives the wikitext that stands in place of a template. `at` is when the page was saved, for words that show
    the time; without it they are templates like others. Never fails: what cannot be understood stays as text.
    """
    return Rendered(Renderer(site, title, expand, at).page(text))

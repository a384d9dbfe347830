"""Wikitext to HTML, as MediaWiki shows it: the structure of the page and its text, without a skin.

Our own, since a discussion is told by what readers saw: which list item encloses a comment, where a paragraph ends.
Libraries for wikitext give its parts without that structure.
"""

from __future__ import annotations

from dataclasses import dataclass

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.calls import Call, Expand
from importers.wiki.wikitext.page import render_page

__all__ = ["Call", "Expand", "Rendered", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's HTML: a sequence of block elements, safe to parse, without scripts and styles."""

    html: str


def render(text: str, site: Site, title: Title, expand: Expand) -> Rendered:
    """The HTML of the page `title`. `expand` gives the wikitext or HTML in place of a template's call.

    Block elements say in `data-line` in which line of `text` (from 0) they begin; of what a template made, that of the
    template. Takes time in proportion to the length of the text and of what templates add, which is bounded.
    """
    return Rendered(render_page(text, site, title, expand))

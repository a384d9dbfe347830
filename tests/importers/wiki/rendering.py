"""Wikitext rendered for a small wiki, and its HTML without what only readers of the code look at."""

from __future__ import annotations

import re
from dataclasses import replace

from importers.wiki.site import Site
from importers.wiki.sites import site_of_language
from importers.wiki.titles import parse_title
from importers.wiki.wikitext import Call, Expand, render

_INTERWIKI = (("fr", "https://fr.example.org/wiki/$1"), ("meta", "https://meta.example.org/wiki/$1"))


def site(language: str = "en") -> Site:
    """A wiki in that language."""
    return replace(
        site_of_language(language, "https://wiki.example.org/wiki/Main_Page"), name="Example", interwiki=_INTERWIKI
    )


def linked(call: Call) -> str:
    """A template as a link to it."""
    return f"[[:Template:{call.name}]]"


def html_of(text: str, expand: Expand = linked, *, title: str = "Talk:Foo/Bar", language: str = "en") -> str:
    """All of the HTML."""
    wiki = site(language)
    return render(text, wiki, parse_title(wiki, title), expand).html


def plain(html: str) -> str:
    """Without attributes, and without white space around the elements of blocks."""
    html = re.sub(r"<(\w+) [^>]*>", r"<\1>", html)
    return re.sub(r"\s*(</?(?:p|ul|ol|li|dl|dd|dt|table|tr|td|th|caption|h\d|pre|div|blockquote|hr)>)\s*", r"\1", html)


def shape(text: str, expand: Expand = linked, *, title: str = "Talk:Foo/Bar", language: str = "en") -> str:
    """The plain HTML of wikitext."""
    return plain(html_of(text, expand, title=title, language=language)).strip()

"""A small wiki, and HTML as its pages have it."""

from __future__ import annotations

from importers.wiki.discussion import Discussion, discussion
from importers.wiki.site import ENGLISH, Namespace, Site
from importers.wiki.titles import parse_title

SITE = Site(
    key="wiki.example.org",
    name="Example",
    language="en",
    article_url="https://wiki.example.org/wiki/$1",
    namespaces=(
        Namespace(0, ("",)),
        Namespace(1, ("Talk",)),
        Namespace(2, ("User",)),
        Namespace(3, ("User talk",)),
        Namespace(-1, ("Special",)),
    ),
    dates=(ENGLISH,),
    interwiki=(("de", "https://de.example.org/wiki/$1"),),
)


def link(title: str, text: str | None = None) -> str:
    """A link within the wiki."""
    kind = "interwiki" if title.startswith("de:") else "wikilink"
    return f'<a class="{kind}" href="https://wiki.example.org/wiki/X" title="{title}">{text or title}</a>'


def date(minute: int) -> str:
    """A date in a signature: one minute for each hour of the clock from 10:00 on 3 March 2020."""
    return f"{10 + minute // 60}:{minute % 60:02}, 3 March 2020 (UTC)"


def signature(name: str, minute: int) -> str:
    """What MediaWiki makes of four tildes."""
    return f"{link(f'User:{name}', name)} ({link(f'User talk:{name}', 'talk')}) {date(minute)}"


def read(html: str, title: str = "Talk:Cucumbers") -> Discussion:
    """The discussion on a page."""
    return discussion(html, SITE, parse_title(SITE, title))

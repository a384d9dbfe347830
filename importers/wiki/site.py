"""What has to be known of a wiki to read its pages: its names for namespaces, how it writes dates, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

_Answer = TypeVar("_Answer")
_REMEMBERED = 8  # wikis


@dataclass(frozen=True, slots=True)
class Namespace:
    """One namespace, 1 for talk pages; odd numbers are talk pages of the one before."""

    number: int
    names: tuple[str, ...]  # as the wiki writes it first, then the English one and all aliases; spaces, no underscores
    first_letter: bool = True  # the first letter of a title counts the same in both cases


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How signatures are dated: MediaWiki's format letters and the words they stand for."""

    format: str  # "H:i, j F Y" (the letters of PHP's date(), and MediaWiki's own: xg, xkY, xn, …)
    months: tuple[str, ...] = ()  # 12 each, "" where one is not known: F, xg, M
    genitive: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    digits: str = "0123456789"  # its own ten
    zones: tuple[tuple[str, str], ...] = ()  # how it writes an abbreviation ("MEZ") and which one that is ("CET")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A wiki. Hashable and small: it travels with every chunk."""

    key: str  # what keys begin with: the host ("fr.wikipedia.org"), else the name of the database, else "wiki"
    name: str  # for people
    language: str  # "fr", "zh-hans"
    article_url: str = ""  # "https://fr.wikipedia.org/wiki/$1"; "" where nothing tells
    script_url: str = ""  # "https://fr.wikipedia.org/w/index.php"
    namespaces: tuple[Namespace, ...] = ()
    contributions: tuple[str, ...] = ("Contributions",)  # all names of that special page
    dates: tuple[DateStyle, ...] = ()  # the wiki's own first, then older ones and English
    timezone: str = "UTC"  # IANA: what signatures are dated in
    interwiki: tuple[tuple[str, str], ...] = ()  # prefix, URL with $1
    licence: str = ""
    licence_url: str = ""
    private: bool = False  # one must log in to read it
    comment_anchors: bool = False  # it has DiscussionTools, so that comments have addresses of their own


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH = DateStyle(
    "H:i, j F Y",
    months=_MONTHS,
    genitive=_MONTHS,
    short=tuple(name[:3] for name in _MONTHS),
)


def per_site(make: Callable[[Site], _Answer]) -> Callable[[Site], _Answer]:
    """Remembers what `make` answered for the last few wikis. Hashing a site costs more than most questions about it,
    so that the one asked about last is recognised by being the same object."""
    answers: dict[Site, _Answer] = {}
    last: list[tuple[Site, _Answer]] = []

    def answer(site: Site) -> _Answer:
        if last and last[0][0] is site:
            return last[0][1]
        if site not in answers:
            if len(answers) >= _REMEMBERED:
                answers.clear()
            answers[site] = make(site)
        last[:] = [(site, answers[site])]
        return answers[site]

    return answer

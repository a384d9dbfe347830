"""What has to be known of a wiki to read its pages: its names for namespaces, how it writes dates, where it stands."""

from __future__ import annotations

from dataclasses import dataclass


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
    months: tuple[str, ...] = ()  # 12 each: F, xg, M
    genitive: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()  # 7 from Sunday: l, D
    short_weekdays: tuple[str, ...] = ()
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

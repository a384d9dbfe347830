"""What the user asked for."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Which pages, and how. Hashable: it is part of the fingerprint of what is read."""

    titles: tuple[str, ...] = ()  # pages, as typed; () for all that hold discussions
    subpages: bool = False  # theirs as well, beyond their archives
    prefixes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    newsletters: bool = False  # the pages are news: each a topic, or each section of a page that is a list of them
    show_ips: bool = False
    language: str = ""  # of single files: the wiki's language
    title: str = ""  # of a single file: which page it is
    site: str = ""  # of files: the wiki's address, for links
    licence: str = ""  # of the texts, where the wiki or the file does not say: its name, perhaps with its address


def check_news(wishes: Wishes) -> None:
    """Raises InputError where all pages of a wiki would be news."""
    named = wishes.titles or wishes.prefixes or wishes.categories or wishes.searches
    if wishes.newsletters and not named:
        raise InputError("--newsletters: say which pages are news, by their titles or with --prefix 'Project:News'.")

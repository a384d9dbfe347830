"""Which pages of a dump are read: those that were asked for, else all that discussions are held on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from importers.wiki.dates import timestamps_in
from importers.wiki.site import Site, per_site
from importers.wiki.structured.liquid import SUMMARY, THREAD
from importers.wiki.titles import (
    Title,
    addresses_in,
    family_of,
    is_talk,
    issue_of,
    parse_title,
    subject_of,
    upper_first,
)
from importers.wiki.wishes import Wishes

Want = Literal["yes", "if-signed"]
PROJECT = 4
_MOST_NEAR = 2000  # titles kept to look for near ones, for each that was asked for
_SHARED = 4  # first letters that a title has in common with one that is near
_SIGNATURE = 300  # characters from a link to its user to the end of the date
_LINKS_LOOKED_AT = 200
_USER_NAMESPACES = (2, 3)
_ENGLISH = ("User", "User talk", "Special:Contributions")
# A date by mistake in an article is common, two are not; on a project's page one is enough.
_SIGNATURES_ELSEWHERE = 2


@dataclass(slots=True)
class Asked:
    """What became of the titles that the user typed, over all files."""

    missing: dict[str, list[str]]  # by title as typed: other titles that look a little like it
    found: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, wishes: Wishes) -> Asked:
        """Nothing found as yet."""
        return cls({title: [] for title in wishes.titles})

    def find(self, typed: str) -> None:
        """A page that this title asked for is there."""
        self.found.add(typed)
        self.missing.pop(typed, None)

    def pass_over(self, name: str, shown: str) -> None:
        """Note another page, in case that one is meant. `name` is without its namespace."""
        if addresses_in(Title(0, name)):  # stands for somebody
            return
        for typed, near in self.missing.items():
            if len(near) < _MOST_NEAR and _are_alike(typed.rpartition(":")[2], name):
                near.append(shown)

    def not_found(self) -> list[str]:
        """For each title that is not there a sentence, naming up to three that are."""
        return [_not_found(typed, near) for typed, near in self.missing.items()]


def _are_alike(typed: str, name: str) -> bool:
    typed, name = typed.replace("_", " ").strip().casefold(), name.casefold()
    return typed[:_SHARED] == name[:_SHARED] or (len(typed) > _SHARED and typed in name)


def _not_found(typed: str, near: list[str]) -> str:
    wanted = typed.replace("_", " ")
    # The same name in another namespace is nearer than any other.
    same = [title for title in near if title.rpartition(":")[2].casefold() == wanted.rpartition(":")[2].casefold()]
    best = list(dict.fromkeys([*same, *difflib.get_close_matches(wanted, near, 3, 0.5)]))[:3]
    there = f" There is {' and '.join(repr(title) for title in best)}." if best else ""
    return f"There is no page {typed!r}.{there}"


class Selection:
    """For the pages of one wiki."""

    def __init__(self, site: Site, wishes: Wishes, asked: Asked) -> None:
        self.site = site
        self._asked = asked
        self._titles = {_key(self._parsed(typed)): typed for typed in wishes.titles}
        # "Talk:" is a prefix, though no title: a letter makes it one.
        self._prefixes = [_key(self._parsed(f"{prefix}x")) for prefix in wishes.prefixes]
        self._liquid = any(namespace.number == THREAD for namespace in site.namespaces)
        self._subpages = wishes.subpages
        self.news = wishes.newsletters

    def wants(self, title: Title, shown: str, thread: Mapping[str, str]) -> Want | None:
        """Whether to read a page; "if-signed": where there are signatures on it. `shown` is its whole title, `thread`
        what LiquidThreads says of it."""
        if not self._titles and not self._prefixes:
            if title.namespace < 0:
                return None
            return "yes" if is_talk(title) or thread or self._is_liquid(title) else "if-signed"
        if self._is_asked_for(title) or (thread and self._is_asked_for(self._parsed(thread.get("ThreadPage", "")))):
            return "yes"
        if self._is_liquid(title) and self._is_asked_for(self._parsed(title.name.partition("/")[0])):
            return "yes"
        if self.news and self._is_said_of_news(subject_of(title)):
            return "yes"
        self._asked.pass_over(title.name, shown)
        return None

    def wants_board(self, shown: str) -> bool:
        """Whether to read the Flow board on the page of that title; a board without one, too."""
        return not shown or self.wants(self._parsed(shown), shown, {"ThreadPage": shown}) is not None

    def _is_said_of_news(self, subject: Title) -> bool:
        return self._is_asked_for(subject) or self._is_asked_for(issue_of(self.site, subject))

    def _is_liquid(self, title: Title) -> bool:
        """Whether the page is a post of LiquidThreads or the summary of some: "Thread:Talk:Foo/Subject"."""
        return self._liquid and title.namespace in (THREAD, SUMMARY)

    def _parsed(self, text: str) -> Title:
        return parse_title(self.site, text)

    def _is_asked_for(self, title: Title) -> bool:
        keys = [_key(title), _key(family_of(self.site, title))]
        if self._subpages:
            parts = title.name.split("/")
            keys += [_key(Title(title.namespace, "/".join(parts[:count]))) for count in range(1, len(parts))]
        for key in keys:
            if typed := self._titles.get(key):
                self._asked.find(typed)
                return True
        namespace, name = _key(title)
        return any(namespace == each and name.startswith(prefix[:-1]) for each, prefix in self._prefixes)

    def holds_discussion(self, namespace: int, text: str) -> bool:
        """Whether people have signed what stands on a page that is no talk page."""
        enough = 1 if namespace == PROJECT else _SIGNATURES_ELSEWHERE
        return signatures(self.site, text, enough) >= enough


def _key(title: Title) -> tuple[int, str]:
    return title.namespace, upper_first(title.name)


def signatures(site: Site, text: str, enough: int) -> int:
    """How many signatures with a date there are, at most `enough` of them."""
    count = looked_at = end = 0
    for link in _user_links(site).finditer(text):
        if link.start() < end:
            continue
        looked_at += 1
        if found := timestamps_in(site, text[link.start() : link.start() + _SIGNATURE]):
            end = link.start() + found[0].end
            count += 1
        if count >= enough or looked_at >= _LINKS_LOOKED_AT:
            break
    return count


@per_site
def _user_links(site: Site) -> re.Pattern[str]:
    names = {name for namespace in site.namespaces if namespace.number in _USER_NAMESPACES for name in namespace.names}
    special = [name for namespace in site.namespaces if namespace.number == -1 for name in namespace.names]
    names |= {f"{first}:{second}" for first in (*special, "Special") for second in site.contributions}
    alternatives = "|".join(re.escape(name).replace(r"\ ", "[ _]") for name in sorted({*names, *_ENGLISH}))
    return re.compile(rf"\[\[:?(?:{alternatives})[:/]", re.IGNORECASE)

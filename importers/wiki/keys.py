"""What the records of a wiki are known by: the same however and wherever a page is read, also once it is archived."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from importers.wiki.people import address_digest, holds_address, pseudonym, slow_digest
from importers.wiki.site import Site
from importers.wiki.titles import USER, USER_TALK, Title, address_at, full_title

_DIGITS = 10  # of a digest: 40 bits, among the headings of one page


def digest(text: str) -> str:
    """A short name for a text of any length, without white space at its ends and in any case."""
    plain = re.sub(r"\s+", " ", text).strip().casefold()
    return hashlib.sha256(plain.encode()).hexdigest()[:_DIGITS]


def stamp(at: datetime | None) -> str:
    """A moment as DiscussionTools writes it in ids: 14 digits, UTC; "" for none."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S") if at else ""


def shown_title(site: Site, title: Title) -> str:
    """A page's whole title; where it is the page of an IP address, or about one, a pseudonym stands there."""
    return _without_addresses(site, title, lambda address: pseudonym(address, site))


def page_labels(site: Site, title: Title) -> tuple[str, ...]:
    """What threads of a page are labelled with: its name, but not that of a person whose page it is."""
    page = shown_title(site, title)
    return () if title.namespace in (USER, USER_TALK) else (page.partition(":")[2] or page,)


def key_title(site: Site, title: Title) -> str:
    """The same for keys: pages of different addresses are told apart."""
    return _without_addresses(site, title, lambda address: f"#{address_digest(address, site)}")


def _without_addresses(site: Site, title: Title, written: Callable[[str], str]) -> str:
    parts = title.name.split("/")
    for number, part in enumerate(parts):
        if (start := address_at(part)) >= 0:
            parts[number] = part[:start] + written(part[start:].strip())
    return full_title(site, replace(title, name="/".join(parts)))


class PageKeys:
    """Keys for what stands on one page; `page` is the one whose archive it is."""

    def __init__(self, site: Site, page: Title) -> None:
        self._site = site
        self._prefix = f"wiki:{site.key}:{key_title(site, page)}"
        self._used: Counter[str] = Counter()

    def issue(self) -> str:
        """The page itself, as one text."""
        return f"{self._prefix}:issue"

    def thread(self, heading: str, oldest: datetime | None) -> str:
        """A section: sections of one heading differ in their oldest comment. None where the first one has no date: what
        is answered to it later changes nothing."""
        return self._unique(f"{self._prefix}#{self._digest(heading)}:{stamp(oldest) or 'undated'}")

    def delivery(self, digest: str) -> str:
        """A newsletter that was delivered to many pages: one thread, whose first message all copies are."""
        return f"wiki:{self._site.key}:delivery:{digest}"

    def is_delivery(self, thread: str) -> bool:
        """Whether it is the key of such a thread."""
        return thread.startswith(self.delivery(""))

    def signed(self, heading: str, person: str, at: datetime) -> str:
        """A comment: known by its section's heading, its author (a person's key) and its minute."""
        return self._unique(f"{self._prefix}#{self._digest(heading)}:c-{person.rpartition(':')[2]}-{stamp(at)}")

    def unsigned(self, heading: str, body: str) -> str:
        """Words that nobody signed are known by themselves: who wrote them is a guess that may get better."""
        return self._unique(f"{self._prefix}#{self._digest(heading)}:u-{self._digest(body)}")

    def _digest(self, text: str) -> str:
        """The digest of a text; one that takes long where an IP address is in it, which could be found by trying."""
        quick = digest(text)
        return slow_digest(quick, self._site) if holds_address(text) else quick

    def _unique(self, key: str) -> str:
        """Of several in one minute the second gets "-2", and so on."""
        self._used[key] += 1
        return key if self._used[key] == 1 else f"{key}-{self._used[key]}"

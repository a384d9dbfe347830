"""Whose names and words are not to be seen: what is left of texts and titles."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from migrate.plan.authors import choices, former_member, head_sql, words_for
from migrate.plan.target import Target, TargetFacts

if TYPE_CHECKING:
    from migrate.redact import Redaction


class Withholding:
    """The wishes of all who asked for it, on one forum. Persons are given by their ids there."""

    def __init__(self, db: sqlite3.Connection, facts: TargetFacts, target: Target | None) -> None:
        self._words = words_for(facts, target)
        self._chosen = choices(db, target)
        wishes = {person: chosen.withheld for person, chosen in self._chosen.items() if chosen.withheld}
        self._nameless = frozenset(wishes)
        self._silent = frozenset(person for person, withheld in wishes.items() if withheld == "words")
        self._head = head_sql(target)
        known = _known_as(db, self._head) if wishes else {}
        self._names = frozenset(name for names, _, _ in known.values() for name in names)
        self._known = {person: known.get(person, ((), (), ())) for person in wishes}

    @cached_property
    def _redaction(self) -> Redaction:
        from migrate.redact import Redaction, Withheld  # it compiles for long, and whoever only counts needs none

        return Redaction(Withheld(former_member(person, self._words), *known) for person, known in self._known.items())

    @property
    def nameless(self) -> int:
        """How many people asked for it."""
        return len(self._nameless)

    @property
    def silent(self) -> int:
        """How many of them asked that their words be left out, too."""
        return len(self._silent)

    @property
    def has_words(self) -> str:
        """SQL on `person`: whether the words are sent of what this one wrote."""
        return f"{self._head} NOT IN ({', '.join(map(str, sorted(self._silent)))})" if self._silent else "1"

    def called(self, person: int, name: str) -> str:
        """What a person is shown as who signs with that name."""
        if person in self._nameless:
            return former_member(person, self._words)
        chosen = self._chosen.get(person)
        return chosen.name if chosen and chosen.name else name

    def is_nameless(self, person: int) -> bool:
        """Whether the name is not shown."""
        return person in self._nameless

    def is_silent(self, person: int) -> bool:
        """Whether the words are not sent, either."""
        return person in self._silent

    def in_text(self, person: int, text: str) -> str:
        """A text this person wrote: without own names anywhere, and others' where it says whom it quotes."""
        if person in self._nameless:
            return self._redaction.in_own_words(text)
        return self._redaction.in_others_words(text)

    def in_url(self, person: int, url: str) -> str:
        """An address of what this person wrote, as far as it names nobody; "" where it does all along."""
        if person in self._nameless:
            url, _ = urldefrag(url)
        return self._redaction.in_url(url) if self._nameless else url

    def in_title(self, title: str) -> str:
        """A subject, by whomever."""
        return self._redaction.everywhere(title)

    def in_place(self, locator: str) -> str:
        """Where something stands in an export: files and pages may be called after people."""
        return self._redaction.in_place(locator)

    def in_source(self, person: int, text: str) -> str:
        """What this person wrote, as the source had it: links to users, fields of headers and all."""
        if not self._nameless:
            return text
        text = self.in_title(self.in_text(person, text))
        return "\n".join(map(self._in_line, text.split("\n")))

    def _in_line(self, line: str) -> str:
        place = self._redaction.in_place(line)
        return line if place == line else self._redaction.in_credit(place)  # beside a link stands its label

    def labels(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Those of a thread's labels that are not called after them, as that of a user's page in a wiki is."""
        if not self._nameless:
            return tuple(labels)
        return tuple(
            label
            for label in labels
            if label not in self._names and self._redaction.in_place(f":{label}") == f":{label}"
        )

    def title(self, title: str, written_by: Collection[int]) -> str:
        """The title of what these people wrote: one that says so where all their words are left out."""
        if written_by and self._silent.issuperset(written_by):
            return self._words.removed.strip("*")
        return self.in_title(title)


def _known_as(db: sqlite3.Connection, head: str) -> dict[int, tuple[list[str], list[str], list[str]]]:
    """All names, addresses and keys of each person."""
    found: defaultdict[int, tuple[list[str], list[str], list[str]]] = defaultdict(lambda: ([], [], []))
    names = f"SELECT {head}, name FROM person JOIN person_name ON person_id = person.id"  # noqa: S608 - numbers of ours are put in
    for person, name in db.execute(names).fetchall():
        found[person][0].append(name)
    for person, address in db.execute(f"SELECT {head}, email FROM person WHERE email IS NOT NULL").fetchall():  # noqa: S608 - the same
        found[person][1].append(address)
    for person, key in db.execute(f"SELECT {head}, key FROM person").fetchall():  # noqa: S608 - the same
        found[person][2].append(key)
    return found

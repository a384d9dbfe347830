"""Whose a message is, where one export knows somebody by an id and another by the name alone."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Collection

Marks = frozenset[str]


class Owners:
    """Persons as marks: those who have one in common may be the same. Only of those in `wanted` is anything kept."""

    def __init__(self, db: sqlite3.Connection, wanted: Collection[int]) -> None:
        self._heads = dict(db.execute("SELECT id, coalesce(same_as, id) FROM person").fetchall())
        found: defaultdict[int, set[str]] = defaultdict(set)  # head → marks
        for person, name in db.execute("SELECT person_id, name FROM person_name"):
            if spelling := _spelling(name):
                found[self._heads.get(person, person)].add(spelling)
        self._marks = {head: frozenset(found[head] | {f"#{head}"}) for head in self._heads.values()}
        self._wanted = {mark for person in wanted for mark in self.of(person)}

    def of(self, person: int) -> Marks:
        """Everything somebody is known by."""
        return self._marks.get(self._heads.get(person, person), frozenset())

    def of_author(self, person: int) -> Marks:
        """The same, if somebody who is wanted may be meant."""
        return self.of(person) & self._wanted

    def are_one(self, person: int, other: int) -> bool:
        """Whether two may be the same."""
        return not self.of(person).isdisjoint(self.of(other))


def _spelling(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())

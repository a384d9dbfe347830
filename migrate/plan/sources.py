"""The sources of an archive, and the categories that the mapping leads them to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cached_property

from migrate.discourse.names import unused_name
from migrate.mapping import Mapping, PlaceError, Places, SourceName, misplaced, places
from migrate.plan.target import TargetFacts


class Sources:
    """What the mapping sees of an archive's sources, and where it puts their threads."""

    def __init__(self, db: sqlite3.Connection, mapping: Mapping, facts: TargetFacts) -> None:
        self._db = db
        self._mapping = mapping
        self._facts = facts
        rows = db.execute(
            "SELECT id, key, name, kind, private, description, licence FROM source ORDER BY id"
        ).fetchall()
        self.names = {row[0]: SourceName(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows}
        self._licences = {row[6] for row in rows}
        self._descriptions = {row[0]: row[5].strip() for row in rows}

    @cached_property
    def placed(self) -> Places:
        """By source id and rule number. Raises MappingError where mapping and sources do not go together."""
        try:
            return places(self._mapping, self.names.values(), self._own_names())
        except PlaceError as error:
            raise misplaced(self._mapping, error) from error

    def described(self, together: Iterable[tuple[int, int]]) -> str:
        """What is said of a category that these come to: of the one source that has it for all its other threads.

        Empty where several have something to say.
        """
        mains = {source for source, rule in together if rule == self._mapping.chain(self.names[source])[-1]}
        said = {self._descriptions[source] for source in mains} - {""}
        return said.pop() if len(said) == 1 else ""

    def licences(self, planned: str) -> tuple[str, ...]:
        """Those that posts name, none where the mapping does not want it; `planned` is the condition on `message`."""
        if self._mapping.credit == "":
            return ()
        if not any(self._licences):
            return ()
        used = f"SELECT source_id FROM message WHERE {planned}"  # noqa: S608 - conditions of ours
        query = f"SELECT DISTINCT licence FROM source WHERE licence <> '' AND id IN ({used}) ORDER BY 1"  # noqa: S608 - the same
        return tuple(licence for (licence,) in self._db.execute(query).fetchall())

    def _own_names(self) -> dict[int, str]:
        """What a category of its own is called for each source: no two alike."""
        taken: set[str] = set()
        names = {}
        for source in self.names.values():
            name = unused_name(source.name.strip() or "Imported", taken, self._facts.max_category_name_length)
            taken.add(name.casefold())
            names[source.id] = name
        return names

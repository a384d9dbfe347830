"""The ids of rows by their keys, remembered: an import asks for the same few again and again."""

from __future__ import annotations

import sqlite3
from typing import Literal

Table = Literal["source", "person", "thread", "container", "attachment"]

_CACHED_KEYS = 20_000


class Ids:
    """Ids as the archive has them. A rolled back transaction needs a new one."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: dict[tuple[Table, str], int] = {}

    def find(self, table: Table, key: str) -> int | None:
        """The id of the row with that key; of an attachment that is its SHA-256."""
        found = self._known.get((table, key))
        if found is None:
            column = "sha256" if table == "attachment" else "key"
            row = self._db.execute(f"SELECT id FROM {table} WHERE {column} = ?", (key,)).fetchone()  # noqa: S608 - our own names
            if row is None:
                return None
            found = self._known[table, key] = int(row[0])
        return found

    def inserted(self, table: Table, key: str, cursor: sqlite3.Cursor) -> int:
        """The id of the row that was just inserted by `cursor`."""
        if len(self._known) > _CACHED_KEYS:
            self._known.clear()
        assert cursor.lastrowid is not None
        self._known[table, key] = cursor.lastrowid
        return cursor.lastrowid

    def container(self, key: str) -> int:
        """The id of the container of that message key, which is made where there is none."""
        if (found := self.find("container", key)) is not None:
            return found
        return self.inserted("container", key, self._db.execute("INSERT INTO container (key) VALUES (?)", (key,)))

    def removed(self, table: Table, key: str) -> None:
        """The row with that key is not there any more."""
        self._known.pop((table, key), None)

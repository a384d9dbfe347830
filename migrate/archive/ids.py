"""The ids of rows by their keys, remembered: an import asks for the same few again and again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Literal

from migrate.archive.rows import Rows

Table = Literal["source", "person", "thread", "container", "attachment"]

_CACHED_KEYS = 20_000  # of a table
_CONTAINERS = """
    SELECT container.key, container.id, message.id FROM json_each(?) AS asked
    CROSS JOIN container ON container.key = asked.value LEFT JOIN message ON message.id = container.id
"""


class Ids:
    """Ids as the archive has them. A rolled back transaction needs a new one."""

    def __init__(self, db: sqlite3.Connection, rows: Rows) -> None:
        self._db = db
        self._rows = rows
        self._known: dict[Table, dict[str, int]] = {}
        self._messages: set[str] = set()  # keys of messages that are there, among those that are expected
        self._unknown: set[str] = set()  # keys that have no container
        self._next = 1  # the id of the next container

    def begin(self, keys: Iterable[str]) -> None:
        """Look up at once all message keys that the records to come name; of others too few to matter."""
        for known in self._known.values():
            if len(known) > _CACHED_KEYS:
                known.clear()
        containers = self._known["container"] = {}
        self._messages.clear()
        self._unknown = set(keys)
        for key, container, message in self._db.execute(_CONTAINERS, (json.dumps([*self._unknown]),)):
            containers[key] = container
            if message is not None:
                self._messages.add(key)
        self._unknown.difference_update(containers)
        (last,) = self._db.execute("SELECT max(id) FROM container").fetchone()
        self._next = (last or 0) + 1

    def find(self, table: Table, key: str) -> int | None:
        """The id of the row with that key; of an attachment that is its SHA-256."""
        known = self._known.setdefault(table, {})
        found = known.get(key)
        if found is None and not (table == "container" and key in self._unknown):
            column = "sha256" if table == "attachment" else "key"
            row = self._db.execute(f"SELECT id FROM {table} WHERE {column} = ?", (key,)).fetchone()  # noqa: S608 - our own names
            if row is None:
                return None
            found = known[key] = int(row[0])
        return found

    def inserted(self, table: Table, key: str, cursor: sqlite3.Cursor) -> int:
        """The id of the row that was just inserted by `cursor`."""
        assert cursor.lastrowid is not None
        self._known.setdefault(table, {})[key] = cursor.lastrowid
        return cursor.lastrowid

    def container(self, key: str) -> int:
        """The id of the container of that message key, which is made where there is none."""
        if (found := self.find("container", key)) is not None:
            return found
        found = self._known["container"][key] = self._next
        self._next += 1
        self._unknown.discard(key)
        self._rows.containers.append((found, key))
        return found

    def is_message(self, key: str) -> bool:
        """Whether there is a message of that key, which must be one of those that were expected."""
        return key in self._messages

    def message(self, key: str) -> int:
        """The id for a message that is to be there from now on."""
        self._messages.add(key)
        return self.container(key)

    def removed(self, table: Table, key: str) -> None:
        """The row with that key is not there any more."""
        self._known.get(table, {}).pop(key, None)

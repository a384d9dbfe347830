"""Which of several copies of a page counts, where dumps overlap: the one with the newest version.

Kept in a database without a name, which goes to the disk where it is large and is gone with the process.
"""

from __future__ import annotations

import sqlite3
from hashlib import blake2b

Place = int  # which page of which file


class Newest:
    """The best copy of each page, by wiki and title."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE page (key BLOB PRIMARY KEY, time TEXT, id INTEGER, place INTEGER) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def note(self, site: str, title: str, time: str, revision: int, place: Place) -> None:
        """There is a copy of a page, with this newest version; the first of two alike counts."""
        row = (_key(site, title), time, revision, place)
        self._db.execute(
            "INSERT INTO page VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET (time, id, place) ="
            " (excluded.time, excluded.id, excluded.place) WHERE (excluded.time, excluded.id) > (time, id)",
            row,
        )

    def is_best(self, site: str, title: str, place: Place) -> bool:
        """Whether the copy at this place counts. Of pages that were not noted before the first one does."""
        key = _key(site, title)
        self._db.execute("INSERT OR IGNORE INTO page VALUES (?, '', 0, ?)", (key, place))
        return bool(self._db.execute("SELECT place = ? FROM page WHERE key = ?", (place, key)).fetchone()[0])


def _key(site: str, title: str) -> bytes:
    return blake2b(f"{site}\0{title}".encode(), digest_size=16).digest()

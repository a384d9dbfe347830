"""Members who never wrote: who may become one, and what is kept of whoever is none any more."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection

_UNWILLING = """
    SELECT 1 FROM suppressed WHERE key_digest = :digest UNION ALL SELECT 1 FROM forgotten WHERE key_digest = :digest
"""
_NOTHING_ELSE = """
    SELECT id, key FROM person WHERE id IN (SELECT value FROM json_each(?))
    AND id NOT IN (SELECT author_id FROM message)
    AND id NOT IN (SELECT answers_id FROM message WHERE answers_id IS NOT NULL)
    AND id NOT IN (SELECT ref FROM operation WHERE kind = 'user')
    AND id NOT IN (SELECT same_as FROM person WHERE same_as IS NOT NULL
                   UNION SELECT same_as FROM person_choice WHERE same_as IS NOT NULL)
    AND id NOT IN (SELECT person_id FROM person_choice WHERE same_as IS NOT NULL)
"""


def digest_of(person_key: str) -> str:
    """SHA-256 in hex of a person's key; addresses are lower-case."""
    return hashlib.sha256(person_key.encode()).hexdigest()


def is_unwilling(db: sqlite3.Connection, digest: str) -> bool:
    """Whether somebody left, or is to be forgotten; the digest is that of the person's key."""
    return db.execute(_UNWILLING, {"digest": digest}).fetchone() is not None


def suppress(db: sqlite3.Connection, key: str, digest: str) -> list[int]:
    """Somebody becomes nobody's member, now and later. Returns the id, where it was one's."""
    db.execute("INSERT OR IGNORE INTO suppressed VALUES (?)", (digest,))
    query = "UPDATE person SET member = NULL WHERE key = ? AND member IS NOT NULL RETURNING id"
    return [person for (person,) in db.execute(query, (key,)).fetchall()]


def drop(db: sqlite3.Connection, left: Collection[int]) -> list[str]:
    """Keep nothing of these, unless they wrote, are spoken to, have an account on a forum, or are said to be somebody.

    Whoever that is has left, too. Returns the keys.
    """
    gone = db.execute(_NOTHING_ELSE, (json.dumps([*left]),)).fetchall() if left else []
    for person_id, _ in gone:
        for table, column in (("person", "id"), ("person_name", "person_id"), ("person_choice", "person_id")):
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", (person_id,))  # noqa: S608 - our own names
    return [key for _, key in gone]

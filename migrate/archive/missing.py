"""Files that a download lacked because it was cut off, and that a later one of the same messages brings."""

from __future__ import annotations

import sqlite3

from migrate.archive.packed import Packed
from migrate.model import Finding

_CODE = "attachment-missing"
# A finding may stand before its message was known: then its place tells whose it is.
_DROP = """
    DELETE FROM finding
    WHERE code = 'attachment-missing' AND (message_id = :id OR message_id IS NULL AND (source_id, locator) IN
                                           (SELECT source_id, locator FROM origin WHERE message_id = :id))
          AND NOT EXISTS (SELECT 1 FROM operation WHERE kind = 'post' AND ref = :id)
"""
_FILES = "SELECT sha256 FROM message_attachment JOIN attachment ON id = attachment_id WHERE message_id = ?"


class Missing:
    """What is known of them while records are written; findings stand before the message that they are about."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._lacking: set[str] = set()  # keys of messages to come

    def note(self, finding: Finding) -> None:
        """Remember what is said of a message to come."""
        if finding.code == _CODE and finding.message:
            self._lacking.add(finding.message)

    def is_whole(self, key: str) -> bool:
        """Whether nothing was said to be missing from this copy of a message; asked once for each."""
        is_whole = key not in self._lacking
        self._lacking.discard(key)
        return is_whole

    def bring(self, message_id: int, copy: Packed) -> bool:
        """Whether a whole copy has all files of the message, and more where some were said to be missing: that is not
        said any longer then. What was sent stays as it is."""
        known = {sha256 for (sha256,) in self._db.execute(_FILES, (message_id,))}
        if not known < {file.sha256 for file in copy.attachments}:
            return False
        return self._db.execute(_DROP, {"id": message_id}).rowcount > 0

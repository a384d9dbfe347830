"""Sources into the archive: what one export says of a source, another may have left out."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict

from migrate.archive.ids import Ids
from migrate.model import Source

_NEW = """
    INSERT INTO source (key, kind, name, description, url, private, licence, licence_url)
    VALUES (:key, :kind, :name, :description, :url, :private, :licence, :licence_url)
"""
# Private once, private always: people relied on it.
_KNOWN_BETTER = """
    UPDATE source SET description = iif(description = '', :description, description), url = coalesce(url, :url),
                      private = max(private, :private), licence = iif(licence = '', :licence, licence),
                      licence_url = coalesce(licence_url, :licence_url)
    WHERE id = :id AND (description = '' AND :description <> '' OR url IS NULL AND :url IS NOT NULL
                        OR private < :private OR licence = '' AND :licence <> '')
"""


def write_source(db: sqlite3.Connection, ids: Ids, source: Source) -> int:
    """Add a source, or what was not known of it, within the caller's transaction; returns its id."""
    if (found := ids.find("source", source.key)) is not None:
        db.execute(_KNOWN_BETTER, {**asdict(source), "id": found})
        if source.licence:  # so that is not said any longer
            db.execute("DELETE FROM finding WHERE code = 'licence-unknown' AND source_id = ?", (found,))
        return found
    return ids.inserted("source", source.key, db.execute(_NEW, asdict(source)))

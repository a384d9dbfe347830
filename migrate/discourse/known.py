"""What an archive knows of the forums it has spoken to. Asks nobody, and loads nothing that could."""

from __future__ import annotations

from migrate.archive import Archive
from migrate.plan.target import Selection, Target, TargetFacts


def known_targets(archive: Archive) -> list[Target]:
    """The forums this archive has spoken to, the first one first, with what they said last. Asks nobody."""
    columns = "id, url, generation, facts, quotes, authors, lang, mapping, selection, reply_keys"
    rows = archive.db.execute(f"SELECT {columns} FROM target ORDER BY id").fetchall()  # noqa: S608 - our own words
    return [
        Target(
            id=row[0],
            url=row[1],
            generation=row[2],
            facts=TargetFacts.from_json(row[3]),
            quotes=row[4],
            authors=row[5],
            lang=row[6],
            mapping=row[7],
            selection=Selection.from_json(row[8]),
            honours_reply_keys=None if row[9] is None else bool(row[9]),
        )
        for row in rows
    ]


def was_sent_to(archive: Archive, target: Target) -> bool:
    """Whether anything went there; doctor, undo and others only look at a forum."""
    query = "SELECT EXISTS (SELECT 1 FROM operation WHERE target_id = ?)"
    return bool(archive.db.execute(query, (target.id,)).fetchone()[0])


def settings_to_restore(archive: Archive, target: Target) -> list[str]:
    """The names of the settings that are to be put back, the last one changed first."""
    query = "SELECT name FROM setting WHERE target_id = ? AND state = 'changed' ORDER BY id DESC"
    return list(dict.fromkeys(name for (name,) in archive.db.execute(query, (target.id,))))

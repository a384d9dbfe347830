"""An archive whose numbers add up, as an import leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from migrate.archive import Archive
from migrate.model import Record
from tests.discourse.community import make_archive


def imported(path: Path, records: Iterable[Record]) -> Archive:
    """A new archive at `path` with these records, open for writing."""
    archive = make_archive(path, records)
    archive.db.execute("INSERT INTO chunk SELECT 'fingerprint', 'mbox', 'x.mbox', count(*), 0, 0 FROM message")
    return archive

"""Attachments that no message carries any more."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.archive.store import Archive
from migrate.errors import ArchiveError


def drop_unused(archive: Archive, hashes: Iterable[str]) -> int:
    """Remove those attachments that no message has, with their bytes. Returns how many. Raises ArchiveError."""
    removed = 0
    for sha256 in dict.fromkeys(hashes):
        row = archive.db.execute("SELECT id FROM attachment WHERE sha256 = ?", (sha256,)).fetchone()
        used = "SELECT 1 FROM message_attachment WHERE attachment_id = ? LIMIT 1"
        if row is not None and archive.db.execute(used, row).fetchone():
            continue
        archive.db.execute("DELETE FROM attachment WHERE sha256 = ?", (sha256,))
        path = archive.attachment_path(sha256)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveError(f"Cannot remove the attachment {path}: {error.strerror}.") from error
        removed += 1
    return removed

"""Lists that turn out to be private: a mailbox of a private group does not say so, the group's own export does."""

from __future__ import annotations

from migrate.archive import Archive
from migrate.model import Finding

# Sources that are not private themselves, most of whose messages were in a private one's export, too.
_COPIES = """
    SELECT source.id, source.key FROM source JOIN (
        SELECT message.source_id, count(DISTINCT message.id) AS copies
        FROM origin JOIN message ON message.id = message_id
        WHERE origin.source_id IN (SELECT id FROM source WHERE private)
        AND message.source_id IN (SELECT id FROM source WHERE NOT private) GROUP BY 1
    ) ON source.id = source_id WHERE copies * 2 > (SELECT count(*) FROM message WHERE source_id = source.id) ORDER BY 1
"""


def learn_privacy(archive: Archive) -> None:
    """What is mostly a private group's mail, read under another name, is private from now on, with a finding."""
    db = archive.db
    if db.execute("SELECT 1 FROM source WHERE private LIMIT 1").fetchone() is None:
        return
    for source_id, key in db.execute(_COPIES).fetchall():
        db.execute("UPDATE source SET private = 1 WHERE id = ?", (source_id,))
        archive.add_finding(
            Finding(
                stage="settle",
                severity="warning",
                code="private-by-copies",
                text="Most of its messages are a private group's, too; so it is taken for private.",
                source=key,
                locator=key,
            )
        )

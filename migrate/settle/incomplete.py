"""Whether a group's archive is likely to be whole: replies to what is not there, and long silences in a lively group.

Exports of Google Groups are known to hold a part only (161 of 758 messages in one case), and say nothing of it. Worked
out anew after every import: the next one may bring what was missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from migrate.archive import Archive
from migrate.archive.dates import from_milliseconds
from migrate.mail.subjects import is_reply
from migrate.model import Finding

INCOMPLETE = "export-incomplete"
FEW = 20  # one in so many replies may answer what was deleted …
AT_LEAST = 3  # … and so may fewer than these
LONG_SILENCE = 180 * 24 * 60 * 60 * 1000  # milliseconds
MANY = 200  # messages that would have been written meanwhile

_GROUPS = "SELECT id, key FROM source WHERE kind = 'google-groups' OR key LIKE '%.googlegroups.com' ORDER BY id"
# Messages that name what they answer, and how many of these answers are to what is not here.
_REPLIES = """
    SELECT count(*), coalesce(sum(container_id NOT IN (SELECT id FROM message)), 0)
    FROM message JOIN reference ON message_id = message.id
    WHERE source_id = ? AND reference.position = (SELECT max(position) FROM reference WHERE message_id = message.id)
"""
# Threads that begin with a message that names nothing.
_BEGINNINGS = """
    SELECT title FROM message WHERE source_id = ? AND position = 1
    AND NOT EXISTS (SELECT 1 FROM reference WHERE message_id = message.id)
"""
_LONGEST_SILENCE = """
    SELECT sent_at - before, before, sent_at, count(*) OVER (), max(sent_at) OVER () - min(sent_at) OVER ()
    FROM (SELECT sent_at, lag(sent_at) OVER (ORDER BY sent_at) AS before FROM message
          WHERE source_id = ? AND sent_at IS NOT NULL) ORDER BY 1 DESC LIMIT 1
"""


def report_incomplete(archive: Archive) -> None:
    """One finding for each group of which something seems to be missing; those of earlier times are taken back."""
    db = archive.db
    db.execute("DELETE FROM finding WHERE stage = 'settle' AND code = ?", (INCOMPLETE,))
    for source_id, key in db.execute(_GROUPS).fetchall():
        replies, orphans = _replies(db, source_id)
        signs = [*_of_replies(replies, orphans), *_of_silence(db, source_id)]
        if signs:
            text = f"{' '.join(signs)} Compare with the number of messages that the group's page shows."
            severe = _are_many(replies, orphans) or len(signs) > 1
            archive.add_finding(
                Finding(
                    stage="settle",
                    severity="warning" if severe else "info",
                    code=INCOMPLETE,
                    text=text,
                    source=key,
                    locator=key,
                )
            )


def _replies(db: sqlite3.Connection, source_id: int) -> tuple[int, int]:
    """How many replies a group has, and how many of them answer what is not here."""
    replies, orphans = db.execute(_REPLIES, (source_id,)).fetchone()
    beginnings = sum(is_reply(title) for (title,) in db.execute(_BEGINNINGS, (source_id,)))
    return replies + beginnings, orphans + beginnings


def _of_replies(replies: int, orphans: int) -> Iterator[str]:
    if orphans:
        likely = (
            "it is probably incomplete, unless people answered the mail of another list here."
            if _are_many(replies, orphans)
            else "these may have been deleted."
        )
        yield f"{orphans:,} of {replies:,} replies answer messages that are not in this export: {likely}"


def _are_many(replies: int, orphans: int) -> bool:
    return orphans >= AT_LEAST and orphans * FEW > replies


def _of_silence(db: sqlite3.Connection, source_id: int) -> Iterator[str]:
    """The longest time without a message, if a group as lively as this one would have written many meanwhile."""
    silence, before, after, count, whole = db.execute(_LONGEST_SILENCE, (source_id,)).fetchone() or (None,) * 5
    if silence and silence >= LONG_SILENCE and count * silence >= MANY * max(1, whole - silence):
        first, last = from_milliseconds(before), from_milliseconds(after)
        if first and last:
            yield f"There is no message between {first:%Y-%m-%d} and {last:%Y-%m-%d}."

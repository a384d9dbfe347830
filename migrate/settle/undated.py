"""Messages that neither say when they were written nor have neighbours in thread or mailbox that would tell.

They are dated last, so that no thread is made by a date that means nothing: by what they turned out to answer, else by
the latest message of their list, else by the latest of all.
"""

from __future__ import annotations

from collections import defaultdict

from migrate.archive import Archive
from migrate.model import Finding
from migrate.settle.columns import UNDATED, Columns
from migrate.threads import Forest

CODE = "date-unknown"
_BY_LIST = "This message has no date, and nothing near it has; it got the latest date of its list."
_NOWHERE = "No message has a date; a forum shows them as of 1970-01-01."


def date_the_rest(archive: Archive, columns: Columns, forest: Forest) -> None:
    """Date what is undated still, in `columns` and in the archive, and report it."""
    undated = [message for message in columns.messages() if columns.dates[message] == UNDATED]
    if not undated:
        return
    db = archive.db
    latest: defaultdict[int, int] = defaultdict(lambda: UNDATED)  # source → date
    sources = dict(db.execute("SELECT id, source_id FROM message").fetchall())
    for message, source in sources.items():
        latest[source] = max(latest[source], columns.dates[message])
    last = max(latest.values())
    if last == UNDATED:
        archive.add_finding(Finding(stage="settle", severity="warning", code=CODE, text=_NOWHERE))
        return
    found = {}
    for message in undated:
        kin = next((columns.dates[item] for item in forest.ancestors(message) if columns.dates[item] != UNDATED), None)
        own = latest[sources[message]]
        found[message] = kin if kin is not None else own if own != UNDATED else last
    for message, date in found.items():
        columns.dates[message] = date
        _store(archive, message, date)


def _store(archive: Archive, message: int, date: int) -> None:
    db = archive.db
    db.execute("UPDATE message SET sent_at = ?, date_source = 'neighbours' WHERE id = ?", (date, message))
    query = "SELECT container.key, locator FROM message JOIN container USING (id) WHERE message.id = ?"
    key, locator = db.execute(query, (message,)).fetchone()
    archive.add_finding(
        Finding(stage="settle", severity="warning", code=CODE, text=_BY_LIST, message=key, locator=locator)
    )

"""Which messages findings are about, and how many things each kind of finding speaks of."""

from __future__ import annotations

import itertools
import re
import sqlite3

from migrate.report.wording import WORDINGS

_table = itertools.count()  # temporary tables are one connection's, which several reports may share
# "6 comments could not …", "… were passed over (1).", "… (files: 3).", "… were left out: 12."; not "photos (2).zip".
_NUMBER = re.compile(
    r"^(\d[\d,]{0,12}) |\((?:\w+: )?(\d[\d,]{0,12})\)(?= are |[.,:;](?: |$))|: (\d[\d,]{0,12})\.(?: |$)"
)


def touched_messages(db: sqlite3.Connection) -> str:
    """A temporary table (`finding_id`, `message_id`) of the messages that findings are about. Returns its name.

    What is said of a message before it is there tells whose it is by its place only; what counts many things stands at
    the place of the first.
    """
    name = f"touched_{next(_table)}"
    db.execute(
        f"CREATE TEMP TABLE {name} AS SELECT finding.id AS finding_id, message.id AS message_id"  # noqa: S608 - our own name
        " FROM finding JOIN message ON message.id = message_id"
    )
    counting = ", ".join(f"'{code}'" for code, words in WORDINGS.items() if words.counts)
    homeless = f"homeless_{name}"
    db.execute(
        f"CREATE TEMP TABLE {homeless} AS SELECT id, source_id, locator FROM finding"  # noqa: S608 - the same
        f" WHERE locator <> '' AND coalesce(message_id NOT IN (SELECT id FROM message), 1) AND code NOT IN ({counting})"
    )
    if db.execute(f"SELECT 1 FROM {homeless} LIMIT 1").fetchone():  # noqa: S608 - the same
        db.execute(f"CREATE INDEX temp.{homeless}_place ON {homeless} (locator)")
        # CROSS JOIN keeps SQLite from sorting all origins by their places: there are a million, and few such findings.
        db.execute(
            f"INSERT INTO {name} SELECT {homeless}.id, origin.message_id FROM origin CROSS JOIN {homeless}"  # noqa: S608 - the same
            f" ON {homeless}.locator = origin.locator"
            f" WHERE {homeless}.source_id IS NULL OR {homeless}.source_id = origin.source_id GROUP BY 1, 2"
        )
    db.execute(f"DROP TABLE {homeless}")
    return name


def how_many(text: str) -> int:
    """What a finding's text counts: 13 for "Pages with nothing on them were passed over (13)."; 1 where it does not."""
    found = ["".join(groups) for groups in _NUMBER.findall(text)]  # the last one: before it, a file may be named
    number = found[0 if text[:1].isdigit() else -1] if found else "1"
    return int(number.replace(",", ""))

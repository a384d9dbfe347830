"""What needs the whole archive: threads, parents, order and missing dates. Run after every import; it only ever adds.

A thread's key is fixed when it is first settled. Threads that turn out to be one become one, unless both were sent to a
forum already: then both stay, with a finding.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from migrate.archive import Archive
from migrate.settle.columns import load
from migrate.settle.comments import place_comments
from migrate.settle.dates import date_messages
from migrate.settle.footers import fold_footers
from migrate.settle.forest import build_forest
from migrate.settle.incomplete import report_incomplete
from migrate.settle.people import join_people
from migrate.settle.privacy import learn_privacy
from migrate.settle.quotes import resolve_quotes
from migrate.settle.subjects import join_subjects
from migrate.settle.threads import add_titles, assign_threads, store
from migrate.settle.undated import date_the_rest

_CACHE = 16_384  # KiB


def settle(archive: Archive) -> None:
    """Give every message its thread, parent and position, and a date where it lacks one; find what quotes quote.

    Raises ArchiveError.
    """
    with _small_cache(archive.db):
        _settle_messages(archive)
        resolve_quotes(archive)


@contextmanager
def _small_cache(db: sqlite3.Connection) -> Iterator[None]:
    """Tables are read from end to end here: pages that are kept at hand, and sorts of as much memory, gain nothing."""
    (before,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{_CACHE}")
    try:
        yield
    finally:
        db.execute(f"PRAGMA cache_size = {before}")


def _settle_messages(archive: Archive) -> None:
    with archive.transaction() as db:
        learn_privacy(archive)
        if db.execute("SELECT 1 FROM message WHERE position IS NULL LIMIT 1").fetchone() is None:
            return
        fold_footers(archive)
        columns = load(db)
        forest = build_forest(db, columns)
        date_messages(archive, columns, forest)
        join_people(archive)
        join_subjects(db, columns, forest)
        place_comments(archive, columns, forest)
        date_the_rest(archive, columns, forest)
        threads = assign_threads(archive, columns, forest)
        store(db, columns, forest, threads)
        add_titles(db)
        report_incomplete(archive)

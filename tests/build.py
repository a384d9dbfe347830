"""Small archives for tests, made of records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from migrate.archive import Archive
from migrate.archive.writer import Counts, Writer
from migrate.model import Message, Origin, Person, Record, Source

GARDENERS = Source(key="gardeners.example.org", kind="mbox", name="gardeners")
ANN = Person(key="ann@example.org", name="Ann Lee", names=("Ann Lee",), email="ann@example.org")
BEN = Person(key="ben@example.org", name="Ben Okri", names=("Ben Okri",), email="ben@example.org")


def moment(day: float) -> datetime:
    """A moment so many days into the year 2020, in UTC."""
    return datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def mail(key: str, *references: str, day: float | None = 0, **fields: object) -> Message:
    """A message of Ann's to the gardeners' list."""
    defaults: dict[str, object] = {
        "key": key,
        "source": GARDENERS.key,
        "author": ANN.key,
        "title": f"About {key}",
        "body": f"Words of {key}.",
        "sent_at": None if day is None else moment(day),
        "date_source": None if day is None else "header",
        "references": references,
        "locator": f"gardeners.mbox@{key}",
        "origins": (Origin(source=GARDENERS.key, locator=f"gardeners.mbox@{key}"),),
    }
    return Message(**(defaults | fields))  # type: ignore[arg-type]  # fields by name, as a test needs them


def write(archive: Archive, records: Iterable[Record]) -> Counts:
    """Write records in one transaction, the list and its two writers first."""
    with archive.transaction():
        return Writer(archive).write([GARDENERS, ANN, BEN, *records])


def new_archive(folder: Path, *records: Record) -> Archive:
    """A new archive in that folder with these records, open for writing."""
    archive = Archive.open(folder / "migration.sqlite3", mode="create")
    write(archive, records)
    return archive

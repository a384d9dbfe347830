"""Small exports of Google Groups for tests."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path

from importers.google_groups import GoogleGroupsImporter
from migrate.model import Finding, Message, Person, Record, Source
from migrate.sources import Options

GARDENERS = "gardeners@googlegroups.com"
KEY = "gardeners.googlegroups.com"
OWNED = "Takeout/Groups/googlegroups.com/groups you own"
PUBLIC = "Group name,Description,Who can view conversations\nThe gardeners,All about slugs,Anyone on the web\n"


def letter(
    number: int | str, *fields: str, body: str = "Hello.", sender: str = "Ann <ann@example.org>", day: int = 5
) -> bytes:
    """One message as Takeout has it, with its separator; `fields` are more of its header."""
    lines = (
        f"From 28668125511{number}@xxx Fri Jan {day:2} 10:00:00 +0000 2024",
        *fields,
        f"From: {sender}",
        f"Date: Fri, {day} Jan 2024 10:00:00 +0000",
        f"Message-ID: <{number}@example.org>",
        *([] if any(field.startswith("Subject:") for field in fields) else [f"Subject: About {number}"]),
        "",
        body,
    )
    return "\n".join(lines).encode() + b"\n\n"


def takeout(
    folder: Path, *letters: bytes, group: str = GARDENERS, owned: str = OWNED, mbox: str = "topics.mbox", **tables: str
) -> Path:
    """An unpacked Takeout of one group; `tables` are CSV files by their names without the ending."""
    place = folder / owned / group
    place.mkdir(parents=True, exist_ok=True)
    (place / mbox).write_bytes(b"".join(letters))
    for name, text in tables.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def records(*locations: Path | str, **options: str) -> list[Record]:
    """Everything that comes out, with the chunks sent through pickle as to a worker process."""
    importer = GoogleGroupsImporter()
    found: list[Record] = []
    said = Options({name: (value,) for name, value in options.items()})
    for item in importer.scan([str(location) for location in locations], said):
        if isinstance(item, Finding):
            found.append(item)
        else:
            found.extend(importer.read(pickle.loads(pickle.dumps(item))))
    return found


def messages(found: Iterable[Record]) -> list[Message]:
    return [record for record in found if isinstance(record, Message)]


def source(found: Iterable[Record], key: str = KEY) -> Source:
    """What is said first of a source: later records only name it."""
    return next(record for record in found if isinstance(record, Source) and record.key == key)


def codes(found: Iterable[Record]) -> dict[str, Finding]:
    """The findings by their codes."""
    return {record.code: record for record in found if isinstance(record, Finding)}


def members(found: Iterable[Record]) -> dict[str, str | None]:
    """What becomes of those whom a table of members names."""
    return {record.key: record.member for record in found if isinstance(record, Person) and record.member}

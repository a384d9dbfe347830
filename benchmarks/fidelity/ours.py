"""Our own answers, got as a user gets them: through the importer, the archive and the settling."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from fidelity.answers import Linked, Threads
from fidelity.corpora import place_of
from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.ingest import ingest
from migrate.model import Finding, Message
from migrate.settle import settle
from migrate.sources import Options, get_importer


@dataclass(slots=True)
class Reading:
    """What the importer makes of a mailbox or folder, by place."""

    messages: dict[str, Message] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


def read(path: Path) -> Reading:
    """Every message, copies included."""
    importer = get_importer("mbox")
    reading = Reading()
    for piece in importer.scan([str(path)], Options()):
        for record in [piece] if isinstance(piece, Finding) else importer.read(piece):
            if isinstance(record, Message):
                reading.messages[place_of(record.locator)] = record
            elif isinstance(record, Finding) and record.code == "message-unreadable":
                reading.failed.add(place_of(record.locator))
    return reading


def thread(path: Path) -> Threads:
    """Parent and thread of each message as the archive has them."""
    with TemporaryDirectory() as folder, Archive.open(Path(folder) / "a.sqlite3", mode="create") as archive:
        ingest(archive, get_importer("mbox"), [str(path)])
        settle(archive)
        return Threads(
            {
                place_of(origin.locator): Linked(message.key, message.parent, str(message.thread))
                for message in read_messages(archive)
                for origin in message.origins
            }
        )

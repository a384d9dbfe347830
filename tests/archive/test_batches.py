"""Rows are written many at a time, and new messages without a look for copies: neither may show in the archive."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.ids import Ids
from migrate.archive.reader import read_messages
from migrate.archive.writer import Counts, Writer
from migrate.model import AttachmentRef, Finding, Message, Origin, Person, Record
from tests.build import ANN, BEN, GARDENERS, mail

_TEXTS = ("Beans.", "Beans.\n\n\\_\\_\\_\\_\nseeds mailing list", "Peas and leeks.", "")
_FILE = AttachmentRef(sha256="ab" * 32, filename="a.png", media_type="image/png", size=3)
_BYTES = ("native", "native_id", "native_at", "native_size")  # blocks are made for a chunk


def some_records(dice: random.Random) -> list[Record]:
    """Messages of few keys, so that copies, other texts under one key and forward references abound."""
    people = [ANN, BEN, replace(ANN, name="Ann L."), Person(key="name:zoe", name="Zoe"), replace(BEN, email=None)]
    keys = [f"m{number}" for number in range(12)]
    records: list[Record] = [GARDENERS]
    for number in range(40):
        author = dice.choice(people)
        records.append(author)
        if dice.random() < 0.3:
            records.append(_finding(dice.choice(keys), dice.choice(("odd", "attachment-missing")), number % 9))
        records.append(_message(dice, author, keys, number))
    return records


def _finding(key: str, code: str, place: int) -> Finding:
    locator = f"made.mbox@{place}"
    text = "Something is odd."
    source = GARDENERS.key
    return Finding(
        stage="read", severity="info", code=code, text=text, source=source, message=key, locator=locator, lost=place % 2
    )


def _message(dice: random.Random, author: Person, keys: Sequence[str], number: int) -> Message:
    source = dice.choice((GARDENERS.key, "seeds"))
    return mail(
        dice.choice(keys),
        *dice.sample(keys, dice.choice((0, 0, 1, 3))),
        day=dice.choice((0, 0, 0.1, 9)),
        source=source,
        author=author.key,
        title=dice.choice(("Beans", "Re: Beans", "Peas")),
        body=dice.choice(_TEXTS),
        native=dice.choice((None, b"From: x\n\nBea", b"From: x\n\nBeans.")),
        thread=dice.choice((None, None, "t1", "t2")),
        parent=dice.choice((None, *keys)),
        answers=dice.choice((None, None, "cat@example.org")),
        conversation=dice.choice((None, "x-gm-thrid:1", "x-gm-thrid:2")),
        attachments=dice.choice(((), (), (_FILE,))),
        flags=dice.choice(((), ("closed",))),
        origins=(Origin(source=source, locator=f"made.mbox@{dice.randrange(30)}"),),
        locator=f"made.mbox@{number}",
    )


def written(path: Path, chunks: Sequence[Sequence[Record]]) -> tuple[Counts, dict[str, list[str]], list[Message]]:
    """What becomes of the records, every table, and the messages read back."""
    counts = Counts()
    with Archive.open(path, mode="create") as archive:
        writer = Writer(archive)
        for chunk in chunks:
            with archive.transaction():
                counts += writer.write(chunk)
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('native_block', 'meta')"
        tables = {}
        for (table,) in archive.db.execute(query).fetchall():
            columns = [name for _, name, *_ in archive.db.execute(f"PRAGMA table_info({table})")]
            wanted = ", ".join(name for name in columns if name not in _BYTES)
            tables[table] = sorted(map(repr, archive.db.execute(f"SELECT {wanted} FROM {table}")))
        return counts, tables, list(read_messages(archive))


@pytest.mark.parametrize("seed", range(12))
def test_at_once_or_one_by_one_is_the_same(tmp_path: Path, seed: int) -> None:
    records = some_records(random.Random(seed))
    at_once = written(tmp_path / "at-once.sqlite3", [records])
    assert at_once == written(tmp_path / "single.sqlite3", [[record] for record in records])
    assert at_once[0].new > 12  # some keys have several texts
    assert at_once[0].duplicates > 5


@pytest.mark.parametrize("seed", range(12))
def test_a_copy_is_looked_for_wherever_there_can_be_one(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = some_records(random.Random(seed))
    quick = written(tmp_path / "quick.sqlite3", [records[:50], records[50:]])
    monkeypatch.setattr(Ids, "is_message", lambda self, key: True)
    assert written(tmp_path / "always.sqlite3", [records[:50], records[50:]]) == quick

"""An archive with what a preview meets, and the preview of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.cli.choices import read_mapping_file
from migrate.model import Thread
from migrate.preview import Preview
from tests.discourse.community import BAKERS, make_archive, message, talk


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Forty messages in nine threads; that of the bakers is private for whoever makes it so."""
    with make_archive(tmp_path / "a.sqlite3", talk()) as made:
        yield made


@pytest.fixture
def private(archive: Archive) -> Archive:
    """The same, the bakers' list being private, where alone somebody called Al has written."""
    with archive.transaction() as db:
        writer = Writer(archive)
        secret = Thread(key="secret", source=BAKERS.key, title="A secret loaf")
        writer.write([replace(BAKERS, private=True), secret])
        writer.write([message("s.0", "secret", author=5, source=BAKERS, body="Sourdough, but hush.", day=50)])
        db.execute("UPDATE message SET position = 1 WHERE position IS NULL")
    return archive


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Callable[..., Preview]]:
    """Makes the preview of an archive, with a mapping file or without."""
    made: list[Preview] = []

    def make(archive: Archive | Path, file: Path | None = None) -> Preview:
        path = archive if isinstance(archive, Path) else archive.path
        made.append(Preview(path, file, lambda: read_mapping_file(file)))
        return made[-1]

    yield make
    for one in made:
        one.close()

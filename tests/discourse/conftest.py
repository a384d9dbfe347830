"""A forum and an archive for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.discourse.push import lookup
from migrate.model import Record
from migrate.sandbox import Sandbox
from tests.discourse.community import dump, make_archive, talk
from tests.discourse.pusher import push


@pytest.fixture(autouse=True)
def quick_forum(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forum on this machine is done with a request long before a minute has passed."""
    monkeypatch.setattr(lookup, "RUNNING_SECONDS", 0.5)


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as sandbox:
        yield sandbox


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with make_archive(tmp_path / "migration.sqlite3", talk()) as made:
        yield made


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The forum that an undisturbed push of `talk()` makes."""
    return undisturbed_push(tmp_path_factory.mktemp("undisturbed"), talk())


def undisturbed_push(folder: Path, records: list[Record]) -> dict[str, object]:
    """The forum that one push of these records makes."""
    with Sandbox(folder / "forum.sqlite3", prepared=True) as sandbox:
        make_archive(folder / "migration.sqlite3", records).close()
        push(folder / "migration.sqlite3", sandbox.url, sandbox.key)
        return dump(sandbox.url, sandbox.key)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Sandbox]:
    """A forum as it is installed."""
    with Sandbox(tmp_path / "fresh.sqlite3") as sandbox:
        yield sandbox


@pytest.fixture(params=["2.9", "2026"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sandbox]:
    """A forum of one version, then of the other."""
    with Sandbox(tmp_path / "either.sqlite3", prepared=True, version=request.param) as sandbox:
        yield sandbox

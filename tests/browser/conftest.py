"""Tests in a real browser: skipped where there is none, unless REQUIRE_CHROMIUM says that there must be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import places

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ARGUMENTS = (
    "--no-sandbox",  # which does not run as root; it is shown our own pages only
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where there is no browser, nothing is made ready for it either."""
    if os.environ.get("REQUIRE_CHROMIUM") or shutil.which("chromium"):
        return
    mark = pytest.mark.skip(reason="no browser: install chromium to see the pages in one")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(mark)


# One for all tests of a worker. Its end is that of this folder, since it holds the thread's event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("REQUIRE_CHROMIUM is set, and there is no chromium.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="package")
def mapping(folder: Path) -> Path:
    """A mapping file; whoever changes it puts it back."""
    path = folder / "mapping.toml"
    path.write_text(places.FIRST_MAPPING)
    return path


@pytest.fixture(scope="package")
def archive(folder: Path) -> Path:
    return places.make_archive(folder / "archive.sqlite3")


@pytest.fixture(scope="package")
def preview(archive: Path, mapping: Path) -> Iterator[places.Place]:
    with places.preview(archive, mapping) as place:
        yield place


@pytest.fixture(scope="package")
def sandbox(archive: Path, mapping: Path, folder: Path) -> Iterator[places.Place]:
    """A forum that was sent everything; from an archive of its own, since what is sent is noted in it."""
    copy = folder / "sent.sqlite3"
    shutil.copy(archive, copy)
    shutil.copytree(archive.with_suffix(".attachments"), copy.with_suffix(".attachments"))
    with places.sandbox(copy, mapping, folder / "forum.sqlite3") as place:
        yield place


@pytest.fixture(scope="package")
def report(archive: Path, mapping: Path, folder: Path) -> Path:
    return places.write_report(archive, mapping, folder / "report.html")

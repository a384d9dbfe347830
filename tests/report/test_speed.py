"""The report grows with an archive, and not with its square; the long tables are not held in memory."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.model import Finding, Person, Record, Thread
from migrate.plan import Plan
from migrate.report.compare import Side, compare
from migrate.report.facts import gather
from migrate.report.html import html_report
from migrate.report.json import tables, write
from tests.build import GARDENERS, mail, new_archive

Work = Callable[[Archive, Plan], object]


def archive_of(folder: Path, size: int) -> Archive:
    """So many people, each with a thread of one message and two findings, of which one stands there by its place."""
    records: list[Record] = []
    for number in range(size):
        person = Person(key=f"p{number}@example.org", name=f"Person {number}", email=f"p{number}@example.org")
        thread = Thread(key=f"t{number}", source=GARDENERS.key, title="Beans")
        message = mail(f"m{number}", author=person.key, thread=thread.key)
        early = Finding(stage="read", severity="info", code="odd-thing", text="Early.", locator=message.locator)
        late = Finding(
            stage="read", severity="info", code="late-thing", text="L.", message=message.key, locator=f"{number}"
        )
        records += [early, person, thread, message, late]
    folder.mkdir()
    archive = new_archive(folder, *records)
    archive.db.execute("UPDATE message SET position = 1")
    return archive


def written(archive: Archive, plan: Plan) -> None:
    write(io.StringIO(), {"kept": 1}, tables(archive, plan))


def compared(archive: Archive, plan: Plan) -> None:
    with Archive.open(archive.path, mode="read") as same:
        compare(Side.of(same, Plan(same)), Side.of(archive, plan))


def steps(folder: Path, size: int, work: Work) -> int:
    """How many thousand steps SQLite takes for that."""
    with archive_of(folder / str(size), size) as archive:
        count = 0

        def tick() -> int:
            nonlocal count
            count += 1
            return 0

        archive.db.set_progress_handler(tick, 1000)
        work(archive, Plan(archive))
        archive.db.set_progress_handler(None, 0)
        return count


@pytest.mark.parametrize("work", [gather, written, compared, html_report])
def test_four_times_the_archive_takes_about_four_times_as_long(tmp_path: Path, work: Work) -> None:
    few, many = (steps(tmp_path, size, work) for size in (300, 1200))
    assert many <= 6 * max(few, 10)


class Nowhere(io.StringIO):
    """Forgets what is written."""

    def write(self, text: str, /) -> int:
        return len(text)


def test_rows_are_not_gathered_before_they_are_written(tmp_path: Path) -> None:
    def peak(archive: Archive, hold: Callable[[Iterable[object]], Iterable[Any]]) -> int:
        long = tables(archive, Plan(archive))
        tracemalloc.start()
        write(Nowhere(), {"kept": 1}, {name: hold(long[name]) for name in ("topics", "all_findings")})
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    with archive_of(tmp_path / "a", 1000) as archive:
        assert peak(archive, iter) < peak(archive, list) / 4

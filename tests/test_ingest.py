"""Import as a whole: workers, resuming, grown files, and the numbers that must add up."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

import migrate.ingest
from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.archive.reader import read_messages, read_records
from migrate.archive.writer import Counts
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.model import Finding, Message, Person, Record
from migrate.settle import settle
from migrate.sources import Chunk, Option, Options
from tests.build import ANN, mail
from tests.mboxes import mbox, write_mbox


def import_mbox(archive: Path, *paths: Path) -> Counts:
    with Archive.open(archive, mode="create") as opened:
        counts = ingest(opened, MboxImporter(), [str(path) for path in paths])
        settle(opened)
    return counts


def contents(archive: Path) -> list[Record]:
    with Archive.open(archive, mode="read") as opened:
        return list(read_records(opened))


def test_everything_comes_in_once_over_several_workers(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "made.mbox", 3000, words=600)
    assert import_mbox(tmp_path / "a.sqlite3", path) == Counts(read=3000, new=3000)
    keys = [record.key for record in contents(tmp_path / "a.sqlite3") if isinstance(record, Message)]
    assert len(keys) == len(set(keys)) == 3000
    assert import_mbox(tmp_path / "a.sqlite3", path) == Counts(read=3000, duplicates=3000)


def test_a_grown_file_adds_what_is_new_and_nothing_else(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "made.mbox", 700)
    import_mbox(tmp_path / "grown.sqlite3", path)
    path.write_bytes(path.read_bytes() + mbox(40, first=700))
    assert import_mbox(tmp_path / "grown.sqlite3", path) == Counts(read=740, new=40, duplicates=700)
    import_mbox(tmp_path / "at-once.sqlite3", path)
    assert contents(tmp_path / "grown.sqlite3") == contents(tmp_path / "at-once.sqlite3")


def test_a_file_read_while_it_was_written_gives_the_whole_message_later(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "made.mbox", 20, words=600)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1500])
    import_mbox(tmp_path / "grown.sqlite3", path)
    path.write_bytes(whole)
    assert import_mbox(tmp_path / "grown.sqlite3", path) == Counts(read=20, duplicates=20)
    import_mbox(tmp_path / "at-once.sqlite3", path)
    *grown, finding = contents(tmp_path / "grown.sqlite3")
    assert grown == contents(tmp_path / "at-once.sqlite3")
    assert isinstance(finding, Finding)
    assert finding.code == "text-completed"


def test_a_message_in_two_lists_is_one_message_with_two_origins(tmp_path: Path) -> None:
    one = mbox(1)
    (tmp_path / "one.mbox").write_bytes(one)
    (tmp_path / "two.mbox").write_bytes(one.replace(b"Made-up gardeners <made.example>", b"Seeds <seeds.example>"))
    counts = import_mbox(tmp_path / "a.sqlite3", tmp_path / "one.mbox", tmp_path / "two.mbox")
    assert counts == Counts(read=2, new=1, duplicates=1)
    with Archive.open(tmp_path / "a.sqlite3", mode="read") as archive:
        (message,) = read_messages(archive)
    assert [origin.source for origin in message.origins] == ["made.example", "seeds.example"]


@pytest.mark.parametrize("seed", range(3))
def test_an_import_killed_at_any_instant_goes_on_to_the_same_archive(tmp_path: Path, seed: int) -> None:
    path = write_mbox(tmp_path / "made.mbox", 1500, words=600)
    import_mbox(tmp_path / "whole.sqlite3", path)
    archive = tmp_path / "killed.sqlite3"
    command = [sys.executable, "-m", "migrate", "import", "mbox", str(path), "-a", str(archive), "--json"]
    dice = random.Random(seed)
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.2, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert contents(archive) == contents(tmp_path / "whole.sqlite3")


class StubbornError(Exception):
    """One that does not survive the way to another process, as many a library's."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class Clumsy:
    """An importer that breaks the rules, as a third party's may."""

    name: ClassVar[str] = "clumsy"
    summary: ClassVar[str] = ""
    title: ClassVar[str] = ""
    refines: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Option]] = {"volume": Option(help="How loud.")}

    def detect(self, path: Path) -> bool:
        return False

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        yield Finding(stage="read", severity="warning", code="no-mail", text="A picture.", locator="x.jpg", lost=1)
        for location in locations:
            yield Chunk(label=location, fingerprint=location, size=1)

    def read(self, chunk: Chunk) -> Iterator[Record]:
        yield ANN
        yield mail(f"{chunk.label}/1")
        if chunk.label == "crash":
            raise ZeroDivisionError
        if chunk.label == "stubborn":
            raise StubbornError("one", "two")
        if chunk.label == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        yield mail(f"{chunk.label}/2", body="half a character \ud800" if chunk.label == "surrogate" else "fine")
        yield Finding(stage="read", severity="warning", code="odd", text="Odd.", locator=chunk.label, lost=1)
        yield Person(key="late", name="Late")


@pytest.fixture
def clumsy(monkeypatch: pytest.MonkeyPatch) -> Clumsy:
    monkeypatch.setattr(migrate.ingest, "_importer", lambda name: Clumsy())
    return Clumsy()


@pytest.mark.parametrize("bad", ["crash", "stubborn", "surrogate"])
def test_a_chunk_that_fails_costs_that_chunk_and_is_tried_again(tmp_path: Path, clumsy: Clumsy, bad: str) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        assert ingest(archive, clumsy, ["good", bad, "fine"]) == Counts(read=7, new=4, lost=3)
        failed = archive.db.execute("SELECT code, locator FROM finding WHERE code = 'chunk-failed'").fetchall()
        assert failed == [("chunk-failed", bad)]
        assert [label for (label,) in archive.db.execute("SELECT label FROM chunk ORDER BY label")] == ["fine", "good"]


@pytest.mark.parametrize("bad", ["fine", "crash"])
def test_a_chunk_called_after_a_file_that_is_no_text_is_noted(
    tmp_path: Path, clumsy: Clumsy, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    chunk = Chunk(label="m\udcff", fingerprint="1", size=1)
    monkeypatch.setattr(Clumsy, "scan", lambda self, locations, options: iter([chunk]))
    if bad == "crash":
        monkeypatch.setattr(Clumsy, "read", lambda self, chunk: 1 / 0)
    else:
        monkeypatch.setattr(Clumsy, "read", lambda self, chunk: iter([ANN, mail("a")]))
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        assert ingest(archive, clumsy, []).new == (0 if bad == "crash" else 1)
        noted = archive.db.execute("SELECT label FROM chunk UNION SELECT locator FROM finding").fetchall()
        assert noted == [("m\N{REPLACEMENT CHARACTER}",)]


@pytest.mark.parametrize("others", [0, 30])
def test_a_worker_that_dies_is_one_clear_line(tmp_path: Path, clumsy: Clumsy, others: int) -> None:
    labels = ["good", "killed", *(f"more {number}" for number in range(others))]
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        with pytest.raises(InputError, match="A worker process died"):
            ingest(archive, clumsy, labels)


def test_a_chunk_that_succeeds_later_is_no_longer_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        monkeypatch.setattr(migrate.ingest, "_importer", lambda name: Clumsy())
        ingest(archive, Clumsy(), ["crash"])
        monkeypatch.setattr(Clumsy, "read", lambda self, chunk: iter([mail("crash/1")]))
        assert ingest(archive, Clumsy(), ["crash"]).new == 1
        assert archive.db.execute("SELECT code FROM finding WHERE code = 'chunk-failed'").fetchall() == []


def test_what_was_lost_is_counted_again_but_reported_once(tmp_path: Path, clumsy: Clumsy) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, clumsy, ["good"])
        assert ingest(archive, clumsy, ["good"]) == Counts(read=4, duplicates=2, lost=2)
        assert archive.db.execute("SELECT sum(lost) FROM finding").fetchone() == (2,)


def test_an_option_the_source_does_not_have_is_refused(tmp_path: Path, clumsy: Clumsy) -> None:
    expected = pytest.raises(InputError, match=r"no option 'colour'\. It has: volume")
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive, expected:
        ingest(archive, clumsy, ["good"], Options({"colour": ("red",)}))


def test_what_was_said_of_a_broken_file_is_taken_back_once_it_was_read_whole(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.sqlite3", tmp_path / "made.mbox.gz"
    whole = gzip.compress(mbox(3000, words=600))

    def codes() -> set[str]:
        return {record.code for record in contents(archive) if isinstance(record, Finding)}

    path.write_bytes(whole[: len(whole) // 2])
    import_mbox(archive, path)
    import_mbox(archive, path)
    write_mbox(tmp_path / "other.mbox", 5)
    import_mbox(archive, tmp_path / "other.mbox")
    assert "read-truncated" in codes()
    path.write_bytes(whole)
    assert import_mbox(archive, path).lost == 0
    assert "read-truncated" not in codes()


def test_what_was_said_of_a_file_stays_while_it_is_still_so(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.sqlite3", tmp_path / "made.mbox.gz"
    whole = gzip.compress(mbox(3000, words=600))
    for part in (3, 2):
        path.write_bytes(whole[: len(whole) // part])
        import_mbox(archive, path)
    assert [record.code for record in contents(archive) if isinstance(record, Finding)].count("read-truncated") == 1

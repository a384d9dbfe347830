"""Quotes are looked for again where something changed, and only there; however long the texts are."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from importers.jsonl import JsonlImporter
from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.jsonl import export_to
from migrate.settle import settle
from tests.build import mail, new_archive, write
from tests.settle.quoting import (
    CID,
    FROST,
    SOUP,
    STRAW,
    attributions,
    conversation,
    one_by_one,
    quote,
    references,
    written,
)


def test_the_order_of_reading_makes_no_difference(tmp_path: Path) -> None:
    expected = [("b", 0, "a"), ("c", 0, "b"), ("c", 1, "a"), ("d", 0, "c")]
    (tmp_path / "other").mkdir()
    with new_archive(tmp_path) as archive, new_archive(tmp_path / "other") as other:
        one_by_one(archive, conversation())
        one_by_one(other, reversed(conversation()))
        assert references(archive) == references(other) == expected


def test_only_threads_that_changed_are_looked_at_again(tmp_path: Path) -> None:
    with new_archive(tmp_path, CID, *conversation()) as archive:
        settle(archive)
        archive.db.execute("DELETE FROM quote")
        write(archive, [written("x", SOUP), written("y", f"{quote(SOUP)}\n\nYes.", "x")])
        settle(archive)
        assert references(archive) == [("y", 0, "x")]


def test_a_text_that_was_cut_off_is_looked_at_again(tmp_path: Path) -> None:
    cut = written("b", "Not", "a", by="ben", native=b"Not")
    with new_archive(tmp_path, written("a", FROST), cut) as archive:
        settle(archive)
        write(archive, [written("b", f"{quote(FROST)}\n\nNot here.", "a", by="ben", native=b"Not here, and so on")])
        settle(archive)
        assert references(archive) == [("b", 0, "a")]


def test_a_text_that_was_changed_is_looked_at_again(tmp_path: Path) -> None:
    with new_archive(tmp_path, written("a", FROST), written("b", f"{quote(FROST)}\n\nNot here.", "a")) as archive:
        settle(archive)
        archive.db.execute("UPDATE content SET body = ? WHERE body LIKE '%Not here%'", (f"> x\n\ny\n\n{quote(FROST)}",))
        settle(archive)
        assert references(archive) == [("b", 1, "a")]


def test_a_thread_that_lost_one_and_gained_one_is_looked_at_again(tmp_path: Path) -> None:
    """The answer of day 29 goes over to the mail of day 25, and what stays quotes somebody else."""
    late = written("c", f"{quote(STRAW)}\n\nTrue.", by="ben", title="Re: Frost now", day=29)
    with new_archive(tmp_path, CID, written("a", FROST, title="Frost now"), late) as archive:
        settle(archive)
        assert references(archive) == []
        more = written("d", f"{quote(FROST)}\n\nNot here.", "a", by="cid", title="Ice")
        write(archive, [written("b", STRAW, title="Frost now", day=25, by="cid"), more])
        settle(archive)
        assert references(archive) == [("c", 0, "b"), ("d", 0, "a")]


def test_a_message_that_is_alone_now_quotes_nobody(tmp_path: Path) -> None:
    with new_archive(tmp_path, written("a", FROST), written("b", f"{quote(FROST)}\n\nNo.", "a", by="ben")) as archive:
        settle(archive)
        archive.db.execute("DELETE FROM reference")
        archive.db.execute("UPDATE message SET title = id")
        write(archive, [written("x", SOUP)])
        settle(archive)
        assert references(archive) == []


def test_an_export_read_back_has_the_same_references(tmp_path: Path) -> None:
    with new_archive(tmp_path, CID, *conversation()) as archive:
        settle(archive)
        export_to(archive, tmp_path / "export.jsonl")
        expected = references(archive), attributions(archive)
    with Archive.open(tmp_path / "again.sqlite3", mode="create") as again:
        ingest(again, JsonlImporter(), [str(tmp_path / "export.jsonl")])
        settle(again)
        assert (references(again), attributions(again)) == expected


@pytest.mark.parametrize(
    ("body", "quoting"),
    [
        ("a" * 1_000_000, "> " + "a" * 500_000 + "b"),
        ("all work and no play " * 50_000, "\n\n".join(["> all work and no play"] * 30_000)),
        ("a" * 1_000_000, "\n\n".join(["> yes"] * 100_000)),
        ("word " * 200, "\n\n".join(["Ann wrote:\n> all work and no play"] * 25_000)),
        ("word " * 200, "\n".join("> " * (1 + at % 12) + "all work and no play" for at in range(40_000))),
        ("é" * 1_000_000, "> " + "é " * 500_000),
    ],
    ids=["one letter", "many", "short", "attributions", "nested", "accents"],
)
def test_hostile_text_takes_no_longer(tmp_path: Path, body: str, quoting: str) -> None:
    with new_archive(tmp_path, mail("a", body=body), mail("b", "a", day=1, body=f"{quoting}\n\nNo.")) as archive:
        start = time.process_time()
        settle(archive)
        assert time.process_time() - start < 3


def test_a_long_thread_takes_time_in_proportion(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        folder = tmp_path / str(count)
        folder.mkdir()
        words = [" ".join(f"w{(at * step) % 9973}" for step in range(40)) for at in range(count + 1)]
        messages = (
            mail(f"m{at}", *(["m0"] if at else []), day=at / 100, body=f"> {words[at * 7 % count]}\n\n{words[at]}")
            for at in range(count)
        )
        with new_archive(folder, *messages) as archive:
            start = time.process_time()
            settle(archive)
            return time.process_time() - start

    assert seconds(4000) < 10 * seconds(1000)  # a quadratic one takes sixteen times

"""Quotes are looked for in several processes, those of large threads one text at a time: what is found is the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.settle import quotes, settle
from tests.build import new_archive
from tests.settle.quoting import CID, FROST, STRAW, quote, references, written

THREADS = 250
FOUND = sorted((f"{answer}{number}", 0, f"a{number}") for number in range(THREADS) for answer in "bc")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Settled, with more messages than are gone through in one process."""
    messages = []
    for number in range(THREADS):
        first = f"{FROST} That is all of year {number}."
        messages += [
            written(f"a{number}", first),
            written(f"b{number}", f"{quote(first)}\n\n{STRAW}", f"a{number}", by="ben"),
            written(f"c{number}", f"Ann wrote:\n{quote(first)}\n\nNo.", f"a{number}", f"b{number}", by="cid"),
        ]
    with new_archive(tmp_path, CID, *messages) as made:
        settle(made)
        yield made


def test_processes_find_what_one_finds(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    assert references(archive) == FOUND
    monkeypatch.setattr(quotes, "_FEW", 10 * THREADS)
    assert anew(archive) == FOUND


def test_threads_that_are_too_large_to_be_handed_over(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotes, "_LARGEST", 0)
    monkeypatch.setattr(quotes, "_found_in", _die)
    assert anew(archive) == FOUND


def test_the_death_of_a_process_costs_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(InputError, match="run the command again"):
        patched.setattr(quotes, "_found_in", _die)
        anew(archive)
    quotes.resolve_quotes(archive)
    assert references(archive) == FOUND


def anew(archive: Archive) -> list[tuple[str, int, str]]:
    archive.db.execute("DELETE FROM quote")
    archive.db.execute("UPDATE thread SET quotes_among = 0")
    quotes.resolve_quotes(archive)
    return references(archive)


def _die(threads: Sequence[object]) -> NoReturn:
    os._exit(1)

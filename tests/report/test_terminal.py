"""What the dry run says of what would be created."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from migrate.archive.writer import Counts, Writer
from migrate.model import Finding, Person, Record, Thread
from migrate.plan import Plan
from migrate.report.facts import gather
from migrate.report.terminal import show, show_import
from tests.discourse.community import GARDENERS, make_archive, message

MIA = Person(key="mia@example.org", name="Mia", email="mia@example.org", member="account")


def shown(path: Path, *records: Record) -> str:
    with make_archive(path, [Thread(key="a", source=GARDENERS.key, title="A")]) as archive:
        with archive.transaction():
            Writer(archive).write(records)
        screen = io.StringIO()
        show(Console(file=screen, width=300), gather(archive), Plan(archive).summary(), 60)
        return screen.getvalue()


def test_private_groups_members_and_states_are_told_each_in_a_line(tmp_path: Path) -> None:
    records: list[Record] = [replace(GARDENERS, private=True), MIA, message("a", "a", flags=("closed", "pinned"))]
    text = shown(tmp_path / "all.sqlite3", *records)
    assert "Taken for private, so that only staff may read it: gardeners. To let others, say in a" in text
    assert "  1 member without a message, among the accounts\n" in text
    assert "  1 topic pinned, 1 topic closed\n" in text
    assert "2 placeholder accounts" in text


def test_what_became_no_message_was_left_out(tmp_path: Path) -> None:
    empty = Finding(stage="read", severity="info", code="campaign-not-sent", text="A draft.", lost=1)
    text = shown(tmp_path / "lost.sqlite3", message("a", "a"), empty)
    assert "+ 1 left out\n" in text
    screen = io.StringIO()
    show_import(Console(file=screen, width=300), Counts(read=3, new=2, duplicates=0, lost=1))
    assert screen.getvalue() == "3 messages read = 2 new + 0 known or duplicate + 1 left out\n"


def test_what_is_not_there_is_not_told(tmp_path: Path) -> None:
    text = shown(tmp_path / "none.sqlite3", message("a", "a"))
    assert not [word for word in ("Private", "member", "pinned") if word in text]

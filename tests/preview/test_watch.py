"""The preview follows the mapping file and the archive."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.errors import ArchiveError, InputError, MigrateError
from migrate.mapping import MappingError
from migrate.model import Thread
from migrate.preview import Preview, index, watch
from tests.discourse.community import GARDENERS, fill, message

Make = Callable[..., Preview]
RULE = '[[rule]]\nsource = "Bakers*"\ncategory = "{}"\n'


def names(preview: Preview) -> list[str]:
    with preview.forum() as forum:
        return [card.name for card in forum.categories()]


def notice(preview: Preview) -> str:
    with preview.forum() as forum:
        return forum.notice


def save(file: Path, text: str) -> None:
    """Write it so that the file's date is another one for sure."""
    file.write_text(text)
    os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns + 1_000_000_000))


def test_a_saved_mapping_is_shown(archive: Archive, preview: Make, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    save(file, RULE.format("Bread"))
    shown = preview(archive, file)
    assert names(shown) == ["gardeners", "Bread"]
    save(file, RULE.format("Cake"))
    assert names(shown) == ["gardeners", "Cake"]


def test_with_a_mistake_in_it_the_last_good_one_stays(archive: Archive, preview: Make, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    save(file, RULE.format("Bread"))
    shown = preview(archive, file)
    save(file, RULE.format("Bread") + "categorie = 3\n")
    assert names(shown) == ["gardeners", "Bread"]
    assert "m.toml, line 4" in notice(shown)
    assert "as it was before" in notice(shown)
    file.unlink()
    assert "m.toml" in notice(shown)
    save(file, RULE.format("Cake"))
    assert names(shown) == ["gardeners", "Cake"]
    assert notice(shown) == ""


def test_a_mapping_that_does_not_go_with_the_archive_is_such_a_mistake(
    private: Archive, preview: Make, tmp_path: Path
) -> None:
    file = tmp_path / "m.toml"
    save(file, "")
    shown = preview(private, file)
    save(file, '[[rule]]\ncategory = "All"\n')
    assert len(names(shown)) == 2
    assert "is private, as its export says" in notice(shown)
    with pytest.raises(MappingError):
        preview(private, file)


def test_it_tells_of_rules_that_nothing_comes_to(archive: Archive, preview: Make, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    save(file, RULE.format("Bread").replace("Bakers", "Backers"))
    assert notice(preview(archive, file)).endswith(
        "m.toml: nothing in the archive comes to the rule on line 1. Are the names right?"
    )


def test_what_is_imported_meanwhile_is_shown(archive: Archive, preview: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_PATIENCE", 0)
    shown = preview(archive)
    with shown.forum() as before:
        count = len(before.topic_ids())
    fill(archive, [Thread(key="x", source=GARDENERS.key, title="New"), message("x", "x", day=60)])
    with shown.forum() as after:
        assert len(after.topic_ids()) == count + 1
    archive.db.execute("INSERT INTO person_choice (person_id, username) VALUES (1, 'queen_ann')")
    with shown.forum() as chosen:
        assert "queen_ann" in chosen.usernames()
    with shown.forum() as same:
        assert same is chosen


def test_while_an_import_writes_it_is_not_made_anew_for_every_page(
    archive: Archive, preview: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_PATIENCE", 10_000)
    shown = preview(archive)
    with shown.forum() as before:
        archive.db.execute("INSERT INTO person_choice (person_id, username) VALUES (1, 'queen_ann')")
    with shown.forum() as after:
        assert after is before


def test_pages_are_read_while_somebody_writes(archive: Archive, preview: Make) -> None:
    shown = preview(archive)
    with archive.transaction() as db:
        db.execute("DELETE FROM message")
        with shown.forum() as forum:
            assert forum.latest(1)
            assert len(forum.topic_ids()) == 9


def test_what_is_gone_meanwhile_is_missing_and_no_error(archive: Archive, preview: Make) -> None:
    shown = preview(archive)
    with shown.forum() as forum:
        ids = forum.topic_ids()
        assert all(forum.topic(thread, 1) for thread in ids)
    archive.db.execute("DELETE FROM content")
    with shown.forum() as forum:
        pages = [forum.topic(thread, 1) for thread in ids]
        assert all(page and not page.posts for page in pages)
        found = forum.search("words", 1)
        assert found
        assert found.found == []
    archive.db.execute("DELETE FROM message")
    archive.db.execute("DELETE FROM thread")
    with shown.forum() as forum:
        assert [forum.topic(thread, 1) for thread in ids] == [None] * len(ids)
        assert forum.number_of(1) is None
        listed = forum.latest(1)
        assert listed
        assert listed.lines == []
        user = forum.user("Ann_Lee", 1)
        assert user is None or not user.posts


def test_an_empty_archive_says_what_to_do(tmp_path: Path, preview: Make) -> None:
    with Archive.open(tmp_path / "empty.sqlite3", mode="create") as empty:
        shown = preview(empty)
        assert "migrate import" in notice(shown)
        assert names(shown) == []
        with shown.forum() as forum:
            assert forum.latest(1)
            assert forum.user("imported", 1) is None


def test_what_cannot_be_shown_at_first_is_an_error(archive: Archive, preview: Make, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive at"):
        preview(tmp_path / "none.sqlite3")
    with pytest.raises(InputError, match="none"):
        preview(archive, tmp_path / "none.toml")
    (tmp_path / "other.sqlite3").write_bytes(b"This is a letter. " * 100)
    with pytest.raises(MigrateError, match="no archive"):
        preview(tmp_path / "other.sqlite3")


def test_what_fails_for_a_while_is_tried_again(
    archive: Archive, preview: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "m.toml"
    save(file, "")
    shown = preview(archive, file)

    def locked(*_: object, **__: object) -> Archive:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as during:
        during.setattr(Archive, "open", locked)
        save(file, RULE.format("Bread"))
        assert notice(shown).endswith("database is locked.")
    monkeypatch.setattr(watch, "_PATIENCE", 0)
    with monkeypatch.context() as during:
        during.setattr(Archive, "open", locked)
        assert names(shown) == ["gardeners", "Bakers & Co"]
    assert names(shown) == ["gardeners", "Bread"]
    assert notice(shown) == ""


def test_a_table_that_could_not_be_filled_is_made_anew(
    archive: Archive, preview: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = preview(archive)
    with monkeypatch.context() as during:
        during.setattr(index, "_SAID", "INSERT INTO {said} SELECT * FROM no_room")
        with pytest.raises(sqlite3.OperationalError), shown.forum() as forum:
            forum.search("words", 1)
    with shown.forum() as forum:
        found = forum.search("words", 1)
    assert found
    assert found.found


def test_a_source_that_was_not_there_before_is_shown_at_once(
    archive: Archive, preview: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_PATIENCE", 10_000)
    shown = preview(archive)
    with archive.transaction() as db:
        Writer(archive).write([replace(GARDENERS, key="pond.example.org", name="Pond")])
        db.execute("UPDATE thread SET source_id = (SELECT id FROM source WHERE name = 'Pond')")
    assert names(shown) == ["Pond"]
    with shown.forum() as forum:
        assert len(forum.lines(forum.topic_ids())) == 9

"""Going through the findings: what is asked, what is written, and that nothing else is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.mapping import MappingError, read_mapping
from migrate.model import Record
from migrate.people_choices import choose
from migrate.people_file import Line, person_key
from migrate.plan import TargetFacts
from migrate.report.wording import WORDINGS, wording
from migrate.review.session import Change, Session
from tests.discourse.community import PEOPLE, make_archive, message
from tests.review.desk import finding, undated, walk, walk_along


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with undated(tmp_path / "migration.sqlite3") as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mapping.toml"


def accepted(file: Path) -> tuple[str, ...]:
    return read_mapping(file.read_text("utf-8"), file.name).accepted


def test_a_finding_is_shown_with_what_it_means_whom_it_touches_and_what_can_be_done(
    archive: Archive, file: Path
) -> None:
    shown = walk(archive, file)
    assert "2 kinds of finding to look at, 1 of them for information only" in shown
    words = wording("date-from-neighbours")
    assert f"1 of 2  {words.headline}\n  {words.remedy}\n" in shown
    assert "2 findings (warning), in 2 posts by 1 person" in shown
    assert "    c: Something about date-from-neighbours.\n" in shown
    assert "  1  leave out messages that have no date of their own\n" in shown
    assert "  a  accept" in shown
    assert not file.exists()  # looking changes nothing


def test_what_is_accepted_is_written_at_once_and_not_asked_again(archive: Archive, file: Path) -> None:
    shown = walk(archive, file, "a", "q")
    assert accepted(file) == ("date-from-neighbours",)
    assert "Decided: 1 of 2." in shown
    assert f"Next: migrate report --mapping {file}" in shown
    again = walk(archive, file)
    assert f"1 of 1  {wording('people-joined').headline}\n" in again
    assert "1 kind of finding was decided on before." in again
    assert walk(archive, file, "a").count("+    ") == 1
    assert accepted(file) == ("date-from-neighbours", "people-joined")
    assert "No kind of finding to look at." in walk(archive, file)


def test_a_change_of_the_mapping_is_shown_with_its_effect_before_it_is_written(archive: Archive, file: Path) -> None:
    shown = walk(archive, file, "1", "n")
    assert '+undated = "leave-out"' in shown
    assert "topics 2 → 1 · posts 4 → 2 · left out 0 → 2" in shown
    assert not file.exists()
    walk(archive, file, "1", "y")
    mapping = read_mapping(file.read_text("utf-8"), file.name)
    assert (mapping.undated, mapping.accepted) == ("leave-out", ("date-from-neighbours",))
    assert file.read_text("utf-8").startswith("# What becomes of your conversations")


def test_skip_back_undo_and_what_is_not_understood(archive: Archive, file: Path) -> None:
    shown = walk(archive, file, "x", "9", "", "b", "a", "u", "q")
    assert shown.count("Type one of these letters") == 2
    assert shown.count("1 of 2  ") == 3  # at first, after going back, after taking back
    assert shown.count("2 of 2  ") == 2  # after skipping, after accepting
    assert accepted(file) == ()
    assert "Decided: 0 of 2." in shown


def test_undo_takes_back_one_change_after_the_other(archive: Archive, file: Path) -> None:
    file.write_text("# mine\n", "utf-8")
    walk(archive, file, "1", "y", "b", "a", "u", "q")  # accepted already: that changes nothing
    assert file.read_text("utf-8") == "# mine\n"


def test_more_examples_are_shown_when_asked_for(tmp_path: Path, file: Path) -> None:
    many = [finding("no-such-code", text=f"Number {number}.") for number in range(20)]
    with make_archive(tmp_path / "many.sqlite3", [message("a", "a"), *many]) as archive:
        shown = walk(archive, file, "m", "m", "m")
    assert "Number 2.\n    and 17 more\n" in shown
    assert [shown.count(f"Number {number}.") for number in range(20)] == [1] * 20
    assert "Type one of these letters" in shown  # there is no third time


def test_every_kind_of_finding_can_be_accepted_or_passed_over(tmp_path: Path, file: Path) -> None:
    with make_archive(tmp_path / "all.sqlite3", [message("a", "a"), *map(finding, WORDINGS)]) as archive:
        walk(archive, file, *["s"] * len(WORDINGS))
        assert not file.exists()
        shown = walk(archive, file, *["a"] * len(WORDINGS))
        assert f"Decided: {len(WORDINGS)} of {len(WORDINGS)}." in shown
        assert set(accepted(file)) == set(WORDINGS)
        assert "No kind of finding to look at." in walk(archive, file)


def test_a_mapping_that_is_not_right_is_not_touched(archive: Archive, file: Path) -> None:
    file.write_text('qoutes = "fold"\n', "utf-8")
    with pytest.raises(MappingError, match="unknown key"):
        walk(archive, file, "a")
    assert file.read_text("utf-8") == 'qoutes = "fold"\n'


def test_what_would_not_be_right_is_not_written(archive: Archive, file: Path) -> None:
    session = Session(archive, file)
    with pytest.raises(MappingError, match="accepted"):
        session.write("people-joined", Change(None, "[review]\naccepted = 7\n"))
    assert not file.exists()


def test_what_somebody_writes_meanwhile_is_kept(archive: Archive, file: Path) -> None:
    session = Session(archive, file)
    change = session.accepting("people-joined")
    file.write_text('lang = "de"\n', "utf-8")
    with pytest.raises(InputError, match="changed by somebody else"):
        session.write("people-joined", change)
    session.write("people-joined", session.accepting("people-joined"))
    mapping = read_mapping(file.read_text("utf-8"), file.name)
    assert (mapping.lang, mapping.accepted) == ("de", ("people-joined",))


def test_a_file_that_became_wrong_meanwhile_is_told_of_and_left_alone(archive: Archive, file: Path) -> None:
    def typing() -> Iterator[str]:
        yield "a"
        file.write_text("lang = ", "utf-8")
        yield "a"
        yield "q"

    assert "this line cannot be understood" in walk_along(archive, file, typing())
    assert file.read_text("utf-8") == "lang = "


def test_a_write_that_fails_leaves_the_file_and_nothing_beside_it(
    archive: Archive, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("# mine\n", "utf-8")
    before = sorted(path.name for path in file.parent.iterdir())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    shown = walk(archive, file, "a", "q")
    assert "cannot be written: No space left on device" in shown
    assert file.read_text("utf-8") == "# mine\n"
    assert sorted(path.name for path in file.parent.iterdir()) == before


def test_links_modes_and_line_ends_of_the_file_stay(archive: Archive, file: Path) -> None:
    real = file.with_name("real.toml")
    real.write_bytes(b'# mine\r\nlang = "de"\r\n')
    real.chmod(0o640)
    file.symlink_to(real.name)
    walk(archive, file, "a", "q")
    assert file.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    content = real.read_bytes()
    assert content.startswith(b'# mine\r\nlang = "de"\r\n')
    assert content.count(b"\n") == content.count(b"\r\n")


def test_nothing_in_an_export_commands_the_terminal(tmp_path: Path, file: Path) -> None:
    evil = finding(
        "evil-\x1b[2Jcode", text="\x1b]0;owned\x07 [red]ann@example.org[/red]" + "x" * 9999, locator="\x9b2J\u202e"
    )
    with make_archive(tmp_path / "evil.sqlite3", [message("a", "a"), evil]) as archive:
        shown = walk(archive, file, "a")
    assert not [sign for sign in "\x1b\x07\x9b\u202e" if sign in shown]
    assert "[red]ann@…" in shown
    assert "example.org" not in shown
    assert max(map(len, shown.splitlines())) < 400
    assert accepted(file) == ("evil-\x1b[2Jcode",)


def test_whose_name_is_withheld_is_not_named_in_examples(tmp_path: Path, file: Path) -> None:
    named = finding("odd", text="Jürgen Groß wrote this.", locator="Jürgen Groß.mbox")
    records: list[Record] = [message("a", "a"), message("b", "a", "a", author=2), named]
    with make_archive(tmp_path / "withheld.sqlite3", records) as archive:
        assert "Jürgen Groß wrote this." in walk(archive, file)
        choose(archive, [Line(2, {"person": person_key(PEOPLE[2].key), "withhold": "name"})], TargetFacts())
        assert "Groß" not in walk(archive, file)


def test_an_archive_without_findings_says_so(tmp_path: Path, file: Path) -> None:
    with make_archive(tmp_path / "none.sqlite3", [message("a", "a")]) as archive:
        assert "Nothing needs a look." in walk(archive, file)

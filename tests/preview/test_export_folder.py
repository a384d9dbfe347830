"""The folder of an export: replaced as a whole or not at all, and nobody's things are deleted."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.model import Record, Thread
from migrate.preview.destination import MARKER, replaced
from tests.discourse.community import make_archive, message
from tests.preview.exported import exported

KILLED = """
import os, signal, sys
from pathlib import Path
from migrate.preview.destination import replaced

with replaced(Path(sys.argv[1]), private=False) as new:
    (new / "index.html").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    records: list[Record] = [Thread(key="t", source="gardeners.example.org", title="Seeds"), message("m", "t")]
    with make_archive(tmp_path / "a.sqlite3", records) as made:
        yield made


def write(folder: Path, text: str, *, private: bool = False) -> None:
    with replaced(folder, private=private) as new:
        (new / "index.html").write_text(text)


def left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.iterdir())


def test_a_new_or_an_empty_folder_is_taken_and_an_earlier_export_replaced(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "deep/er"):
        for text in ("one", "two"):
            write(tmp_path / name, text)
            assert (tmp_path / name / "index.html").read_text() == text
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == [MARKER, "index.html"]
    assert left(tmp_path) == ["deep", "empty"]
    assert left(tmp_path / "deep") == ["er"]


def test_what_is_gone_is_gone_and_what_people_added_stays(archive: Archive, tmp_path: Path) -> None:
    exported(archive, tmp_path / "review")
    (tmp_path / "review/t/99").mkdir()
    (tmp_path / "review/.htaccess").write_text("Require valid-user")
    (tmp_path / "review/.git").mkdir()
    (tmp_path / "review/.git/HEAD").write_text("ref")
    exported(archive, tmp_path / "review")
    assert not (tmp_path / "review/t/99").exists()
    assert (tmp_path / "review/.htaccess").read_text() == "Require valid-user"
    assert (tmp_path / "review/.git/HEAD").read_text() == "ref"
    assert not (tmp_path / "review/.lock").exists()


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", "one")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/index.html").read_text() == "one"


@pytest.mark.parametrize("name", ["photo.jpg", MARKER])
def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(InputError, match="other things"):
        write(folder, "one")
    assert left(folder) == [name]
    assert left(tmp_path) == ["holiday"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        write(tmp_path / "notes", "one")
    with pytest.raises(InputError, match="Cannot write"):
        write(tmp_path / "notes/review", "one")
    assert (tmp_path / "notes").read_text() == "mine"
    with pytest.raises(InputError, match="as a whole"):
        write(Path("/"), "one")


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EACCES, "may write to")])
def test_what_cannot_be_written_leaves_the_earlier_one(tmp_path: Path, number: int, words: str) -> None:
    write(tmp_path / "review", "one")
    with pytest.raises(InputError, match=words), replaced(tmp_path / "review", private=False) as new:
        (new / "index.html").write_text("half")
        raise OSError(number, os.strerror(number))
    assert (tmp_path / "review/index.html").read_text() == "one"
    assert left(tmp_path) == ["review"]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_an_unwritable_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(InputError, match="Permission denied"):
        write(tmp_path / "closed/review", "one")


def test_one_that_was_killed_leaves_the_earlier_one_and_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    write(tmp_path / "review", "one")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "review")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "review/index.html").read_text() == "one"
    assert len(left(tmp_path)) == 2
    write(tmp_path / "review", "two")
    assert (tmp_path / "review/index.html").read_text() == "two"
    assert left(tmp_path) == ["review"]


def test_one_that_was_killed_between_the_two_renames_is_put_back(tmp_path: Path) -> None:
    write(tmp_path / "review", "one")
    (tmp_path / "review/.htaccess").write_text("Require valid-user")
    (tmp_path / "review").rename(tmp_path / ".review.1.old")
    write(tmp_path / "review", "two")
    assert (tmp_path / "review/.htaccess").exists()
    assert left(tmp_path) == ["review"]


def test_one_that_was_stopped_between_the_two_renames_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "review", "one")
    rename = Path.rename

    def stopped(path: Path, target: Path) -> Path:
        if path.name.endswith(".part"):
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "rename", stopped)
        write(tmp_path / "review", "two")
    assert (tmp_path / "review/index.html").read_text() == "one"
    assert left(tmp_path) == ["review"]


@pytest.mark.parametrize("place", ["t", ".old"])
def test_what_was_replaced_is_gone_for_good_whoever_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    write(tmp_path / "review", "one")
    (tmp_path / "review/t/1").mkdir(parents=True)
    (tmp_path / "review/t/1/index.html").write_text("private by now")
    remove = shutil.rmtree

    def stopped(folder: Path, **options: Any) -> None:
        if folder.name.endswith(place):
            raise KeyboardInterrupt
        remove(folder, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("shutil.rmtree", stopped)
        write(tmp_path / "review", "two")
    assert (tmp_path / left(tmp_path)[0]).stat().st_mode & 0o777 == 0o700
    (tmp_path / left(tmp_path)[0]).rename(tmp_path / ".review.1.old")  # as if it had been another process
    write(tmp_path / "review", "three")
    assert left(tmp_path) == ["review"]


def test_what_was_replaced_and_cannot_be_deleted_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "review", "one")
    (tmp_path / "review/t").mkdir()
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(InputError, match=r"Delete .*\.review\.\d+\.old"):
        write(tmp_path / "review", "two")
    assert (tmp_path / "review/index.html").read_text() == "two"


def test_one_that_is_under_way_is_left_alone(tmp_path: Path) -> None:
    with replaced(tmp_path / "review", private=False) as new:
        other = tmp_path / ".review.1.part"
        new.rename(other)  # as if another process wrote it
        write(tmp_path / "review", "two")
        assert other.is_dir()
        other.rename(new)
    assert left(tmp_path) == ["review"]


def test_nothing_to_show_writes_nothing_and_says_what_is_still_there(archive: Archive, tmp_path: Path) -> None:
    everything = "[[rule]]\nskip = true\n"
    with pytest.raises(InputError, match="--with-private") as new:
        exported(archive, tmp_path / "review", everything)
    assert not (tmp_path / "review").exists()
    assert "earlier" not in str(new.value)
    exported(archive, tmp_path / "review")
    with pytest.raises(InputError, match="The earlier export in that folder is as it was: delete it"):
        exported(archive, tmp_path / "review", everything)


@pytest.mark.parametrize("inside", [".", "t"])
def test_the_folder_that_somebody_is_in_is_not_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    write(tmp_path / "review", "one")
    (tmp_path / "review/t").mkdir()
    monkeypatch.chdir(tmp_path / "review" / inside)
    with pytest.raises(InputError, match="where you are now"):
        write(Path(os.path.relpath(tmp_path / "review")), "two")
    assert (tmp_path / "review/index.html").read_text() == "one"


def test_who_stands_in_a_folder_that_is_gone_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(InputError, match="Cannot write review"):
        write(Path("review"), "one")
    write(tmp_path / "review", "one")
    write(tmp_path / "review", "two")


def test_what_people_added_and_cannot_be_kept_is_named(tmp_path: Path) -> None:
    write(tmp_path / "review", "one")
    (tmp_path / "review/.git").mkdir()
    os.mkfifo(tmp_path / "review/.git/pipe")
    with pytest.raises(InputError, match=r"Cannot write [^\[]*/\.git/pipe` is a named pipe\. Name"):
        write(tmp_path / "review", "two")
    assert (tmp_path / "review/index.html").read_text() == "one"


def test_others_may_read_it_unless_private_lists_are_in_it(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        for private, mode in ((False, 0o755), (True, 0o700), (False, 0o755)):
            write(tmp_path / "review", "one", private=private)
            assert (tmp_path / "review").stat().st_mode & 0o777 == mode
            assert ("Private lists are in it" in (tmp_path / "review" / MARKER).read_text()) == private
    finally:
        os.umask(umask)


def test_nobody_else_reads_an_export_that_is_under_way(tmp_path: Path) -> None:
    with replaced(tmp_path / "review", private=False) as new:
        assert new.stat().st_mode & 0o777 == 0o700


def test_whom_a_folder_is_closed_to_cannot_read_the_next_export_either(tmp_path: Path) -> None:
    (tmp_path / "review").mkdir(mode=0o750)
    for text in ("one", "two"):
        write(tmp_path / "review", text)
        assert (tmp_path / "review").stat().st_mode & 0o777 == 0o750

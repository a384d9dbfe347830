"""The folder of an export: replaced as a whole or not at all, and nobody's things are deleted."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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


def test_one_that_is_under_way_is_left_alone(tmp_path: Path) -> None:
    with replaced(tmp_path / "review", private=False) as new:
        other = tmp_path / ".review.1.part"
        new.rename(other)  # as if another process wrote it
        write(tmp_path / "review", "two")
        assert other.is_dir()
        other.rename(new)
    assert left(tmp_path) == ["review"]


def test_nothing_to_show_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--with-private"):
        exported(archive, tmp_path / "review", "[[rule]]\nskip = true\n")
    assert not (tmp_path / "review").exists()


def test_others_may_read_it_unless_private_lists_are_in_it(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        for private, mode in ((False, 0o755), (True, 0o700)):
            write(tmp_path / "review", "one", private=private)
            assert (tmp_path / "review").stat().st_mode & 0o777 == mode
    finally:
        os.umask(umask)

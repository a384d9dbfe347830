"""`migrate report` as a user types it: a screen, an object, a page, a comparison."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SAMPLES

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"
PRIVATE = "Junta de la huerta"


def test_an_import_ends_with_what_to_do_next(migrate: Run) -> None:
    last = migrate("import", "mbox", GARDENERS).stdout.rpartition("\n\n")[2]
    assert last.startswith("Next: migrate preview ")
    assert "migrate doctor --to URL" in last
    assert migrate("report").stdout.endswith(last)


def test_suggested_commands_name_archive_and_mapping(migrate: Run, tmp_path: Path) -> None:
    (tmp_path / "my rules.toml").write_text('[[rule]]\ncategory = "Garden"\n', "utf-8")
    migrate("import", "mbox", GARDENERS, "-a", "b.sqlite3")
    shown = migrate("report", "-a", "b.sqlite3", "--mapping", "my rules.toml").stdout
    assert "Next: migrate preview -a b.sqlite3 --mapping 'my rules.toml'" in shown
    assert "    Garden: " in shown


def test_a_page_can_be_written(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "google-groups", SAMPLES / "google-groups")
    shown = migrate("report", "--html", "r.html").stdout
    assert shown == "It can be shown around: r.html. Open it in a browser.\n"
    assert PRIVATE not in (tmp_path / "r.html").read_text("utf-8")
    assert "give it to nobody else" in migrate("report", "--html", "all.html", "--with-private").stdout
    assert PRIVATE in (tmp_path / "all.html").read_text("utf-8")
    assert (tmp_path / "all.html").stat().st_mode & 0o777 == 0o600
    assert json.loads(migrate("report", "--html", "r.html", "--json").stdout) == {
        "file": "r.html",
        "with_private": False,
    }


def test_a_page_never_takes_the_place_of_the_archive(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    assert "is the archive itself" in migrate("report", "--html", "migration.sqlite3", expect=2).stderr
    assert "nowhere/r.html" in migrate("report", "--html", "nowhere/r.html", expect=2).stderr
    migrate("report")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--with-private",), "add --html FILE"),
        (("--html", "r.html", "--compare", "b.sqlite3"), "leave out --html"),
        (("--compare", "b.sqlite3"), "Name an archive or a mapping file"),
        (("--compare", "m.toml"), "unknown key"),
    ],
)
def test_wrong_use_is_explained(migrate: Run, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    migrate("import", "mbox", GARDENERS)
    (tmp_path / "m.toml").write_text("nonsense = 1\n", "utf-8")
    assert words in migrate("report", *options, expect=2).stderr
    assert words in json.loads(migrate("report", *options, "--json", expect=2).stdout)["error"]


def test_what_an_import_added_can_be_seen(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    shutil.copy(tmp_path / "migration.sqlite3", tmp_path / "before.sqlite3")
    migrate("import", "mbox", SAMPLES / "mbox" / "seed-swap.mbox.gz")
    shown = migrate("report", "--compare", "before.sqlite3").stdout
    assert shown.startswith("Before: before.sqlite3\nAfter:  migration.sqlite3\n")
    assert "new\n         Thank you\n" in shown
    assert migrate("report", "--compare", "migration.sqlite3").stdout.endswith(
        "\nNothing changed. The words of posts are not compared.\n"
    )


def test_an_interrupted_import_does_not_look_finished(migrate: Run, tmp_path: Path) -> None:
    from importers.mbox import MboxImporter
    from migrate.archive import Archive
    from migrate.ingest import ingest

    with Archive.open(tmp_path / "migration.sqlite3", mode="create") as archive:
        ingest(archive, MboxImporter(), [str(GARDENERS)])
    shown = migrate("report").stdout
    assert shown.startswith("\nNot finished: ")
    assert "Next: migrate import SOURCE PATH   the same as before" in shown
    assert "migrate doctor" not in shown.rpartition("\n\n")[2]
    migrate("import", "mbox", GARDENERS)
    assert "Not finished" not in migrate("report").stdout

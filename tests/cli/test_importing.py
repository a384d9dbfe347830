"""`migrate import SOURCE` has the options of that source: also those of another package's importer."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

import migrate.sources
from migrate.cli.app import app
from migrate.errors import InputError
from migrate.model import Finding, Record
from migrate.sources import GROUP, Chunk, Named, Option, Options
from tests.conftest import SAMPLES
from tests.mboxes import mbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"


class Talkative:
    """Says what it was asked, and reads nothing."""

    name: ClassVar[str] = "talkative"
    summary: ClassVar[str] = "exports that say what they were asked"
    title: ClassVar[str] = "an export that talks"
    refines: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Option]] = {
        "group": Option(help="One of the groups.", kind="values", metavar="NAME"),
        "read-as": Option(help="How.", choices=("words", "pictures")),
        "archive-too": Option(help="More.", kind="flag"),
        "api": Option(help="Ask the service.", kind="flag", instead_of_paths=True),
        "list": Option(help="The list."),
        "lang": Option(help="The language they talk."),
    }
    named: ClassVar[Named] = Named(metavar="TALK", help="Whatever is said.")

    def detect(self, path: Path) -> bool:
        return False

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        raise InputError(json.dumps([list(locations), {name: list(said) for name, said in options.values.items()}]))

    def read(self, chunk: Chunk) -> Iterator[Record]:
        raise NotImplementedError


class Contacts(Talkative):
    """Has people in it, and no message."""

    name: ClassVar[str] = "contacts"
    options: ClassVar[Mapping[str, Option]] = {}

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        yield Finding(stage="read", severity="info", code="no-date", text="120 contacts were counted.", locator="a.csv")


@pytest.fixture(autouse=True)
def plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """An importer of another package, and one that does not load."""
    points = dict(migrate.sources._entry_points())
    points["talkative"] = EntryPoint("talkative", f"{__name__}:Talkative", GROUP)
    points["contacts"] = EntryPoint("contacts", f"{__name__}:Contacts", GROUP)
    points["broken"] = EntryPoint("broken", "no_such_package:Importer", GROUP)
    monkeypatch.setattr(migrate.sources, "_entry_points", lambda: points)


def asked(tmp_path: Path, *arguments: str) -> tuple[list[str], dict[str, list[str]]]:
    """The locations and options that the importer was given."""
    command = ["import", "talkative", *arguments, "-a", str(tmp_path / "a.sqlite3")]
    error = CliRunner().invoke(app, command).exception
    assert isinstance(error, InputError), error
    locations, options = json.loads(str(error))
    return locations, options


def refused(*arguments: str) -> str:
    """What is said of wrong use, on one line."""
    done = CliRunner().invoke(app, ["import", *arguments], env={"COLUMNS": "300"})
    assert done.exit_code == 2
    return " ".join(done.stderr.split())


def test_an_importer_gets_what_was_said_of_its_options(tmp_path: Path) -> None:
    said = ("a.zip", "--group", "Roses", "--read-as", "words", "b.zip", "--group=Bees & more", "--archive-too")
    assert asked(tmp_path, *said) == (
        ["a.zip", "b.zip"],
        {"group": ["Roses", "Bees & more"], "read-as": ["words"], "archive-too": [""]},
    )
    assert asked(tmp_path, "a.zip") == (["a.zip"], {})
    assert asked(tmp_path, "--api", "--list", "roses") == ([], {"api": [""], "list": ["roses"]})


def test_an_option_of_the_sources_own_goes_before_a_common_one_of_that_name(tmp_path: Path) -> None:
    assert asked(tmp_path, "a.zip", "--lang", "tlh") == (["a.zip"], {"lang": ["tlh"]})
    assert "it is about sending" in refused("mbox", str(GARDENERS), "--lang", "de")
    shown = CliRunner().invoke(app, ["import", "talkative", "--help"], env={"COLUMNS": "200"}).stdout
    assert shown.count("--lang") == 1
    assert "The language they talk." in shown


def test_addresses_and_titles_reach_the_source_as_they_were_typed(tmp_path: Path) -> None:
    said = [
        "https://wiki.example.org/wiki/Talk:Foo?a=b#c",
        "Project:Village pump",
        "Talk:Who [x]?*",
        "Talk:" + "ü" * 400,
    ]
    assert asked(tmp_path, *said) == (said, {})
    shown = CliRunner().invoke(app, ["import", "talkative", "--help"], env={"COLUMNS": "200"}).stdout
    assert "TALK" in shown
    assert "Whatever is said." in shown


def test_auto_does_not_look_at_what_is_on_the_web(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["import", "auto", "https://wiki.example.org", "-a", str(tmp_path / "a.sqlite3")])
    assert "https://wiki.example.org is an address, and cannot be looked at first" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_what_the_source_does_not_have_is_wrong_use(tmp_path: Path) -> None:
    assert "No such option" in refused("mbox", str(GARDENERS), "--group", "Roses")
    assert "choose one of" in refused("talkative", "a.zip", "--read-as", "music")
    assert "say which files or folders to read, or say --api" in refused("talkative", "--list", "roses")
    assert "Missing argument" in refused("mbox")
    assert list(tmp_path.iterdir()) == []


def test_help_shows_the_sources_own_options_beside_the_common_ones() -> None:
    shown = CliRunner().invoke(app, ["import", "talkative", "--help"], env={"COLUMNS": "200"}).stdout
    for expected in ("Exports that say what", "--group", "NAME", "One of the groups.", "words|pictures", "--archive "):
        assert expected in shown
    assert "--group" not in CliRunner().invoke(app, ["import", "mbox", "--help"]).stdout


def test_help_lists_all_sources_and_names_one_that_does_not_load() -> None:
    done = CliRunner().invoke(app, ["import", "--help"], env={"COLUMNS": "200"})
    for expected in ("auto", "mbox", "facebook", "google-groups", "mailchimp", "jsonl", "exports that say what they"):
        assert expected in done.stdout
    assert "'broken' (no_such_package:Importer) does not load" in done.stderr


def test_only_the_chosen_importer_is_loaded(migrate: Run) -> None:
    shown = migrate("import", "jsonl", "--help", env={"PYTHONVERBOSE": "1"}).stderr
    assert "importers.jsonl" in shown
    assert not any(name in shown for name in ("importers.mbox", "importers.facebook", "importers.mailchimp"))


def test_a_wrong_kind_of_file_says_what_it_is_for(migrate: Run) -> None:
    said = migrate("import", "jsonl", GARDENERS, expect=2).stderr
    assert said.endswith("This looks like mail: use `migrate import mbox …`.\n")
    assert len(said.splitlines()) == 1


def takeout(folder: Path) -> Path:
    """An export of one group."""
    path = folder / "takeout.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("Takeout/Groups/googlegroups.com/owned/gardeners@googlegroups.com/topics.mbox", mbox(10))
    return path


def test_a_takeout_of_groups_is_told_whatever_was_typed(migrate: Run, tmp_path: Path) -> None:
    path = takeout(tmp_path)
    advice = "This looks like a Google Groups export: use `migrate import google-groups …`."
    assert migrate("import", "facebook", path, expect=2).stderr.endswith(f"{advice}\n")
    done = migrate("import", "mbox", path, "--json")  # it can be read, but not all that is in it
    assert done.stderr.startswith(f"Note: {advice} It reads more of what is in it; with `mbox` ")
    assert json.loads(done.stdout)["new"] == 10
    assert migrate("import", "auto", path, "--json").stderr == ""
    assert migrate("import", "mbox", GARDENERS, "--json").stderr == ""


def test_an_import_without_messages_ends_well_and_says_what_was_counted(tmp_path: Path) -> None:
    archive = ["-a", str(tmp_path / "a.sqlite3")]
    done = CliRunner().invoke(app, ["import", "contacts", "a.csv", *archive])
    assert done.exit_code == 0
    assert "0 messages read = 0 new" in done.stdout
    assert "There are no messages in the archive." in done.stdout
    assert "120 contacts were counted." in done.stdout
    assert "Would create nothing" in done.stdout
    assert "migrate push" not in done.stdout
    assert "120 contacts were counted." in CliRunner().invoke(app, ["report", *archive]).stdout
    result = json.loads(CliRunner().invoke(app, ["import", "contacts", "a.csv", "--json", *archive]).stdout)
    assert (result["read"], result["would_create"]["topics"]) == (0, 0)


def test_a_licence_that_comes_after_the_push_is_said_to_come_too_late(tmp_path: Path, migrate: Run) -> None:
    page = tmp_path / "Talk%3ABeds.wikitext"
    page.write_text("== Peas ==\nWhen? [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)\n")
    plain = ("import", "wiki", page, "--lang", "en", "--site", "https://wiki.example.org")
    assert "too late" not in migrate(*plain, "--to", "sandbox").stdout
    said = migrate(*plain, "--licence", "CC BY-SA 4.0").stdout
    assert "too late for what is on a forum already (1 posts)" in said and "migrate undo" in said
    assert "too late" not in migrate(*plain, "--licence", "CC BY-SA 4.0").stdout


def test_a_licence_that_is_known_in_time_is_not(tmp_path: Path, migrate: Run) -> None:
    page = tmp_path / "Talk%3ABeds.wikitext"
    page.write_text("== Peas ==\nWhen? [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)\n")
    plain = ("import", "wiki", page, "--lang", "en", "--site", "https://wiki.example.org")
    migrate(*plain, "--to", "sandbox")
    migrate("undo", "--to", "sandbox", "--yes")
    assert "sent_without_licence" not in migrate(*plain, "--licence", "CC BY-SA 4.0", "--json").stdout

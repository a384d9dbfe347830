"""The registry: what another package adds, and what a broken one does not take away."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

import migrate.sources
from migrate.cli.app import app
from migrate.detect import detect_importer
from migrate.errors import InputError
from migrate.sources import GROUP, get_importer, importer_names
from tests.mboxes import write_mbox


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A good importer of another package, and one that does not load."""
    points = dict(migrate.sources._entry_points())
    points["again"] = EntryPoint("again", "importers.jsonl:JsonlImporter", GROUP)
    points["broken"] = EntryPoint("broken", "no_such_package:Importer", GROUP)
    monkeypatch.setattr(migrate.sources, "_entry_points", lambda: points)


@pytest.mark.usefixtures("plug_ins")
def test_another_packages_importer_is_there() -> None:
    assert importer_names() == ["again", "broken", "facebook", "google-groups", "jsonl", "mailchimp", "mbox", "wiki"]
    assert get_importer("again").name == "jsonl"


@pytest.mark.usefixtures("plug_ins")
def test_a_broken_one_is_named_and_hides_no_other(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'broken' .* does not load"):
        get_importer("broken")
    assert detect_importer([str(write_mbox(tmp_path / "made.mbox", 2))]).name == "mbox"
    listed = CliRunner().invoke(app, ["sources", "--json"])
    assert {item["name"] for item in json.loads(listed.stdout)["sources"]} >= {"jsonl", "mbox"}
    assert "does not load" in listed.stderr


@pytest.mark.usefixtures("plug_ins")
def test_what_several_recognise_has_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"type":"archive","version":1}\n')
    with pytest.raises(InputError, match="several importers"):
        detect_importer([str(path)])


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="There are: facebook, google-groups, jsonl"):
        get_importer("mbx")


def test_what_nobody_recognises_is_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x00\x01")
    with pytest.raises(InputError, match="no importer recognises"):
        detect_importer([str(tmp_path / "x")])

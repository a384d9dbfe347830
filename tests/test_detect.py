"""Which importer a file is for: found by looking, told where it cannot be found, and where another one is for it."""

from __future__ import annotations

import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest

import migrate.sources
from importers.jsonl import JsonlImporter
from importers.mbox import MboxImporter
from migrate.detect import better_for, detect_importer, looks_like
from migrate.errors import InputError
from migrate.sources import GROUP
from tests.conftest import SAMPLES
from tests.mboxes import write_mbox


class Better(MboxImporter):
    """Reads more of some mail than mbox does."""

    name: ClassVar[str] = "better"
    title: ClassVar[str] = "a mailbox of gardeners"
    refines: ClassVar[tuple[str, ...]] = ("mbox",)

    def detect(self, path: Path) -> bool:
        return path.name.startswith("garden")


class Stumbling(MboxImporter):
    """Fails where it looks, as a third party's may."""

    name: ClassVar[str] = "stumbling"

    def detect(self, path: Path) -> bool:
        raise ZeroDivisionError


class Unfinished:
    """Is no importer."""


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importers of another package."""
    here = {"better": Better, "stumbling": Stumbling, "unfinished": Unfinished}
    points = {name: EntryPoint(name, f"{__name__}:{which.__name__}", GROUP) for name, which in here.items()}
    known = {name: point for name, point in migrate.sources._entry_points().items() if name in ("mbox", "jsonl")}
    monkeypatch.setattr(migrate.sources, "_entry_points", lambda: known | points)


def jsonl(path: Path) -> str:
    path.write_text('{"type":"archive","version":1}\n')
    return str(path)


@pytest.mark.usefixtures("plug_ins")
def test_of_two_that_recognise_it_the_one_that_reads_more_is_taken(tmp_path: Path) -> None:
    assert detect_importer([str(write_mbox(tmp_path / "garden.mbox", 2))]).name == "better"
    assert detect_importer([str(write_mbox(tmp_path / "other.mbox", 2))]).name == "mbox"


@pytest.mark.usefixtures("plug_ins")
def test_whoever_chose_the_other_one_is_told(tmp_path: Path) -> None:
    garden, other = write_mbox(tmp_path / "garden.mbox", 2), write_mbox(tmp_path / "other.mbox", 2)
    assert better_for([str(other), str(garden)], MboxImporter()) == (
        "This looks like a mailbox of gardeners: use `migrate import better …`. It reads more of what is in it; "
        "with `mbox` what it says of who may read it is lost."
    )
    assert better_for([str(other)], MboxImporter()) == ""
    assert better_for([str(garden)], Better()) == ""


def test_that_a_folder_is_a_groups_export_is_told_whoever_reads_it_as_mail() -> None:
    note = better_for([str(SAMPLES / "google-groups")], MboxImporter())
    assert "`migrate import google-groups …`" in note
    assert "who may read it is lost" in note


@pytest.mark.usefixtures("plug_ins")
def test_several_kinds_are_told_apart(tmp_path: Path) -> None:
    mail, lines = str(write_mbox(tmp_path / "a.mbox", 2)), jsonl(tmp_path / "b c.jsonl")
    with pytest.raises(InputError) as error:
        detect_importer([mail, lines])
    assert f"migrate import mbox {mail}; migrate import jsonl '{lines}'." in str(error.value)


@pytest.mark.usefixtures("plug_ins")
def test_a_part_that_shows_nothing_goes_along_with_the_others(tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    found = detect_importer([str(tmp_path / "picture.jpg"), str(write_mbox(tmp_path / "a.mbox", 2))])
    assert found.name == "mbox"


def test_a_pattern_stands_for_files_and_a_missing_file_is_named(tmp_path: Path) -> None:
    write_mbox(tmp_path / "a.mbox", 2)
    assert detect_importer([str(tmp_path / "*.mbox")]).name == "mbox"
    with pytest.raises(InputError, match=r"b\.mbox: there is no such file or folder"):
        detect_importer([str(tmp_path / "b.mbox")])
    with pytest.raises(InputError, match="standard input cannot be looked at"):
        detect_importer(["-"])


@pytest.mark.usefixtures("plug_ins")
def test_what_another_importer_reads_is_said_and_no_more(tmp_path: Path) -> None:
    mail, lines = str(write_mbox(tmp_path / "a.mbox", 2)), jsonl(tmp_path / "b.jsonl")
    assert looks_like([mail], JsonlImporter()) == "This looks like mail: use `migrate import mbox …`."
    assert looks_like([lines], JsonlImporter()) == ""
    (tmp_path / "notes").write_text("Nothing in particular.")
    assert looks_like([str(tmp_path / "notes")], JsonlImporter()) == ""


def test_what_is_encrypted_or_empty_is_said_to_be(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", "a.json")
    data = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + flags] |= 1  # encrypted
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"Files in x\.zip are encrypted \(1\): unpack it with its password"):
        detect_importer([str(path)])
    (tmp_path / "empty.mbox").touch()
    with pytest.raises(InputError, match="The file is empty"):
        detect_importer([str(tmp_path / "empty.mbox")])


def packed(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(name, "[]")
    return path


FOREIGN = {
    "outlook.pst": (b"!BDN" + bytes(600), "an Outlook data file"),
    "list.pdf": (b"%PDF-1.7\n", "This is a PDF"),
    "list.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(20), "a 7z archive: unpack it"),
    "list.rar": (b"Rar!\x1a\x07\x01\x00", "a RAR archive: unpack it"),
    "WhatsApp Chat with Gardeners.txt": (b"17.05.24, 10:31 - Ann: Hello", "a WhatsApp chat, which cannot be read yet"),
    "rose.jpg": (b"\xff\xd8\xff\xe0", "only pictures"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_that_nobody_reads_are_known_for_what_they_are(tmp_path: Path, name: str) -> None:
    content, words = FOREIGN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="no importer recognises this") as error:
        detect_importer([str(tmp_path / name)])
    assert words in str(error.value)


PACKED = {
    "a Slack export": ("channels.json", "users.json", "general/2024-01-01.json"),
    "a Discord export": ("messages/index.json", "servers/index.json"),
    "a Twitter archive": ("twitter-2024/data/account.js", "twitter-2024/data/manifest.js"),
    "a WhatsApp chat": ("_chat.txt", "IMG-1.jpg"),
    "only pictures": ("a.jpg", "more/b.PNG"),
}


@pytest.mark.parametrize("words", PACKED)
def test_exports_that_nobody_reads_are_known_for_what_they_are(tmp_path: Path, words: str) -> None:
    path = packed(tmp_path / "x.zip", *PACKED[words])
    with pytest.raises(InputError, match="no importer recognises this") as error:
        detect_importer([str(path)])
    assert words in str(error.value)
    assert words in looks_like([str(path)], MboxImporter())


def test_mail_in_standard_input_is_not_looked_at_twice() -> None:
    assert better_for(["-"], MboxImporter()) == looks_like(["-"], MboxImporter()) == ""

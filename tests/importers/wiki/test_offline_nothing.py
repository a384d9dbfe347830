"""Files with nothing to read: what is said of each, and what to do about it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from importers.wiki.offline import is_ours
from migrate.detect import looks_like
from migrate.errors import InputError
from migrate.sources import get_importer
from tests.importers.wiki.dumps import export, findings_of, page, scanned, titles_of
from tests.importers.wiki.test_offline_files import sevenzipped

DUMP = export(page("Talk:X"))
WEB_PAGE = b"<!DOCTYPE html>\n<html><head><title>Export pages</title></head><body>Log in<br></body></html>"


def error_of(path: Path, data: bytes, *others: Path) -> str:
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        scanned(path, *others)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dump.xml", DUMP[: DUMP.index(b"<page>")]),
        ("dump.xml", DUMP[: DUMP.index(b"<revision>")]),
        ("dump.xml.gz", gzip.compress(DUMP[: DUMP.index(b"<revision>")], mtime=0)),
        ("dump.xml.gz", gzip.compress(DUMP, 0, mtime=0)[:600]),
        ("dump.xml.gz", gzip.compress(DUMP, 9, mtime=0)[:60]),
    ],
)
def test_where_an_export_is_cut_off_before_its_first_page(tmp_path: Path, name: str, data: bytes):
    said = error_of(tmp_path / name, data)
    assert name in said and ("ends too early, at byte " in said or "is cut off. D" in said)
    assert "was read" not in said and "is empty" not in said
    assert said.endswith("Download or copy it again, whole.")


def test_all_that_is_known_of_a_few_files_is_said(tmp_path: Path):
    (tmp_path / "empty.xml").touch()
    said = error_of(tmp_path / "dump.xml", DUMP[:900], tmp_path / "empty.xml")
    assert "dump.xml: The XML ends too early" in said
    assert "empty.xml is empty" in said
    assert "more" not in said


@pytest.mark.parametrize("keep", [0.5, 0.98])
@pytest.mark.parametrize("name", ["dump.7z", "dump.xml.7z"])
def test_nobody_is_told_to_unpack_what_is_damaged(tmp_path: Path, keep: float, name: str):
    path = tmp_path / name
    data = sevenzipped({"dump.xml": DUMP})
    said = error_of(path, data[: int(len(data) * keep)])
    assert "is damaged" in said and said.endswith("Download or copy it again, whole.")
    assert is_ours(path) == (".xml" in name)
    assert looks_like([str(path)], get_importer("wiki")) == ""


def test_a_page_of_the_web(tmp_path: Path):
    said = error_of(tmp_path / "dump.xml", WEB_PAGE)
    assert "dump.xml is HTML" in said and "Special:Export" in said


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n"])
def test_an_empty_file(tmp_path: Path, data: bytes):
    assert "dump.xml is empty" in error_of(tmp_path / "dump.xml", data)


def test_beside_an_export_each_kind_is_said_once(tmp_path: Path):
    (tmp_path / "dump.xml").write_bytes(DUMP)
    for number in range(3):
        (tmp_path / f"empty{number}.xml").touch()
        (tmp_path / f"saved{number}.html").write_bytes(WEB_PAGE)
        (tmp_path / f"saved{number}.xml").write_bytes(WEB_PAGE)
    found = scanned(tmp_path)
    assert titles_of(found) == ["Talk:X"]
    assert {code: "2 more files are" in each.text for code, each in findings_of(found).items()} == {
        "empty-file": True,
        "wiki-web-page": True,
        "wiki-not-export": True,
    }

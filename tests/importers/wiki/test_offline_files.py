"""The forms that exports and pages come in: compressed, packed, in parts, as wikitext."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from importers.wiki.chunks import Pages
from importers.wiki.offline import is_ours
from importers.wiki.offline.dumps import may_overlap
from migrate.detect import detect_importer, looks_like
from migrate.errors import InputError
from migrate.sources import get_importer
from tests.importers.wiki.dumps import export, findings_of, page, pages_of, revision, scanned, titles_of, versions
from tests.packing import tarred, zipped

DUMP = export(page("Talk:X", *versions("a", "a\nb")), page("Talk:Y", number=2))
RSS = b'<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel></channel></rss>'
OFFICE = b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis"><office:body/></office:document>'


def sevenzipped(members: dict[str, bytes], password: str | None = None) -> bytes:
    py7zr = pytest.importorskip("py7zr", reason="py7zr is not installed: 7z archives are not tested")
    output = io.BytesIO()
    with py7zr.SevenZipFile(output, "w", password=password) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return output.getvalue()


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "dump.xml": lambda data: data,
    "dump.xml.gz": gzip.compress,
    "dump.xml.bz2": bz2.compress,
    "dump.xml.xz": lzma.compress,
    "dump.xml.zst": lambda data: zstandard.ZstdCompressor().compress(data),
    "dump.zip": lambda data: zipped({"readme.txt": b"Words.", "dump.xml": data}),
    "dump.tar.gz": lambda data: tarred({"dump.xml": data}, "w:gz"),
    "dump.xml.7z": lambda data: sevenzipped({"picture.png": b"\x89PNG" * 1000, "dump.xml": data, "empty": b""}),
}


@pytest.mark.parametrize("name", ["dump.xml.xz", "dump.xml.zst"])
def test_histories_shrink_several_hundred_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setattr("migrate.unpack.limits.FREE_BYTES", 1 << 16)
    text = "\n".join(f"Line {number} of a page." for number in range(5000))
    path = tmp_path / name
    data = export(page("Talk:X", *versions(*[text] * 25, users=["Ann"] * 25)), page("Talk:Y", number=2))
    path.write_bytes(FORMS[name](data))
    assert len(data) > 250 * path.stat().st_size
    found = scanned(path)
    assert titles_of(found) == ["Talk:X", "Talk:Y"]
    assert findings_of(found) == {}


@pytest.mark.parametrize("name", FORMS)
def test_in_whatever_form_it_is_the_same(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(FORMS[name](DUMP))
    plain = tmp_path / "plain.xml"
    plain.write_bytes(DUMP)

    def fingerprints(*files: Path) -> list[str]:
        return [item.fingerprint for item in scanned(*files) if isinstance(item, Pages)]

    assert fingerprints(path) == fingerprints(plain) != []
    assert is_ours(path)
    assert detect_importer([str(path)]).name == "wiki"
    folder = tmp_path / "folder"
    folder.mkdir()
    path.rename(folder / name)
    assert fingerprints(folder) == fingerprints(plain)
    assert is_ours(folder)


def test_wishes_and_wiki_are_part_of_the_fingerprint(tmp_path: Path):
    path = tmp_path / "dump.xml"
    path.write_bytes(DUMP)
    seen = set()
    for wishes in ({}, {"show_ips": True}, {"site": "https://other.example.org/wiki/Main_Page"}):
        seen |= {item.fingerprint for item in scanned(path, **wishes) if isinstance(item, Pages)}
    assert len(seen) == 3


def test_a_page_in_two_files_is_read_once_the_newer_copy(tmp_path: Path):
    old, new = tmp_path / "a.xml", tmp_path / "b.xml"
    old.write_bytes(export(page("Talk:X", revision("old", 5)), page("Talk:Only")))
    new.write_bytes(export(page("Talk:Y"), page("Talk:X", revision("new", 9, parent=5))))
    for files in ((old, new), (new, old), (tmp_path,)):
        found = scanned(*files)
        assert {each.title: each.text for each in pages_of(found)}["Talk:X"] == "new"
        assert sorted(titles_of(found)) == ["Talk:Only", "Talk:X", "Talk:Y"]
        assert "(1)" in findings_of(found)["wiki-pages-twice"].text


def test_a_page_twice_in_one_file_is_read_once(tmp_path: Path):
    path = tmp_path / "dump.xml"
    path.write_bytes(export(page("Talk:X", revision("one")), page("Talk:X", revision("two"))))
    assert [each.text for each in pages_of(scanned(path))] == ["one"]


def test_pages_of_one_title_on_two_wikis_are_two(tmp_path: Path):
    one, two = tmp_path / "a.xml", tmp_path / "b.xml"
    one.write_bytes(export(page("Talk:X")))
    two.write_bytes(export(page("Talk:X"), base="https://other.example.org/wiki/Main_Page"))
    assert titles_of(scanned(one, two)) == ["Talk:X", "Talk:X"]


def test_stubs_beside_the_texts_do_no_harm(tmp_path: Path):
    stub = revision("", 1).replace('<text bytes="0" xml:space="preserve"></text>', '<text bytes="77" id="5" />')
    (tmp_path / "stub.xml").write_bytes(export(page("Talk:X", stub)))
    (tmp_path / "texts.xml").write_bytes(export(page("Talk:X")))
    found = scanned(tmp_path)
    assert titles_of(found) == ["Talk:X"]
    assert "wiki-texts-missing" in findings_of(found)


def test_wikimedias_parts_need_no_comparing():
    run = "frwiki-20260101-pages-meta-history"
    assert not may_overlap(
        [f"{run}1.xml-p1p857.bz2", f"x/{run}1.xml-p858p1700.7z/{run}1.xml-p858p1700", f"{run}2.xml-p1701p9"]
    )
    assert may_overlap([f"{run}1.xml-p1p857.bz2", f"{run}1.xml-p857p900.bz2"])
    assert may_overlap([f"{run}1.xml-p1p857.bz2", "dump.xml"])
    assert may_overlap([f"{run}1.xml-p1p857.bz2", "dewiki-20260101-pages-meta-history1.xml-p900p999.bz2"])
    assert not may_overlap(["dump.xml"])


def test_a_flow_dump_learns_the_names_of_its_users_from_the_other_dump(tmp_path: Path):
    words = '<revision id="t1x000000000000{}" userid="7" type="{}" format="wikitext" flags="">Soil</revision>'
    said = f"<revisions>{words}</revisions>"
    post = (
        f'<topic id="t1x0000000000000"><post id="t1x0000000000000">{said.format(0, "topic")}<children>'
        f'<post id="t1x0000000000001">{said.format(1, "post")}</post></children></post></topic>'
    )
    (tmp_path / "a-flow.xml").write_bytes(export(f'<board id="t0x0000000000000" title="Talk:My_Garden">{post}</board>'))
    (tmp_path / "pages.xml").write_bytes(DUMP)
    others = [item for item in scanned(tmp_path) if not isinstance(item, Pages)]
    assert "author='Ann'" in repr(others)


class TestSevenZip:
    def test_with_a_password(self, tmp_path: Path):
        path = tmp_path / "dump.7z"
        path.write_bytes(sevenzipped({"dump.xml": DUMP}, password="secret"))
        with pytest.raises(InputError, match="encrypted"):
            scanned(path)

    def test_cut_off(self, tmp_path: Path):
        path = tmp_path / "dump.7z"
        path.write_bytes(sevenzipped({"dump.xml": DUMP})[:-20])
        with pytest.raises(InputError, match="damaged"):
            scanned(path)

    def test_damaged_in_the_middle(self, tmp_path: Path):
        big = export(*(page(f"Talk:{number}", revision(f"{number}" * 500)) for number in range(2000)))
        data = bytearray(sevenzipped({"dump.xml": big}))
        data[len(data) // 2] ^= 0xFF
        path = tmp_path / "dump.7z"
        path.write_bytes(data)
        assert "read-damaged" in findings_of([*scanned(path)])

    def test_more_than_can_be(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("importers.wiki.offline.sevenzip.FREE_BYTES", 1 << 20)
        monkeypatch.setattr("importers.wiki.offline.sevenzip.MAX_RATIO", 10)
        path = tmp_path / "dump.7z"
        path.write_bytes(sevenzipped({"dump.xml": DUMP, "zeros": bytes(16 << 20)}))
        found = scanned(path)
        assert titles_of(found) == ["Talk:X", "Talk:Y"]
        assert "archive-bomb" in findings_of(found)

    def test_names_that_lead_out_of_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        sevenzipped({"dump.xml": DUMP})  # skips where the library is missing
        monkeypatch.setattr("py7zr.py7zr.check_archive_path", lambda name: True)
        (tmp_path / "inner").mkdir()
        path = tmp_path / "inner" / "dump.7z"
        path.write_bytes(sevenzipped({"../dump.xml": DUMP}))
        with pytest.raises(InputError, match="unsafe names"):
            scanned(path)
        assert list(tmp_path.rglob("*.xml")) == []

    def test_without_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = tmp_path / "dump.7z"
        path.write_bytes(sevenzipped({"dump.xml": DUMP}))
        monkeypatch.setitem(sys.modules, "py7zr", None)
        with pytest.raises(InputError, match=r"pip install 'discourse-migrate\[sevenzip\]'"):
            scanned(path)
        assert not is_ours(path)
        assert is_ours(path.rename(tmp_path / "frwiki-pages-articles.xml-p1p9.7z"))


class TestWhatIsOurs:
    @pytest.mark.parametrize(
        "data", [RSS, OFFICE, b"<?xml version='1.0'?>", b"", b"\0" * 100, b"Talk about <mediawiki>."]
    )
    def test_other_files_are_not(self, tmp_path: Path, data: bytes):
        path = tmp_path / "other.xml"
        path.write_bytes(data)
        assert not is_ours(path)
        if data:
            with pytest.raises(InputError, match="neither an XML export"):
                scanned(path)

    @pytest.mark.parametrize(
        "before", [b"", b"\xef\xbb\xbf", b"<?xml version='1.0' encoding='utf-8'?>\n", b"\n <!-- an export -->\n"]
    )
    def test_whatever_stands_before_the_root(self, tmp_path: Path, before: bytes):
        path = tmp_path / "dump"
        path.write_bytes(before + DUMP if before != b"\n <!-- an export -->\n" else b"<!-- an export -->\n" + DUMP)
        assert is_ours(path)
        assert titles_of(scanned(path)) == ["Talk:X", "Talk:Y"]

    def test_in_another_encoding(self, tmp_path: Path):
        path = tmp_path / "dump.xml"
        path.write_bytes(DUMP.decode().encode("utf-16"))
        assert is_ours(path)
        assert titles_of(scanned(path)) == ["Talk:X", "Talk:Y"]

    def test_other_importers_point_here(self, tmp_path: Path):
        path = tmp_path / "dump.xml"
        path.write_bytes(DUMP)
        assert "migrate import wiki" in looks_like([str(path)], get_importer("mbox"))

    def test_a_folder_of_other_things_is_told_once(self, tmp_path: Path):
        (tmp_path / "dump.xml").write_bytes(DUMP)
        for number in range(5):
            (tmp_path / f"picture {number}.png").write_bytes(b"\x89PNG")
        assert "4 more files" in findings_of(scanned(tmp_path))["wiki-not-export"].text


class TestWikitext:
    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("Talk%3AMy garden.wikitext", "Talk:My garden"),
            ("talk:my_garden.wiki", "Talk:My garden"),
            ("Talk%3AFoo%2FArchive 1.mediawiki", "Talk:Foo/Archive 1"),
            ("User talk꞉Ann.txt", "User talk:Ann"),
            ("Talk_Foo.txt", "Talk Foo"),
            ("3.5 litres.wikitext", "3.5 litres"),
        ],
    )
    def test_the_title_stands_in_the_name(self, tmp_path: Path, name: str, title: str):
        path = tmp_path / name
        path.write_text("== A ==\nWords.")
        (only,) = pages_of(scanned(path))
        assert (only.title, only.id, only.text, only.revision) == (title, 0, "== A ==\nWords.", None)

    def test_or_is_said_with_the_language_and_the_address(self, tmp_path: Path):
        path = tmp_path / "page.txt"
        path.write_bytes(b"\xef\xbb\xbfMots.\r\nEncore.")
        wishes = {"title": "Talk:Jardin", "language": "fr", "site": "https://fr.wiki.example.org"}
        (chunk,) = scanned(path, **wishes)
        assert isinstance(chunk, Pages)
        assert chunk.pages[0].title == "Discussion:Jardin"
        assert chunk.pages[0].text == "Mots.\nEncore."
        assert (chunk.site.language, chunk.site.key) == ("fr", "fr.wiki.example.org")

    def test_each_file_of_a_folder_is_a_page(self, tmp_path: Path):
        for name in ("Talk%3AA.wikitext", "Talk%3AB.wikitext", "md5sums.txt"):
            (tmp_path / name).write_text("Words.")
        assert titles_of(scanned(tmp_path)) == ["Talk:A", "Talk:B"]
        assert titles_of(scanned(tmp_path, titles=("talk:b",))) == ["Talk:B"]
        with pytest.raises(InputError, match="--title"):
            scanned(tmp_path, title="Talk:X")

    def test_what_is_no_utf_8_says_so(self, tmp_path: Path):
        path = tmp_path / "Talk%3AA.wikitext"
        path.write_bytes("Gärten".encode("latin-1"))
        with pytest.raises(InputError, match="not UTF-8"):
            scanned(path)

    def test_it_is_known_by_its_name(self, tmp_path: Path):
        for name, ours in (("a.wikitext", True), ("a.txt", False)):
            (tmp_path / name).write_text("Words.")
            assert is_ours(tmp_path / name) == ours

"""Exports that are damaged, cut off or made to do harm."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from importers.wiki.offline import reader, xml
from migrate.errors import InputError
from tests.conftest import REPOSITORY
from tests.importers.wiki.dumps import (
    SIGNED,
    export,
    findings_of,
    page,
    pages_of,
    revision,
    scanned,
    titles_of,
    versions,
    whose,
)

FIRST, BAD, LAST = page("Talk:First"), page("Talk:Bad"), page("Talk:Last")


@pytest.fixture
def read(tmp_path: Path):
    """Writes a file of these bytes and reads it."""

    def written(data: bytes, **wishes: object):
        path = tmp_path / "dump.xml"
        path.write_bytes(data)
        return scanned(path, **wishes)

    return written


def with_bad(old: str, new: bytes) -> bytes:
    """An export of three pages, with this changed in the second."""
    before, after = export(FIRST, BAD, LAST).split(BAD.encode())
    changed = BAD.encode().replace(old.encode(), new)
    assert changed != BAD.encode()
    return before + changed + after


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE mediawiki [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE mediawiki SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE mediawiki [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_dtd_ends_the_file(read, tmp_path: Path, dtd: str):
    data = dtd.encode() + export(page("Talk:X", revision("&b;").replace("&amp;b;", "&b;")))
    with pytest.raises(InputError, match="DTD"):
        read(data)
    (tmp_path / "other.xml").write_bytes(export(FIRST))
    found = scanned(tmp_path)
    assert titles_of(found) == ["Talk:First"]
    assert findings_of(found)["wiki-xml-doctype"].locator.endswith("dump.xml")


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"\0", id="NUL"),
        pytest.param(b"\x1b[2J", id="terminal escape"),
        pytest.param(b"&unknown;", id="entity"),
        pytest.param(b"&#xD800;", id="surrogate"),
        pytest.param(b"<b", id="half a tag"),
        pytest.param(b"<b></i>", id="wrong order"),
        pytest.param(b"<a>" * 10_000, id="deep"),
        pytest.param(b'<a b="' + b"x" * (9 << 20) + b'">', id="huge attribute"),
        pytest.param(b"<!--" + b"x" * (9 << 20) + b"-->", id="huge comment"),
    ],
)
def test_what_is_damaged_costs_its_page(read, bad: bytes):
    found = read(with_bad("Hello", bad + b"Hello"))
    assert [title for title in titles_of(found) if title != "Talk:Bad"] == ["Talk:First", "Talk:Last"]
    finding = findings_of(found)["wiki-xml-damaged"]
    assert "'Talk:Bad'" in finding.text
    assert "next page" in finding.text


def test_of_a_damaged_page_the_versions_before_are_read(read):
    saved = [*versions("a", "a\nb"), revision("a\nb\nc&unknown;", 3).replace("&amp;", "&")]
    found = read(export(FIRST, page("Talk:Bad", *saved), LAST))
    assert titles_of(found) == ["Talk:First", "Talk:Bad", "Talk:Last"]
    assert pages_of(found)[1].text == "a\nb"
    assert whose(pages_of(found)[1]) == ["Ann", "Ben"]


def test_a_file_that_is_cut_off(read):
    data = export(FIRST, page("Talk:Bad", *versions("a", "a\nb", "a\nb\nc")))
    cut = data.index(b"c</text>")
    found = read(data[:cut])
    assert [each.text for each in pages_of(found)] == [SIGNED, "a\nb"]
    finding = findings_of(found)["wiki-xml-cut-off"]
    assert f"byte {cut:,}" in finding.text
    assert "'Talk:Bad'" in finding.text


def test_cut_off_within_a_compressed_file(tmp_path: Path):
    path = tmp_path / "dump.xml.gz"
    chance = random.Random(1)
    many = [page(f"Talk:{number}", revision(chance.randbytes(99).hex())) for number in range(2000)]
    path.write_bytes(gzip.compress(export(*many))[:100_000])
    found = scanned(path)
    assert len(pages_of(found)) > 500
    assert {"read-truncated", "wiki-xml-cut-off"} <= set(findings_of(found))


def test_two_exports_in_one_file(read):
    other = export(LAST, base="https://other.example.org/wiki/Main_Page")
    found = read(export(FIRST) + b"<?xml version='1.0'?>\n" + other)
    assert titles_of(found) == ["Talk:First", "Talk:Last"]
    assert [item.site.key for item in found if hasattr(item, "site")] == ["wiki.example.org", "other.example.org"]
    assert findings_of(found)["wiki-xml-joined"].severity == "info"


def test_rubbish_behind_the_end(read):
    for rubbish, code in ((b"\n rubbish", "wiki-xml-joined"), (b"\0\0\0", "wiki-xml-damaged")):
        found = read(export(FIRST) + rubbish)
        assert titles_of(found) == ["Talk:First"]
        assert code in findings_of(found)


def test_damage_again_and_again_comes_to_an_end(read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml, "MOST_BREAKS", 10)
    found = read(export(*[FIRST, "<page><"] * 200))
    damaged = [item for item in found if getattr(item, "code", "") == "wiki-xml-damaged"]
    assert len(damaged) == 11
    assert "what came before was read" in damaged[-1].text


@pytest.mark.parametrize("what", ["tags", "attributes"])
def test_more_kinds_of_tags_than_a_wiki_has(read, what: str):
    many = "".join(f"<t{n}/>" if what == "tags" else f'<t a{n}=""/>' for n in range(xml.MOST_NAMES + 1))
    found = read(export(FIRST, page("Talk:Bad", revision(more=many)), "\n" * 2 * xml.BLOCK, page("Talk:Far")))
    assert "Talk:Far" not in titles_of(found)
    assert "cannot be an export" in findings_of(found)["wiki-xml-damaged"].text


def test_a_page_without_a_title(read):
    found = read(export(FIRST, BAD.replace("<title>Talk:Bad</title>", ""), LAST))
    assert titles_of(found) == ["Talk:First", "Talk:Last"]
    assert findings_of(found)["wiki-page-untitled"].lost == 1


def test_elements_in_any_order(read):
    saved = (
        "<revision><text>words</text><contributor><id>7</id><username>Ann</username></contributor><id>1</id></revision>"
    )
    only = pages_of(read(export(f"<page>{saved}<id>5</id><ns>1</ns><title>Talk:X</title></page>")))
    assert [(each.title, each.text) for each in only] == [("Talk:X", "words")]


def test_versions_in_any_order(read):
    saved = versions("a", "a\nb", "a\nb\nc", "x\na\nb\nc")
    for seed in range(10):
        random.Random(seed).shuffle(saved)
        (only,) = pages_of(read(export(page("Talk:X", *saved))))
        assert (only.text, whose(only)) == ("x\na\nb\nc", ["Dan", "Ann", "Ben", "Cleo"])
        assert only.created is not None and only.created.user == "Ann"


@pytest.mark.parametrize("time", ["never", "", "0000-00-00T00:00:00Z", "9" * 40, "2020-13-01T00:00:00Z"])
def test_times_that_are_none(read, time: str):
    odd = revision("odd", 9).replace("2020-03-03T10:09:00Z", time)
    found = read(export(page("Talk:X", revision("words"), odd), page("Talk:Odd", odd)))
    assert [(each.text, bool(each.revision)) for each in pages_of(found)] == [("words", True), ("odd", False)]
    assert "(2)" in findings_of(found)["wiki-versions-undated"].text


@pytest.mark.parametrize("number", ["x", "", "-1", str(10**30), "٣", "1e5", " 7 ", "½"])
def test_numbers_that_are_none(read, number: str):
    data = export(page("Talk:X")).decode()
    for tag in ("id", "ns"):
        data = data.replace(f"<{tag}>1</{tag}>", f"<{tag}>{number}</{tag}>")
    data = data.replace('key="91"', f'key="{number}"')
    found = read(data.encode()) if number not in ("-1",) else []
    assert all(isinstance(each.id, int) for each in pages_of(found))


def test_longer_than_a_page_can_be(read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "LONGEST_TEXT", 1000)
    long = revision("x" * 1001, 2, parent=1)
    found = read(export(page("Talk:X", revision("words"), long), page("Talk:Y", revision("x" * 1000))))
    assert titles_of(found) == ["Talk:Y"]
    assert findings_of(found)["wiki-page-too-long"].lost == 1


def test_a_topic_longer_than_can_be(read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "LONGEST_TEXT", 1000)
    found = read(
        export(f"<board title='Talk:Board'><topic>{'<p/>' * 100}</topic></board>", page("Talk:Y", revision("y")))
    )
    assert findings_of(found)["wiki-page-too-long"].locator == "dump.xml:Talk:Board"


def test_titles_that_a_terminal_would_obey(read):
    (only,) = pages_of(read(export(page("Talk:\u202egninedraG\x9b2J"))))
    assert only.title.isprintable() and "\x9b" not in only.title and "\u202e" not in only.title


def test_wherever_it_is_cut_nothing_falls_over(read):
    board = "<board title='Talk:B'><topic id='t1x0000000000000'><post/></topic></board>"
    data = export(FIRST, board, page("Talk:Bad", *versions("a", "a\nb")), LAST)
    for cut in range(200, len(data), 7):
        try:
            assert "wiki-xml-cut-off" in findings_of(read(data[:cut]))
        except InputError as error:
            assert "ends too early" in str(error)


def test_whatever_is_changed_nothing_falls_over(read):
    chance = random.Random(3)
    data = export(FIRST, page("Talk:Bad", *versions("a", "a\nb")), LAST)
    pieces = [
        b"<",
        b">",
        b"</page>",
        b"<page>",
        b"<revision>",
        b"</text>",
        b"<title>",
        b"]]>",
        b"<![CDATA[",
        b"&",
        b"\xff",
        b"<mediawiki>",
    ]
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(changed))
            changed[place : place + chance.choice([0, 1, 50])] = chance.choice(pieces)
        try:
            read(bytes(changed))
        except InputError as error:
            assert str(error)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what memory was used")
def test_memory_stays_small_whatever_comes(tmp_path: Path):
    """A text of 96 MB, and a page of 600,000 lines, all of them gone from it but the last 2,000."""
    bomb, often = tmp_path / "bomb.xml.gz", tmp_path / "often.xml"
    head, tail = export(page("Talk:X", revision("BOMB")), LAST).split(b"BOMB")
    bomb.write_bytes(gzip.compress(head) + gzip.compress(b"x" * (4 << 20)) * 24 + gzip.compress(tail))
    head, tail = export("PAGE").split(b"PAGE")
    with often.open("wb") as file:
        file.write(head + b"<page><title>Talk:Often</title><ns>1</ns><id>9</id>")
        for number in range(1, 300):
            lines = "\n".join(f"{number} line {line}" for line in range(2000))
            file.write(revision(lines, number, parent=number - 1, time="2020-01-01T00:00:00Z").encode())
        file.write(b"</page>" + tail)
    program = f"""
        from pathlib import Path
        from importers.wiki.offline import scan_files
        from importers.wiki.wishes import Wishes
        found = list(scan_files([{str(bomb)!r}, {str(often)!r}], Wishes()))
        print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
        print([item.code for item in found if hasattr(item, "code")])
        """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY).stdout
    memory, findings = answer.splitlines()
    assert int(memory) < 90_000
    assert "wiki-page-too-long" in findings

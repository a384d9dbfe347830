"""XML exports of wikis: what is read of a page, its versions and their history."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importers.wiki.chunks import Pages
from importers.wiki.page import Page, Revision
from migrate.errors import InputError
from migrate.sources import Chunk
from tests.conftest import CORPORA
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


@pytest.fixture
def read(tmp_path: Path):
    """Writes an export of these pages and reads it."""

    def written(*pages: str, **wishes: object) -> list[object]:
        path = tmp_path / "dump.xml"
        path.write_bytes(export(*pages))
        return list(scanned(path, **wishes))

    return written


def one(items) -> Page:
    (only,) = pages_of(items)
    return only


def test_a_page_with_its_newest_version(read):
    only = one(read(page("Talk:Cucumbers", revision("old"), revision("new", 2, parent=1, user="Ben"), number=12)))
    assert (only.title, only.id, only.text) == ("Talk:Cucumbers", 12, "new")
    assert only.locator == "dump.xml:Talk:Cucumbers"
    assert only.revision == Revision(id=2, at=datetime(2020, 3, 3, 10, 2, tzinfo=UTC), user="Ben")
    assert only.created == Revision(id=1, at=datetime(2020, 3, 3, 10, 1, tzinfo=UTC), user="Ann")


def test_the_newest_is_the_newest_by_its_time_then_its_number(read):
    same = "2020-03-03T12:00:00Z"
    saved = [revision("b", 7, time=same), revision("c", 9, time=same), revision("a", 8, time="2020-03-03T11:00:00Z")]
    assert one(read(page("Talk:X", *saved))).text == "c"


def test_the_wiki_is_the_one_of_the_siteinfo(read):
    (chunk,) = read(page("Talk:X"))
    assert chunk.site.key == "wiki.example.org"
    assert chunk.site.article_url == "https://wiki.example.org/wiki/$1"
    assert {each.number: each.names[:1] for each in chunk.site.namespaces}[4] == ("Garden",)


def test_of_a_full_history_each_line_has_its_writer(read):
    only = one(read(page("Talk:X", *versions("a", "a\nb", "a\nb2\nc"))))
    assert whose(only) == ["Ann", "Cleo", "Cleo"]
    only = one(read(page("Talk:X", *versions("a", "a\nb", "x\na\nb"))))
    assert whose(only) == ["Cleo", "Ann", "Ben"]
    assert [each.user for each in only.revisions] == ["Ann", "Ben", "Cleo"]


def test_of_a_current_dump_no_line_has(read):
    only = one(read(page("Talk:X", revision("a\nb", 9, parent=8))))
    assert (only.created, only.lines, only.revisions) == (None, (), ())
    assert only.revision is not None


def test_old_formats_do_not_tell_whether_a_single_version_is_the_first(tmp_path: Path):
    path = tmp_path / "old.xml"
    path.write_bytes(export(page("Talk:X", revision("a", 9)), version="0.4"))
    assert (one(scanned(path)).created, one(scanned(path)).lines) == (None, ())
    path.write_bytes(export(page("Talk:X", revision("a", 9), revision("a\nb", 10, user="Ben")), version="0.4"))
    assert whose(one(scanned(path))) == ["Ann", "Ben"]


def test_without_numbers_of_namespaces_the_title_tells(tmp_path: Path):
    path = tmp_path / "old.xml"
    path.write_bytes(export(page("Talk:X"), page("Article", revision("no words"))).replace(b"<ns>1</ns>", b""))
    assert titles_of(scanned(path)) == ["Talk:X"]


def test_other_slots_are_not_the_page(read):
    slot = (
        "<content><role>mediainfo</role><origin>5</origin><model>wikibase-mediainfo</model><format>application/json"
        '</format><text bytes="2">{}</text></content>'
    )
    saved = revision("words").replace("<sha1>", f"{slot}<sha1>").replace("<model>", "<origin>1</origin><model>", 1)
    assert one(read(page("Talk:X", saved))).text == "words"
    saved = revision("words").replace("<model>", f"{slot}<model>", 1)
    assert one(read(page("Talk:X", saved))).text == "words"


def test_the_main_slot_may_stand_in_an_element_of_its_own(read):
    main = "<content><role>main</role><model>wikitext</model><text>words</text></content>"
    saved = f"<revision><id>1</id><timestamp>2020-03-03T10:00:00Z</timestamp>{main}</revision>"
    assert one(read(page("Talk:X", saved))).text == "words"


def test_tags_nobody_knows_are_passed_over(read):
    odd = "<new><title>Not this</title><text>nor this</text></new>"
    saved = revision("words", more=odd)
    upload = (
        f"<upload><timestamp>2024-01-01T00:00:00Z</timestamp><comment>c</comment><filename>f</filename>{odd}</upload>"
    )
    only = one(read(odd, page("Talk:X", saved, upload, more=odd)))
    assert (only.title, only.text) == ("Talk:X", "words")
    assert only.revision is not None and only.revision.at.year == 2020


def test_hidden_parts_stay_out(read):
    secret = revision("secret", 2, parent=1, user="Secret").replace(
        '<text bytes="6" xml:space="preserve">', '<text bytes="6" deleted="deleted">'
    )
    summary = '<comment deleted="deleted">secret</comment>'
    nobody = revision("a\nb", 3, parent=2, more=summary).replace("<contributor>", '<contributor deleted="deleted">')
    found = read(page("Talk:X", revision("a", 1), secret, nobody))
    only = one(found)
    assert only.text == "a\nb"
    assert only.revision == Revision(id=3, at=datetime(2020, 3, 3, 10, 3, tzinfo=UTC), user=None)
    assert whose(only) == ["Ann", None]
    assert "ecret" not in repr(found)
    assert "(1)" in findings_of(found)["wiki-versions-hidden"].text


def test_where_the_newest_text_is_hidden_the_one_before_is_read(read):
    hidden = revision("secret", 2, parent=1).replace("<text ", '<text deleted="deleted" ')
    assert one(read(page("Talk:X", revision("a", 1), hidden))).text == "a"


def test_a_page_of_which_all_is_hidden_is_lost(read):
    hidden = revision("secret").replace("<text ", '<text deleted="deleted" ')
    finding = findings_of(read(page("Talk:X", hidden), page("Talk:Y")))["wiki-page-hidden"]
    assert (finding.lost, finding.locator) == (1, "dump.xml:Talk:X")


def test_what_holds_no_discussions_is_counted(read):
    json = revision('{"a": 1}').replace("<model>wikitext", "<model>json")
    board = revision('{"flow-workflow": "x"}').replace("<model>wikitext", "<model>flow-board")
    found = read(
        page("Talk:X"),
        page("Talk:Old", more='<redirect title="Talk:X"/>'),
        page("Talk:Older", revision("#redirect [[Talk:X]]")),
        page("Talk:Data", json),
        page("Talk:Board", board),
        page("Talk:Empty", revision(" \n")),
    )
    assert titles_of(found) == ["Talk:X"]
    findings = findings_of(found)
    assert "(2)" in findings["wiki-redirects"].text
    assert "json 1" in findings["wiki-other-content"].text
    assert "(1)" in findings["wiki-boards-elsewhere"].text
    assert "(1)" in findings["wiki-pages-empty"].text
    assert not any(finding.lost for finding in findings.values())


def test_a_dump_of_stubs_says_so(read):
    stub = revision("").replace('<text bytes="0" xml:space="preserve"></text>', '<text bytes="77" id="5" />')
    with pytest.raises(InputError, match="stubs"):
        read(page("Talk:X", stub))


def test_a_page_may_be_empty_without_being_a_stub(read):
    saved = revision("").replace('<text bytes="0" xml:space="preserve"></text>', '<text bytes="0" />')
    found = read(page("Talk:X", saved), page("Talk:Y"))
    assert "wiki-pages-empty" in findings_of(found)


def test_what_liquidthreads_says_comes_along(read):
    thread = (
        "<DiscussionThreading><ThreadSubject>Soil</ThreadSubject><ThreadPage>Talk:X</ThreadPage></DiscussionThreading>"
    )
    only = one(read(page("Thread:Talk:X/Soil", more=thread)))
    assert only.thread == (("ThreadSubject", "Soil"), ("ThreadPage", "Talk:X"))
    assert one(read(page("Thread:Talk:X/Soil", more=thread), page("Talk:Y"), titles=("Talk:X",))) == only


def test_boards_of_flow_are_handed_over(read):
    post = (
        '<topic id="t1x0000000000000"><post id="t1x0000000000000"><revisions><revision id="t1x0000000000000" userid="7"'
        ' type="topic" format="topic-title-wikitext" flags="">Soil</revision></revisions></post></topic>'
    )
    found = read(f'<board id="t0x0000000000000" title="Talk:My_Garden">{post}</board>', page("Talk:X"))
    (board,) = [item for item in found if isinstance(item, Chunk) and not isinstance(item, Pages)]
    assert board.label == "dump.xml:Talk:My Garden"
    assert titles_of(found) == ["Talk:X"]
    other = read(f'<board title="Talk:My_Garden">{post}</board>', page("Talk:X"), titles=("Talk:X",))
    assert all(isinstance(item, Pages) for item in other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1simple-example", {"Talk:ThreadItemStore1": ["X", "X", "Y", "Z"]}),
        ("2archived-section", {"Talk:ThreadItemStore2/Archive": ["Z", "Z"]}),
        ("5changed-comment-indentation", {"Talk:ThreadItemStore5": ["X", "X", "Y", "Z"]}),
        ("7identical-rev-timestamp", {"Talk:ThreadItemStore7": ["X", "X", "Y", "X", "X", "Z"]}),
    ],
)
def test_published_dumps(name: str, expected: dict[str, list[str]]):
    path = CORPORA / "wiki" / "dumps" / name / "dump.xml"
    if not path.exists():
        pytest.skip("the published dumps are not here")
    assert {each.title: whose(each) for each in pages_of(scanned(path))} == expected


def test_chunks_travel_to_other_processes(read):
    for item in read(page("Talk:X", *versions("a", "a\nb"))):
        assert pickle.loads(pickle.dumps(item)) == item


def test_many_pages_are_cut_into_chunks_at_the_same_places(tmp_path: Path):
    path = tmp_path / "dump.xml"
    many = [page(f"Talk:Page {number}", revision(SIGNED * 200, number)) for number in range(1, 300)]
    path.write_bytes(export(*many))
    before = [item.fingerprint for item in scanned(path) if isinstance(item, Pages)]
    assert len(before) > 3
    path.write_bytes(export(page("Talk:New"), *many))
    after = [item.fingerprint for item in scanned(path) if isinstance(item, Pages)]
    assert len(set(before) & set(after)) >= len(before) - 2

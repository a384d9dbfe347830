"""Flow and LiquidThreads in files as they lie about: from the XML to records, over several files, damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from importers.wiki import WikiImporter
from migrate.model import Finding, Message, Person, Record, Thread
from migrate.sources import Options
from tests.importers.wiki.flow_answers import below, dumped_post, flow_id, written

FLOW = "http://www.mediawiki.org/xml/flow-1.0/"
SITEINFO = """
<siteinfo><sitename>Garden wiki</sitename><dbname>gardenwiki</dbname>
<base>https://wiki.example.org/wiki/Main_Page</base><case>first-letter</case>
<namespaces><namespace key="0" case="first-letter"/><namespace key="1" case="first-letter">Talk</namespace>
<namespace key="2" case="first-letter">User</namespace><namespace key="3" case="first-letter">User talk</namespace>
<namespace key="90" case="first-letter">Thread</namespace><namespace key="92" case="first-letter">Summary</namespace>
</namespaces></siteinfo>
"""
T, A, B = (flow_id(second) for second in (0, 1, 60))


def flow(topics: int = 1) -> str:
    """A dump with a board."""
    root = Element("mediawiki", {"xmlns": FLOW, "version": "1.0", "xml:lang": "en"})
    board = SubElement(root, "board", {"id": flow_id(-9), "title": "Talk:Cucumbers"})
    for number in range(topics):
        topic, first, second = (flow_id(1000 * number + each) for each in (0, 1, 60))
        element = SubElement(board, "topic", {"id": topic})
        head = dumped_post(element, topic, f"Bitter {number}", flags="utf-8,topic-title-wikitext")
        post = dumped_post(below(head), first, "Why & how?", user=11)
        dumped_post(below(post), second, "Water <i>them</i>.", user=12)
    return "".join(written(root))


def page(title: str, number: int, text: str, *, author: str = "Ann", user: int = 11, thread: str = "") -> str:
    return f"""
<page><title>{title}</title><ns>{90 if thread else 1}</ns><id>{number}</id>{thread}
<revision><id>{number}</id><timestamp>2010-05-01T12:0{number}:00Z</timestamp>
<contributor><username>{author}</username><id>{user}</id></contributor><model>wikitext</model><format>text/x-wiki</format>
<text xml:space="preserve">{text}</text></revision></page>"""


def threading(*, parent: str = "", author: str = "Ann") -> str:
    up = (
        f"<ThreadParent>{parent}</ThreadParent><ThreadAncestor>Thread:Talk:Soil/Clay</ThreadAncestor>" if parent else ""
    )
    return f"""<DiscussionThreading><ThreadSubject>Clay</ThreadSubject>{up}<ThreadPage>Talk:Soil</ThreadPage>
<ThreadID>1</ThreadID><ThreadAuthor>{author}</ThreadAuthor><ThreadEditStatus>never</ThreadEditStatus>
<ThreadType>normal</ThreadType><ThreadSignature>x</ThreadSignature></DiscussionThreading>"""


def wiki(*pages: str) -> str:
    """A dump of pages."""
    return f'<mediawiki version="0.11" xml:lang="en">{SITEINFO}{"".join(pages)}</mediawiki>'


LIQUID = wiki(
    page("Thread:Talk:Soil/Clay/reply", 2, "Add sand.", thread=threading(parent="Thread:Talk:Soil/Clay", author="Bob")),
    page("Thread:Talk:Soil/Clay", 1, "Heavy clay.", thread=threading()),
)


def records(*files: Path) -> Iterator[Record]:
    importer = WikiImporter()
    for item in importer.scan([str(file) for file in files], Options({})):
        yield from [item] if isinstance(item, Finding) else importer.read(item)


def saved(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_board_comes_out_of_its_dump(tmp_path):
    found = list(records(saved(tmp_path, "flow.xml", flow(2))))
    messages = [each for each in found if isinstance(each, Message)]
    assert [(each.body, each.parent and each.parent.rpartition(":")[2]) for each in messages[:2]] == [
        ("Why & how?", None),
        ("Water *them*.", A),
    ]
    assert [each.title for each in found if isinstance(each, Thread)] == ["Bitter 0", "Bitter 1"]
    [numbered] = [each for each in found if isinstance(each, Finding)]
    assert (numbered.code, "(4)" in numbered.text) == ("author-by-number", True)


def test_topics_are_cut_into_chunks_at_the_same_places(tmp_path):
    importer = WikiImporter()
    first = [
        item.fingerprint
        for item in importer.scan([str(saved(tmp_path, "a.xml", flow(400)))], Options({}))
        if not isinstance(item, Finding)
    ]
    more = [
        item.fingerprint
        for item in importer.scan([str(saved(tmp_path, "b.xml", flow(410)))], Options({}))
        if not isinstance(item, Finding)
    ]
    assert 3 < len(first) < 40
    assert first[:-1] == more[: len(first) - 1]


def test_another_file_tells_who_the_numbers_are(tmp_path):
    pages = wiki(page("Talk:Soil", 1, "Hello"), page("Talk:Water", 2, "Hello", author="Bob", user=12))
    for order in (("a.xml", "b.xml"), ("b.xml", "a.xml")):
        folder = tmp_path / order[0]
        folder.mkdir()
        files = [saved(folder, order[0], flow()), saved(folder, order[1], pages)]
        found = list(records(*sorted(files)))
        messages = [each for each in found if isinstance(each, Message) and ":flow:" in each.key]
        assert [each.author for each in messages] == ["wiki:wiki.example.org:Ann", "wiki:wiki.example.org:Bob"]
        assert {each.key for each in messages} == {f"wiki:wiki.example.org:flow:{each}" for each in (A, B)}
        assert "author-by-number" not in {each.code for each in found if isinstance(each, Finding)}


def test_threads_of_liquidthreads_come_out_of_a_dump(tmp_path):
    found = list(records(saved(tmp_path, "lqt.xml", LIQUID)))
    key = "wiki:wiki.example.org:lqt:Talk:Soil/Clay"
    assert {(each.key, each.parent, each.author, each.body) for each in found if isinstance(each, Message)} == {
        (key, None, "wiki:wiki.example.org:Ann", "Heavy clay."),
        (f"{key}/reply", key, "wiki:wiki.example.org:Bob", "Add sand."),
    }
    assert {(each.key, each.title, each.labels) for each in found if isinstance(each, Thread)} == {
        (key, "Clay", ("Soil",))
    }
    assert {each.key for each in found if isinstance(each, Person)} == {
        "wiki:wiki.example.org:Ann",
        "wiki:wiki.example.org:Bob",
    }


def test_a_cut_off_board_keeps_the_topics_before(tmp_path):
    text = flow(3)
    cut = text[: text.rindex("Bitter 2")]
    found = list(records(saved(tmp_path, "flow.xml", cut)))
    assert [each.title for each in found if isinstance(each, Thread)] == ["Bitter 0", "Bitter 1"]
    assert "wiki-xml-cut-off" in {each.code for each in found if isinstance(each, Finding)}


def test_a_damaged_topic_costs_no_other_of_its_board(tmp_path):
    damaged = flow(3).replace("Bitter 1", "Bitter <1>", 1)
    found = list(records(saved(tmp_path, "flow.xml", damaged)))
    threads = [each for each in found if isinstance(each, Thread)]
    assert [(each.title, each.labels) for each in threads] == [
        ("Bitter 0", ("Cucumbers",)),
        ("Bitter 2", ("Cucumbers",)),
    ]
    assert [each.code for each in found if isinstance(each, Finding)].count("wiki-xml-damaged") == 1


def test_only_the_boards_that_were_asked_for_are_read(tmp_path):
    path = saved(tmp_path, "flow.xml", flow(2).replace("Bitter 0", "Bitter <0>", 1))
    other = saved(tmp_path, "other.xml", flow(3).replace("Talk:Cucumbers", "Talk:Soil"))
    importer = WikiImporter()
    chunks = importer.scan([str(path), str(other), "Talk:Soil"], Options({}))
    found = [record for item in chunks if not isinstance(item, Finding) for record in importer.read(item)]
    assert [each.labels for each in found if isinstance(each, Thread)] == [("Soil",)] * 3

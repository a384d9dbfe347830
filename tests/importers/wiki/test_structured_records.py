"""From Flow and LiquidThreads to records: what the archive gets, whole, private and the same however it was read."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from importers.wiki.chunks import READERS, records_of
from importers.wiki.structured import TopicBatch, Topics
from importers.wiki.structured.live import LiveTopics, board_chunks, live_records, thread_chunks
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Message, Person, Record, Source, Thread
from migrate.report.wording import WORDINGS
from tests.importers.wiki.flow_answers import BOARD, SITE, FakeApi, at, below, dumped_post, flow_id, listed, revision
from tests.importers.wiki.test_liquidthreads import MAY, REPLY, ROOT, answered, page, row, text_page

T, A, B, C = (flow_id(second) for second in (0, 1, 60, 120))
API = "https://wiki.example.org/w/api.php"


def posts(**of_b: Any) -> list[dict[str, Any]]:
    head = revision(T, T, "Bitter cucumbers") | {
        "summary": {
            "revision": {
                "content": {"content": "Water helps.", "format": "wikitext"},
                "revisionId": flow_id(90),
                "creator": {"name": "Cora"},
            }
        },
        "isLocked": True,
        "isModerated": True,
        "moderateState": "lock",
    }
    return [
        head,
        revision(A, T, "Why, [[User:Bob|Bob]]?", to=T),
        revision(B, T, "Water them.", by="Bob", to=A) | of_b,
        revision(C, T, "", to=B) | {"content": {"content": "<p>Thanks, <b>Bob</b>!</p>", "format": "html"}},
    ]


def live(found: list[dict[str, Any]], wishes: Wishes = Wishes()) -> list[Record]:  # noqa: B008 - it cannot change
    """The records of a board with one topic."""
    answer = {"flow": {"view-topiclist": {"result": {"topiclist": listed(found)}}}}
    api = FakeApi([({"submodule": "view-topiclist"}, answer), ({"submodule": "view-header"}, {})])
    records: list[Record] = []
    for chunk in board_chunks(api, API, SITE, wishes, BOARD):
        assert isinstance(chunk, LiveTopics)
        records += live_records(pickle.loads(pickle.dumps(chunk)), api)
    return records


def of(kind: type[Any], records: Iterable[Record]) -> list[Any]:
    return [record for record in records if isinstance(record, kind)]


def test_a_topic_comes_out_whole():
    records = live(posts())
    assert of(Finding, records) == []
    [source] = of(Source, records)
    assert (source.key, source.name, source.licence) == (
        "wiki:wiki.example.org:1",
        "Talk – Garden wiki",
        "CC BY-SA 4.0",
    )
    [thread] = of(Thread, records)
    assert thread == Thread(
        key=f"wiki:wiki.example.org:flow:{T}",
        source=source.key,
        title="Bitter cucumbers",
        labels=("Cucumbers",),
        url=f"https://wiki.example.org/wiki/Topic:{T.capitalize()}",
    )
    messages = of(Message, records)
    assert [(each.key.rpartition(":")[2], each.parent, each.author, each.sent_at) for each in messages] == [
        (A, None, "wiki:wiki.example.org:Ann", at(1)),
        (B, f"wiki:wiki.example.org:flow:{A}", "wiki:wiki.example.org:Bob", at(60)),
        (C, f"wiki:wiki.example.org:flow:{B}", "wiki:wiki.example.org:Ann", at(120)),
        (f"{T}.summary", None, "wiki:wiki.example.org:Cora", at(90)),
    ]
    assert [each.body for each in messages] == [
        "Why, [Bob](person:wiki:wiki.example.org:Bob)?",
        "Water them.",
        "Thanks, **Bob**!",
        "**Summary**\n\nWater helps.",
    ]
    assert {each.thread for each in messages} == {thread.key}
    assert [each.flags for each in messages] == [("closed",), (), (), ()]
    assert messages[1].url == f"{thread.url}#flow-post-{B}"
    assert messages[1].locator == f"wiki.example.org:Topic:{T.capitalize()}#flow-post-{B}"
    assert [each.native_format for each in messages] == ["text/x-wiki", "text/x-wiki", "text/html", "text/x-wiki"]


def test_a_single_topic_can_be_named():
    api = FakeApi([({"submodule": "view-topic"}, {"flow": {"view-topic": {"result": {"topic": listed(posts())}}}})])
    [chunk] = board_chunks(api, API, SITE, Wishes(), f"Topic:{T.capitalize()}")
    assert isinstance(chunk, Topics)
    assert [each.key.rpartition(":")[2] for each in of(Message, READERS[Topics](chunk))] == [A, B, C, f"{T}.summary"]


def test_people_come_before_their_messages():
    known: set[str] = set()
    for record in live(posts()):
        if isinstance(record, Person):
            known.add(record.key)
        if isinstance(record, Message):
            assert record.author in known


def test_what_moderators_took_away_stays_out_and_is_counted():
    records = live(posts(isModeratedNotLocked=True, moderateState="suppress"))
    assert "Water them" not in repr(records)
    assert [(each.code, each.lost) for each in of(Finding, records)] == [("moderated-left-out", 1)]
    assert [each.parent for each in of(Message, records)][:2] == [None, f"wiki:wiki.example.org:flow:{A}"]


def test_of_a_hidden_topic_nothing_is_told_but_the_number_of_its_posts():
    found = posts()
    found[0] |= {"isLocked": False, "moderateState": "delete"}
    records = live(found)
    assert [(each.code, each.lost) for each in of(Finding, records)] == [("moderated-left-out", 4)]
    assert of(Message, records) == of(Thread, records) == of(Person, records) == []
    assert "cucumbers" not in repr(records).replace("Cucumbers", "").lower()


def test_addresses_of_who_had_no_account_are_shown_nowhere_unless_wished_for():
    found = posts(creator={"name": "192.0.2.7"})
    found[1]["content"] = {"content": "As 192.0.2.7 said", "format": "wikitext"}
    private = [replace(record, native=None) if isinstance(record, Message) else record for record in live(found)]
    assert "192.0.2.7" not in repr(private)
    assert "192.0.2.7" in repr(live(found, Wishes(show_ips=True)))


def test_the_talk_page_of_an_address_keeps_it_to_itself():
    page_of = page("Thread:User talk:192.0.2.7/Hello", author="192.0.2.7", ThreadPage="User talk:192.0.2.7")
    summary = replace(
        page_of, title="Summary:User talk:192.0.2.7/Hello", thread=(), locator="x:Summary:User talk:192.0.2.7/Hello"
    )
    for each in (page_of, summary):
        private = [
            replace(record, native=None) if isinstance(record, Message) else record
            for record in records_of(each, SITE, Wishes())
        ]
        assert of(Message, private)
        assert "192.0.2.7" not in repr(private)


def dump(**of_b: str) -> Element:
    element = Element("topic", {"id": T})
    head = dumped_post(element, T, "Bitter cucumbers", flags="utf-8,topic-title-wikitext", modstate="lock")
    first = dumped_post(below(head), A, "Why, [[User:Bob|Bob]]?", user=11)
    second = dumped_post(below(first), B, "Water them.", user=12, **of_b)
    dumped_post(below(second), C, "<p>Thanks, <b>Bob</b>!</p>", user=11, flags="utf-8,html")
    return element


def chunk_of(
    element: Element,
    names: dict[int, str],
    file: str = "flow.xml",
    wishes: Wishes = Wishes(),  # noqa: B008
) -> Topics:
    batch = TopicBatch(wishes)
    board = {"id": flow_id(-9), "title": "Talk:Cucumbers"}
    [chunk] = [*batch.add(element, board, SITE, file, 99, names), *batch.flush()]
    return chunk


def dumped(element: Element, names: dict[int, str] | None = None) -> list[Record]:
    chunk = chunk_of(element, names or {})
    return list(READERS[type(chunk)](pickle.loads(pickle.dumps(chunk))))


def test_a_dump_gives_the_same_messages_as_the_wiki():
    def essence(records: list[Record]) -> list[Any]:
        messages = [replace(each, locator="", origins=()) for each in of(Message, records)]
        return [each for each in messages if not each.key.endswith(".summary")] + of(Thread, records)

    assert essence(dumped(dump(), {11: "Ann", 12: "Bob"})) == essence(live(posts()))


def test_people_known_by_number_are_told_apart_and_reported():
    records = dumped(dump())
    assert [(each.key, each.name) for each in of(Person, records)] == [
        ("wiki:wiki.example.org:#user-11", "User 11"),
        ("wiki:wiki.example.org:#user-12", "User 12"),
        ("wiki:wiki.example.org:#user-11", "User 11"),
    ]
    assert [(each.code, each.lost) for each in of(Finding, records)] == [("author-by-number", 0)]


def test_the_fingerprint_changes_with_the_content_and_the_names_only():
    names = {11: "Ann"}
    same = chunk_of(dump(), names)
    assert same.fingerprint == chunk_of(dump(), names, "b.xml", Wishes(titles=("Talk:X",))).fingerprint
    others = [
        chunk_of(dump(), {}),
        chunk_of(dump(modstate="hide"), names),
        chunk_of(dump(), names, wishes=Wishes(show_ips=True)),
    ]
    assert len({same.fingerprint, *(each.fingerprint for each in others)}) == 4


def test_liquid_threads_come_out_the_same_from_pages_and_from_the_wiki():
    pages = [page(ROOT), page(REPLY, parent=ROOT, author="Bob", text="Water them.")]
    exported = [record for each in pages for record in records_of(each, SITE, Wishes())]
    texts = [text_page(101, ROOT, "Mine are bitter.", new=True), text_page(102, REPLY, "Water them.", new=True)]
    rows = [row(1), row(2, parent=1, author={"name": "Bob"})]
    api = FakeApi([({"list": "threads"}, answered(*rows)), ({"prop": "revisions"}, {"query": {"pages": texts}})])
    [chunk] = thread_chunks(api, API, SITE, Wishes(), [BOARD])
    assert isinstance(chunk, LiveTopics)
    told = list(live_records(chunk, api))
    thread, root = "wiki:wiki.example.org:lqt:Talk:Cucumbers/Bitter", "wiki:wiki.example.org:lqt:Talk:Cucumbers/Bitter"
    for records in (exported, told):
        assert [
            (each.key, each.thread, each.parent, each.author, each.body, each.sent_at) for each in of(Message, records)
        ] == [
            (root, thread, None, "wiki:wiki.example.org:Ann", "Mine are bitter.", MAY),
            (f"{root}/reply", thread, root, "wiki:wiki.example.org:Bob", "Water them.", MAY),
        ]
        assert {(each.key, each.title, each.labels) for each in of(Thread, records)} == {
            (thread, "Bitter cucumbers", ("Cucumbers",))
        }
        assert {each.url for each in of(Message, records)} == {
            "https://wiki.example.org/wiki/Thread:Talk:Cucumbers/Bitter",
            "https://wiki.example.org/wiki/Thread:Talk:Cucumbers/Bitter/reply",
        }


def test_notes_of_moves_and_posts_with_nothing_in_them_are_counted():
    moved = list(records_of(page(ROOT, ThreadType="moved"), SITE, Wishes()))
    empty = list(records_of(page(ROOT, text=" \n"), SITE, Wishes()))
    assert [(each.code, each.lost) for each in of(Finding, moved)] == [("moved-note", 1)]
    assert [(each.code, each.lost) for each in of(Finding, empty)] == [("entry-empty", 1)]
    assert of(Message, [*moved, *empty]) == []


def test_every_finding_has_words():
    codes = {
        "moderated-left-out",
        "moved-note",
        "entry-empty",
        "post-unreadable",
        "reply-parent-missing",
        "author-by-number",
    }
    assert codes | {"author-unknown", "list-circular", "dated-by-edit", "section-empty"} <= WORDINGS.keys()

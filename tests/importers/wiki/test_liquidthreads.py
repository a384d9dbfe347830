"""LiquidThreads, from XML pages and over the API: one tree, known by the same keys either way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from importers.wiki.page import Page, Revision
from importers.wiki.structured.liquid import is_dated_by_edit, is_liquid, topic_of_page
from importers.wiki.structured.liquid_api import threads, with_texts
from importers.wiki.structured.tree import Odd, Topic
from migrate.model import Finding
from tests.importers.wiki.flow_answers import SITE, FakeApi

BOARD = "Talk:Cucumbers"
ROOT, REPLY, DEEPER = (
    "Thread:Talk:Cucumbers/Bitter",
    "Thread:Talk:Cucumbers/Bitter/reply",
    "Thread:Talk:Cucumbers/Bitter/reply (2)",
)
MAY = datetime(2010, 5, 1, 12, 0, 0, tzinfo=UTC)


def page(title: str, *, parent: str = "", author: str = "Ann", text: str = "Mine are bitter.", **more: str) -> Page:
    fields = {"ThreadSubject": "Bitter [[cucumber]]s"}
    if parent:
        fields |= {"ThreadParent": parent, "ThreadAncestor": ROOT}
    fields |= {
        "ThreadPage": BOARD,
        "ThreadID": "7",
        "ThreadAuthor": author,
        "ThreadEditStatus": "never",
        "ThreadType": "normal",
    }
    fields |= {"ThreadSignature": f"[[User:{author}]]", **more}
    saved = Revision(id=5, at=MAY, user="Somebody else")
    return Page(title=title, id=4, text=text, locator=f"lqt.xml:{title}", revision=saved, thread=tuple(fields.items()))


def test_a_thread_is_its_first_page():
    topic = topic_of_page(page(ROOT), SITE)
    [post] = topic.posts
    assert (topic.id, topic.board, topic.title, topic.page) == (
        "Talk:Cucumbers/Bitter",
        BOARD,
        "Bitter cucumbers",
        ROOT,
    )
    assert (post.id, post.parent, post.author, post.at, post.text) == (topic.id, None, "Ann", MAY, "Mine are bitter.")


def test_a_reply_names_its_thread_and_what_it_answers_by_itself():
    topic = topic_of_page(page(DEEPER, parent=REPLY), SITE)
    assert topic.id == topic_of_page(page(ROOT), SITE).id
    assert topic.posts[0].parent == topic_of_page(page(REPLY, parent=ROOT), SITE).posts[0].id


def test_titles_are_compared_as_the_wiki_does():
    odd = REPLY.replace(" ", "_").replace("Thread:", "thread:")
    assert topic_of_page(page(DEEPER, parent=odd), SITE).posts[0].parent == "Talk:Cucumbers/Bitter/reply"


@pytest.mark.parametrize("kind", ["moved", "deleted", "hidden"])
def test_what_was_moved_or_deleted_is_known_as_such(kind):
    assert topic_of_page(page(ROOT, ThreadType=kind), SITE).posts[0].hidden == kind


def test_the_first_version_tells_when_it_was_written():
    first = Revision(id=1, at=MAY.replace(year=2009), user="Ann")
    written = replace(page(ROOT, ThreadEditStatus="by-author"), created=first)
    assert topic_of_page(written, SITE).posts[0].at == first.at
    assert not is_dated_by_edit(written)
    assert is_dated_by_edit(page(ROOT, ThreadEditStatus="by-others"))
    assert not is_dated_by_edit(page(ROOT, ThreadEditStatus="has-reply"))


def test_a_summary_joins_its_thread():
    summary = Page(
        title="Summary:Talk:Cucumbers/Bitter",
        id=9,
        text="Water.",
        locator="x",
        revision=Revision(id=5, at=MAY, user="Cora"),
    )
    assert is_liquid(summary, SITE)
    topic = topic_of_page(summary, SITE)
    assert (topic.id, topic.is_part, topic.posts[0].author) == ("Talk:Cucumbers/Bitter", True, "Cora")


def test_no_key_shows_the_address_of_who_had_no_account():
    topic = topic_of_page(page("Thread:User talk:192.0.2.7/Hello", ThreadPage="User talk:192.0.2.7"), SITE)
    assert "192.0.2.7" not in topic.id + topic.posts[0].id


def row(number: int, *, parent: int | None = None, ancestor: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "subject": "Bitter cucumbers",
        "pagens": 1,
        "pagetitle": BOARD,
        "parent": str(parent) if parent else None,
        "ancestor": str(ancestor),
        "created": "20100501120000",
        "modified": "20100502120000",
        "author": {"id": "3", "name": "Ann"},
        "summaryid": None,
        "rootid": str(number + 100),
        "type": "0",
        **more,
    }


def answered(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"query": {"threads": {each["id"]: each for each in rows}}, **more}


def text_page(number: int, title: str, words: str, *, new: bool) -> dict[str, Any]:
    slot = {"slots": {"main": {"content": words}}} if new else {"*": words}
    return {
        "pageid": number,
        "title": title,
        "revisions": [{"user": "Cora", "timestamp": "2010-06-01T00:00:00Z", **slot}],
    }


@pytest.mark.parametrize("new", [True, False])
def test_the_api_tells_the_same_as_the_export(new):
    pages = [
        text_page(101, ROOT, "Mine are bitter.", new=new),
        text_page(102, REPLY, "Water them.", new=new),
        text_page(103, DEEPER, "Thanks!", new=new),
        text_page(104, "Summary:Talk:Cucumbers/Bitter", "Water.", new=new),
    ]
    found = pages if new else {str(each["pageid"]): each for each in pages}
    api = FakeApi(
        [
            ({"list": "threads"}, answered(row(1, summaryid="104"), row(2, parent=1), row(3, parent=2))),
            ({"prop": "revisions"}, {"query": {"pages": found}}),
        ]
    )
    listed = [each for each in threads(api, [BOARD]) if isinstance(each, Topic)]
    [topic] = with_texts(api, listed, SITE)
    exported = [
        topic_of_page(page(title, parent=parent), SITE)
        for title, parent in ((ROOT, ""), (REPLY, ROOT), (DEEPER, REPLY))
    ]
    assert {topic.id} == {each.id for each in exported}
    assert [(post.id, post.parent) for post in topic.posts[:3]] == [
        (each.posts[0].id, each.posts[0].parent) for each in exported
    ]
    assert [post.text for post in topic.posts] == ["Mine are bitter.", "Water them.", "Thanks!", "Water."]
    assert (topic.posts[3].id, topic.posts[3].author) == (f"{topic.id}.summary", "Cora")
    assert (topic.posts[0].author, topic.posts[0].at) == ("Ann", MAY)


@pytest.mark.parametrize(
    "going_on",
    [{"continue": {"thstartid": "2", "continue": "-||"}}, {"query-continue": {"threads": {"thstartid": "2"}}}],
)
def test_the_list_is_read_to_its_end(going_on):
    api = FakeApi(
        [
            ({"list": "threads", "thstartid": "2"}, answered(row(2, ancestor=2))),
            ({"list": "threads"}, answered(row(1), **going_on)),
        ]
    )
    assert [each.id for each in threads(api) if isinstance(each, Topic)] == ["1", "2"]


def test_a_list_that_goes_in_a_circle_ends():
    api = FakeApi([({"list": "threads"}, answered(row(1), **{"continue": {"thstartid": "1"}}))])
    found = list(threads(api))
    assert [each.id for each in found if isinstance(each, Topic)] == ["1"]
    assert [each.code for each in found if isinstance(each, Finding)] == ["list-circular"]


def test_circles_and_missing_parents_are_counted():
    api = FakeApi(
        [({"list": "threads"}, answered(row(1, parent=3), row(2, parent=1), row(3, parent=2), row(4, parent=99)))]
    )
    found = list(threads(api))
    assert [(post.id, post.parent) for each in found if isinstance(each, Topic) for post in each.posts] == [
        ("1", None),
        ("2", "1"),
        ("3", "2"),
        ("4", None),
    ]
    assert [each.count for each in found if isinstance(each, Odd)] == [2]


def test_a_post_whose_page_is_gone_or_hidden_is_withheld():
    hidden = {"pageid": 102, "title": REPLY, "revisions": [{"texthidden": True}]}
    api = FakeApi(
        [
            ({"list": "threads"}, answered(row(1), row(2, parent=1), row(3, parent=2))),
            ({"prop": "revisions"}, {"query": {"pages": [text_page(101, ROOT, "x", new=True), hidden]}}),
        ]
    )
    [topic] = with_texts(api, [each for each in threads(api) if isinstance(each, Topic)], SITE)
    assert [post.hidden for post in topic.posts] == ["", "withheld", "withheld"]


@pytest.mark.parametrize("wrong", [None, [], ["x"], {"x": []}, True, "text", 10**30, -1])
def test_wrong_types_cost_no_other_thread(wrong):
    for field in row(2):
        bad = row(2, parent=1) | {field: wrong}
        api = FakeApi([({"list": "threads"}, {"query": {"threads": [row(1), bad, row(3, ancestor=3)]}})])
        assert {"1", "3"} <= {post.id for each in threads(api) if isinstance(each, Topic) for post in each.posts}

"""Flow over the API: the tree of a board's topics, who wrote, when, and what may be shown."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from importers.wiki.structured.flow import description_of, topics_of
from importers.wiki.structured.flow_api import Listed, board_description, board_lists, listed_topics
from importers.wiki.structured.flow_ids import flow_id as read_id
from importers.wiki.structured.flow_ids import moment_of
from importers.wiki.structured.tree import Odd, Topic
from migrate.model import Finding
from tests.importers.wiki.flow_answers import BOARD, FakeApi, at, flow_id, listed, revision

T, A, B, C = (flow_id(second) for second in (0, 1, 60, 120))


def one(result: object) -> Topic:
    [topic] = [each for each in topics_of(result, BOARD) if isinstance(each, Topic)]
    return topic


def odds(result: object) -> dict[str, int]:
    return {each.code: each.count for each in topics_of(result, BOARD) if isinstance(each, Odd)}


def three(**of_b: Any) -> list[dict[str, Any]]:
    """A topic: A, to which B answers, to which C does."""
    return [
        revision(T, T, "Bitter cucumbers"),
        revision(A, T, "Why?", to=T),
        revision(B, T, "Water them.", to=A) | of_b,
        revision(C, T, "Thanks!", to=B),
    ]


def test_an_id_tells_when_what_has_it_came_to_be():
    # From the extension's own tests, where the timestamp 20150723160332 stands beside it.
    assert f"{moment_of('slmursxodnri3jbd'):%Y%m%d%H%M%S}" == "20150723160332"


@pytest.mark.parametrize(
    "value", ["", "z" * 500, "zzzzzzzzzzzzzzzzzzz", "0" * 16, "slmursxodnri3jb!", "ſlmursxodnri3jbd", None, 7]
)
def test_what_is_no_id_tells_no_time(value):
    assert moment_of(read_id(value)) is None


def test_the_tree_is_the_boards():
    topic = one(listed(three()))
    assert (topic.id, topic.title, topic.page) == (T, "Bitter cucumbers", f"Topic:{T.capitalize()}")
    assert [(post.id, post.parent, post.text) for post in topic.posts] == [
        (A, None, "Why?"),
        (B, A, "Water them."),
        (C, B, "Thanks!"),
    ]
    assert topic.posts[1].at == at(60)


def test_replies_tell_the_parent_where_the_answer_itself_does_not():
    posts = three()
    posts[2]["replyToId"] = None
    result = listed(posts) | {"roots": [T]}
    result["revisions"][A]["replies"] = [B]
    assert one(result).posts[1].parent == A


def test_the_author_is_who_began_the_post_not_who_changed_it():
    posts = three(author={"name": "Editor"}, creator={"name": "Bob"}, isOriginalContent=False)
    assert one(listed(posts)).posts[1].author == "Bob"


def test_an_editor_is_never_taken_for_an_author_who_is_not_told():
    posts = three(author={"name": "Editor"}, creator=[], isOriginalContent=False)
    assert one(listed(posts)).posts[1].author is None


def test_of_several_versions_the_newest_counts():
    result = listed(three())
    newer = flow_id(9000)
    result["posts"][B] = [B, newer]
    result["revisions"][newer] = revision(B, T, "Water them more.", to=A) | {"revisionId": newer}
    post = one(result).posts[1]
    assert (post.text, post.at) == ("Water them more.", at(60))


@pytest.mark.parametrize("state", ["hide", "delete", "suppress"])
def test_what_moderators_took_away_is_hidden_and_its_answers_answer_what_was_before_it(state):
    topic = one(listed(three(isModerated=True, isModeratedNotLocked=True, moderateState=state)))
    assert [(post.hidden, post.parent) for post in topic.posts] == [("", None), (state, A), ("", A)]


def test_a_post_without_its_content_is_hidden_whatever_else_it_says():
    posts = three()
    del posts[2]["content"]
    assert one(listed(posts)).posts[1].hidden == "withheld"


def test_a_locked_topic_is_closed_and_not_hidden():
    posts = three()
    posts[0] |= {"isModerated": True, "isLocked": True, "moderateState": "lock"}
    topic = one(listed(posts))
    assert (topic.closed, topic.hidden) == (True, "")


def test_a_hidden_topic_is_hidden_as_a_whole():
    posts = three()
    posts[0] |= {"isModerated": True, "moderateState": "delete"}
    assert one(listed(posts)).hidden == "delete"


@pytest.mark.parametrize(
    "summary",
    [
        {"revision": {"content": {"content": "Water helps.", "format": "wikitext"}, "creator": {"name": "Cora"}}},
        {"content": "Water helps.", "format": "wikitext", "creator": {"name": "Cora"}},
    ],
)
def test_a_summary_stands_at_the_end(summary):
    posts = three()
    posts[0]["summary"] = summary
    last = one(listed(posts)).posts[-1]
    assert (last.id, last.kind, last.text, last.author) == (f"{T}.summary", "summary", "Water helps.", "Cora")


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ({"content": "About [[Water|water]] & soil", "format": "topic-title-wikitext"}, "About water & soil"),
        ({"content": "About <a href='/x'>water</a> &amp; soil", "format": "topic-title-html"}, "About water & soil"),
        ({"content": "x", "plaintext": "About water & soil"}, "About water & soil"),
        (None, "Cucumbers"),
    ],
)
def test_the_title_is_plain_text(content, title):
    posts = three()
    posts[0]["content"] = content
    assert one(listed(posts)).title == title


def test_html_is_read_as_well():
    posts = three(content={"content": "<p>Water</p>", "format": "fixed-html"})
    assert (one(listed(posts)).posts[1].markup, one(listed(posts)).posts[0].markup) == ("html", "wikitext")


def test_circles_missing_parents_and_strangers_are_counted_and_nothing_is_lost_without_it():
    stranger = flow_id(500)
    posts = [
        *three(),
        revision(stranger, flow_id(9), "Elsewhere", to=A),
        revision(flow_id(300), T, "Lost", to=flow_id(77)),
    ]
    posts[1]["replyToId"] = C  # A answers C, C answers B, B answers A
    result = listed(posts) | {"roots": [T]}
    result["posts"]["no id at all"] = ["nothing"]
    topic = one(result)
    assert [(post.id, post.parent) for post in topic.posts] == [(A, None), (B, A), (C, B), (flow_id(300), None)]
    assert odds(result) == {"reply-parent-missing": 2, "post-unreadable": 2}


def test_ten_thousand_answers_deep():
    ids = [flow_id(second) for second in range(10_000)]
    posts = [revision(ids[0], ids[0], "Deep")]
    posts += [
        revision(own, ids[0], "x", to=parent, isModeratedNotLocked=n % 2 == 1)
        for n, (parent, own) in enumerate(pairwise(ids))
    ]
    topic = one(listed(posts))
    assert len(topic.posts) == 9_999
    assert topic.posts[-1].parent == ids[-3]


@pytest.mark.parametrize("wrong", [None, 7, "text", [], [[]], {"x": []}, True])
@pytest.mark.parametrize("place", ["roots", "posts", "revisions"])
def test_wrong_types_cost_what_they_stand_for(place, wrong):
    result = listed(three())
    result[place] = wrong
    assert all(isinstance(each, Topic | Odd) for each in topics_of(result, BOARD))


@pytest.mark.parametrize("wrong", [None, 7, "text", [], ["x"], {"x": []}, True, 10**30])
def test_wrong_types_in_a_post_cost_no_other_post(wrong):
    for field in revision(B, T, "", to=A):
        changed = dict(zip((T, A, B, C), three(**{field: wrong}), strict=True))
        topic = one(listed(three()) | {"revisions": changed})
        assert {A, C} <= {post.id for post in topic.posts}


def answer(result: object) -> dict[str, Any]:
    return {"flow": {"view-topiclist": {"result": {"topiclist": result}}}}


def of_list(offset: str = "") -> dict[str, Any]:
    return {"action": "flow", "submodule": "view-topiclist", "page": BOARD, "vtloffset-id": offset}


def test_a_board_is_listed_to_its_end():
    first, second = flow_id(500), flow_id(400)
    api = FakeApi(
        [
            (of_list(), answer(listed([revision(first, first, "New", last_updated=5)], following=first))),
            (of_list(first), answer(listed([revision(second, second, "Old", last_updated=6)]))),
        ]
    )
    assert list(board_lists(api, BOARD)) == [Listed("", ((first, 5),)), Listed(first, ((second, 6),))]


def test_a_list_that_goes_in_a_circle_ends():
    first = flow_id(500)
    same = answer(listed([revision(first, first, "Same")], following=first))
    found = list(board_lists(FakeApi([({"action": "flow"}, same)]), BOARD))
    assert [each for each in found if isinstance(each, Listed)] == [Listed("", ((first, 0),))]
    assert [each.code for each in found if isinstance(each, Finding)] == ["list-circular"]


def test_topics_that_moved_to_another_part_of_the_list_are_asked_for_by_name():
    other = flow_id(900)
    topic = {"flow": {"view-topic": {"result": {"topic": listed(three())}}}}
    api = FakeApi(
        [
            (of_list(), answer(listed([revision(other, other, "Newer")]))),
            ({"submodule": "view-topic", "page": f"Topic:{T.capitalize()}"}, topic),
        ]
    )
    found = list(listed_topics(api, BOARD, Listed("", ((T, 0),))))
    assert [each.id for each in found if isinstance(each, Topic)] == [T]


def test_a_topic_that_went_away_meanwhile_is_counted():
    gone: dict[str, Any] = {"flow": {"view-topic": {"result": {"topic": {"roots": [], "posts": [], "revisions": []}}}}}
    api = FakeApi([(of_list(), answer(listed([]))), ({"submodule": "view-topic"}, gone)])
    found = list(listed_topics(api, BOARD, Listed("", ((T, 0),))))
    assert found == [Odd("post-unreadable", 1, f"Topic:{T.capitalize()}")]


def test_what_stands_above_the_topics_is_a_topic_of_its_own():
    head = revision(flow_id(3), T, "Be kind.", to="x") | {"replyToId": None}
    api = FakeApi(
        [({"submodule": "view-header"}, {"flow": {"view-header": {"result": {"header": {"revision": head}}}}})]
    )
    topic = board_description(api, BOARD)
    assert topic is not None
    assert (topic.id, topic.title, topic.posts[0].text, topic.posts[0].at) == (
        f"{T}.description",
        BOARD,
        "Be kind.",
        at(3),
    )
    assert description_of({"revision": []}, BOARD) is None

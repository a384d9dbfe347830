"""Flow's own XML dumps: the tree, whose a post is, which version counts."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

import pytest

from importers.wiki.structured.flow_dump import dumped_topics, with_names
from importers.wiki.structured.tree import Odd, Topic
from tests.importers.wiki.flow_answers import add_version, at, below, dumped_post, flow_id

BOARD = {"id": flow_id(-100), "title": "Talk:Bitter_cucumbers"}
T, A, B, C = (flow_id(second) for second in (0, 1, 60, 120))


def topic_element(**of_b: str) -> Element:
    """A topic: A, to which B answers, to which C does."""
    element = Element("topic", {"id": T})
    head = dumped_post(element, T, "Why [[bitter]]?", flags="utf-8,topic-title-wikitext")
    first = dumped_post(below(head), A, "Mine are.", user=11)
    second = dumped_post(below(first), B, "Water them.", user=12, **of_b)
    dumped_post(below(second), C, "Thanks!", user=11)
    return element


def one(element: Element) -> Topic:
    [topic] = [each for each in dumped_topics(element, BOARD) if isinstance(each, Topic)]
    return topic


def test_the_tree_is_the_dumps():
    topic = one(topic_element())
    assert (topic.id, topic.board, topic.title) == (T, "Talk:Bitter cucumbers", "Why bitter?")
    assert [(post.id, post.parent, post.text, post.user, post.at) for post in topic.posts] == [
        (A, None, "Mine are.", 11, at(1)),
        (B, A, "Water them.", 12, at(60)),
        (C, B, "Thanks!", 11, at(120)),
    ]


def test_numbers_become_names_where_these_are_known():
    topic = with_names(one(topic_element()), {11: "Ann"})
    assert isinstance(topic, Topic)
    assert [post.author for post in topic.posts] == ["Ann", None, "Ann"]


def test_who_changed_a_post_is_not_its_author():
    element = topic_element()
    post = dumped_post(below(element[0]), flow_id(200), "First.", user=11)
    # The newer one stands first, as it may.
    post[0].insert(
        0, Element("revision", {"id": flow_id(900), "userid": "99", "treeoriguserid": "11", "flags": "utf-8,html"})
    )
    post[0][0].text = "<p>Later.</p>"
    last = one(element).posts[-1]
    assert (last.user, last.text, last.markup, last.at) == (11, "<p>Later.</p>", "html", at(200))


def test_who_had_no_account_is_known_by_address():
    element = topic_element(treeoriguserid="0", treeoriguserip="192.0.2.7", userid="0")
    post = one(element).posts[1]
    assert (post.author, post.user) == ("192.0.2.7", 0)


@pytest.mark.parametrize(
    ("state", "hidden", "closed"), [("lock", "", True), ("delete", "delete", False), ("", "", False)]
)
def test_a_locked_topic_is_closed_and_a_deleted_one_hidden(state, hidden, closed):
    element = topic_element()
    add_version(element[0], flow_id(300), "Why bitter?", modstate=state, flags="utf-8,topic-title-wikitext")
    topic = one(element)
    assert (topic.hidden, topic.closed) == (hidden, closed)


def test_a_hidden_post_is_known_as_such():
    assert [(post.hidden, post.parent) for post in one(topic_element(modstate="hide")).posts] == [
        ("", None),
        ("hide", A),
        ("", A),
    ]


def test_the_summary_is_whose_changed_it_last():
    element = topic_element()
    summary = SubElement(element, "summary", {"id": T})
    add_version(summary, flow_id(500), "Water.", userid="11")
    add_version(summary, flow_id(600), "Water helps.", userid="12")
    last = one(element).posts[-1]
    assert (last.id, last.kind, last.text, last.user, last.at) == (
        f"{T}.summary",
        "summary",
        "Water helps.",
        12,
        at(600),
    )


def test_what_stands_above_the_topics_is_a_topic_of_its_own():
    element = Element("description", {"id": BOARD["id"]})
    add_version(element, flow_id(3), "Be kind.", userid="11")
    topic = one(element)
    assert (topic.id, topic.title, topic.posts[0].text) == (
        f"{BOARD['id']}.description",
        "Talk:Bitter cucumbers",
        "Be kind.",
    )


def test_names_of_tags_may_have_a_prefix_or_a_namespace():
    element = topic_element()
    for number, each in enumerate(element.iter()):
        each.tag = ("{http://www.mediawiki.org/xml/flow-1.0/}" if number % 2 else "flow:") + each.tag
    assert len(one(element).posts) == 3


def test_posts_without_id_or_version_are_counted_and_what_answers_them_stays():
    element = topic_element()
    first = element[0].find("children/post")
    assert first is not None
    first.set("id", "no id")
    SubElement(below(element[0]), "post", {"id": flow_id(700)})
    found = list(dumped_topics(element, BOARD))
    assert [post.id for each in found if isinstance(each, Topic) for post in each.posts] == [B, C]
    assert [(each.code, each.count) for each in found if isinstance(each, Odd)] == [("post-unreadable", 2)]


def test_the_same_post_twice_is_read_once_and_counted():
    element = topic_element()
    dumped_post(below(element[0]), B, "Another.")
    assert [each.count for each in dumped_topics(element, BOARD) if isinstance(each, Odd)] == [1]
    assert [post.text for post in one(element).posts] == ["Mine are.", "Water them.", "Thanks!"]


def test_a_topic_without_an_id_has_that_of_its_title():
    element = topic_element()
    element.set("id", "")
    assert one(element) == one(topic_element())


def test_the_posts_of_what_has_no_id_at_all_are_counted():
    element = topic_element()
    element.set("id", "")
    element[0].set("id", "?")
    assert list(dumped_topics(element, BOARD)) == [Odd("post-unreadable", 4, "Talk:Bitter cucumbers")]


def test_ten_thousand_answers_deep():
    element = topic_element()
    post = element[0]
    for second in range(10_000):
        post = dumped_post(below(post), flow_id(1000 + second), "x")
    assert len(one(element).posts) == 10_003

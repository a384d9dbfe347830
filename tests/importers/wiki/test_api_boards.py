"""Pages of a live wiki that hold trees of posts: boards of Flow, threads of LiquidThreads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importers.wiki.api import scan_site
from importers.wiki.chunks import READERS
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Message, Record
from migrate.sources import Chunk
from tests.importers.wiki.fake_wiki import FakeWiki, Fault, serving
from tests.importers.wiki.flow_answers import flow_id, listed, revision
from tests.importers.wiki.test_liquidthreads import answered, row, text_page

BOARD = "Talk:Cucumbers"


@pytest.fixture
def wiki() -> Iterator[FakeWiki]:
    made = FakeWiki()
    with serving(made):
        yield made


def scan(wiki: FakeWiki) -> list[Chunk | Finding]:
    return list(scan_site(wiki.url, Wishes(titles=(BOARD,))))


def records(pieces: list[Chunk | Finding]) -> list[Record]:
    chunks = [each for each in pieces if not isinstance(each, Finding)]
    return [record for chunk in chunks for record in READERS[type(chunk)](chunk)]


def flow(wiki: FakeWiki) -> None:
    """A board with one topic of two posts."""
    topic, post, reply = flow_id(0), flow_id(1), flow_id(2)
    posts = [
        revision(topic, topic, "Bitter ones"),
        revision(post, topic, "Mine are '''bitter'''.", to=topic),
        revision(reply, topic, "Water them.", by="Bob", to=post),
    ]
    wiki.add(BOARD, "", model="flow-board")
    answer = {"flow": {"view-topiclist": {"result": {"topiclist": listed(posts)}}}}
    wiki.others = [({"submodule": "view-topiclist"}, answer), ({"submodule": "view-header"}, {"flow": {}})]


def test_a_board_of_flow(wiki: FakeWiki) -> None:
    flow(wiki)
    pieces = scan(wiki)
    assert not any(each.get("vtlformat") == "wikitext" for each in wiki.asked)  # no texts yet
    first, second = (record for record in records(pieces) if isinstance(record, Message))
    assert (first.body, second.body) == ("Mine are **bitter**.", "Water them.")
    assert second.parent == first.key


def test_a_board_that_the_wiki_does_not_list(wiki: FakeWiki) -> None:
    flow(wiki)
    wiki.add("Talk:Cucumbers/Archive 1", "Hello. [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)")
    wiki.others.clear()
    pieces = scan(wiki)
    assert [each.code for each in pieces if isinstance(each, Finding)] == ["wiki-board-unreadable"]
    assert len([record for record in records(pieces) if isinstance(record, Message)]) == 1


def test_topics_that_are_refused_are_counted_as_lost(wiki: FakeWiki) -> None:
    flow(wiki)
    pieces = scan(wiki)
    wiki.others.clear()
    (finding,) = records(pieces)
    assert isinstance(finding, Finding)
    assert (finding.code, finding.lost) == ("wiki-board-unreadable", 1)


def test_threads_of_liquidthreads(wiki: FakeWiki) -> None:
    wiki.extensions = ["Liquid Threads"]
    wiki.add(BOARD, "Ask here about cucumbers.")
    wiki.others = [
        ({"list": "threads"}, answered(row(1), row(2, parent=1))),
        (
            {"prop": "revisions", "pageids": "101|102"},
            {
                "query": {
                    "pages": [
                        text_page(101, "Thread:Talk:Cucumbers/Bitter cucumbers", "Mine are bitter.", new=False),
                        text_page(102, "Thread:Talk:Cucumbers/Bitter cucumbers/reply", "Water them.", new=False),
                    ]
                }
            },
        ),
    ]
    messages = [record for record in records(scan(wiki)) if isinstance(record, Message)]
    assert sorted(message.body for message in messages) == [
        "Ask here about cucumbers.",
        "Mine are bitter.",
        "Water them.",
    ]


def test_a_wiki_without_liquidthreads_is_not_asked_for_threads(wiki: FakeWiki) -> None:
    wiki.add(BOARD, "Hello. [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)")
    records(scan(wiki))
    assert not any(each.get("list") == "threads" for each in wiki.asked)


def test_templates_in_posts_are_expanded(wiki: FakeWiki) -> None:
    flow(wiki)
    wiki.templates = {"{{garden|1}}": "roses"}
    topic = flow_id(0)
    posts = [revision(topic, topic, "Bitter ones"), revision(flow_id(1), topic, "I have {{garden|1}}.", to=topic)]
    wiki.others[0] = (
        {"submodule": "view-topiclist"},
        {"flow": {"view-topiclist": {"result": {"topiclist": listed(posts)}}}},
    )
    assert [record.body for record in records(scan(wiki)) if isinstance(record, Message)] == ["I have roses."]


def test_the_name_of_a_board_does_not_show_an_address(wiki: FakeWiki) -> None:
    flow(wiki)
    wiki.articles = {"User talk:192.0.2.7": wiki.articles[BOARD]}
    pieces = list(scan_site(wiki.url, Wishes(titles=("User talk:192.0.2.7",))))
    wiki.faults += [Fault(body=b'{"error": {"code": "no", "info": ""}}', of="flow")] * 9
    findings = [f"{each.text} {each.locator}" for each in records(pieces) if isinstance(each, Finding)]
    assert findings
    assert "192.0.2.7" not in repr(findings) + repr([each.label for each in pieces if isinstance(each, Chunk)])

"""A wiki that has DiscussionTools answers with headings and comments; answers are made after its API's source."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from importers.wiki.api import scan_site
from importers.wiki.chunks import READERS
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Message, Person, Record, Thread
from tests.importers.wiki.fake_wiki import FakeWiki, Fault, serving

PAGE = "Talk:Cucumber"
STAMP = "10:15, 3 March 2020 (UTC)"


@pytest.fixture
def wiki() -> Iterator[FakeWiki]:
    made = FakeWiki(extensions=["DiscussionTools"])
    with serving(made):
        yield made


def heading(words: str, *replies: dict[str, Any], level: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "type": "heading",
        "headingLevel": level,
        "level": 0,
        "name": f"h-{words}-20200303101500",
        "id": f"h-{words}-20200303101500",
        "html": words,
        "replies": list(replies),
        **more,
    }


def comment(
    author: str, minute: int, html: str, *replies: dict[str, Any], level: int = 1, **more: Any
) -> dict[str, Any]:
    stamp = f"202003031{minute // 60}{minute % 60:02}00"
    return {
        "type": "comment",
        "timestamp": f"2020-03-03T1{minute // 60}:{minute % 60:02}:00Z",
        "author": author,
        "level": level,
        "name": f"c-{author}-{stamp}",
        "id": f"c-{author}-{stamp}-Seeds",
        "html": html,
        "replies": list(replies),
        **more,
    }


def signed(author: str, minute: int) -> str:
    return f"[[User:{author}|{author}]] 1{minute // 60}:{minute % 60:02}, 3 March 2020 (UTC)"


def records(wiki: FakeWiki) -> list[Record]:
    return [
        record
        for chunk in scan_site(wiki.url, Wishes())
        if not isinstance(chunk, Finding)
        for record in READERS[type(chunk)](chunk)
    ]


def told(found: list[Record]) -> list[tuple[str, str | None, str, str | None]]:
    """Thread, author, body and the body that is answered, of each message."""
    messages = [record for record in found if isinstance(record, Message)]
    threads = {record.key: record.title for record in found if isinstance(record, Thread)}
    names = {record.key: record.name for record in found if isinstance(record, Person)}
    bodies = {message.key: message.body for message in messages}
    return [
        (threads[message.thread or ""], names[message.author or ""], message.body, bodies.get(message.parent or ""))
        for message in messages
    ]


def test_its_answer_is_taken_with_its_tree(wiki: FakeWiki) -> None:
    # The wikitext alone would make Bob's comment an answer to nobody.
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}\n\nI do. {signed('Bob', 5)}\n::Thanks. {signed('Ann', 9)}")
    replies = comment("Bob", 5, "I do.", comment("Ann", 9, "Thanks.", level=3), level=2)
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "Who?", replies))]
    assert told(records(wiki)) == [
        ("Seeds", "Ann", "Who?", None),
        ("Seeds", "Bob", "I do.", "Who?"),
        ("Seeds", "Ann", "Thanks.", "I do."),
    ]


def test_comments_have_addresses_of_their_own(wiki: FakeWiki) -> None:
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}")
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "Who?"))]
    (message,) = (record for record in records(wiki) if isinstance(record, Message))
    assert message.url == f"{wiki.url}/wiki/Talk:Cucumber#c-Ann-20200303100000-Seeds"


def test_the_same_keys_as_from_the_wikitext(wiki: FakeWiki) -> None:
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}\n: I do. {signed('Bob', 5)}")
    without = [record.key for record in records(wiki) if isinstance(record, Message | Thread)]
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "Who?", comment("Bob", 5, "I do.", level=2)))]
    assert [record.key for record in records(wiki) if isinstance(record, Message | Thread)] == without


def test_sub_headings_that_repeat_replies_are_read_once(wiki: FakeWiki) -> None:
    wiki.add(
        PAGE, f"== Seeds ==\nA {signed('Ann', 0)}\n=== Where ===\nB {signed('Bob', 5)}\n== Rain ==\nC {signed('Cy', 9)}"
    )
    inner = heading("Where", comment("Bob", 5, "B"), level=3)
    wiki.threads[PAGE] = [
        heading("Seeds", comment("Ann", 0, "A"), inner),
        inner,
        heading("Rain", comment("Cy", 9, "C")),
    ]
    assert told(records(wiki)) == [
        ("Seeds", "Ann", "A", None),
        ("Seeds", "Bob", "### Where\n\nB", None),
        ("Rain", "Cy", "C", None),
    ]


def test_sub_headings_that_stand_among_the_replies_only(wiki: FakeWiki) -> None:
    wiki.add(PAGE, "")
    wiki.articles[PAGE].versions[-1]["*"] = "== Seeds =="
    inner = heading("Where", comment("Bob", 5, "B"), level=3)
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "A"), inner), heading("Rain", comment("Cy", 9, "C"))]
    assert [each[1:3] for each in told(records(wiki))] == [("Ann", "A"), ("Bob", "### Where\n\nB"), ("Cy", "C")]


def test_what_nobody_signed_below_the_last_comment_is_not_lost(wiki: FakeWiki) -> None:
    text = f"== Seeds ==\nWho? {signed('Ann', 0)}\n\nForgot to sign\n\n== Rain ==\nC {signed('Cy', 9)}"
    wiki.add(PAGE, text)
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "Who?")), heading("Rain", comment("Cy", 9, "C"))]
    assert told(records(wiki)) == [
        ("Seeds", "Ann", "Who?", None),
        ("Seeds", "Ann", "Forgot to sign", None),  # the history knows
        ("Rain", "Cy", "C", None),
    ]


def test_a_comment_whose_date_is_not_the_wikis_is_not_lost(wiki: FakeWiki) -> None:
    wiki.add(PAGE, f"== Seeds ==\nA {signed('Ann', 0)}\n: B [[User:Bob|Bob]] 12:00, March 3, 2020 (UTC)")
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "A"))]
    assert [each[2].partition(" ")[0] for each in told(records(wiki))] == ["A", "B"]


def test_other_content_of_a_section_without_comments(wiki: FakeWiki) -> None:
    wiki.add(PAGE, f"== Rules ==\nBe kind.\n== Seeds ==\nA {signed('Ann', 0)}")
    rules = heading("Rules", othercontent="<p>Be kind.</p>")
    wiki.threads[PAGE] = [rules, heading("Seeds", comment("Ann", 0, "A"))]
    assert [each[0::2] for each in told(records(wiki))] == [("Rules", "Be kind."), ("Seeds", "A")]


def test_a_section_that_the_wiki_does_not_mention_is_read_all_the_same(wiki: FakeWiki) -> None:
    wiki.add(PAGE, f"== Lost ==\nB {signed('Bob', 5)}\n== Seeds ==\nA {signed('Ann', 0)}")
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "A"))]
    assert sorted(each[:3] for each in told(records(wiki))) == [("Lost", "Bob", "B"), ("Seeds", "Ann", "A")]


@pytest.mark.parametrize("answer", [[], [heading("Seeds")], "no list", [["x"]], [{"type": "heading", "replies": 7}]])
def test_without_a_discussion_the_page_is_read_by_ourselves(wiki: FakeWiki, answer: object) -> None:
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}")
    wiki.threads[PAGE] = answer
    assert told(records(wiki)) == [("Seeds", "Ann", "Who?", None)]


@pytest.mark.parametrize(
    "fault",
    [Fault(body=b'{"error": {"code": "internal_api_error_X", "info": ""}}'), Fault(status=504), Fault(status=500)],
)
def test_where_the_module_fails_the_page_is_read_by_ourselves(wiki: FakeWiki, fault: Fault) -> None:
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}")
    wiki.faults += [replace(fault, of="threaditemshtml")] * 20
    assert told(records(wiki)) == [("Seeds", "Ann", "Who?", None)]


def test_the_html_of_parsoid(wiki: FakeWiki) -> None:
    text = f"== Seeds ==\nSee [[Talk:Rain]], {{{{box}}}} {signed('Ann', 0)}"
    wiki.add(PAGE, text)
    html = (
        '<p id="mwAQ">See <a rel="mw:WikiLink" href="./Talk:Rain_%26_snow#Today" title="Talk:Rain" id="mwAw">rain</a>,'
        ' <span about="#mwt1" typeof="mw:Transclusion" data-mw=\'{"parts":[{"template":{"wt":"secret words"}}]}\'>a box'
        '</span><link rel="mw:PageProp/Category" href="./Category:Boxes" about="#mwt1"/>'
        '<meta property="mw:PageProp/notoc"/>'
        '<a rel="mw:ExtLink" href="https://example.org/x" class="external text">out</a>'
        '<style data-mw-deduplicate="T">.a{}</style></p>'
    )
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, html))]
    ((_, _, body, _),) = told(records(wiki))
    assert body == (f"See [rain]({wiki.url}/wiki/Talk:Rain_%26_snow#Today), a box[out](https://example.org/x)")


def test_older_versions_answer_with_signatures(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}")
    signature = '<a rel="mw:WikiLink" href="./User:Ann" title="User:Ann">Ann</a> 10:00, 3 March 2020 (UTC)'
    answer = {
        "warnings": {"main": {"*": "Unrecognized parameter: threaditemsflags."}},
        "discussiontoolspageinfo": {"threaditemshtml": [heading("Seeds", comment("Ann", 0, f"Who? {signature}"))]},
    }
    monkeypatch.setattr(wiki, "_discussion", lambda _: answer)
    assert told(records(wiki)) == [("Seeds", "Ann", "Who?", None)]


@pytest.mark.parametrize("stamp", ["20200303100000", "2020-03-03T10:00:00.000Z", "2020-03-03T10:00:00Z"])
def test_the_dates_of_older_and_newer_versions(wiki: FakeWiki, stamp: str) -> None:
    wiki.add(PAGE, "== Seeds ==\nWho?")
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "Who?") | {"timestamp": stamp})]
    (message,) = (record for record in records(wiki) if isinstance(record, Message))
    assert message.sent_at is not None
    assert message.sent_at.isoformat() == "2020-03-03T10:00:00+00:00"


@pytest.mark.parametrize(
    "broken",
    [{"timestamp": "20209999999999"}, {"timestamp": 10**30}, {"author": ["x"]}, {"html": {"a": 1}}, {"level": "x"}],
)
def test_wrong_types_cost_nothing_but_themselves(wiki: FakeWiki, broken: dict[str, Any]) -> None:
    wiki.add(PAGE, f"== Seeds ==\nWho? {signed('Ann', 0)}")
    wiki.threads[PAGE] = [heading("Seeds", comment("Ann", 0, "Who?") | broken, comment("Bob", 5, "I do."))]
    assert ("Seeds", "Bob", "I do.", None) in told(records(wiki))


def test_outdented_comments_answer_the_one_before(wiki: FakeWiki) -> None:
    wiki.add(PAGE, f"== Seeds ==\nA {signed('Ann', 0)}\n: B {signed('Bob', 5)}\n{{{{outdent}}}}\nC {signed('Cy', 9)}")
    wiki.threads[PAGE] = [
        heading("Seeds", comment("Ann", 0, "A", comment("Bob", 5, "B", level=2)), comment("Cy", 9, "C"))
    ]
    assert ("Seeds", "Cy", "C", "B") in told(records(wiki))


def test_ip_addresses_are_not_shown(wiki: FakeWiki) -> None:
    wiki.add(PAGE, "== Seeds ==\nWho? [[Special:Contributions/192.0.2.7|192.0.2.7]] 10:00, 3 March 2020 (UTC)")
    wiki.threads[PAGE] = [heading("Seeds", comment("192.0.2.7", 0, "Who?"))]
    shown = [replace(record, native=None) if isinstance(record, Message) else record for record in records(wiki)]
    assert any(isinstance(record, Message) for record in shown)
    assert "192.0.2.7" not in repr(shown)


def test_a_huge_page_takes_time_in_proportion(wiki: FakeWiki) -> None:
    many = 2000
    wiki.add(PAGE, "".join(f"== S{at} ==\nA {signed('Ann', at % 60)}\n\nx\n" for at in range(many)))
    wiki.threads[PAGE] = [heading(f"S{at}", comment("Ann", at % 60, "A")) for at in range(many)]
    began = time.process_time()
    found = told(records(wiki))
    assert len(found) == 2 * many
    assert time.process_time() - began < 10

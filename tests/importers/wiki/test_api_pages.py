"""Which pages of a live wiki are read, in which pieces, and what is asked besides their texts."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from dataclasses import replace

import pytest

from importers.wiki.api import scan_site
from importers.wiki.api.client import PASSWORD, USERNAME
from importers.wiki.api.pieces import LivePages
from importers.wiki.chunks import READERS
from importers.wiki.wishes import Wishes
from migrate.errors import InputError
from migrate.model import Finding, Message, Record, Source
from migrate.sources import Chunk
from tests.importers.wiki.fake_wiki import SECRET, FakeWiki, Fault, serving, version

SIGNED = "Hello. [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)"


@pytest.fixture
def wiki() -> Iterator[FakeWiki]:
    made = FakeWiki()
    with serving(made):
        yield made


def scan(wiki: FakeWiki, path: str = "", **wishes: object) -> list[Chunk | Finding]:
    return list(scan_site(wiki.url + path, replace(Wishes(), **wishes)))  # type: ignore[arg-type]  # any of its fields


def titles(pieces: list[Chunk | Finding]) -> list[str]:
    return [page.title for chunk in pieces if isinstance(chunk, LivePages) for page in chunk.pages]


def codes(found: list[Chunk | Finding] | list[Record]) -> list[str]:
    return [each.code for each in found if isinstance(each, Finding)]


def records(pieces: list[Chunk | Finding]) -> list[Record]:
    chunks = [pickle.loads(pickle.dumps(each)) for each in pieces if not isinstance(each, Finding)]
    return [record for chunk in chunks for record in READERS[type(chunk)](chunk)]


def messages(pieces: list[Chunk | Finding]) -> list[Message]:
    return [record for record in records(pieces) if isinstance(record, Message)]


def test_named_pages_with_their_archives(wiki: FakeWiki) -> None:
    for title in ("Foo", "Foo/Archive 1", "Foo/2019/March", "Foo/Draft", "Fool", "Bar"):
        wiki.add(f"Talk:{title}", SIGNED)
    assert titles(scan(wiki, titles=("talk:Foo",))) == ["Talk:Foo", "Talk:Foo/2019/March", "Talk:Foo/Archive 1"]
    assert "Talk:Foo/Draft" in titles(scan(wiki, titles=("Talk:Foo",), subpages=True))


def test_the_page_of_the_address_is_asked_for(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Bar", SIGNED)
    assert titles(scan(wiki, "/wiki/Talk:Foo")) == ["Talk:Foo"]
    assert titles(scan(wiki, "/wiki/Talk:Foo", titles=("Talk:Bar",))) == ["Talk:Foo", "Talk:Bar"]
    assert titles(scan(wiki, "/wiki/Main_Page")) == ["Talk:Foo", "Talk:Bar"][::-1]


def test_redirects_are_followed_and_each_page_is_read_once(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Old", "#REDIRECT [[Talk:Foo]]", redirect="Talk:Foo")
    assert titles(scan(wiki, titles=("Talk:Old", "Talk:Foo"))) == ["Talk:Foo"]


def test_a_title_that_is_not_there_names_near_ones(wiki: FakeWiki) -> None:
    wiki.add("Talk:Cucumber", SIGNED)
    found = scan(wiki, titles=("Talk:Cucumbers", "Talk:Cucumber"))
    (finding,) = (each for each in found if isinstance(each, Finding))
    assert finding.code == "wiki-title-not-found"
    assert "'Talk:Cucumbers'" in finding.text
    assert "'Talk:Cucumber'" in finding.text
    with pytest.raises(InputError, match=r"no page 'Talk:Cucumbers'\. There is 'Talk:Cucumber'"):
        scan(wiki, titles=("Talk:Cucumbers",))


@pytest.mark.parametrize("title", ["Talk:A|B", "x" * 5000, " "])
def test_titles_that_no_page_can_have(wiki: FakeWiki, title: str) -> None:
    wiki.add("Talk:Foo", SIGNED)
    found = scan(wiki, titles=(title, "Talk:Foo"))
    assert codes(found) == ["wiki-title-not-found"]
    assert titles(found) == ["Talk:Foo"]


def test_prefixes_and_whole_namespaces(wiki: FakeWiki) -> None:
    for title in ("Talk:Foo", "Talk:Bar", "Project:Pump (a)", "Project:Pump (b)", "Project:Rules"):
        wiki.add(title, SIGNED)
    assert titles(scan(wiki, prefixes=("Talk:",))) == ["Talk:Bar", "Talk:Foo"]
    assert titles(scan(wiki, prefixes=("project:pump (",))) == ["Project:Pump (a)", "Project:Pump (b)"]
    with pytest.raises(InputError, match="No page begins like this: 'Talk:Nothing'"):
        scan(wiki, prefixes=("Talk:Nothing",))


def test_categories_give_the_talk_pages_of_their_members(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Bar", SIGNED)
    wiki.categories["Category:Fruit"] = ["Foo", "Talk:Foo", "Untalked", "Talk:Bar"]
    assert sorted(titles(scan(wiki, categories=("fruit",)))) == ["Talk:Bar", "Talk:Foo"]
    assert sorted(titles(scan(wiki, categories=("Category:Fruit",)))) == ["Talk:Bar", "Talk:Foo"]
    assert codes(scan(wiki, categories=("Fruit", "Nothing"))) == ["wiki-category-empty"]


def test_what_the_search_finds(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.finds = ["Talk:Foo"]
    assert titles(scan(wiki, searches=("cucumber",))) == ["Talk:Foo"]


def test_a_search_that_is_switched_off_costs_only_itself(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.faults.append(Fault(body=b'{"error": {"code": "search-text-disabled", "info": "x"}}', of="search"))
    found = scan(wiki, titles=("Talk:Foo",), searches=("cucumber",))
    assert titles(found) == ["Talk:Foo"]
    assert codes(found) == ["wiki-list-refused"]


def test_with_nothing_named_all_that_discussions_are_held_on(wiki: FakeWiki) -> None:
    for number in range(8):
        wiki.add(f"Talk:Page {number}", SIGNED)
    wiki.add("Project:Pump", SIGNED)
    wiki.add("Project:Rules", "Be kind.")
    found = scan(wiki)
    assert len(titles(found)) == 10
    assert len(messages(found)) == 9
    assert codes(records(found)) == ["wiki-pages-unsigned"]


def test_a_wiki_without_discussions(wiki: FakeWiki) -> None:
    with pytest.raises(InputError, match="no pages that discussions are held on"):
        scan(wiki)


def test_pages_of_data_are_counted(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Foo/data.json", "{}", model="json")
    found = scan(wiki)
    assert titles(found) == ["Talk:Foo"]
    assert codes(found) == ["wiki-other-content"]


def test_scanning_asks_for_no_text(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    found = scan(wiki)
    assert not any("content" in each.get("rvprop", "") for each in wiki.asked)
    wiki.asked.clear()
    records(found)
    assert [each["revids"] for each in wiki.asked if "revids" in each] == ["101"]


def test_chunks_are_known_again_until_a_page_changes(wiki: FakeWiki) -> None:
    for number in range(60):
        wiki.add(f"Talk:Page {number:02}", SIGNED)
    before = {chunk.fingerprint for chunk in scan(wiki) if isinstance(chunk, LivePages)}
    assert len(before) == 3
    assert {each.fingerprint for each in scan(wiki) if isinstance(each, LivePages)} == before
    assert {each.fingerprint for each in scan(wiki, prefixes=("Talk:",)) if isinstance(each, LivePages)} == before
    wiki.articles["Talk:Page 07"].versions.append(version(f"{SIGNED}\n"))
    wiki.add("Talk:Page 07b", SIGNED)
    after = {chunk.fingerprint for chunk in scan(wiki) if isinstance(chunk, LivePages)}
    assert len(after & before) == 2
    shown = {chunk.fingerprint for chunk in scan(wiki, show_ips=True) if isinstance(chunk, LivePages)}
    assert not shown & after


def test_a_private_wiki_is_read_by_who_may_and_stays_private(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    wiki.private = True
    wiki.add("Talk:Foo", SIGNED)
    with pytest.raises(InputError, match=r"Only who is logged in may read.*Special:BotPasswords.*MEDIAWIKI_USERNAME"):
        scan(wiki)
    monkeypatch.setenv(USERNAME, "Ann@migrate")
    monkeypatch.setenv(PASSWORD, SECRET)
    monkeypatch.setattr("importers.wiki.api.reading.os.getpid", lambda: -1)  # another process: it connects anew
    found = scan(wiki)
    sources = [record for record in records(found) if isinstance(record, Source)]
    assert [source.private for source in sources] == [True]
    assert SECRET not in repr(found)
    assert SECRET.encode() not in pickle.dumps(found)


def test_an_open_wiki_is_not_private(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    assert [record.private for record in records(scan(wiki)) if isinstance(record, Source)] == [False]


def test_old_wikis_have_no_slots(wiki: FakeWiki) -> None:
    wiki.old = True
    wiki.add("Talk:Foo", SIGNED)
    hidden = wiki.add("Talk:Goo", SIGNED)
    hidden.versions[-1]["texthidden"] = ""
    assert [message.body for message in messages(scan(wiki))] == ["Hello."]


def test_a_page_that_was_deleted_meanwhile(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Bar", SIGNED)
    found = scan(wiki)
    del wiki.articles["Talk:Foo"]
    read = records(found)
    assert codes(read) == ["wiki-page-gone"]
    assert [record.lost for record in read if isinstance(record, Finding)] == [1]
    assert len([record for record in read if isinstance(record, Message)]) == 1


def test_a_damaged_page_costs_only_itself(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Bar", SIGNED)
    found = scan(wiki)
    refusal = b'{"error": {"code": "internal_api_error_Exception", "info": "x"}}'
    wiki.faults += [Fault(body=refusal, of="201|101"), Fault(body=refusal, of="201")]
    read = records(found)
    assert codes(read) == ["wiki-page-gone"]
    assert len([record for record in read if isinstance(record, Message)]) == 1


def test_what_the_wiki_hides_stays_out_even_if_it_is_shown_to_us(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", "Slander. " + SIGNED)
    wiki.articles["Talk:Foo"].versions[-1]["texthidden"] = ""
    wiki.add("Talk:Bar", SIGNED + "\n\nUnsigned words")
    wiki.articles["Talk:Bar"].versions[-1] |= {"user": "Hidden Harry", "userhidden": "", "commenthidden": ""}
    read = records(scan(wiki))
    assert codes(read)[:2] == ["wiki-versions-hidden", "unsigned-unknown"]
    assert "wiki-page-hidden" in codes(read)
    assert "Slander" not in repr(read)
    assert "Hidden Harry" not in repr(read)


def test_only_unsigned_words_make_it_ask_for_the_history(wiki: FakeWiki) -> None:
    wiki.add("Talk:Foo", SIGNED)
    records(scan(wiki))
    assert not any("rvstartid" in each for each in wiki.asked)


def test_the_history_is_asked_for_until_the_words_are_gone(wiki: FakeWiki) -> None:
    article = wiki.add("Talk:Foo", "start")
    texts = [f"{SIGNED}\n\n{'x' * number}" for number in range(1, 20)]
    article.versions = [version(text, "Ann", "2020-03-03T10:15:00Z") for text in texts]
    article.versions.append(version(f"{SIGNED}\n\nForgot to sign", "Bob", "2020-03-04T11:22:33Z"))
    article.versions.append(version("", "Vandal", "2020-03-05T11:22:33Z"))
    article.versions.append(version(f"{SIGNED}\n\nForgot to sign", "Dan", "2020-03-06T11:22:33Z"))
    wiki.asked.clear()
    (_, unsigned) = messages(scan(wiki))
    assert unsigned.author == f"wiki:{wiki.url.removeprefix('http://')}:Bob"
    assert unsigned.sent_at is not None
    assert unsigned.sent_at.isoformat() == "2020-03-04T11:22:33+00:00"
    assert sum("rvstartid" in each for each in wiki.asked) < 12


def test_a_history_without_an_end_is_not_read_to_its_end(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.wiki.api.texts.MOST_VERSIONS", 6)
    article = wiki.add("Talk:Foo", "")
    article.versions = [version(f"{SIGNED}\n\nForgot to sign\n{number}") for number in range(50)]
    wiki.asked.clear()
    read = records(scan(wiki))
    assert sum("rvstartid" in each for each in wiki.asked) == 6
    assert "unsigned-unknown" in codes(read)


def test_templates_that_are_not_known_are_expanded_together(wiki: FakeWiki) -> None:
    wiki.templates = {"{{garden|1}}": "roses", "{{garden|2}}": "''tulips''", "{{shed}}": ""}
    wiki.add("Talk:Foo", f"== A ==\nI have {{{{garden|1}}}}, {{{{garden|2}}}}{{{{shed}}}}, {{{{garden|1}}}}. {SIGNED}")
    wiki.add("Talk:Goo", f"== A ==\nI have {{{{garden|1}}}}. {SIGNED}")
    read = records(scan(wiki))
    bodies = [record.body for record in read if isinstance(record, Message)]
    assert bodies == ["I have roses, *tulips*, roses. Hello.", "I have roses. Hello."]
    assert [each["title"] for each in wiki.asked if each.get("action") == "expandtemplates"] == ["Talk:Foo"]
    assert "template-unknown" not in codes(read)


def test_a_template_that_swallows_what_follows_does_not_mix_them_up(wiki: FakeWiki) -> None:
    wiki.templates = {"{{garden|1}}\n": "roses", "{{garden|2}}": "tulips", "{{garden|1}}": "roses"}
    wiki.add("Talk:Foo", f"== A ==\nI have {{{{garden|1}}}} and {{{{garden|2}}}}. {SIGNED}")
    assert [message.body for message in messages(scan(wiki))] == ["I have roses and tulips. Hello."]


def test_a_wiki_that_expands_nothing(wiki: FakeWiki) -> None:
    wiki.faults += [Fault(body=b'{"error": {"code": "noread", "info": "x"}}', of="expandtemplates")] * 9
    wiki.add("Talk:Foo", f"== A ==\nI have {{{{garden|red roses in May}}}}. {SIGNED}")
    read = records(scan(wiki))
    assert "template-unknown" in codes(read)
    assert any("red roses in May" in record.body for record in read if isinstance(record, Message))


def test_news_are_dated_by_the_first_version(wiki: FakeWiki) -> None:
    article = wiki.add("Project:News/2020", "Spring has come.")
    article.versions.insert(0, version("Spring", "Editor", "2020-03-01T08:00:00Z"))
    wiki.add("Project talk:News/2020", f"== Rain ==\n{SIGNED}")
    wiki.add("Project talk:News/2020/Archive 1", f"== Frost ==\n{SIGNED}")
    issue, reply, older = messages(scan(wiki, titles=("Project:News/2020",), newsletters=True))
    assert issue.sent_at is not None
    assert issue.sent_at.isoformat() == "2020-03-01T08:00:00+00:00"
    assert issue.author is not None
    assert issue.author.endswith(":Editor")
    assert reply.parent == older.parent == issue.key


def test_somebody_has_to_say_which_pages_of_a_wiki_are_news(wiki: FakeWiki) -> None:
    wiki.add("Project:News", SIGNED)
    with pytest.raises(InputError, match="--newsletters: say which pages"):
        scan(wiki, newsletters=True)
    assert titles(scan(wiki, "/wiki/Project:News", newsletters=True)) == ["Project:News"]


def test_addresses_of_people_are_in_no_label_or_finding(wiki: FakeWiki) -> None:
    wiki.add("User talk:192.0.2.7", SIGNED)
    wiki.articles["User talk:192.0.2.7"].versions[-1]["texthidden"] = ""
    wiki.add("User talk:192.0.2.8", "{{unknown thing}}")
    found = scan(wiki, titles=("User talk:192.0.2.7", "User talk:192.0.2.8", "User talk:192.0.2.9"))
    labels = [each.label if isinstance(each, Chunk) else f"{each.text} {each.locator}" for each in found]
    findings = [f"{each.text} {each.locator}" for each in records(found) if isinstance(each, Finding)]
    assert len(findings) >= 2
    assert "192.0.2." not in repr(labels + findings)


def test_a_forked_process_has_a_line_of_its_own(wiki: FakeWiki) -> None:
    from importers.wiki.api.reading import connected

    api = f"{wiki.url}/w/api.php"
    ours = connected(api)
    assert connected(api) is ours
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, b"own" if connected(api) is not ours else b"shared")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 10) == b"own"


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": {"pages": 7}}',
        b'{"query": {"pages": [[1], null, {"pageid": "x", "lastrevid": [], "title": {}}]}}',
        b'{"query": {"pages": {"1": {"pageid": 1e30, "lastrevid": -4, "title": "\\ud800"}}}}',
        b'{"query": null}',
    ],
)
def test_lists_of_anything_at_all(wiki: FakeWiki, body: bytes) -> None:
    wiki.faults += [Fault(body=body, of="allpages")] * 20
    with pytest.raises(InputError, match=wiki.url.removeprefix("http://")):
        scan(wiki)


@pytest.mark.parametrize(
    "revision",
    [
        {"*": ["x"]},
        {"timestamp": "99999999-01-01T00:00:00Z"},
        {"timestamp": 10**30, "user": {"a": 1}, "comment": 4},
        {"*": f"a\0b\ud800 {SIGNED}"},
        {"*": "{{" * 20_000 + SIGNED},
    ],
)
def test_texts_of_anything_at_all(wiki: FakeWiki, revision: dict[str, object]) -> None:
    article = wiki.add("Talk:Foo", SIGNED)
    wiki.add("Talk:Goo", SIGNED)
    article.versions[-1] |= revision
    read = records(scan(wiki))
    assert any(isinstance(record, Message) and ":Talk:Goo#" in record.key for record in read)
    for record in read:
        if isinstance(record, Message):
            assert "\0" not in record.body
            record.body.encode()


@pytest.mark.parametrize(
    ("title", "text", "meant"),
    [
        ("Foo", "Foo is a plant.", "'Talk:Foo'"),
        ("Project:Rules", "Be kind.", "'Project talk:Rules'"),
        ("Project:Pump", SIGNED, ""),
        ("Talk:Foo", "Who knows?", ""),
    ],
)
def test_who_names_an_article_is_asked_whether_its_talk_page_was_meant(
    wiki: FakeWiki, title: str, text: str, meant: str
) -> None:
    wiki.add(title, text)
    found = records(scan(wiki, titles=(title,)))
    said = [each.text for each in found if isinstance(each, Finding) and each.code == "wiki-no-talk-page"]
    assert len(said) == bool(meant)
    assert all(meant in each for each in said)


def test_news_need_no_signatures(wiki: FakeWiki) -> None:
    wiki.add("Project:News", "It rains.")
    assert "wiki-no-talk-page" not in codes(records(scan(wiki, titles=("Project:News",), newsletters=True)))

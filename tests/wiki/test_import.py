"""What is asked of a real MediaWiki, and what it answers: which pages, whose words, behind which door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from importers.wiki.api import scan_site
from importers.wiki.api.client import PASSWORD, USERNAME
from importers.wiki.api.pieces import LivePages
from importers.wiki.chunks import READERS
from importers.wiki.offline import scan_files
from importers.wiki.wishes import Wishes
from migrate.errors import InputError
from migrate.model import Finding, Message, Person, Record, Source, Thread
from migrate.sources import Chunk
from tests.wiki.conftest import demand_mediawiki
from tests.wiki.mediawiki import MediaWiki, running

MANY = 60
_PRIVATE = """
$wgGroupPermissions['*']['read'] = false;
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgLocaltimezone = 'Europe/Berlin';
"""


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaWiki]:
    """A wiki in German that one must log in to read."""
    demand_mediawiki()
    with running(tmp_path_factory.mktemp("german"), language="de", settings=_PRIVATE) as wiki:
        yield wiki


def scan(address: str, **wishes: object) -> list[Chunk | Finding]:
    return list(scan_site(address, replace(Wishes(), **wishes)))  # type: ignore[arg-type]  # any of its fields


def titles(pieces: list[Chunk | Finding]) -> list[str]:
    return [page.title for chunk in pieces if isinstance(chunk, LivePages) for page in chunk.pages]


def records(pieces: list[Chunk | Finding]) -> list[Record]:
    chunks = [each for each in pieces if not isinstance(each, Finding)]
    return [record for chunk in chunks for record in READERS[type(chunk)](chunk)]


def said(found: list[Record]) -> list[tuple[str, str]]:
    """Who said what."""
    names = {record.key: record.name for record in found if isinstance(record, Person)}
    return [(names[record.author or ""], record.body) for record in found if isinstance(record, Message)]


@pytest.mark.parametrize("form", ["/index.php/Talk:Forms", "/index.php?title=Talk:Forms", "/index.php/talk:forms"])
def test_an_address_as_it_stands_in_the_browser(mediawiki: MediaWiki, form: str) -> None:
    mediawiki.say("Talk:Forms", "== Seeds ==\nWho? ~~~~", "Ann")
    mediawiki.say("Talk:Forms/Archive 1", "== Frost ==\nCold. ~~~~", "Ann")
    if "talk" in form:  # MediaWiki's first letters are upper-case in any form
        form = "/index.php/talk:Forms"
    assert titles(scan(mediawiki.url + form)) == ["Talk:Forms", "Talk:Forms/Archive 1"]


def test_redirects_lead_on_and_wrong_titles_name_near_ones(mediawiki: MediaWiki) -> None:
    mediawiki.say("Talk:Moved here", "== Seeds ==\nWho? ~~~~", "Ann")
    mediawiki.say("Talk:Moved", "#REDIRECT [[Talk:Moved here]]")
    found = scan(mediawiki.url, titles=("Talk:Moved", "Talk:Moved heer", "Talk:<bad>"))
    assert titles(found) == ["Talk:Moved here"]
    told = [each.text for each in found if isinstance(each, Finding)]
    assert any("'Talk:Moved heer'" in text and "'Talk:Moved here'" in text for text in told)
    assert len(told) == 2


def test_long_lists_are_read_to_their_end(mediawiki: MediaWiki) -> None:
    pages = "".join(_page(f"Talk:Many/Row {number:03}") for number in range(MANY))
    mediawiki.import_xml(f"<mediawiki xml:lang='en' version='0.11'>{pages}</mediawiki>")
    found = scan(mediawiki.url, prefixes=("Talk:Many/",))
    assert len(titles(found)) == len(set(titles(found))) == MANY
    assert sum(isinstance(record, Message) for record in records(found)) == MANY


def _page(title: str) -> str:
    text = f"== Row ==\n{title} [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)"
    return (
        f"<page><title>{title}</title><ns>1</ns><revision><timestamp>2020-03-03T10:15:00Z</timestamp><contributor>"
        f"<username>Ann</username></contributor><model>wikitext</model><format>text/x-wiki</format>"
        f"<text>{text}</text></revision></page>"
    )


def test_categories_and_the_search(mediawiki: MediaWiki) -> None:
    mediawiki.say("Aubergine", "[[Category:Purple]]")
    mediawiki.say("Talk:Aubergine", "== Colour ==\nViolaceous? ~~~~", "Ann")
    mediawiki.run("runJobs.php")
    assert titles(scan(mediawiki.url, categories=("Purple",))) == ["Talk:Aubergine"]
    assert titles(scan(mediawiki.url, searches=("violaceous",))) == ["Talk:Aubergine"]


def test_the_history_tells_who_did_not_sign(mediawiki: MediaWiki) -> None:
    mediawiki.say("Talk:Unsigned", "== Seeds ==\nWho? ~~~~", "Ann")
    mediawiki.say("Talk:Unsigned", ": I forgot to sign.", "Bob")
    mediawiki.say("Talk:Unsigned", "== Rain ==\nNone. ~~~~", "Carla")
    found = said(records(scan(mediawiki.url, titles=("Talk:Unsigned",))))
    assert found == [("Ann", "Who?"), ("Bob", "I forgot to sign."), ("Carla", "None.")]


def test_what_the_history_tells_is_the_same_in_a_dump(mediawiki: MediaWiki, tmp_path: Path) -> None:
    title = "Talk:Left unsigned"
    mediawiki.say(title, "== Seeds ==\nWho has some?", "Ann")
    mediawiki.say(title, ": I do. ~~~~", "Bob")
    mediawiki.say(title, ":: Take them.\n:: All of them. ~~~~", "Carla")
    mediawiki.say(title, "== Rain ==\nToo much of it, says [[Special:Contributions/192.0.2.7]].", "Dora")
    for day in range(7):
        mediawiki.say(title, f": It rained on day {day}. ~~~~", "Bob")
    dump = tmp_path / "dump.xml"
    dump.write_text(mediawiki.export_xml(history=True), "utf-8")
    online, offline = scan(mediawiki.url, titles=(title,)), list(scan_files([str(dump)], Wishes(titles=(title,))))
    found = said(records(online))
    assert found[:3] == [("Ann", "Who has some?"), ("Bob", "I do."), ("Carla", "Take them.\nAll of them.")]
    assert found[3][0] == "Dora"
    messages = [
        [
            (each.key, each.thread, each.parent, each.author, each.title, each.body)
            for each in records(pieces)
            if isinstance(each, Message)
        ]
        for pieces in (online, offline)
    ]
    assert messages[0] == messages[1]


def test_the_wiki_expands_its_own_templates(mediawiki: MediaWiki) -> None:
    mediawiki.say("Template:Harvest", "{{{1}}} baskets of ''{{{what|plums}}}''<noinclude>Documentation</noinclude>")
    text = "== Seeds ==\n{{harvest|3}}, {{harvest|4|what=pears}} and {{never written}}. ~~~~"
    mediawiki.say("Talk:Templates", text, "Ann")
    ((_, body),) = said(records(scan(mediawiki.url, titles=("Talk:Templates",))))
    assert body.startswith("3 baskets of *plums*, 4 baskets of *pears* and [")
    assert "{{" not in body


def test_a_private_wiki_in_another_language(german: MediaWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    german.say("Diskussion:Gurke", "== Samen ==\nWer hat welche? ~~~~", "Änne")
    german.say("Diskussion:Gurke/Archiv/2019", "== Frost ==\nKalt. ~~~~", "Änne")
    with pytest.raises(InputError, match=r"Only who is logged in may read"):
        scan(german.url)
    name, password = german.bot_password("Änne")
    monkeypatch.setenv(USERNAME, name)
    monkeypatch.setenv(PASSWORD, password)
    monkeypatch.setattr("importers.wiki.api.reading.os.getpid", lambda: -2)  # another process: it connects anew
    pieces = scan(f"{german.url}/index.php/Diskussion:Gurke")
    assert titles(pieces) == ["Diskussion:Gurke", "Diskussion:Gurke/Archiv/2019"]
    found = records(pieces)
    assert said(found) == [("Änne", "Wer hat welche?"), ("Änne", "Kalt.")]
    assert {record.labels for record in found if isinstance(record, Thread)} == {("Gurke",)}
    assert all(record.private for record in found if isinstance(record, Source))
    assert password not in repr(pieces) + repr(found)


def test_a_wrong_password(german: MediaWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "Admin@migrate")
    monkeypatch.setenv(PASSWORD, "not the right one at all")
    monkeypatch.setattr("importers.wiki.api.reading.os.getpid", lambda: -3)
    with pytest.raises(InputError, match=r"does not accept what stands in MEDIAWIKI_USERNAME") as error:
        scan(german.url)
    assert "not the right one" not in repr(error.value)


def test_what_administrators_hide_stays_out_for_them_too(german: MediaWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    german.say("Diskussion:Versteckt", "== Samen ==\nGeheim ohne Unterschrift", "Änne")
    admin = german.as_user()
    revision = admin.pages["Diskussion:Versteckt"].revision
    token = admin.get_token("csrf")
    admin.post("revisiondelete", type="revision", ids=revision, hide="user|comment", token=token, target=None)
    name, password = german.bot_password("Admin")
    monkeypatch.setenv(USERNAME, name)
    monkeypatch.setenv(PASSWORD, password)
    monkeypatch.setattr("importers.wiki.api.reading.os.getpid", lambda: -4)
    found = records(scan(german.url, titles=("Diskussion:Versteckt",)))
    assert "Änne" not in repr(found)
    assert "wiki-versions-hidden" in [each.code for each in found if isinstance(each, Finding)]

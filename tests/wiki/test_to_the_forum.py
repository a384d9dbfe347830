"""The whole street from a real MediaWiki to the sandbox: over its API, and from the dump that it writes of itself."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from importers.wiki import WikiImporter
from migrate.archive import Archive
from migrate.archive.writer import Counts
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.ingest import ingest
from migrate.sandbox import Sandbox
from migrate.settle import settle
from migrate.sources import Options
from tests.wiki.mediawiki import MediaWiki

PUMP = "Project:Village pump"
SAID = [  # by whom, where, what
    ("Ann", PUMP, "Welcome to the pump.\n\n== Seeds ==\nWho has '''some''' seeds? See [[Cucumbers]]. ~~~~"),
    ("Bob", PUMP, ": I do, [[User:Ann|Ann]]. ~~~~"),
    ("Carla", PUMP, ":: So do I:\n::* beans\n::* peas\n:: Take what you want. ~~~~"),
    ("Ann", PUMP, "== Tools ==\nThe rake is back.<ref>In the shed.</ref> ~~~~"),
    ("", PUMP, "* Which rake? ~~~~"),
    ("Bob", PUMP, "== Forgotten ==\nI never sign what I write."),
    ("Ann", f"{PUMP}/Archive 1", "== Old frost ==\nIt froze in May. ~~~~"),
    ("Dora", f"{PUMP}/Archive 1", ": Here too. ~~~~"),
    ("Dora", "Talk:Cucumbers", "== Watering ==\n{| class=wikitable\n! Day !! Litres\n|-\n| Monday || 3\n|}\n~~~~"),
    ("Ann", "Talk:Cucumbers", "\n{{od}} <nowiki>*</nowiki>Every '''other''' day. ~~~~"),
]


@pytest.fixture(scope="module")
def wiki(mediawiki: MediaWiki) -> MediaWiki:
    """The wiki after these people have talked on it."""
    for user, title, text in SAID:
        mediawiki.say(title, text, user)
    return mediawiki


@contextmanager
def read(path: Path, locations: list[str], **options: tuple[str, ...]) -> Iterator[tuple[Archive, Counts]]:
    """An archive with what was read into it."""
    with Archive.open(path, mode="create") as archive:
        counts = ingest(archive, WikiImporter(), locations, Options(options))
        settle(archive)
        yield archive, counts


def told(archive: Archive) -> list[tuple[object, ...]]:
    """Who said what when (to the minute: only a history knows the seconds), where, in answer to what."""
    query = (
        "SELECT thread, key, parent, author, substr(sent_at, 1, 16), title, content.body FROM messages"
        " JOIN container USING (key) JOIN content ON message_id = container.id ORDER BY key"
    )
    return archive.db.execute(query).fetchall()


def test_a_wiki_arrives_whole_and_once(wiki: MediaWiki, tmp_path: Path) -> None:
    locations = [wiki.url, PUMP, "Talk:Cucumbers"]
    with read(tmp_path / "a.sqlite3", locations) as (archive, counts):
        assert (counts.new, counts.lost) == (len(SAID) + 1, 0)  # the words above the first heading are one more
        assert ingest(archive, WikiImporter(), locations) == Counts(read=counts.read, duplicates=counts.read)
        with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as forum:
            with closing(Client(forum.url, forum.key, forum.admin_username, stop=threading.Event())) as client:
                target = open_target(archive, client)
                created = Push(archive, client, target).run().created
                assert (created["topic"], created["reply"]) == (6, 5)
                result = verify(archive, client, target)
                assert (result.checked, result.is_clean) == (11, True)
                assert Push(archive, client, target).run().created == {}


def test_the_dump_tells_the_same_as_the_api(wiki: MediaWiki, tmp_path: Path) -> None:
    dump = tmp_path / "dump.xml"
    dump.write_text(wiki.export_xml(history=True), "utf-8")
    with read(tmp_path / "api.sqlite3", [wiki.url, PUMP, "Talk:Cucumbers"]) as (online, _):
        with read(tmp_path / "dump.sqlite3", [str(dump), PUMP, "Talk:Cucumbers"]) as (offline, _):
            assert told(online) == told(offline)


def test_who_wrote_what_to_whom(wiki: MediaWiki, tmp_path: Path) -> None:
    with read(tmp_path / "a.sqlite3", [wiki.url, PUMP]) as (archive, _):
        rows = archive.db.execute(
            "SELECT messages.title, person_name.name, content.body FROM messages JOIN container USING (key)"
            " JOIN content ON message_id = container.id JOIN person ON person.key = messages.author"
            " JOIN person_name ON person_id = person.id ORDER BY container.id"
        ).fetchall()
        by = {(title, name): body for title, name, body in rows}
        assert "Who has **some** seeds? See [Cucumbers](" in by["Seeds", "Ann"]
        assert by["Seeds", "Carla"].split("\n") == ["So do I:", "", "- beans", "- peas", "", "Take what you want."]
        assert ("Forgotten", "Bob") in by  # the page's history tells
        assert by["Old frost", "Dora"] == "Here too."
        assert not [row for row in rows if re.search(r"127\.0\.0\.1(?!:\d)", " ".join(row))]
        assert [name for title, name in by if title == "Tools" and name.startswith("Anonymous")]

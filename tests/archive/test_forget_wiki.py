"""Users of a wiki are named in keys, addresses and titles of pages, too: once forgotten they are in none of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.forget import forget
from migrate.archive.reader import read_messages, read_threads
from migrate.archive.writer import Counts, Writer
from migrate.content.mentions import person_target
from migrate.discourse.former import find_person
from migrate.model import Finding, Person, Record, Thread
from tests.discourse.wiki import HANNA, HOST, NOBODY, OLEK, TALK, said, talk, wiki_archive

THEIRS = f"https://{HOST}/wiki/User_talk:"


def records() -> list[Record]:
    """The page `talk`, and the users' own talk pages, where others wrote."""
    pages = replace(TALK, key=f"wiki:{HOST}:3", name="User talk – Plot Wiki")
    found: list[Record] = [*talk(), pages]
    for owner, writer in ((OLEK, HANNA), (HANNA, OLEK)):
        page = f"User talk:{owner.name}"
        thread = Thread(
            key=f"wiki:{HOST}:{page}#ab:20200103",
            source=pages.key,
            title=page,
            labels=(owner.name,),
            url=f"{THEIRS}{owner.name.replace(' ', '_')}#Hello",
        )
        message = replace(
            said("hello", writer, 5, body=f"Hello [{owner.name}]({person_target(owner.key)})!"),
            key=f"wiki:{HOST}:{page}#ab:c-{writer.name}-20200106120000",
            source=pages.key,
            title=page,
            thread=thread.key,
            native=f"Hello [[User:{owner.name}|you]]!".encode(),
            url=f"{thread.url}".replace("Hello", f"c-{writer.name.replace(' ', '_')}-20200106120000"),
            locator=f"dump.xml:{page}#Hello",
        )
        text = "Comments without a signature (1)."
        odd = Finding(stage="read", severity="info", code="x", text=text, source=pages.key, locator=f"dump.xml:{page}")
        found += [thread, message, odd]
    return found


def words_of(person: Person) -> list[bytes]:
    name = person.name
    return [text.encode() for text in (name, name.replace(" ", "_"), name.replace(" ", "%20"))]


def write(archive: Archive, items: list[Record]) -> Counts:
    with archive.transaction():
        return Writer(archive).write(items)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with wiki_archive(tmp_path, *records()) as opened:
        yield opened


@pytest.mark.parametrize("person", [OLEK, HANNA], ids=["of one word", "of two"])
@pytest.mark.parametrize("words", [False, True])
def test_whoever_is_forgotten_is_not_in_the_file_and_does_not_come_back(
    archive: Archive, tmp_path: Path, person: Person, words: bool
) -> None:
    other = HANNA if person is OLEK else OLEK
    before = len(list(read_messages(archive)))
    forget(archive, find_person(archive, person.key), words=words)
    content = (tmp_path / "wiki.sqlite3").read_bytes()
    assert [name for name in words_of(person) if name in content] == []
    assert all(word in content for word in words_of(other)[:2])
    again = write(archive, records())
    assert (again.new, len(list(read_messages(archive)))) == (0, before)
    assert len(list(read_threads(archive))) == 3
    new = said("later", other, 9, body=f"Has [{person.name}]({person_target(person.key)}) seen it?")
    assert write(archive, [replace(new, locator=f"dump.xml:User talk:{person.name}")]).new == 1
    assert write(archive, [person, said("theirs", person, 10)]).new == 1
    archive.vacuum()
    content = (tmp_path / "wiki.sqlite3").read_bytes()
    assert [name for name in words_of(person) if name in content] == []


def test_words_that_are_only_like_a_name_stay(archive: Archive) -> None:
    url = f"https://{HOST}/wiki/Talk:Olek's_shed#Oleks_nails"
    page = replace(said("x", HANNA, 7), url=url, locator="dump.xml:Talk:Olekson")
    write(archive, [page])
    forget(archive, find_person(archive, OLEK.key), words=False)
    kept = next(message for message in read_messages(archive) if message.key == page.key)
    assert (kept.url, kept.locator) == (page.url, page.locator)


def test_who_had_no_account_can_be_forgotten_too(archive: Archive) -> None:
    forget(archive, find_person(archive, NOBODY.key), words=True)
    assert [message.body for message in read_messages(archive) if message.body == "Words of third."] == []
    assert write(archive, records()).new == 0

"""A wiki's talk page as records: a source with a licence, people without an address, and one without an account."""

from __future__ import annotations

from pathlib import Path

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.content.mentions import person_target
from migrate.model import Message, Origin, Person, Record, Source, Thread
from migrate.settle import settle
from tests.build import moment

HOST = "wiki.example.org"
PAGE = f"https://{HOST}/wiki/Talk:Slugs_(garden)"
TALK = Source(
    key=f"wiki:{HOST}:1",
    kind="wiki",
    name="Talk – Plot *9* Wiki",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
)
HANNA = Person(key=f"wiki:{HOST}:Hanna Voss", name="Hanna Voss", names=("Hanna Voss",))
OLEK = Person(key=f"wiki:{HOST}:Olek", name="Olek", names=("Olek",))
NOBODY = Person(key=f"wiki:{HOST}:anonymous-3f2a", name="Anonymous 3f2a", names=("Anonymous 3f2a",), anonymous=True)
HANNA_NAMED = f"[@Hanna Voss]({person_target(HANNA.key)})"


def said(name: str, author: Person, day: float, *, body: str = "", parent: str | None = None) -> Message:
    """A comment on the page, whose permalink is called after its author, as MediaWiki has it."""
    place = f"c-{author.name.replace(' ', '_')}-{name}"
    return Message(
        key=f"wiki:{HOST}:Talk:Slugs#{name}",
        source=TALK.key,
        author=author.key,
        title="Slugs again",
        body=body or f"Words of {name}.",
        sent_at=moment(day),
        date_source="source",
        native_format="text/x-wiki",
        thread="slugs",
        parent=parent and f"wiki:{HOST}:Talk:Slugs#{parent}",
        url=f"{PAGE}#{place}",
        origins=(Origin(source=TALK.key, locator="dump.xml:Talk:Slugs"),),
    )


def talk(source: Source = TALK) -> list[Record]:
    """A section with three comments."""
    return [
        source,
        *(HANNA, OLEK, NOBODY),
        Thread(key="slugs", source=TALK.key, title="Slugs again", labels=("Slugs",), url=f"{PAGE}#Slugs_again"),
        said("first", HANNA, 1),
        said("second", OLEK, 2, body=f"{HANNA_NAMED}: copper tape.", parent="first"),
        said("third", NOBODY, 3, parent="second"),
    ]


def wiki_archive(folder: Path, *records: Record) -> Archive:
    """An archive with these records, else `talk`, settled and open for writing."""
    archive = Archive.open(folder / "wiki.sqlite3", mode="create")
    with archive.transaction():
        Writer(archive).write(records or talk())
    settle(archive)
    return archive

"""A conversation whose quotes are looked for, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from migrate.archive import Archive
from migrate.content import plain_to_markdown
from migrate.model import Message, Person
from migrate.settle import settle
from tests.build import mail, new_archive, write

CID = Person(key="cid@example.org", name="Cid Young", names=("Cid Young",), email="cid@example.org")
FROST = (
    "The frost came early this year, and the whole bed of beans behind the shed was black by the morning.\n"
    "I would cover what is left with straw, and wait with the digging until the ground is soft again."
)
STRAW = "Straw brings mice into the garden, as everybody knows who had it there for more than a single winter."
SOUP = "My neighbour makes a soup of frozen beans, which is better than it sounds and keeps for a week."


def written(key: str, text: str, *references: str, by: str = "ann", **fields: object) -> Message:
    """A mail with this plain text; the last of `references` is what it answers."""
    converted = plain_to_markdown(text)
    fields = {"day": ord(key[0]) - ord("a"), "body": converted.body, "elided": converted.elided} | fields
    return mail(key, *references, author=f"{by}@example.org", **fields)  # type: ignore[arg-type]  # as a test needs them


def quote(text: str, marks: str = "> ") -> str:
    return "\n".join(marks + line for line in text.split("\n"))


def found(folder: Path, *messages: Message) -> list[tuple[str, int, str]]:
    """For each quote with a reference: the message, its number, the quoted message."""
    with new_archive(folder, CID, *messages) as archive:
        settle(archive)
        return references(archive)


def references(archive: Archive) -> list[tuple[str, int, str]]:
    query = (
        "SELECT quoting.key, number, quoted.key FROM quote JOIN container AS quoting ON quoting.id = message_id"
        " JOIN container AS quoted ON quoted.id = quoted_id ORDER BY quoting.key, number"
    )
    return archive.db.execute(query).fetchall()


def attributions(archive: Archive) -> list[int]:
    return [lines for (lines,) in archive.db.execute("SELECT attribution FROM quote ORDER BY message_id, number")]


def conversation() -> list[Message]:
    inner = f"Ann Lee wrote:\n{quote(FROST)}\n\n{STRAW}"
    return [
        written("a", FROST),
        written("b", inner, "a", by="ben"),
        written("c", f"Ben Okri wrote:\n{quote(inner)}\n\n{SOUP}", "a", "b", by="cid"),
        written("d", f"{quote(SOUP)}\n\nNo soup.", "a", "b", "c"),
    ]


def one_by_one(archive: Archive, messages: Iterable[Message]) -> None:
    for message in messages:
        write(archive, [CID, message])
        settle(archive)

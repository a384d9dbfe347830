"""What is to be known about taking a person out: whether it is done already, who else has that name, where it stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from migrate.archive import Archive
from migrate.archive.forgotten import PREFIX
from migrate.people import name_key
from migrate.people_file import person_key
from migrate.plan import Target

SHOWN = 5  # addresses of posts
_PER_READ = 500
# No message, no account, no address, no place in the people file: an answer names them, and nothing else does.
_ONLY_NAMED = """
    SELECT person.id, name FROM person JOIN person_name ON person_id = person.id
    WHERE email IS NULL AND member IS NULL AND same_as IS NULL
    AND person.id NOT IN (SELECT author_id FROM message)
    AND person.id NOT IN (SELECT ref FROM operation WHERE kind = 'user')
    AND person.id NOT IN (SELECT same_as FROM person WHERE same_as IS NOT NULL)
    AND person.id NOT IN (SELECT person_id FROM person_choice WHERE withheld IS NULL)
    AND person.id NOT IN (SELECT same_as FROM person_choice WHERE same_as IS NOT NULL)
"""
_ANONYMOUS = re.compile(r"anon\d+")  # what Discourse makes of a user name


@dataclass(frozen=True, slots=True)
class StillNamed:
    """Messages by others that hold one of the names of one word that somebody had."""

    messages: int
    addresses: list[str]  # of a few of their posts


def is_forgotten(archive: Archive, people: Sequence[int], targets: Sequence[Target], *, words: bool) -> bool:
    """Whether a person, given by all ids, is taken out of the archive and of these forums already."""
    for person in people:
        key, withheld = archive.db.execute(
            "SELECT key, withheld FROM person LEFT JOIN person_choice ON person_id = id WHERE id = ?", (person,)
        ).fetchone()
        if not key.startswith(PREFIX) or (words and withheld != "words"):
            return False
    return all(_is_anonymous(archive, people, target) for target in targets)


def _is_anonymous(archive: Archive, people: Sequence[int], target: Target) -> bool:
    """Whether they had accounts there, and these have no name any more."""
    accounts = (
        "SELECT remote_name, details FROM operation WHERE kind = 'user' AND ref = ? AND target_id = ?"
        " AND generation = ? AND state IN ('sending', 'done')"
    )
    rows = [
        row
        for person in people
        for row in archive.db.execute(accounts, (person, target.id, target.generation)).fetchall()
    ]
    return bool(rows) and all(details is None and _ANONYMOUS.fullmatch(name or "") for name, details in rows)


def short_names(archive: Archive, people: Sequence[int]) -> list[str]:
    """Their names of one word, which are other people's, too, or no names at all."""
    return [name for name in _names(archive, people) if " " not in name.strip() and "@" not in name]


def only_named(archive: Archive, people: Sequence[int]) -> list[int]:
    """The ids of others with the same full name of whom nothing else is known: answers to somebody known by name only.

    Most likely they are the same person, and the name would stay with them.
    """
    full = _full_names(archive, people)
    rows = archive.db.execute(_ONLY_NAMED).fetchall()
    return sorted({person for person, name in rows if person not in people and name_key(name) in full})


def namesakes(archive: Archive, people: Sequence[int]) -> list[str]:
    """The keys in the people file of others with the same full name."""
    full = _full_names(archive, people)
    rows = archive.db.execute(
        "SELECT coalesce(same_as, person.id), key, name FROM person JOIN person_name ON person_id = person.id"
    ).fetchall()
    return sorted({person_key(key) for head, key, name in rows if head not in people and name_key(name) in full})


def still_named(
    archive: Archive, people: Sequence[int], names: Collection[str], targets: Sequence[Target]
) -> StillNamed:
    """Where these names of one word stand in what others wrote."""
    if not names:
        return StillNamed(0, [])
    word = re.compile(rf"(?<![\w@])(?:{'|'.join(map(re.escape, names))})(?!\w)")
    found: list[int] = []
    after = 0
    query = (
        "SELECT message.id, author_id, body, elided FROM message JOIN content ON message_id = message.id"
        " WHERE message.id > ? AND thread_id IS NOT NULL ORDER BY message.id LIMIT ?"
    )
    while rows := archive.db.execute(query, (after, _PER_READ)).fetchall():
        after = rows[-1][0]
        found += [row[0] for row in rows if row[1] not in people and any(map(word.search, row[2:]))]
    return StillNamed(len(found), _addresses(archive, found, targets))


def _addresses(archive: Archive, messages: Sequence[int], targets: Sequence[Target]) -> list[str]:
    query = (
        "SELECT topic_id, post_number FROM operation WHERE kind = 'post' AND part = 0 AND ref = ? AND target_id = ?"
        " AND generation = ? AND state = 'done'"
    )
    found: list[str] = []
    for message in messages:
        for target in targets:
            if len(found) < SHOWN and (
                row := archive.db.execute(query, (message, target.id, target.generation)).fetchone()
            ):
                found.append(f"{target.url}/t/{row[0]}/{row[1]}")
    return found


def _full_names(archive: Archive, people: Sequence[int]) -> set[str]:
    return {name_key(name) for name in _names(archive, people)} - {""}


def _names(archive: Archive, people: Sequence[int]) -> list[str]:
    marks = ", ".join("?" * len(people))
    query = f"SELECT DISTINCT name FROM person_name WHERE person_id IN ({marks})"  # noqa: S608 - only marks
    return [name for (name,) in archive.db.execute(query, people).fetchall()]

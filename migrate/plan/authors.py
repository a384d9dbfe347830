"""Who gets which account: who wrote something planned, and members who did not; user names and addresses."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migrate.archive.members import digest_of
from migrate.discourse.names import Usernames, display_name
from migrate.discourse.words import Words, words_of
from migrate.people import is_usable
from migrate.plan.records import User
from migrate.plan.target import Target, TargetFacts

WITHHELD = ("name", "words")  # what may be withheld of a person; who withholds the words withholds the name, too


@dataclass(slots=True)
class Chosen:
    """What people chose for somebody, all their addresses and spellings together."""

    name: str | None = None
    username: str | None = None
    account: str | None = None
    withheld: str | None = None


def planned_users(
    db: sqlite3.Connection,
    planned: str,
    facts: TargetFacts,
    target: Target | None,
    taken: Collection[str],
    members: Collection[int] = (),
) -> Iterator[User]:
    """One per person who wrote a planned message, or is one of the `members`, in order of appearance.

    `planned` is the SQL condition on `message`, `taken` the names of accounts and groups on the forum. An account
    that was sent, or tried, keeps its name; what people chose goes before what is made up.
    """
    numbers = ", ".join(map(str, members))
    rows = db.execute(_USERS.format(head=head_sql(target), planned=planned, members=numbers)).fetchall()
    kept, chosen, words = _sent_usernames(db, target), choices(db, target), words_for(facts, target)
    names = Usernames(
        {*taken, *facts.reserved_usernames, *kept.values()},
        shortest=facts.min_username_length,
        longest=facts.max_username_length,
    )
    wished = {
        person_id: names.claim(choice.username)
        for person_id, choice in sorted(chosen.items())
        if choice.username and not choice.withheld and person_id not in kept
    }
    lists = {key for (key,) in db.execute("SELECT key FROM source")}
    addresses: set[str] = set()
    quiet, nobodies = frozenset(members), anonymous_people(db, target)
    for person_id, key, email, name in rows:
        choice = chosen.get(person_id, Chosen())
        if choice.withheld:
            shown, real, wishes = former_member(person_id, words), "", [f"former member {person_id}"]
        else:
            shown, real = choice.name or name or "", email or ""
            wishes = [shown, real, key.removeprefix("name:")]
        fallback = placeholder_address(key)
        username = kept.get(person_id) or wished.get(person_id)
        if username is None:
            username = "" if person_id in nobodies else names.propose(*wishes)
        address = real if real.lower() not in addresses and is_usable(real, lists) else fallback
        addresses.add(address.lower())
        yield User(
            person_id=person_id,
            username=username,
            name=display_name(shown),
            address=address,
            fallback_address=fallback,
            wished=None if choice.withheld else choice.username,
            account=None if choice.withheld else choice.account,
            wrote_nothing=person_id in quiet,
            anonymous=person_id in nobodies,
        )


def anonymous_people(db: sqlite3.Connection, target: Target | None) -> set[int]:
    """The ids of those who never had an account, not under any of their names, and so get none."""
    query = f"SELECT {head_sql(target)} AS head FROM person GROUP BY head HAVING min(anonymous)"  # noqa: S608 - numbers of ours
    has_some = db.execute("SELECT 1 FROM person WHERE anonymous LIMIT 1").fetchone() is not None
    return {person for (person,) in db.execute(query).fetchall()} if has_some else set()


def anonymous_authors(db: sqlite3.Connection, planned: str, target: Target | None) -> int:
    """How many of them wrote something planned; `planned` is the SQL condition on `message`."""
    nobodies = anonymous_people(db, target)
    wrote = f"SELECT author_id FROM message WHERE {planned}"  # noqa: S608 - conditions of ours
    query = f"SELECT DISTINCT {head_sql(target)} FROM person WHERE anonymous AND id IN ({wrote})"  # noqa: S608 - the same
    return sum(person in nobodies for (person,) in db.execute(query).fetchall()) if nobodies else 0


def quiet_members(db: sqlite3.Connection, planned: str, target: Target | None) -> list[int]:
    """The ids of members who get an account although they wrote nothing that is planned.

    Only those whom it can be of use to: they take it over by their address.
    """
    head = head_sql(target)
    authors = f"SELECT {head} FROM person WHERE id IN (SELECT author_id FROM message WHERE {planned})"  # noqa: S608 - conditions of ours
    members = f"SELECT {head} FROM person WHERE member = 'account'"  # noqa: S608 - the same
    query = f"""
        SELECT id, lower(email) FROM person WHERE id IN ({members}) AND id NOT IN ({authors}) AND email IS NOT NULL
        AND lower(email) NOT IN (SELECT lower(email) FROM person WHERE email IS NOT NULL AND id IN ({authors}))
        ORDER BY id
    """  # noqa: S608 - the same
    rows = db.execute(query).fetchall() if _has_members(db) else []
    lists = {key for (key,) in db.execute("SELECT key FROM source")}
    unwilling = _unwilling(db, head) if rows else set()
    found: dict[str, int] = {}
    for person, address in rows:
        if is_usable(address, lists) and person not in unwilling:
            found.setdefault(address, person)
    return list(found.values())


def _unwilling(db: sqlite3.Connection, head: str) -> set[int]:
    """Who is not to get an account unless they wrote: one of their addresses left, or their name is withheld."""
    withheld = f"SELECT {head} FROM person JOIN person_choice ON person_id = person.id WHERE withheld IS NOT NULL"  # noqa: S608 - conditions of ours
    found = {person for (person,) in db.execute(withheld).fetchall()}
    left = {digest for (digest,) in db.execute("SELECT key_digest FROM suppressed").fetchall()}
    joined = f"SELECT {head}, key FROM person WHERE id IN (SELECT same_as FROM person) OR same_as IS NOT NULL"  # noqa: S608 - the same
    return found | {person for person, key in db.execute(joined).fetchall() if left and digest_of(key) in left}


def _has_members(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM person WHERE member = 'account' LIMIT 1").fetchone() is not None


def head_sql(target: Target | None) -> str:
    """SQL over `person`: the id of who that is on a forum. Who has an account of their own there keeps it."""
    if target is None:
        return "coalesce(person.same_as, person.id)"
    return (
        "iif(person.same_as IS NULL OR EXISTS (SELECT 1 FROM operation WHERE kind = 'user' AND ref = person.id"  # noqa: S608 - numbers of ours are put in
        f" AND part = 0 AND target_id = {target.id:d} AND generation = {target.generation:d}"
        " AND state IN ('sending', 'done')), person.id, person.same_as)"
    )


def choices(db: sqlite3.Connection, target: Target | None = None) -> dict[int, Chosen]:
    """What was chosen, by the id of who that is on the forum: their own wish, else that of the first who is joined."""
    found: dict[int, Chosen] = {}
    query = f"""
        SELECT {head_sql(target)} AS head, name, username, account, withheld
        FROM person_choice CROSS JOIN person ON person.id = person_id ORDER BY person.id != head, person.id
    """  # noqa: S608 - numbers of ours are put in
    for head, name, username, account, withheld in db.execute(query).fetchall():
        chosen = found.setdefault(head, Chosen())
        chosen.name = chosen.name or name
        chosen.username = chosen.username or username
        chosen.account = chosen.account or account
        chosen.withheld = max(filter(None, (chosen.withheld, withheld)), default=None)  # "words" is more than "name"
    return found


def former_member(person_id: int, words: Words) -> str:
    """What somebody is called whose name is withheld."""
    return words.former_member.format(number=person_id)


def words_for(facts: TargetFacts, target: Target | None) -> Words:
    """The words that are put on a forum: in the language chosen for it, else its own."""
    return words_of((target.lang if target else None) or facts.locale)


def placeholder_address(person_key: str) -> str:
    """An address that can never receive mail (RFC 2606), the same for a person every time."""
    return f"{hashlib.sha256(person_key.encode()).hexdigest()[:40]}@import.invalid"


def _sent_usernames(db: sqlite3.Connection, target: Target | None) -> dict[int, str]:
    if target is None:
        return {}
    query = (
        "SELECT ref, remote_name FROM operation WHERE target_id = ? AND kind = 'user' AND generation = ?"
        " AND remote_name IS NOT NULL AND json_extract(details, '$.member') IS NULL"
    )
    return dict(db.execute(query, (target.id, target.generation)).fetchall())


# The name is the one used most, of those the first. Without the cast SQLite's planner looks for the names of each
# person among those of all: 15 seconds for ten thousand people.
_USERS = """
    WITH one AS (SELECT id, CAST({head} AS INTEGER) AS person_id FROM person),
         named AS (SELECT one.person_id, name, row_number() OVER (PARTITION BY one.person_id
                          ORDER BY sum(uses) DESC, min(person_name.id)) AS place
                   FROM one JOIN person_name ON person_name.person_id = one.id GROUP BY one.person_id, name)
    SELECT person.id, person.key, person.email, name
    FROM person LEFT JOIN named ON named.person_id = person.id AND place = 1
    WHERE id IN (SELECT one.person_id FROM one WHERE one.id IN (SELECT author_id FROM message WHERE {planned}))
          OR id IN ({members}) ORDER BY id
"""

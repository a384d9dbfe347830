"""Who is to be forgotten, and which accounts on a forum are theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from migrate.archive import Archive
from migrate.archive.forgotten import forgotten_key
from migrate.discourse.api.client import Client
from migrate.discourse.journal import Journal, Operation
from migrate.discourse.push.users import IMPORTER
from migrate.errors import MigrateError, TargetError
from migrate.people_file import person_key
from migrate.plan import Plan, Target

# What Discourse makes of a name and an address.
_ANONYMOUS = re.compile(r"anon\d+")
_ANONYMOUS_ADDRESS = "@anonymized.invalid"
_HEAD = "SELECT coalesce(same_as, id) FROM person WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Account:
    """An account that posts of theirs stand under."""

    id: int
    username: str  # now
    known_as: str  # when the archive made it or found it
    name: str  # as shown
    is_members: bool  # somebody signed up and uses it
    is_anonymous: bool  # already


def find_person(archive: Archive, who: str) -> list[int]:
    """All ids of the person with that address, user name or key of the people file, the head's first.

    Whoever is forgotten already is found by the address all the same. Raises MigrateError where there is none, or more.
    """
    db = archive.db
    wanted = who.strip().lower()
    people = db.execute("SELECT key, email, coalesce(same_as, id) FROM person").fetchall()
    heads = {
        head
        for key, email, head in people
        if wanted and (wanted in (key.lower(), (email or "").lower(), person_key(key)) or key == forgotten_key(wanted))
    }
    if not heads and "@" not in wanted:
        heads = {head for person in _named(archive, wanted) for (head,) in db.execute(_HEAD, (person,)).fetchall()}
    if len(heads) != 1:
        several = "Several people here are called so" if heads else "Nobody here has that address or user name"
        raise MigrateError(f"{several}. The keys in the people file tell everybody apart: migrate people --csv FILE")
    (head,) = heads
    others = db.execute("SELECT id FROM person WHERE same_as = ? ORDER BY id", (head,)).fetchall()
    return [head, *(person for (person,) in others)]


def accounts_of(archive: Archive, client: Client, target: Target, people: Sequence[int]) -> list[Account]:
    """The accounts of a person, given by all ids; asks the forum. One that was made for others is none of them.

    Raises MigrateError where a push was interrupted, TargetError where the forum cannot be used.
    """
    journal = Journal(archive, target)
    if journal.in_doubt():
        raise MigrateError(
            f"A push to {target.url} was interrupted, so what is there is not known. Finish it first with:"
            f" migrate resume --to {target.url}"
        )
    rows = journal.all("user")
    # Whoever was taken for somebody else before has posts under that one's account.
    others = {row.remote_id for ref, row in rows.items() if ref == IMPORTER or (row.ours and ref not in people)}
    own = {row.remote_id: row for row in (rows[person] for person in people if person in rows) if _is_used(row)}
    found = (
        account_of(client, number, row.remote_name)
        for number, row in own.items()
        if number is not None and number not in others
    )
    return [account for account in found if account is not None]


def _is_used(row: Operation) -> bool:
    return row.state == "done" and not row.is_a_members


def account_of(client: Client, user_id: int, known_as: str | None) -> Account | None:
    """An account as it is now; None where there is none any more. Raises TargetError."""
    answer = client.read(f"/admin/users/{user_id}.json")
    if answer.status == 404:
        return None
    username = answer["username"]
    if answer.status != 200 or not isinstance(username, str):
        raise TargetError(f"{client.host} does not show an account ({answer.message}).")
    anonymous = bool(_ANONYMOUS.fullmatch(username)) and _is_anonymous(client, username)
    members = not (anonymous or answer["staged"])
    return Account(user_id, username, known_as or username, str(answer["name"] or ""), members, anonymous)


def _is_anonymous(client: Client, username: str) -> bool:
    return str(client.read(f"/u/{username}/emails.json")["email"]).endswith(_ANONYMOUS_ADDRESS)


def _named(archive: Archive, username: str) -> set[int]:
    """Who has that user name on a forum, or else would get it."""
    query = "SELECT ref, remote_name FROM operation WHERE kind = 'user' AND ref > 0 AND remote_name IS NOT NULL"
    sent = {ref for ref, name in archive.db.execute(query).fetchall() if name.lower() == username}
    return sent or {user.person_id for user in Plan(archive).users() if user.username.lower() == username}

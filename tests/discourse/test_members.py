"""Members who never wrote: an account for each, that nobody is told of and that they can take over; nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.archive.forget import forget
from migrate.archive.writer import Writer
from migrate.discourse.facts import open_target
from migrate.discourse.former import accounts_of, find_person
from migrate.discourse.push.push import Push
from migrate.discourse.status import Standing, status
from migrate.discourse.verify import verify
from migrate.model import Person
from migrate.people_choices import choose
from migrate.people_file import Line, people, person_key
from migrate.plan import Choices, Plan, Selection, TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.community import fill, make_archive, message
from tests.discourse.pushing import client_of, findings, topics
from tests.discourse.undoing import held, undone

MIA = Person(key="mia@example.org", name="Mia Moor", email="mia@example.org", member="account")
THEO = Person(key="theo@example.org", name="Theo", email="theo@example.org", member="invite")
NOBODY = Person(key="masked:jo...@example.org", name="Jo", email="jo...@example.org", member="account")
NAMED = Person(key="facebook:zoe", name="Zoe", member="account")
ANN = Person(key="ann@example.org", name="Ann Lee", email="ann@example.org", member="account")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    records = [message("a", "a"), message("b", "a", "a", author=1, day=1)]
    with make_archive(tmp_path / "migration.sqlite3", records) as made:
        write(made, MIA, THEO, NOBODY, NAMED, ANN)
        yield made


def write(archive: Archive, *persons: Person) -> None:
    with archive.transaction():
        Writer(archive).write(persons)


def push(archive: Archive, forum: Sandbox, **choices: Any) -> Any:
    client = client_of(forum)
    return Push(archive, client, open_target(archive, client, "the forum", Choices(**choices))).run()


def accounts(forum: Sandbox) -> dict[str, tuple[str, bool]]:
    """Address → user name, and whether it waits for somebody to take it over."""
    listed = client_of(forum).read("/admin/users/list/all.json", show_emails="true").body
    return {item["email"]: (item["username"], item["staged"]) for item in listed if item["id"] > 1}


def register(forum: Sandbox, username: str, email: str) -> int:
    account = {"name": username, "username": username, "email": email, "password": "x" * 20, "active": True}
    return int(client_of(forum).create("/users.json", account)["user_id"])


def test_members_get_an_account_where_it_can_be_of_use_to_them(archive: Archive, either: Sandbox) -> None:
    summary = Plan(archive).summary()
    assert (summary.members, summary.users) == (1, 3)
    result = push(archive, either)
    assert result.created["user"] == 3
    there = accounts(either)
    assert there["mia@example.org"] == ("Mia_Moor", True)
    assert not {address for address in there if address.startswith(("theo", "jo", "zoe"))}
    assert len(there) == 3
    client = client_of(either)
    assert verify(archive, client, open_target(archive, client, "the forum")).is_clean
    assert push(archive, either).created == {}
    found = status(archive)[0]
    assert (found.kinds["user"], found.is_complete) == (Standing(3, 3), True)


@pytest.mark.parametrize("choice", [{"authors": "byline"}, {"authors": "existing"}, {"selection": Selection(limit=1)}])
def test_none_where_authors_get_none_and_none_for_a_trial(
    archive: Archive, forum: Sandbox, choice: dict[str, Any]
) -> None:
    push(archive, forum, **choice)
    assert "mia@example.org" not in accounts(forum)


def test_who_is_a_member_of_the_forum_already_stays_as_they_are(archive: Archive, forum: Sandbox) -> None:
    number = register(forum, "mimi", "mia@example.org")
    result = push(archive, forum)
    assert (result.created["user"], result.adopted) == (2, {"user": 1})
    assert accounts(forum)["mia@example.org"] == ("mimi", False)
    assert findings(archive) == {}
    assert push(archive, forum).adopted == {}
    assert status(archive)[0].is_complete
    client = client_of(forum)
    target = open_target(archive, client, "the forum")
    assert accounts_of(archive, client, target, find_person(archive, "mia@example.org")) == []
    assert undone(archive, forum).left == []
    assert client.read(f"/admin/users/{number}.json").status == 200


def test_what_they_write_later_is_not_posted_under_their_own_account(archive: Archive, forum: Sandbox) -> None:
    register(forum, "mimi", "mia@example.org")
    push(archive, forum)
    write(archive, replace(MIA, member=None))
    fill(archive, [replace(message("c", "a", "a", day=2), author=MIA.key)])
    push(archive, forum)
    assert topics(forum)["About a"][2][1] == "Mia_Moor"
    assert findings(archive) == {"address-of-a-member": 1}


def test_what_they_write_later_is_posted_under_the_account_that_was_made(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    fill(archive, [replace(message("c", "a", "a", day=2), author=MIA.key)])
    assert push(archive, forum).created == {"reply": 1}
    assert topics(forum)["About a"][2][1] == "Mia_Moor"


def test_an_undo_takes_them_back(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    push(archive, forum)
    assert undone(archive, forum).removed["user"] == 3
    assert held(forum) == before


def test_an_account_that_was_removed_is_missed(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    client = client_of(forum)
    target = open_target(archive, client, "the forum")
    row = archive.db.execute(
        "SELECT remote_id FROM operation JOIN person ON ref = person.id WHERE kind = 'user' AND key = ?", (MIA.key,)
    ).fetchone()
    client.delete(f"/admin/users/{row[0]}.json")
    found = verify(archive, client, target)
    assert (found.lost_members, found.is_clean) == (1, False)


def test_the_people_file_lists_who_gets_an_account(archive: Archive) -> None:
    rows = {row.address: row for row in people(archive, Plan(archive))}
    assert set(rows) == {"ann@example.org", "ann.lee@example.net", "mia@example.org"}
    assert (rows["mia@example.org"].messages, rows["mia@example.org"].proposed_username) == ("0", "Mia_Moor")


def test_who_is_forgotten_gets_none_whatever_is_read_again(archive: Archive, forum: Sandbox) -> None:
    forget(archive, find_person(archive, "mia@example.org"), words=False)
    assert b"mia@example.org" not in archive.path.read_bytes()
    write(archive, MIA)
    assert Plan(archive).summary().members == 0
    push(archive, forum)
    assert "mia@example.org" not in accounts(forum)
    query = "SELECT count(*) FROM person WHERE email = ? OR key = ?"
    assert archive.db.execute(query, (MIA.key, MIA.key)).fetchone() == (0,)


def test_who_left_by_another_address_gets_none_nor_whose_name_is_withheld(archive: Archive) -> None:
    tom = replace(MIA, key="tom@example.org", name="Tom", email="tom@example.org")
    tom_before, mia_before = (replace(one, key=f"old.{one.key}", email=f"old.{one.key}") for one in (tom, MIA))
    write(archive, tom, tom_before, mia_before)
    lines = [
        Line(number, {"person": person_key(other.key), "same_as": person_key(one.key), "withhold": withhold})
        for number, (one, other, withhold) in enumerate([(tom, tom_before, ""), (MIA, mia_before, "name")], 2)
    ]
    choose(archive, lines, TargetFacts())
    assert Plan(archive).summary().members == 1
    write(archive, replace(tom_before, member="never"))
    assert Plan(archive).summary().members == 0

"""What people chose in the people file, on the forum: accounts joined and apart, names and words withheld."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.discourse.facts import open_target
from migrate.discourse.status import status
from migrate.discourse.verify import verify
from migrate.discourse.words import ENGLISH
from migrate.people_choices import Applied, choose
from migrate.people_file import Line, person_key
from migrate.plan import TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.community import dump
from tests.discourse.pushing import client_of, findings, pushed, topics

ANN, OTHER_ANN, JURGEN = "ann@example.org", "ann.lee@example.net", "jurgen@example.org"


def chosen(archive: Archive, address: str, **cells: str) -> Applied:
    return choose(archive, [Line(2, {"person": person_key(address)} | cells)], TargetFacts())


def is_clean(archive: Archive, forum: Sandbox) -> bool:
    client = client_of(forum)
    return verify(archive, client, open_target(archive, client)).is_clean


def authors(forum: Sandbox) -> dict[str, int]:
    """User name → posts."""
    counts: dict[str, int] = {}
    for posts in topics(forum).values():
        for post in posts:
            counts[post[1]] = counts.get(post[1], 0) + 1
    return counts


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "staging.sqlite3", prepared=True) as sandbox:
        yield sandbox


def test_a_withheld_name_is_nowhere_on_the_forum(archive: Archive, forum: Sandbox) -> None:
    chosen(archive, JURGEN, withhold="name")
    pushed(archive, forum)
    text = json.dumps(dump(forum.url, forum.key), ensure_ascii=False)
    assert "Jürgen" not in text
    assert "Groß" not in text
    assert JURGEN not in text
    assert "Former member" in text
    assert "Words of m0.2" in text
    assert is_clean(archive, forum)


def test_withheld_words_leave_a_place_and_no_files(
    archive: Archive, forum: Sandbox, undisturbed: dict[str, object]
) -> None:
    chosen(archive, OTHER_ANN, withhold="words")
    result = pushed(archive, forum)
    assert result.created["upload"] == 2  # minutes.txt was only hers
    before = {topic["title"]: topic["posts"] for topic in undisturbed["topics"]}  # type: ignore[attr-defined]  # plain data
    after = topics(forum)
    assert [[post[0], post[4]] for posts in before.values() for post in posts] == [
        [post[0], post[4]] for title in before for post in after[title]
    ]
    theirs = [post[3] for posts in after.values() for post in posts if post[1].startswith("former_member")]
    assert set(theirs) == {ENGLISH.removed}
    assert is_clean(archive, forum)
    assert status(archive)[0].is_complete


def test_names_are_those_that_were_chosen(archive: Archive, forum: Sandbox) -> None:
    chosen(archive, JURGEN, name="J. G.", username="jay.gee")
    pushed(archive, forum)
    users = dump(forum.url, forum.key)["users"]
    assert ("jay.gee", "J. G.", JURGEN, True, True) in users


def test_a_name_that_somebody_has_there_is_told(archive: Archive, forum: Sandbox) -> None:
    chosen(archive, JURGEN, username="admin2")
    values = {"name": "", "username": "admin2", "email": "two@example.org", "password": "x" * 20, "active": True}
    assert client_of(forum).create("/users.json", values)["success"] is True
    pushed(archive, forum)
    assert findings(archive)["username-taken"] == 1
    assert {"admin2", "admin21"} <= {user[0] for user in dump(forum.url, forum.key)["users"]}


def test_a_rehearsal_stays_as_it_was_and_the_real_forum_is_as_chosen_since(
    archive: Archive, forum: Sandbox, staging: Sandbox
) -> None:
    pushed(archive, staging)
    before = authors(staging)
    applied = chosen(archive, OTHER_ANN, same_as=person_key(ANN))
    assert applied.changed == 1
    assert all(note.startswith("Line 2: on http") for note in applied.notes)
    assert applied.notes
    assert is_clean(archive, staging)
    pushed(archive, forum)
    assert is_clean(archive, forum)
    assert authors(forum)["Ann_Lee"] == before["Ann_Lee"] + before["Ann_Lee1"]
    chosen(archive, OTHER_ANN, same_as="")
    assert pushed(archive, staging).created == pushed(archive, forum).created == {}
    assert is_clean(archive, staging)
    assert is_clean(archive, forum)
    assert authors(staging) == before

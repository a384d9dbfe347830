"""Whose accounts posts are under, as the operator chose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.accounts import Accounts
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.mapping import read_mapping
from migrate.model import Record, Thread
from migrate.plan import Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, PEOPLE, dump, fill, make_archive, message
from tests.discourse.faults import FaultyAdapter, make_faulty
from tests.discourse.pushing import client_of, findings, topics


def push_with(archive: Archive, client: Client, **choices: Any) -> Any:
    return Push(archive, client, open_target(archive, client, "the forum", choices=Choices(**choices))).run()


def register(forum: Sandbox, username: str, email: str) -> None:
    account = {"name": username, "username": username, "email": email, "password": "x" * 20, "active": True}
    assert client_of(forum).create("/users.json", account)["success"]


def usernames(forum: Sandbox) -> set[str]:
    return {user[0] for user in dump(forum.url, forum.key)["users"]}


def quoting(body: str) -> list[Record]:
    return [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one", body="Words enough to be quoted by somebody."),
        message("b", "one", "a", author=1, body=body, day=0.5),
    ]


def test_one_account_posts_everything_and_says_for_whom(archive: Archive, forum: Sandbox) -> None:
    before = usernames(forum)
    result = push_with(archive, client_of(forum), authors="byline")
    assert result.created["user"] == 1
    assert usernames(forum) - before == {"imported"}
    first, second, *_ = topics(forum)["About seeds, part 1"]
    assert (first[1], second[1]) == ("imported", "imported")
    assert first[3].startswith("*Originally posted by Ann Lee on 2 January 2020*\n\nWords of m1.0")
    assert second[3].startswith("*Originally posted by Jürgen Groß on 2 January 2020*\n\n")
    client = client_of(forum)
    assert verify(archive, client, open_target(archive, client, "the forum")).is_clean


def test_a_quote_of_a_post_under_another_account_keeps_its_own_words(tmp_path: Path, forum: Sandbox) -> None:
    body = "On 1 January, Ann Lee wrote:\n> Words enough to be quoted by somebody.\n\nYes."
    with make_archive(tmp_path / "a.sqlite3", quoting(body)) as archive:
        push_with(archive, client_of(forum), authors="byline")
    assert "[quote" not in topics(forum)["One"][1][3]
    assert "On 1 January, Ann Lee wrote:\n> Words enough" in topics(forum)["One"][1][3]


def test_members_post_as_themselves_and_all_others_under_one_account(archive: Archive, forum: Sandbox) -> None:
    register(forum, "annie", "ann@example.org")
    before = usernames(forum)
    push_with(archive, client_of(forum), authors="existing")
    assert usernames(forum) - before == {"imported"}
    found = topics(forum)["About seeds, part 0"]
    assert [post[1] for post in found] == ["annie", *["imported"] * 4]
    assert found[0][3] == "Words of m0.0."
    assert found[1][3].startswith("*Originally posted by Ann Lee on 1 January 2020*")
    assert findings(archive) == {}


def test_an_account_of_the_people_file_is_used_and_one_that_is_not_there_is_told(
    archive: Archive, forum: Sandbox
) -> None:
    register(forum, "gardener", "elsewhere@example.net")
    ids = {key: id_ for id_, key in archive.db.execute("SELECT id, key FROM person")}
    for key, account in (("jurgen@example.org", "Gardener"), ("olga@example.org", "nobody")):
        archive.db.execute("INSERT INTO person_choice (person_id, account) VALUES (?, ?)", (ids[key], account))
    push_with(archive, client_of(forum), authors="existing")
    assert [post[1] for post in topics(forum)["About seeds, part 0"]][2:4] == ["gardener", "imported"]
    assert findings(archive) == {"account-unknown": 1}


def test_nobody_posts_as_a_member_whose_account_is_not_active(archive: Archive, forum: Sandbox) -> None:
    register(forum, "annie", "ann@example.org")
    admin = client_of(forum)
    (annie,) = admin.read("/admin/users/list/all.json", email="ann@example.org").body
    admin.put(f"/admin/users/{annie['id']}/deactivate.json")
    push_with(archive, admin, authors="existing")
    assert topics(forum)["About seeds, part 0"][0][1] == "imported"
    assert findings(archive) == {"account-inactive": 1}


def test_the_mapping_names_the_account(archive: Archive, forum: Sandbox) -> None:
    register(forum, "archivist", "archivist@example.net")
    text = 'authors = "byline"\naccount = "Archivist"\n'
    push_with(archive, client_of(forum), authors="byline", mapping=read_mapping(text, "m.toml").text)
    assert {post[1] for posts in topics(forum).values() for post in posts if posts[0][2] < "2021"} == {"archivist"}


def test_a_name_and_its_address_do_no_harm_in_a_byline(tmp_path: Path, forum: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", quoting("Yes.")) as archive:
        archive.db.execute("UPDATE person_name SET name = '*@all* <ann@example.org> [removed]' WHERE id = 1")
        push_with(archive, client_of(forum), authors="byline")
    assert "ann@example" not in str(topics(forum)["One"])
    assert topics(forum)["One"][0][3].startswith("*Originally posted by \\*@\u2060all\\*")


def test_the_forums_language_or_the_chosen_one(tmp_path: Path, forum: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", quoting("")) as archive:
        push_with(archive, client_of(forum), authors="byline", lang="de")
    first, second = topics(forum)["One"]
    assert first[3].startswith("*Ursprünglich geschrieben von Ann Lee am 1. Januar 2020*")
    assert second[3].endswith("*(kein Text)*")


@pytest.mark.parametrize("authors", ["byline", "existing"])
def test_a_bad_connection_makes_no_second_account(archive: Archive, forum: Sandbox, authors: str) -> None:
    register(forum, "annie", "ann@example.org")
    before = usernames(forum)
    adapter = FaultyAdapter(3)
    for _ in range(20):
        try:
            push_with(archive, make_faulty(client_of(forum), adapter), authors=authors)
            break
        except TargetError:
            continue
    assert usernames(forum) - before == {"imported"}
    assert sum(len(posts) for posts in topics(forum).values()) == 38


def test_who_has_a_placeholder_keeps_it_when_the_choice_changes(archive: Archive, forum: Sandbox) -> None:
    push_with(archive, client_of(forum))
    fill(archive, [message("late", "twins", "t.0", author=5, source=GARDENERS, day=30)])
    fill(archive, [message("later", "twins", "t.0", author=0, source=GARDENERS, day=31)])
    push_with(archive, client_of(forum), authors="byline")
    assert [post[1] for post in topics(forum)["(no subject)"]][3:] == ["imported", "Ann_Lee"]


def test_a_few_new_people_are_looked_up_one_by_one(archive: Archive, forum: Sandbox) -> None:
    push_with(archive, client_of(forum))
    fill(archive, [message("late", "twins", "t.0", author=5, day=30)])
    client = client_of(forum)
    asked: list[dict[str, Any]] = []

    def read(path: str, **params: Any) -> Any:
        if path.startswith("/admin/users"):
            asked.append(params)
        return Client.read(client, path, **params)

    client.read = read  # type: ignore[method-assign]  # watched on the way
    push_with(archive, client)
    assert asked == [{"email": PEOPLE[5].email}]
    assert topics(forum)["(no subject)"][3][1] == "Al1"


def test_newer_forums_list_their_users_elsewhere(forum: Sandbox) -> None:
    client = client_of(forum)
    read = client.read

    def without_the_old_list(path: str, **params: Any) -> Any:
        return read("/nothing.json") if "list" in path else read(path, **params)

    client.read = without_the_old_list  # type: ignore[method-assign]  # as that version would answer
    assert Accounts(client).by_name("ADMIN") == Accounts(client, only_a_few=True).by_name("admin")

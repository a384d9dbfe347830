"""Whoever is forgotten has no name on the forum any more, and nothing differs there from what the archive holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.forget import forget as scrub
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target, remember_choices
from migrate.discourse.forget import Forget, Forgotten
from migrate.discourse.former import accounts_of, find_person
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.discourse.words import ENGLISH
from migrate.errors import MigrateError
from migrate.model import Record, Thread
from migrate.people_file import person_key
from migrate.plan import Choices
from migrate.sandbox import Sandbox, member_admin
from migrate.settle.people import join_people
from tests.discourse.community import GARDENERS, dump, make_archive, message
from tests.discourse.pushing import client_of, pushed, setting, topics

JURGEN = "jurgen@example.org"


@pytest.fixture(params=["2.9", "2026"])
def forum(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True, version=request.param) as sandbox:
        yield sandbox


def forgotten(archive: Archive, forum: Sandbox, *, words: bool = False, client: Client | None = None) -> Forgotten:
    client = client or client_of(forum)
    target = open_target(archive, client)
    people = find_person(archive, JURGEN)
    accounts = accounts_of(archive, client, target, people)
    return Forget(archive, client, target, people, accounts, words=words, address=JURGEN).run()


def text(forum: Sandbox) -> str:
    return json.dumps(dump(forum.url, forum.key), ensure_ascii=False)


def is_clean(archive: Archive, forum: Sandbox) -> bool:
    client = client_of(forum)
    return verify(archive, client, open_target(archive, client)).is_clean


def order(forum: Sandbox) -> list[str]:
    """The titles as the forum lists them, the last active topic first."""
    latest = client_of(forum).read("/latest.json")["topic_list"]["topics"]
    return [topic["title"] for topic in latest]


def test_name_and_address_go_and_words_stay(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    before, listed = text(forum), order(forum)
    assert '[quote=\\"Jurgen_Gross, ' in before
    done = forgotten(archive, forum)
    after = text(forum)
    assert done.accounts == 1
    assert not [word for word in ("Jürgen", "Groß", "Jurgen", JURGEN) if word in after]
    assert "Words of m0.2" in after
    assert order(forum) == listed
    assert is_clean(archive, forum)
    assert forgotten(archive, forum) == Forgotten()
    scrub(archive, find_person(archive, JURGEN), words=False)
    assert is_clean(archive, forum)
    assert pushed(archive, forum).created == {}


def test_quotes_are_renamed_where_the_forum_takes_its_time(
    archive: Archive, forum: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_admin, "_rename_in_posts", lambda *_: None)
    pushed(archive, forum)
    assert forgotten(archive, forum).mentions > 0
    assert "Jurgen" not in text(forum)
    assert '[quote=\\"anon' in text(forum)
    assert is_clean(archive, forum)


def test_words_go_where_that_is_asked(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    done = forgotten(archive, forum, words=True)
    theirs = [post[3] for posts in topics(forum).values() for post in posts if post[1].startswith("anon")]
    assert set(theirs) == {ENGLISH.removed}
    assert done.posts == len(theirs) == 8
    assert done.in_history == done.posts + done.mentions
    assert is_clean(archive, forum)


def test_a_forum_that_comes_later_knows_what_the_archive_has_forgotten(
    archive: Archive, forum: Sandbox, tmp_path: Path
) -> None:
    with Sandbox(tmp_path / "second.sqlite3", prepared=True) as second:
        pushed(archive, forum)
        pushed(archive, second)
        forgotten(archive, forum)
        scrub(archive, find_person(archive, JURGEN), words=False)
        assert "Jürgen" in text(second)
        forgotten(archive, second)
        assert not [word for word in ("Jürgen", "Groß", "Jurgen", JURGEN) if word in text(second)]
        assert is_clean(archive, second)


def test_a_run_that_was_killed_is_gone_on_with(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    for stop_at in range(1, 40, 3):
        client = client_of(forum)
        _stop_after(client, stop_at)
        try:
            forgotten(archive, forum, client=client)
        except _Killed:
            continue
        break
    else:
        pytest.fail("it never came to its end")
    assert not [word for word in ("Jürgen", "Groß", "Jurgen", JURGEN) if word in text(forum)]
    assert is_clean(archive, forum)


def test_an_account_that_its_owner_uses_is_told(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    client = client_of(forum)
    signing_up = {"name": "Jürgen", "username": "Jurgen_Gross", "email": JURGEN, "password": "x" * 20, "active": True}
    assert client.create("/users.json", signing_up)["success"] is True
    (account,) = accounts_of(archive, client, open_target(archive, client), find_person(archive, JURGEN))
    assert account.is_members


def test_an_account_that_posts_for_many_is_left_alone(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    remember_choices(archive, open_target(archive, client, choices=Choices(authors="byline")))
    pushed(archive, forum)
    assert "Originally posted by Jürgen Groß" in text(forum)
    done = forgotten(archive, forum)
    assert done.accounts == 0
    assert not [word for word in ("Jürgen", "Groß", JURGEN) if word in text(forum)]
    assert is_clean(archive, forum)


def test_a_post_that_is_as_long_as_can_be_has_room_for_what_stands_in(forum: Sandbox, tmp_path: Path) -> None:
    records: list[Record] = [
        Thread(key="long", source=GARDENERS.key, title="A long one"),
        message("long", "long", author=2, body=f"Jürgen Groß: {'words ' * 4989}so many of them to say and more."),
    ]
    with make_archive(tmp_path / "long.sqlite3", records) as archive:
        pushed(archive, forum)
        (limit,) = (len(posts[0][3]) for posts in topics(forum).values())
        setting(forum, "max_post_length", str(limit))
        assert forgotten(archive, forum).refused == []
        assert "Jürgen" not in text(forum)
        assert is_clean(archive, forum)


def test_a_name_that_people_chose_goes_too(archive: Archive, forum: Sandbox) -> None:
    query = "INSERT INTO person_choice (person_id, name) SELECT id, 'The Gardener' FROM person WHERE key = ?"
    with archive.transaction() as db:
        db.execute(query, (JURGEN,))
    client = client_of(forum)
    Push(archive, client, open_target(archive, client, None, Choices(authors="byline"))).run()
    assert "The Gardener" in text(forum)
    forgotten(archive, forum)
    assert "The Gardener" not in text(forum)
    assert is_clean(archive, forum)


def test_who_was_taken_for_somebody_else_does_not_take_that_ones_account_along(
    archive: Archive, forum: Sandbox
) -> None:
    ann, jurgen = (find_person(archive, who)[0] for who in ("ann@example.org", JURGEN))
    for same_as in (ann, jurgen):
        with archive.transaction() as db:
            db.execute("INSERT OR REPLACE INTO person_choice (person_id, same_as) VALUES (?, ?)", (jurgen, same_as))
            join_people(archive)
        pushed(archive, forum)
    assert forgotten(archive, forum).accounts == 0
    assert "Ann_Lee" in text(forum)
    client = client_of(forum)
    assert [account.username for account in accounts_of(archive, client, open_target(archive, client), [ann])] == [
        "Ann_Lee"
    ]


def test_a_push_under_way_comes_first(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    archive.db.execute("UPDATE operation SET state = 'sending' WHERE kind = 'user' AND ref = 1")
    with pytest.raises(MigrateError, match="migrate resume"):
        forgotten(archive, forum)


@pytest.mark.parametrize("who", [JURGEN, " Jurgen@Example.org ", "jurgen_gross", person_key(JURGEN)])
def test_people_are_found_by_address_user_name_and_key(archive: Archive, who: str) -> None:
    (person,) = archive.db.execute("SELECT id FROM person WHERE key = ?", (JURGEN,)).fetchone()
    assert find_person(archive, who) == [person]
    scrub(archive, [person], words=False)
    assert find_person(archive, JURGEN) == [person]


@pytest.mark.parametrize("who", ["nobody@example.org", "", " "])
def test_whoever_is_not_here_cannot_be_forgotten(archive: Archive, who: str) -> None:
    with pytest.raises(MigrateError, match="migrate people --csv"):
        find_person(archive, who)


class _Killed(Exception):  # noqa: N818 - no error of ours
    pass


def _stop_after(client: Client, count: int) -> None:
    """The answer to the changing request of that number never comes, and nothing is asked after it."""
    request = client._session.request
    seen = 0

    def counting(*args: object, **kwargs: object) -> object:
        nonlocal seen
        seen += args[0] == "PUT"
        if seen > count:
            raise _Killed
        response = request(*args, **kwargs)  # type: ignore[arg-type]  # as it was called
        if seen == count and args[0] == "PUT":
            raise _Killed
        return response

    client._session.request = counting  # type: ignore[method-assign,assignment]  # counted on the way

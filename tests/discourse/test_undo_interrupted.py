"""An undo, or the push before it, that is killed or loses an answer: nothing is left, and nothing of others goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.known import known_targets
from migrate.discourse.push.push import Push
from migrate.discourse.undo import doubts
from migrate.discourse.undo.undo import Undo
from migrate.errors import MigrateError, TargetError
from migrate.plan import Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import make_archive, talk
from tests.discourse.pushing import client_of, user_id
from tests.discourse.undoing import MAPPING, KilledError, die_after, held, sent, states, topic_id, undone


@pytest.mark.parametrize("answered", [False, True])
def test_killed_at_any_instant_it_goes_on(archive: Archive, forum: Sandbox, answered: bool) -> None:
    before = held(forum)
    sent(archive, forum, MAPPING)
    there = held(forum)
    for requests in range(4, 400):
        client = client_of(forum)
        target = open_target(archive, client, "the forum")
        die_after(client, requests % 9 + 1, answered=answered)
        try:
            assert Undo(archive, client, target).run().left == []
            break
        except KilledError:
            with pytest.raises(MigrateError, match="migrate undo"):
                sent(archive, forum)
    assert held(forum) == before
    assert sent(archive, forum).refused == 0
    assert held(forum) == there


@pytest.mark.parametrize("requests", [4, 5, 9, 14, 17, 18, 19, 20, 30, 50])
def test_after_a_push_that_was_killed_nothing_is_left(
    tmp_path: Path, forum: Sandbox, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubts, "RUNNING_SECONDS", 0.1)
    before = held(forum)
    with make_archive(tmp_path / "killed.sqlite3", talk()) as archive:
        client = client_of(forum)
        target = open_target(archive, client, "the forum", Choices(mapping=MAPPING))
        push = Push(archive, client, target, workers=2)
        die_after(client, requests, answered=True)
        with pytest.raises(KilledError):
            push.run()
        assert undone(archive, forum).left == []
        assert held(forum) == before
        assert sent(archive, forum).refused == 0


@pytest.mark.parametrize("authors", ["placeholders", "byline"])
def test_an_account_whose_answer_was_lost_goes_though_nothing_is_planned_for_it_any_more(
    archive: Archive, forum: Sandbox, monkeypatch: Any, authors: Any
) -> None:
    monkeypatch.setattr(doubts, "RUNNING_SECONDS", 0.1)
    before = held(forum)
    client = client_of(forum)
    target = open_target(archive, client, "the forum", Choices(authors=authors))
    send = client._session.request

    def sending(method: str, url: str, **kwargs: Any) -> Any:
        answer = send(method, url, **kwargs)
        if method == "POST" and url.endswith("/users.json"):
            raise KilledError
        return answer

    client._session.request = sending  # type: ignore[assignment]  # killed when the account is there
    with pytest.raises(KilledError):
        Push(archive, client, target, workers=1).run()
    with archive.transaction() as db:
        db.execute("""UPDATE message SET flags = '["machine-made"]'""")
    assert undone(archive, forum).left == []
    assert held(forum) == before


def test_a_lost_answer_is_no_answer_of_somebody_else(archive: Archive, forum: Sandbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(doubts, "RUNNING_SECONDS", 0.1)
    sent(archive, forum)
    with archive.transaction() as db:
        db.execute(
            "UPDATE operation SET state = 'sending', remote_id = NULL, post_number = NULL WHERE kind = 'post' AND ref ="
            " (SELECT id FROM container WHERE key = 'm1.4')"
        )
    assert undone(archive, forum).left == []


def test_what_a_member_wrote_since_is_no_lost_answer(archive: Archive, forum: Sandbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(doubts, "RUNNING_SECONDS", 0.1)
    client = client_of(forum)
    member = {"name": "Ann", "username": "ann", "email": "ann@example.org", "active": True, "approved": True}
    assert client.create("/users.json", member | {"password": "a long enough password"})["success"]
    Push(archive, client, open_target(archive, client, "the forum", Choices(authors="existing"))).run()
    lost = "kind = 'post' AND ref = (SELECT id FROM container WHERE key = 't.2')"
    (post,) = archive.db.execute(f"SELECT remote_id FROM operation WHERE {lost}").fetchone()
    client.delete(f"/posts/{post}.json")
    with archive.transaction() as db:
        db.execute(f"UPDATE operation SET state = 'sending', remote_id = NULL, post_number = NULL WHERE {lost}")
    words = {"topic_id": topic_id(archive, "t.0"), "raw": "+1", "skip_validations": True}
    assert client.create("/posts.json", words, by=user_id(client, "ann")).status == 200
    assert [item.why for item in undone(archive, forum).left if item.kind == "topic"] == [
        "other people wrote there: ann"
    ]


def test_a_key_that_is_not_accepted_any_more_does_not_make_things_gone(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    target = known_targets(archive)[0]
    (name,) = archive.db.execute("SELECT remote_name FROM operation WHERE kind = 'user' LIMIT 1").fetchone()
    before = states(archive)
    with pytest.raises(TargetError):
        Undo(archive, Client(forum.url, forum.key, name), target).run()
    assert states(archive) == before

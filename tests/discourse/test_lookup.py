"""A forum that knows no replies by their keys: what was sent is found by where it stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3.exceptions import ProtocolError

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.known import known_targets
from migrate.discourse.push import lookup
from migrate.discourse.push.push import Push
from migrate.errors import TargetError
from migrate.model import Record, Thread
from migrate.plan import Authors, Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, dump, make_archive, message, talk
from tests.discourse.faults import FaultyAdapter, make_faulty
from tests.discourse.pushing import client_of, findings, pushed, topics


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "deaf.sqlite3", prepared=True, ignores_reply_keys=True) as sandbox:
        yield sandbox


def twins() -> list[Record]:
    return [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one"),
        message("b", "one", "a", author=1, body="+1", day=1),
        message("c", "one", "a", author=1, body="+1", day=1),
    ]


@pytest.mark.parametrize("honours", [True, False])
def test_the_first_reply_tells_whether_keys_are_known(
    archive: Archive, forum: Sandbox, deaf: Sandbox, honours: bool
) -> None:
    pushed(archive, forum if honours else deaf)
    (target,) = known_targets(archive)
    assert target.honours_reply_keys is honours
    assert findings(archive) == ({} if honours else {"reply-keys-ignored": 1})


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_on_the_way_the_forum_is_the_same(
    archive: Archive, deaf: Sandbox, undisturbed: dict[str, object], seed: int
) -> None:
    adapter = FaultyAdapter(seed)
    for _ in range(20):
        client = make_faulty(client_of(deaf), adapter)
        try:
            Push(archive, client, open_target(archive, client, "the forum")).run()
            break
        except TargetError:
            continue
    assert dump(deaf.url, deaf.key) == undisturbed


def test_a_lost_archive_read_again_finds_what_is_there(archive: Archive, deaf: Sandbox, tmp_path: Path) -> None:
    pushed(archive, deaf)
    before = dump(deaf.url, deaf.key)
    with make_archive(tmp_path / "again.sqlite3", talk()) as again:
        assert pushed(again, deaf).refused == 0
    assert dump(deaf.url, deaf.key) == before


def losing(client: Client, raw: str, waits: list[float], *, arrives: bool) -> Client:
    """The same client, which loses the first answer to a post of these words; waits are noted, and not waited."""
    request = client._session.request
    lost: list[str] = []

    def send(*args: Any, **options: Any) -> Any:
        if (options.get("json") or {}).get("raw") == raw and not lost:
            lost.append(raw)
            if arrives:
                request(*args, **options)
            raise requests.ConnectionError(ProtocolError("Connection aborted."))
        return request(*args, **options)

    def sleep(seconds: float) -> None:
        waits.append(seconds)

    client._session.request = send  # type: ignore[method-assign]  # lost on the way
    client.pace.sleep = sleep  # type: ignore[method-assign]  # time passes quicker here
    return client


@pytest.mark.parametrize("arrives", [True, False])
def test_two_of_the_same_words_stay_two_after_a_lost_answer(
    tmp_path: Path, deaf: Sandbox, arrives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "RUNNING_SECONDS", 60.0)
    waits: list[float] = []
    with make_archive(tmp_path / "twins.sqlite3", twins()) as archive:
        client = losing(client_of(deaf), "+1", waits, arrives=arrives)
        Push(archive, client, open_target(archive, client)).run()
    assert [post[3] for post in topics(deaf)["One"]] == ["Words of a.", "+1", "+1"]
    # The request may still have been running when it was looked for.
    assert any(55 < wait <= 60 for wait in waits)


def test_what_could_be_either_is_reported_and_not_sent_again(tmp_path: Path, deaf: Sandbox) -> None:
    with make_archive(tmp_path / "twins.sqlite3", twins()) as archive:
        pushed(archive, deaf)
        archive.db.execute(
            "UPDATE operation SET state = 'sending', remote_id = NULL, post_number = NULL, sent_at = ?"
            " WHERE kind = 'post' AND ref > 1 AND post_number > 1",
            (int((time.time() - 100) * 1000),),
        )
        assert pushed(archive, deaf).refused == 2
        assert findings(archive) == {"post-ambiguous": 2, "reply-keys-ignored": 1}
    assert len(topics(deaf)["One"]) == 3


def test_a_reply_sent_long_ago_is_not_waited_for(
    tmp_path: Path, deaf: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "RUNNING_SECONDS", 60.0)
    with make_archive(tmp_path / "a.sqlite3", talk()) as archive:
        pushed(archive, deaf)
        before = dump(deaf.url, deaf.key)
        archive.db.execute(
            "UPDATE operation SET state = 'sending', sent_at = ? WHERE kind = 'post' AND post_number = 5",
            (int((time.time() - 100) * 1000),),
        )
        started = time.monotonic()
        pushed(archive, deaf)
        assert time.monotonic() - started < 10
    assert dump(deaf.url, deaf.key) == before


def test_a_push_that_ends_early_after_a_lost_archive_doubles_nothing(tmp_path: Path, deaf: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", twins()) as archive:
        pushed(archive, deaf)
    before = dump(deaf.url, deaf.key)
    with make_archive(tmp_path / "again.sqlite3", twins()) as again:
        client = client_of(deaf)
        read = client.read

        def ending(path: str, **params: Any) -> Any:
            if path == "/embed/info.json":
                raise TargetError("The lights went out.")
            return read(path, **params)

        client.read = ending  # type: ignore[method-assign]  # ended on the way
        with pytest.raises(TargetError, match="lights"):
            Push(again, client, open_target(again, client)).run()
        client = client_of(deaf)
        client._session.headers["User-Agent"] = "later"  # else the forum takes it for a repetition within two minutes
        Push(again, client, open_target(again, client)).run()
    assert dump(deaf.url, deaf.key) == before


@pytest.mark.parametrize("honours", [True, False])
@pytest.mark.parametrize("authors", [("placeholders", "byline"), ("byline", "placeholders")])
def test_a_lost_archive_that_posted_under_other_accounts_is_found(
    tmp_path: Path, forum: Sandbox, deaf: Sandbox, honours: bool, authors: tuple[Authors, Authors]
) -> None:
    there = forum if honours else deaf
    for name in authors:
        with make_archive(tmp_path / f"{name}.sqlite3", twins()) as archive:
            client = client_of(there)
            Push(archive, client, open_target(archive, client, choices=Choices(authors=name))).run()
    assert len(topics(there)["One"]) == 3

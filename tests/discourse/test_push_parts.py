"""Messages that are longer than the forum takes: whole, in several posts, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.status import status
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.model import Record, Thread
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, dump, make_archive, message
from tests.discourse.faults import FaultyAdapter, make_faulty
from tests.discourse.pushing import client_of, findings, pushed, setting, topics

LIMIT = 5000  # the least that some versions of Discourse let one set


def long_text(name: str) -> str:
    return "\n\n".join(f"Paragraph {number} of {name}: " + "word " * 100 for number in range(25))


def records() -> list[Record]:
    return [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one", body=long_text("a")),
        message("b", "one", "a", author=1, body="Short.", day=1),
        message("c", "one", "b", author=2, body=long_text("c"), day=2),
        message("d", "one", "c", author=3, body="To c.", day=3),
        message("e", "one", "a", author=3, body="To a.", day=4),
    ]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with make_archive(tmp_path / "long.sqlite3", records()) as made:
        yield made


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as sandbox:
        setting(sandbox, "max_post_length", str(LIMIT))
        yield sandbox


def posts(forum: Sandbox) -> list[list[Any]]:
    return topics(forum)["One"]


def text_of(found: list[list[Any]], author: str) -> str:
    raws = [post[3].removeprefix("*(continued)*\n\n") for post in found if post[1] == author]
    return "\n\n".join(raws)


def test_a_long_message_is_continued_right_behind_it_and_answers_go_to_its_beginning(
    archive: Archive, forum: Sandbox
) -> None:
    result = pushed(archive, forum)
    assert (result.created["topic"], result.created["reply"], result.created["continuation"]) == (1, 4, 4)
    found = posts(forum)
    assert [(post[1], post[4]) for post in found] == [
        ("Ann_Lee", None),
        ("Ann_Lee", None),
        ("Ann_Lee", None),
        ("Ann_Lee1", None),
        ("Jurgen_Gross", 4),
        ("Jurgen_Gross", 5),
        ("Jurgen_Gross", 5),
        ("olga", 5),
        ("olga", None),
    ]
    assert len({post[2] for post in found[:3]}) == 1
    assert all(len(post[3]) <= LIMIT for post in found)
    for author, name in (("Ann_Lee", "a"), ("Jurgen_Gross", "c")):
        assert text_of(found, author).split() == long_text(name).split()
    assert findings(archive) == {"body-over-limit": 2}


def test_messages_are_counted_and_compared_and_not_parts(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    client = client_of(forum)
    verification = verify(archive, client, open_target(archive, client))
    assert (verification.checked, verification.examples) == (5, [])
    assert status(archive)[0].kinds["post"].done == 5
    assert pushed(archive, forum).already == 5
    assert len(posts(forum)) == 9


def test_a_push_that_ends_between_two_parts_goes_on_with_the_rest(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    sent: list[str] = []

    def create(path: str, params: dict[str, Any], **options: Any) -> Any:
        if path == "/posts.json":
            sent.append(params["raw"])
            if len(sent) == 2:
                raise TargetError("The lights went out.")
        return Client.create(client, path, params, **options)

    client.create = create  # type: ignore[method-assign]  # watched on the way
    with pytest.raises(TargetError, match="lights"):
        Push(archive, client, open_target(archive, client)).run()
    assert len(posts(forum)) == 1
    setting(forum, "max_post_length", "8000")  # what was begun is gone on with as it was cut
    assert pushed(archive, forum).created["continuation"] == 3
    assert text_of(posts(forum), "Ann_Lee").split() == long_text("a").split()


def test_a_continuation_alone_is_still_to_be_sent(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    before = dump(forum.url, forum.key)
    archive.db.execute("UPDATE operation SET state = 'waiting', details = '{\"raw\": \"x\"}' WHERE part = 2")
    result = pushed(archive, forum)
    assert (result.adopted, result.already) == ({"continuation": 2}, 5)
    assert dump(forum.url, forum.key) == before


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_connection_neither_loses_nor_doubles_a_part(
    archive: Archive, forum: Sandbox, tmp_path: Path, seed: int
) -> None:
    with Sandbox(tmp_path / "calm.sqlite3", prepared=True) as calm:
        setting(calm, "max_post_length", str(LIMIT))
        with make_archive(tmp_path / "calm-archive.sqlite3", records()) as other:
            pushed(other, calm)
        undisturbed = dump(calm.url, calm.key)
    adapter = FaultyAdapter(seed, share=0.4)
    for _ in range(20):
        client = make_faulty(client_of(forum), adapter)
        try:
            Push(archive, client, open_target(archive, client, "the forum")).run()
            break
        except TargetError:
            continue
    assert dump(forum.url, forum.key) == undisturbed


def test_a_lost_archive_read_again_finds_all_parts(archive: Archive, forum: Sandbox, tmp_path: Path) -> None:
    pushed(archive, forum)
    before = dump(forum.url, forum.key)
    with make_archive(tmp_path / "again.sqlite3", records()) as again:
        assert pushed(again, forum).refused == 0
    assert dump(forum.url, forum.key) == before


def test_a_topic_that_is_closed_meanwhile_tells_of_the_missing_part_and_gets_it_later(
    archive: Archive, forum: Sandbox
) -> None:
    client = client_of(forum)

    def create(path: str, params: dict[str, Any], **options: Any) -> Any:
        answer = Client.create(client, path, params, **options)
        if path == "/posts.json" and "title" in params:
            client_of(forum)._put("/t/2/status.json", status="closed", enabled="true")
        return answer

    client.create = create  # type: ignore[method-assign]  # watched on the way
    Push(archive, client, open_target(archive, client)).run()
    assert findings(archive)["post-topic-closed"] == 5
    client_of(forum)._put("/t/2/status.json", status="closed", enabled="false")
    pushed(archive, forum)
    assert findings(archive) == {"body-over-limit": 2}
    regular = [post for post in posts(forum) if post[1] != "admin"]
    assert [post[1] for post in regular[:4]] == ["Ann_Lee", "Ann_Lee", "Ann_Lee", "Ann_Lee1"]
    assert text_of(regular, "Ann_Lee").split() == long_text("a").split()


@pytest.mark.parametrize("limit", [LIMIT - 1000, LIMIT + 1000])
def test_a_lost_archive_that_cut_elsewhere_leaves_nothing_twice(
    archive: Archive, forum: Sandbox, tmp_path: Path, limit: int
) -> None:
    pushed(archive, forum)
    before = dump(forum.url, forum.key)
    setting(forum, "max_post_length", str(limit))
    with make_archive(tmp_path / "again.sqlite3", records()) as again:
        assert pushed(again, forum).refused == 0
        assert findings(again)["continued-otherwise"] == 2
    assert dump(forum.url, forum.key) == before

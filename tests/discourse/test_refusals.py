"""What the forum refuses, and what somebody changes there meanwhile: told, counted, and sent later where it can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.journal import topic_key
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import Progress
from migrate.discourse.push.uploads import why_refused
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.model import AttachmentRef, Record, Thread
from migrate.plan import TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, file, make_archive, message
from tests.discourse.pushing import client_of, findings, pushed, setting, topics, user_id


def test_a_refused_file_is_a_finding_and_named_in_the_post(archive: Archive, forum: Sandbox) -> None:
    setting(forum, "authorized_extensions", "jpg|png")
    result = pushed(archive, forum)
    assert result.refused == 1
    assert "minutes.txt (19 Bytes, not accepted by this forum)" in topics(forum)["With files"][1][3]
    assert findings(archive) == {"upload-refused": 1}
    client = client_of(forum)
    checked = verify(archive, client, open_target(archive, client))
    assert (checked.is_clean, checked.refused_files) == (True, 1)


def test_what_the_settings_refuse_is_not_even_sent(archive: Archive, forum: Sandbox) -> None:
    setting(forum, "authorized_extensions", "jpg|png")
    client, sent = client_of(forum), []

    def create(path: str, params: dict[str, Any], **options: Any) -> Any:
        sent.append(path)
        return Client.create(client, path, params, **options)

    client.create = create  # type: ignore[method-assign]  # watched on the way
    Push(archive, client, open_target(archive, client)).run()
    assert sent.count("/uploads.json") == 2


@pytest.mark.parametrize(
    ("name", "size", "facts", "is_taken"),
    [
        ("a.TXT", 10, {"authorized_extensions": "jpg|txt"}, True),
        ("a.exe", 10, {"authorized_extensions": "jpg|txt"}, False),
        ("noname", 10, {"authorized_extensions": "jpg|txt"}, False),
        ("a.exe", 10, {"authorized_extensions": "*"}, True),
        ("a.exe", 10, {}, True),  # nobody was asked
        ("a.txt", 0, {"authorized_extensions": "*"}, False),
        ("a.txt", 2048, {"authorized_extensions": "*", "max_attachment_size_kb": 2}, True),
        ("a.txt", 2049, {"authorized_extensions": "*", "max_attachment_size_kb": 2}, False),
        ("a.png", 2049, {"authorized_extensions": "*", "max_attachment_size_kb": 2}, True),
        ("a.png", 2049, {"authorized_extensions": "*", "max_image_size_kb": 2}, False),
    ],
)
def test_which_files_the_settings_refuse(name: str, size: int, facts: dict[str, Any], is_taken: bool) -> None:
    ref = AttachmentRef(sha256="a" * 64, filename=name, media_type="text/plain", size=size)
    assert (why_refused(TargetFacts(**facts), ref) is None) == is_taken


def test_a_missing_file_is_a_finding(archive: Archive, forum: Sandbox) -> None:
    archive.attachment_path(file("minutes.txt").sha256).unlink()
    pushed(archive, forum)
    assert findings(archive) == {"upload-refused": 1}
    assert len(topics(forum)["With files"]) == 3


def test_a_deleted_topic_that_holds_the_key_is_refused_with_its_replies(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    key = topic_key("gardeners.example.org", "thread-0", 1)
    blocker = {"title": "In the way", "raw": "x", "external_id": key, "skip_validations": True, "nested_post": True}
    topic_id = client.create("/posts.json", blocker)["post"]["topic_id"]
    client._delete(f"/t/{topic_id}.json")
    result = pushed(archive, forum)
    assert result.refused == 5
    assert findings(archive) == {"post-refused": 1, "topic-refused": 4}
    assert result.created["topic"] == 8
    verification = verify(archive, client, open_target(archive, client))
    assert (verification.checked, verification.missing, verification.different) == (38, 5, 0)


def test_an_approval_queue_is_told_and_what_it_refused_is_sent_later(tmp_path: Path, forum: Sandbox) -> None:
    records: list[Record] = [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one"),
        message("b", "one", "a"),
    ]
    with make_archive(tmp_path / "small.sqlite3", records) as archive:
        setting(forum, "approve_post_count", "1000")
        assert pushed(archive, forum).refused == 2
        assert findings(archive) == {"post-queued": 1, "topic-refused": 1}
        setting(forum, "approve_post_count", "0")
        assert pushed(archive, forum).created == {"topic": 1, "reply": 1}
        assert findings(archive) == {}


def conversation(path: Path) -> Archive:
    """Two people who answer each other forty times."""
    records: list[Record] = [Thread(key="one", source=GARDENERS.key, title="One")]
    records += [
        message(f"a{number}", "one", f"a{number - 1}" if number else None, author=number % 2, day=number)
        for number in range(40)
    ]
    return make_archive(path, records)


def pushed_with(archive: Archive, forum: Sandbox, act: Callable[[Client], Any]) -> Any:
    """A push during which an administrator does something, after eight posts."""
    client = client_of(forum)

    def meanwhile(progress: Progress) -> None:
        if progress.stage == "posts" and progress.done == 8:
            act(client_of(forum))

    return Push(archive, client, open_target(archive, client)).run(meanwhile)


def rename(admin: Client) -> None:
    admin._put("/u/Ann_Lee/preferences/username", new_username="annie")


def test_an_account_that_is_renamed_meanwhile_goes_on_writing(tmp_path: Path, forum: Sandbox) -> None:
    with conversation(tmp_path / "a.sqlite3") as archive:
        result = pushed_with(archive, forum, rename)
        assert result.refused == 0
    assert {post[1] for post in topics(forum)["One"]} == {"annie", "Ann_Lee1"}


def test_an_account_that_is_suspended_meanwhile_is_told_and_gone_on_with_later(tmp_path: Path, forum: Sandbox) -> None:
    with conversation(tmp_path / "a.sqlite3") as archive:
        result = pushed_with(archive, forum, lambda admin: admin.suspend(user_id(admin, "Ann_Lee"), 300, "x"))
        assert result.refused == 16
        words = {text for (text,) in archive.db.execute("SELECT text FROM finding WHERE stage = 'push'")}
        assert "suspended, deactivated or gone" in words.pop()
        client = client_of(forum)
        client.unsuspend(user_id(client, "Ann_Lee"))
        assert pushed(archive, forum).created == {"reply": 16}
        assert findings(archive) == {}


@pytest.mark.parametrize(
    ("shut", "open_again", "code"),
    [
        (
            lambda admin: admin._put("/t/2/status.json", status="closed", enabled="true"),
            lambda admin: admin._put("/t/2/status.json", status="closed", enabled="false"),
            "post-topic-closed",
        ),
        (
            lambda admin: admin._delete("/t/2.json"),
            lambda admin: admin._put("/t/2/recover.json"),
            "post-topic-deleted",
        ),
    ],
)
def test_a_topic_that_is_shut_meanwhile_is_told_once_and_the_rest_sent_later(
    tmp_path: Path, forum: Sandbox, shut: Callable[[Client], Any], open_again: Callable[[Client], Any], code: str
) -> None:
    with conversation(tmp_path / "a.sqlite3") as archive:
        assert pushed_with(archive, forum, shut).refused == 32
        assert findings(archive) == {code: 32}
        open_again(client_of(forum))
        assert pushed(archive, forum).created == {"reply": 32}
        assert findings(archive) == {}


def test_a_forum_that_refuses_everything_ends_the_push(tmp_path: Path, forum: Sandbox) -> None:
    records: list[Record] = [Thread(key="x", source=GARDENERS.key, title="x")]
    records += [message(f"a{number}", f"thread {number}") for number in range(60)]
    setting(forum, "approve_post_count", "1000")
    with make_archive(tmp_path / "small.sqlite3", records) as archive, pytest.raises(TargetError, match="everything"):
        pushed(archive, forum)


def test_a_key_that_is_revoked_meanwhile_ends_the_push(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    push = Push(archive, client, open_target(archive, client), workers=1)

    def revoke(progress: Progress) -> None:
        if progress.stage == "posts" and progress.done == 3:
            client.api_key = "b2" * 32

    with pytest.raises(TargetError, match="API key any more"):
        push.run(revoke)
    assert archive.db.execute("SELECT count(*) FROM operation WHERE state = 'refused'").fetchone() == (0,)


def test_a_date_in_the_future_is_told_and_replaced(tmp_path: Path, forum: Sandbox) -> None:
    records: list[Record] = [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one"),
        message("b", "one", "a", day=100_000),
    ]
    with make_archive(tmp_path / "small.sqlite3", records) as archive:
        pushed(archive, forum)
        assert findings(archive) == {"date-in-future": 1}
    first, second = topics(forum)["One"]
    assert second[2] == first[2]

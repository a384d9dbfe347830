"""An archive in, a forum out: once, whole, and without a surprise."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.archive import Archive
from migrate.discourse.client import Client
from migrate.discourse.facts import open_target, refuse_to_mail
from migrate.discourse.journal import topic_key
from migrate.discourse.push import Push
from migrate.discourse.run import Progress
from migrate.discourse.status import status
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.model import Record, Thread
from migrate.plan import Target, TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, PEOPLE, dump, file, fill, make_archive, message, talk
from tests.discourse.pusher import push

CREATED = {"user": 5, "category": 2, "topic": 9, "reply": 29, "upload": 3}


def client_of(forum: Sandbox, **options: Any) -> Client:
    return Client(forum.url, forum.key, forum.admin_username, **options)


def setting(forum: Sandbox, name: str, value: str) -> None:
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    path = f"{forum.url}/admin/site_settings/{name}.json"
    requests.put(path, json={name: value}, headers=headers, timeout=10).raise_for_status()


def pushed(archive: Archive, forum: Sandbox, **options: Any) -> Any:
    client = client_of(forum)
    return Push(archive, client, open_target(archive, client), **options).run()


def findings(archive: Archive) -> Counter[str]:
    return Counter(code for (code,) in archive.db.execute("SELECT code FROM finding WHERE stage = 'push'"))


def topics(forum: Sandbox) -> dict[str, list[list[Any]]]:
    """Title → posts, each number, username, date, raw, answered post, deletion."""
    return {topic["title"]: topic["posts"] for topic in dump(forum.url, forum.key)["topics"]}


def test_everything_arrives_and_verifies(archive: Archive, forum: Sandbox) -> None:
    result = pushed(archive, forum)
    assert result.created == CREATED
    assert (result.adopted, result.already, result.refused, result.retries, result.stopped) == ({}, 0, 0, 0, False)
    client = client_of(forum)
    target = open_target(archive, client)
    verification = verify(archive, client, target)
    assert (verification.checked, verification.equal, verification.is_clean) == (38, 38, True)
    assert findings(archive) == {}
    (standing,) = status(archive)
    assert standing.is_complete
    assert standing.kinds["post"].done == 38


def test_pushing_again_adds_nothing(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    before = dump(forum.url, forum.key)
    result = pushed(archive, forum)
    assert (result.created, result.already) == ({}, 38)
    assert dump(forum.url, forum.key) == before


def test_a_topic_reads_as_the_conversation_did(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    assert topics(forum)["About seeds, part 0"] == [
        [1, "Ann_Lee", "2020-01-01T12:00:00.000Z", "Words of m0.0.", None, None],
        [2, "Ann_Lee1", "2020-01-01T14:24:00.000Z", "Words of m0.1.", None, None],
        [3, "Jurgen_Gross", "2020-01-01T16:48:00.000Z", "Words of m0.2.", None, None],
        [4, "olga", "2020-01-01T19:12:00.000Z", "Words of m0.3.", 2, None],
        [5, "The_Secretary", "2020-01-01T21:36:00.000Z", "Words of m0.4.", 3, None],
    ]


def test_identical_messages_stay_two(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    assert [post[3] for post in topics(forum)["(no subject)"]] == ["Words of t.0.", "+1", "+1"]


def test_replies_to_what_is_left_out_stay_and_answer_what_is_above_it(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    assert [(post[1], post[4]) for post in topics(forum)["Left out"]] == [
        ("The_Secretary", None),
        ("Jurgen_Gross", None),
    ]


def test_files_and_folded_tails(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    first, second, third = (post[3] for post in topics(forum)["With files"])
    assert first.startswith("See ![the plan](upload://")
    assert "![logo.png](upload://" in first
    assert "[minutes.txt|attachment](upload://" in second
    assert second.endswith("[/details]")
    assert third.count("upload://") == 1


def test_people_get_claimable_placeholders(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    users = {user[0]: user for user in dump(forum.url, forum.key)["users"]}
    assert users["Ann_Lee"] == ("Ann_Lee", "Ann Lee", "ann@example.org", True, True)
    assert users["Jurgen_Gross"][1] == "Jürgen Groß"
    assert users["The_Secretary"][2].endswith("@import.invalid")
    assert "Al1" not in users  # wrote nothing


def test_a_members_account_is_not_used_without_being_told(archive: Archive, forum: Sandbox) -> None:
    account = {"name": "Ann", "username": "Ann_Lee", "email": "ann@example.org", "password": "x" * 20, "active": True}
    client_of(forum).create("/users.json", account)
    pushed(archive, forum)
    users = {user[0]: user for user in dump(forum.url, forum.key)["users"]}
    assert users["Ann_Lee"][2:] == ("ann@example.org", False, True)
    assert topics(forum)["About seeds, part 0"][0][1] == "Ann_Lee1"
    assert findings(archive)["address-of-a-member"] == 1


def test_an_existing_category_is_used(archive: Archive, forum: Sandbox) -> None:
    client_of(forum).create("/categories.json", {"name": "GARDENERS", "color": "000000", "text_color": "FFFFFF"})
    result = pushed(archive, forum)
    assert result.adopted == {"category": 1}
    assert "gardeners" not in dump(forum.url, forum.key)["categories"]


def test_nothing_starts_while_the_forum_could_mail_people(archive: Archive, tmp_path: Path) -> None:
    with Sandbox(tmp_path / "fresh.sqlite3") as fresh:
        with pytest.raises(TargetError, match="disable_emails"):
            pushed(archive, fresh)
        assert dump(fresh.url, fresh.key)["topics"] == []


@pytest.mark.parametrize(("value", "allowed"), [("yes", True), ("non-staff", True), ("no", False), ("", False)])
def test_which_forums_could_mail_people(value: str, allowed: bool) -> None:
    target = Target(id=1, url="forum", generation=1, facts=TargetFacts(disable_emails=value))
    with nullcontext() if allowed else pytest.raises(TargetError):
        refuse_to_mail(target)


def test_a_lost_archive_read_again_finds_what_is_there(forum: Sandbox, tmp_path: Path) -> None:
    for name in ("first", "second"):
        make_archive(tmp_path / f"{name}.sqlite3", talk()).close()
    push(tmp_path / "first.sqlite3", forum.url, forum.key)
    before = dump(forum.url, forum.key)
    client = client_of(forum)
    client._session.headers["User-Agent"] = "later"  # else the forum takes it for a repetition within two minutes
    result = push(tmp_path / "second.sqlite3", forum.url, forum.key, client=client)
    assert result.adopted == {"user": 5, "category": 2, "topic": 9, "reply": 29}
    assert dump(forum.url, forum.key) == before


def test_a_grown_thread_is_continued(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    fill(archive, [message("m0.5", "thread-0", "m0.4", author=1, day=30), message("m0.6", "thread-0", "m0.5", day=31)])
    result = pushed(archive, forum)
    assert result.created == {"reply": 2}
    assert [(post[0], post[4]) for post in topics(forum)["About seeds, part 0"]][-2:] == [(6, 5), (7, 6)]
    client = client_of(forum)
    assert verify(archive, client, open_target(archive, client)).is_clean


def test_an_older_message_that_comes_later_is_appended(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    fill(archive, [message("m0.x", "thread-0", author=2, day=-1)])
    archive.db.execute("UPDATE message SET position = 0 WHERE id = (SELECT id FROM container WHERE key = 'm0.x')")
    assert pushed(archive, forum).created == {"reply": 1}
    assert topics(forum)["About seeds, part 0"][-1][3] == "Words of m0.x."
    client = client_of(forum)
    assert verify(archive, client, open_target(archive, client)).is_clean


def test_stopping_loses_nothing(archive: Archive, forum: Sandbox, undisturbed: dict[str, object]) -> None:
    stop = threading.Event()
    client = client_of(forum, stop=stop)
    target = open_target(archive, client, name="the forum")

    def stop_at_ten(progress: Progress) -> None:
        if progress.stage == "posts" and progress.done >= 10:
            stop.set()

    result = Push(archive, client, target).run(stop_at_ten)
    assert result.stopped
    sent = archive.db.execute("SELECT state, count(*) FROM operation WHERE kind = 'post' GROUP BY state").fetchall()
    assert sent[0][0] == "done"
    assert len(sent) == 1
    assert 10 <= sent[0][1] < 38
    client = client_of(forum)
    assert not Push(archive, client, target).run().stopped
    assert dump(forum.url, forum.key) == undisturbed


def test_progress_counts_up_to_the_total(archive: Archive, forum: Sandbox) -> None:
    seen: list[Progress] = []
    client = client_of(forum)
    Push(archive, client, open_target(archive, client)).run(seen.append)
    for stage, total in (("users", 5), ("categories", 2), ("posts", 38)):
        counts = [progress.done for progress in seen if progress.stage == stage]
        assert counts == list(range(total + 1))
        assert {progress.total for progress in seen if progress.stage == stage} == {total}
    assert seen[-1].uploads == 3


def test_a_refused_file_is_a_finding_and_named_in_the_post(archive: Archive, forum: Sandbox) -> None:
    setting(forum, "authorized_extensions", "jpg|png")
    result = pushed(archive, forum)
    assert result.refused == 1
    assert "minutes.txt (19 Bytes, not accepted by this forum)" in topics(forum)["With files"][1][3]
    assert findings(archive) == {"upload-refused": 1}


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


def test_a_long_body_is_sent_whole_with_a_finding(tmp_path: Path, forum: Sandbox) -> None:
    records: list[Record] = [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one", body="word " * 8000),
    ]
    with make_archive(tmp_path / "small.sqlite3", records) as archive:
        pushed(archive, forum)
        assert findings(archive) == {"body-over-limit": 1}
    assert len(topics(forum)["One"][0][3]) == 39_999


def test_nobody_watches_and_nothing_is_dated_today(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    client = Client(forum.url, forum.key, PEOPLE[0].name.replace(" ", "_"))
    for item in client.latest_topics()["topic_list"]["topics"]:
        assert item["bumped_at"] < "2021"
        assert client.topic(item["slug"], item["id"])["details"]["notification_level"] == 1

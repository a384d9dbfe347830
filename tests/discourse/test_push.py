"""An archive in, a forum out: once, whole, and without a surprise."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target, refuse_to_mail
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import Progress
from migrate.discourse.status import status
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.model import Thread
from migrate.plan import Target, TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, PEOPLE, dump, fill, make_archive, message, talk
from tests.discourse.pusher import push
from tests.discourse.pushing import client_of, findings, pushed, setting, topics, user_id

CREATED = {"user": 5, "category": 2, "topic": 9, "reply": 29, "upload": 3}


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


def test_a_members_second_address_is_not_used_either(archive: Archive, forum: Sandbox) -> None:
    admin = client_of(forum)
    for name, email in (("other", "other@example.net"), ("ann", "ann@example.org")):
        account = {"name": name, "username": name, "email": email, "password": "x" * 20, "active": True}
        admin.create("/users.json", account)
    admin._post(f"/admin/users/{user_id(admin, 'ann')}/merge.json", target_username="other")
    pushed(archive, forum)
    # As if every answer was lost, long ago.
    archive.db.execute("UPDATE operation SET state = 'sending', sent_at = 0 WHERE kind = 'user'")
    client, asked_for = client_of(forum), []

    def create(path: str, params: dict[str, Any], **options: Any) -> Any:
        asked_for.append(params.get("email"))
        return Client.create(client, path, params, **options)

    client.create = create  # type: ignore[method-assign]  # watched on the way
    before = dump(forum.url, forum.key)
    Push(archive, client, open_target(archive, client)).run()
    assert asked_for == ["ann@example.org"]  # creating its placeholder again would deactivate that for a moment
    assert dump(forum.url, forum.key) == before


def test_a_name_that_the_forum_does_not_like_is_changed_within_its_limit(archive: Archive, forum: Sandbox) -> None:
    setting(forum, "max_username_length", "9")
    client = client_of(forum)
    target = open_target(archive, client)
    setting(forum, "reserved_usernames", "jurgen_gr")
    assert Push(archive, client, target).run().refused == 0
    assert "Jurgen_2" in {user[0] for user in dump(forum.url, forum.key)["users"]}


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
    target = Target(id=1, url="forum", generation=1, facts=TargetFacts())
    with nullcontext() if allowed else pytest.raises(TargetError):
        refuse_to_mail(target, value)


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


def test_a_sent_message_that_is_left_out_now_does_not_hide_a_new_one(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    fill(archive, [message("m0.5", "thread-0", "m0.4", author=1, day=30)])
    archive.db.execute(
        "UPDATE message SET flags = '[\"machine-made\"]' WHERE id = (SELECT id FROM container WHERE key = 'm0.2')"
    )
    assert pushed(archive, forum).created == {"reply": 1}


def test_an_older_message_that_comes_later_is_appended(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    fill(archive, [message("m0.x", "thread-0", author=2, day=-1)])
    archive.db.execute("UPDATE message SET position = 0 WHERE id = (SELECT id FROM container WHERE key = 'm0.x')")
    assert pushed(archive, forum).created == {"reply": 1}
    assert topics(forum)["About seeds, part 0"][-1][3] == "Words of m0.x."
    client = client_of(forum)
    assert verify(archive, client, open_target(archive, client)).is_clean


def test_an_archive_read_anew_with_an_older_message_continues_the_topic(forum: Sandbox, tmp_path: Path) -> None:
    thread = Thread(key="one", source=GARDENERS.key, title="One")
    known = [message("a", "one", day=1), message("b", "one", "a", author=1, day=2)]
    with make_archive(tmp_path / "first.sqlite3", [thread, *known]) as first:
        pushed(first, forum)
    with make_archive(tmp_path / "second.sqlite3", [thread, message("older", "one", author=2), *known]) as second:
        assert pushed(second, forum).adopted["topic"] == 1
        assert pushed(second, forum).created == {}
        assert [post[3] for post in topics(forum)["One"]] == ["Words of a.", "Words of b.", "Words of older."]
        client = client_of(forum)
        assert verify(second, client, open_target(second, client)).is_clean


def test_a_topic_whose_first_post_is_not_in_this_archive_gets_all_of_it(forum: Sandbox, tmp_path: Path) -> None:
    thread = Thread(key="one", source=GARDENERS.key, title="One")
    with make_archive(tmp_path / "first.sqlite3", [thread, message("a", "one", day=1)]) as first:
        pushed(first, forum)
    with make_archive(tmp_path / "second.sqlite3", [thread, message("b", "one", author=1, day=2)]) as second:
        assert pushed(second, forum).created["reply"] == 1
        assert [post[3] for post in topics(forum)["One"]] == ["Words of a.", "Words of b."]


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


def test_nobody_watches_and_nothing_is_dated_today(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    client = Client(forum.url, forum.key, PEOPLE[0].name.replace(" ", "_"))
    for item in client.latest_topics()["topic_list"]["topics"]:
        assert item["bumped_at"] < "2021"
        assert client.topic(item["slug"], item["id"])["details"]["notification_level"] == 1

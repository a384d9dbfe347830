"""Topics that are closed or pinned on the forum as they were in the group, once all their posts are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.facts import open_target
from migrate.discourse.push import posts
from migrate.discourse.push.lookup import NotPosted
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import Run
from migrate.discourse.push.texts import texts_of
from migrate.discourse.status import Standing, status
from migrate.discourse.texts import Around
from migrate.discourse.verify import Verification, verify
from migrate.model import Record, Thread
from migrate.plan import Plan, Post
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, fill, make_archive, message
from tests.discourse.pushing import client_of, findings
from tests.discourse.undoing import KilledError, die_after, sent, topic_id, undone


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    records: list[Record] = [
        Thread(key="rules", source=GARDENERS.key, title="The rules"),
        message("r.0", "rules", flags=("pinned",)),
        message("r.1", "rules", "r.0", author=1, day=1, flags=("closed",)),
        Thread(key="talk", source=GARDENERS.key, title="Talk"),
        message("t.0", "talk", day=2),
        message("t.1", "talk", "t.0", author=1, day=3, flags=("closed", "trashed")),
    ]
    with make_archive(tmp_path / "migration.sqlite3", records) as made:
        yield made


def topic(archive: Archive, forum: Sandbox, key: str = "r.0") -> dict[str, Any]:
    found: dict[str, Any] = client_of(forum).read(f"/t/{topic_id(archive, key)}.json").body
    return found


def state(archive: Archive, forum: Sandbox, key: str = "r.0") -> tuple[bool, bool]:
    found = topic(archive, forum, key)
    return found["closed"], found["pinned_at"] is not None


def traces(archive: Archive, forum: Sandbox) -> list[str]:
    """What was done to the topic, as it stands between its posts."""
    there = topic(archive, forum)["post_stream"]["posts"]
    return [post["action_code"] for post in there if post["post_type"] == 3]


def verified(archive: Archive, forum: Sandbox) -> Verification:
    client = client_of(forum)
    return verify(archive, client, open_target(archive, client, "the forum"))


def reply(archive: Archive) -> None:
    """One more answer comes with a later import."""
    fill(archive, [message("r.2", "rules", "r.0", author=2, day=9)])


def test_they_are_set_after_the_posts_and_only_once(archive: Archive, either: Sandbox) -> None:
    plan = Plan(archive)
    assert (plan.summary().pinned, plan.summary().closed) == (1, 1)
    assert sent(archive, either).refused == 0
    assert state(archive, either) == (True, True)
    assert state(archive, either, "t.0") == (False, False)  # what says so is in the trash
    sent(archive, either)
    assert traces(archive, either) == ["pinned.enabled", "closed.enabled"]
    assert verified(archive, either).is_clean
    found = status(archive)[0]
    assert (found.kinds["state"], found.is_complete) == (Standing(1, 1), True)


def test_the_list_of_topics_keeps_its_order(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    assert topic(archive, forum)["last_posted_at"]
    (listed,) = [
        item for item in client_of(forum).read("/latest.json")["topic_list"]["topics"] if item["title"] == "The rules"
    ]
    assert listed["bumped_at"] == "2020-01-02T12:00:00.000Z"


def test_a_later_answer_opens_the_topic_and_shuts_it_again(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    reply(archive)
    result = sent(archive, forum)
    assert (result.created, result.refused) == ({"reply": 1, "user": 1}, 0)
    assert traces(archive, forum) == ["pinned.enabled", "closed.enabled", "closed.disabled", "closed.enabled"]
    assert state(archive, forum) == (True, True)
    assert verified(archive, forum).is_clean


def test_what_somebody_opened_on_the_forum_stays_open(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    client_of(forum).put(f"/t/{topic_id(archive, 'r.0')}/status.json", {"status": "closed", "enabled": "false"})
    reply(archive)
    sent(archive, forum)
    assert state(archive, forum) == (False, True)
    (difference,) = verified(archive, forum).examples
    assert difference.what == "that the topic is not closed"


def test_what_somebody_shut_on_the_forum_is_not_opened(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    number = topic_id(archive, "t.0")
    client_of(forum).put(f"/t/{number}/status.json", {"status": "closed", "enabled": "true"})
    fill(archive, [message("t.2", "talk", "t.0", author=2, day=9)])
    assert sent(archive, forum).refused == 1
    assert findings(archive) == {"post-topic-closed": 1}
    assert state(archive, forum, "t.0") == (True, False)


def test_it_goes_on_wherever_it_was_killed(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    reply(archive)
    for number in range(1, 60):
        client = client_of(forum)
        target = open_target(archive, client, "the forum")
        die_after(client, number, answered=number % 2 == 0)
        try:
            Push(archive, client, target, workers=1).run()
        except KilledError:
            continue
        break
    assert sent(archive, forum).created == {}
    assert state(archive, forum) == (True, True)
    assert traces(archive, forum).count("closed.disabled") == 1
    assert traces(archive, forum).count("closed.enabled") == 2
    assert verified(archive, forum).is_clean


def test_a_topic_that_lacks_a_post_is_not_shut_yet(
    archive: Archive, forum: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def texts(run: Run, post: Post, around: Around) -> list[str]:
        if post.message_key == "r.1":
            raise NotPosted("post-refused", "The forum refused a post.")
        return texts_of(run, post, around)

    monkeypatch.setattr(posts, "texts_of", texts)
    assert sent(archive, forum).refused == 1
    assert state(archive, forum) == (False, False)
    found = status(archive)[0]
    assert (found.kinds["state"], found.is_complete) == (Standing(1, 0), False)
    monkeypatch.undo()
    assert sent(archive, forum).refused == 0
    assert state(archive, forum) == (True, True)
    assert traces(archive, forum) == ["pinned.enabled", "closed.enabled"]


def test_after_an_undo_it_is_all_done_again(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    assert undone(archive, forum).left == []
    sent(archive, forum)
    assert state(archive, forum) == (True, True)
    assert traces(archive, forum) == ["pinned.enabled", "closed.enabled"]


def test_a_topic_that_is_gone_costs_a_finding_and_nothing_else(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    archive.db.execute("UPDATE operation SET details = json_remove(details, '$.states') WHERE post_number = 1")
    client_of(forum).delete(f"/t/{topic_id(archive, 'r.0')}.json")
    result = sent(archive, forum)
    assert result.created == {}
    assert set(findings(archive)) <= {"state-refused"}


def test_a_topic_that_another_archive_opened_is_shut_and_opened_as_well(tmp_path: Path, forum: Sandbox) -> None:
    thread = Thread(key="rules", source=GARDENERS.key, title="The rules")
    opening = message("r.0", "rules")
    rest = [message("r.1", "rules", "r.0", author=1, day=1, flags=("closed",))]
    with make_archive(tmp_path / "lost.sqlite3", [thread, opening, *rest]) as lost:
        sent(lost, forum)
        client_of(forum).put(f"/t/{topic_id(lost, 'r.0')}/status.json", {"status": "closed", "enabled": "false"})
    with make_archive(tmp_path / "new.sqlite3", [thread, *rest]) as archive:
        assert sent(archive, forum).adopted["reply"] == 1
        assert state(archive, forum, "r.1") == (True, False)
        assert status(archive)[0].is_complete
        fill(archive, [opening, message("r.2", "rules", "r.1", author=2, day=9)])
        assert sent(archive, forum).refused == 0
        assert state(archive, forum, "r.1") == (True, False)
        assert sent(archive, forum).created == {}

"""What an archive made on a forum is taken back; what was there before, or others need, stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.facts import open_target
from migrate.discourse.known import known_targets
from migrate.discourse.permalinks import push_permalinks
from migrate.discourse.push.push import Push
from migrate.discourse.redirects import Redirect
from migrate.discourse.undo.generations import made_here
from migrate.discourse.undo.undo import UndoResult
from migrate.discourse.verify import verify
from migrate.model import Record, Thread
from migrate.plan import Choices, Selection
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, dump, make_archive, message
from tests.discourse.pushing import client_of, findings, setting, user_id
from tests.discourse.undoing import MAPPING, answer, held, sent, states, tags, topic_id, undone


def test_all_of_it_goes_and_a_new_push_brings_all_of_it_back(archive: Archive, either: Sandbox) -> None:
    before = held(either)
    created = sent(archive, either, MAPPING).created
    there = held(either)
    assert set(there["tags"]) == {"archive", "seeds"}
    result = undone(archive, either)
    assert (result.left, result.gone) == ([], {})
    expected = {kind: created[kind] for kind in ("user", "category", "tag", "topic")}
    assert result.removed == expected | {"post": created["topic"] + created["reply"]}
    assert held(either) == before
    assert set(states(archive)) == {"undone"}
    assert sent(archive, either).created | {"upload": 3} == created | {"upload": 3}
    assert held(either) == there
    client = client_of(either)
    assert verify(archive, client, open_target(archive, client, "the forum")).is_clean
    assert findings(archive) == {}


def test_it_can_be_done_again_and_again(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    for generation in (2, 3, 4):
        assert sent(archive, forum).refused == 0
        assert undone(archive, forum).left == []
        assert known_targets(archive)[0].generation == generation
    assert held(forum) == before


def test_where_nothing_was_sent_nothing_is_removed(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    assert undone(archive, forum) == UndoResult()
    assert held(forum) == before


def test_a_topic_in_which_somebody_wrote_stays_and_is_not_doubled(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    answer(forum, topic_id(archive, "m1.0"))
    there = held(forum)
    result = undone(archive, forum)
    (item,) = (item for item in result.left if item.kind == "topic")
    assert item.name == "About seeds, part 1"
    assert "admin" in item.why
    assert item.url == f"{forum.url}/t/{topic_id(archive, 'm1.0')}"
    # Its authors have posts, and its category has a topic: the forum keeps them.
    assert {item.kind for item in result.left} == {"topic", "user", "category"}
    assert len(dump(forum.url, forum.key)["topics"]) == 1
    assert sent(archive, forum).refused == 0
    assert held(forum) == there
    client = client_of(forum)
    verified = verify(archive, client, open_target(archive, client, "the forum"))
    assert (verified.checked, verified.missing, verified.extra, verified.different) == (38, 0, 1, 0)


def test_such_topics_go_only_when_asked_for(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    sent(archive, forum)
    answer(forum, topic_id(archive, "m1.0"))
    assert undone(archive, forum).answered == []
    result = undone(archive, forum, also_answered=True)
    assert [item.name for item in result.answered] == ["About seeds, part 1"]
    assert result.left == []
    assert held(forum) == before


def test_a_note_of_the_forum_is_nobodys_answer(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    client_of(forum)._put(f"/t/{topic_id(archive, 'm1.0')}/status.json", status="closed", enabled="true")
    assert undone(archive, forum).left == []


def test_what_was_there_before_stays(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    client.create_category("gardeners", "0088CC")
    client.create("/tag_groups.json", {"name": "theirs", "tag_names": ["seeds"]})
    member = {"password": "a long enough password", "approved": True}
    staged = {"name": "Ann", "username": "ann_by_mail", "email": "ann@example.org", "staged": True}
    assert client.create("/users.json", member | staged)["success"]
    joined = {"name": "Olga", "username": "olga", "email": "olga@example.org", "active": True}
    assert client.create("/users.json", member | joined)["success"]
    before = held(forum)
    sent(archive, forum, MAPPING.replace("Gardening", "Gardeners").replace('read = ["staff"]', ""))
    result = undone(archive, forum)
    assert result.left == []
    after = held(forum)
    assert [user[0] for user in after["users"]] == [user[0] for user in before["users"]]
    assert (after["categories"], after["tags"]) == (before["categories"], before["tags"])


def test_accounts_that_somebody_uses_stay(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    client = client_of(forum)
    names = dict(
        archive.db.execute(
            "SELECT person.key, remote_name FROM operation JOIN person ON ref = id WHERE kind = 'user'"
        ).fetchall()
    )
    signs_up = {"name": "Ann", "username": names["ann@example.org"], "email": "ann@example.org", "active": True}
    assert client.create("/users.json", signs_up | {"password": "a long enough password"})["success"]
    jurgen = names["jurgen@example.org"]
    words = {"title": "A topic of somebody else's own", "raw": "Written by mail, long after the import."}
    by = user_id(client, jurgen)
    assert client.create("/posts.json", words | {"skip_validations": True}, by=by).status == 200
    stays = {item.name: item.why for item in undone(archive, forum).left}
    assert set(stays) == {names["ann@example.org"], jurgen}
    assert stays[names["ann@example.org"]] == "a person uses this account now"
    assert sent(archive, forum).refused == 0
    assert len([user for user in held(forum)["users"] if user[0] == jurgen]) == 1


def test_a_category_and_a_tag_that_others_use_stay(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum, MAPPING)
    client = client_of(forum)
    there = {item["name"]: item["id"] for item in client.read("/site.json")["categories"]}
    client.create_post(
        "A topic that is somebody else's.", title="Somebody else's topic", category_id=there["Gardening"]
    )
    other = client.create_post("Another topic of somebody's.", title="Somebody else's other topic", tags=["seeds"])
    assert {item.name for item in undone(archive, forum).left} == {"Gardening", "seeds"}
    assert tags(forum) == ["seeds"]
    assert sent(archive, forum).refused == 0  # they are used again, and are ours still
    client.delete(f"/t/{other['topic_id']}.json")
    assert {item.name for item in undone(archive, forum).left} == {"Gardening"}


def test_the_account_of_somebody_who_was_forgotten_goes(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    sent(archive, forum)
    client = client_of(forum)
    (account,) = archive.db.execute("SELECT remote_id FROM operation WHERE kind = 'user' AND ref = 1").fetchone()
    assert client.put(f"/admin/users/{account}/anonymize.json").status == 200
    assert undone(archive, forum).left == []
    assert held(forum) == before


def test_whoever_shares_an_account_that_goes_gets_another(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    sent(archive, forum)
    with archive.transaction() as db:  # as where somebody was found under another spelling of theirs
        db.execute(
            "UPDATE operation SET ours = 0, (remote_id, remote_name) = (SELECT remote_id, remote_name FROM operation"
            " WHERE kind = 'user' AND ref = 1) WHERE kind = 'user' AND ref = 2"
        )
    undone(archive, forum)
    assert [user for user in held(forum)["users"] if user in before["users"]] == before["users"]
    again = sent(archive, forum)
    assert (again.refused, sum(again.created.get(kind, 0) for kind in ("topic", "reply"))) == (0, 38)
    assert sent(archive, forum).created == {}


def test_an_account_that_is_gone_is_made_anew_by_the_next_push(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    target = open_target(archive, client, "the forum", Choices(selection=Selection(limit=1)))
    Push(archive, client, target).run()
    with archive.transaction() as db:
        db.execute("UPDATE operation SET remote_id = 987654 WHERE kind = 'user' AND ref = 1")
    target = open_target(archive, client, "the forum", Choices(selection=Selection()))
    assert Push(archive, client, target).run().refused
    assert "account is gone" in archive.db.execute("SELECT group_concat(text) FROM finding").fetchone()[0]
    assert sent(archive, forum).refused == 0
    assert findings(archive)["post-refused"] == 0


def test_what_was_left_is_told_apart_from_what_a_next_undo_removes(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    answer(forum, topic_id(archive, "m1.0"))
    (target,) = known_targets(archive)
    made, left = made_here(archive, target)
    assert (made["topic"], made["post"], left) == (9, 38, {})
    undone(archive, forum)
    (target,) = known_targets(archive)
    made, left = made_here(archive, target)
    assert (made, left["topic"], left["post"]) == ({}, 1, 5)
    sent(archive, forum)
    (target,) = known_targets(archive)
    made, left = made_here(archive, target)
    assert (made["topic"], made["post"], left["topic"], left["post"]) == (8, 33, 1, 5)


def test_messages_are_counted_however_many_posts_hold_them(tmp_path: Path, forum: Sandbox) -> None:
    setting(forum, "max_post_length", "200")
    long = "\n\n".join(f"Paragraph {number} of a long message, with some words in it." for number in range(20))
    records: list[Record] = [
        Thread(key="long", source=GARDENERS.key, title="Long"),
        message("long.0", "long", body=long),
    ]
    with make_archive(tmp_path / "long.sqlite3", records) as archive:
        assert sent(archive, forum).created["continuation"] > 1
        assert made_here(archive, known_targets(archive)[0])[0]["post"] == 1
        assert undone(archive, forum).removed["post"] == 1


def test_redirects_go_with_the_topics(archive: Archive, either: Sandbox) -> None:
    sent(archive, either)
    client = client_of(either)
    theirs = {"url": "theirs", "permalink_type": "topic_id", "permalink_type_value": "7"}
    client.create("/admin/permalinks.json", theirs | {"permalink": theirs | {"permalink_type": "topic"}})
    topic = topic_id(archive, "m1.0")
    category = client.read(f"/t/{topic}.json")["category_id"]
    redirect = Redirect("https://lists.example.org/pipermail/1.html", f"/t/{topic}", "topic", topic, category)
    target = open_target(archive, client, "the forum")
    assert push_permalinks(archive, client, target, [redirect], lambda _now: None).created == {"permalink": 1}
    assert undone(archive, either).removed["permalink"] == 1
    assert [item["url"] for item in client.read("/admin/permalinks.json").body] == ["theirs"]


@pytest.mark.parametrize("authors", ["existing", "byline"])
def test_the_account_that_posted_for_others_goes_and_members_stay(
    archive: Archive, forum: Sandbox, authors: Any
) -> None:
    member = {"name": "Ann", "username": "ann", "email": "ann@example.org", "active": True, "approved": True}
    client = client_of(forum)
    assert client.create("/users.json", member | {"password": "a long enough password"})["success"]
    before = held(forum)
    target = open_target(archive, client, "the forum", Choices(authors=authors))
    assert Push(archive, client, target).run().refused == 0
    result = undone(archive, forum)
    assert (result.removed["user"], result.left) == (1, [])
    assert held(forum) == before


def test_posts_that_were_moved_elsewhere_go_one_by_one(archive: Archive, tmp_path: Path) -> None:
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as forum:
        sent(archive, forum)
        theirs = client_of(forum).create_post("A topic of another kind.", title="Where things go")["topic_id"]
    query = "SELECT remote_id FROM operation JOIN container ON ref = id WHERE kind = 'post' AND key = 'm1.4'"
    (post_id,) = archive.db.execute(query).fetchone()
    with closing(sqlite3.connect(tmp_path / "forum.sqlite3")) as db, db:
        db.execute("UPDATE posts SET topic_id = ?, post_number = 2 WHERE id = ?", (theirs, post_id))
        db.execute("UPDATE topics SET highest_post_number = 2 WHERE id = ?", (theirs,))
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as forum:
        assert undone(archive, forum).left == []
        (topic,) = dump(forum.url, forum.key)["topics"]
        assert [post[3] for post in topic["posts"]] == ["A topic of another kind."]
        assert sent(archive, forum).refused == 0


def test_a_post_that_was_made_a_topic_goes_unless_others_wrote_there(archive: Archive, tmp_path: Path) -> None:
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as forum:
        sent(archive, forum)
        theirs = client_of(forum).create_post("A topic of another kind.", title="Where things go")["topic_id"]
        answer(forum, theirs)
    query = "SELECT remote_id FROM operation JOIN container ON ref = id WHERE kind = 'post' AND key = 'm1.4'"
    (post_id,) = archive.db.execute(query).fetchone()
    with closing(sqlite3.connect(tmp_path / "forum.sqlite3")) as db, db:
        db.execute("DELETE FROM posts WHERE topic_id = ? AND post_number = 1", (theirs,))
        db.execute("UPDATE posts SET topic_id = ?, post_number = 1 WHERE id = ?", (theirs, post_id))
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True) as forum:
        (left,) = (item for item in undone(archive, forum).left if item.kind != "user")
        assert (left.kind, left.name, left.why) == ("topic", "Where things go", "other people wrote there: admin")
        result = undone(archive, forum, also_answered=True)
        assert ([item.name for item in result.answered], result.left) == (["Where things go"], [])


def test_what_others_deleted_already_is_counted_as_gone(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    client_of(forum).delete(f"/t/{topic_id(archive, 'm1.0')}.json")
    result = undone(archive, forum)
    assert (result.gone, result.left) == ({"topic": 1}, [])
    assert sent(archive, forum).refused == 0

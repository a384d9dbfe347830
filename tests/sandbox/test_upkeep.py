"""What an import takes back or looks after: accounts, tags, categories, permalinks, the queue."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.sandbox import Sandbox

from .conftest import Client

COLOURS = {"color": "0088CC", "text_color": "FFFFFF"}


def category(client: Client, name: str, **more: Any) -> int:
    answer = client.send("POST", "/categories.json", json={"name": name} | COLOURS | more)
    return int(answer.json()["category"]["id"])


def raw(client: Client, post_id: int) -> str:
    return str(client.send("GET", f"/posts/{post_id}.json").json()["raw"])


def test_an_account_with_posts_is_deleted_only_with_them(client: Client) -> None:
    user_id = client.placeholder("ann")
    topic = client.post("ann", title="Hers", raw="x").json()["post"]["topic_id"]
    other = client.topic("Not hers")
    client.post("ann", topic_id=other, raw="a reply")
    kept = client.send("DELETE", f"/admin/users/{user_id}.json")
    assert (kept.status_code, kept.json()["deleted"]) == (403, False)
    gone = client.send("DELETE", f"/admin/users/{user_id}.json?delete_posts=true")
    assert gone.json() == {"deleted": True}
    assert client.send("GET", "/u/ann.json").status_code == 404
    assert client.send("GET", f"/t/{topic}.json").json()["deleted_at"] is not None
    assert client.send("GET", f"/t/{other}.json").json()["posts_count"] == 1


def test_what_lies_in_deleted_topics_does_not_keep_an_account(client: Client) -> None:
    user_id, topic = client.placeholder("ann"), client.topic("Somebody else's")
    post = client.post("ann", topic_id=topic, raw="a reply").json()["post"]["id"]
    client.send("DELETE", f"/t/{topic}.json")
    assert client.send("DELETE", f"/admin/users/{user_id}.json").json() == {"deleted": True}
    left = client.send("GET", f"/posts/{post}.json").json()
    assert (left["username"], left["user_id"]) == (None, None)
    assert client.placeholder("bob") > user_id  # an id is never given twice


def test_administrators_are_not_deleted_merged_or_anonymized(client: Client) -> None:
    client.placeholder("ann")
    assert client.send("DELETE", "/admin/users/1.json").status_code == 403
    assert client.send("PUT", "/admin/users/1/anonymize.json").status_code == 403
    merged = client.send("POST", "/admin/users/1/merge.json", json={"target_username": "ann"})
    assert merged.status_code == 403


def test_quotes_and_mentions_follow_a_new_name(client: Client) -> None:
    client.placeholder("ann")
    topic = client.topic("T")
    words = '[quote="Ann, post:1, topic:1"]\nhm\n[/quote]\n\n@ann and @anna, ann@example.org'
    post = client.post(topic_id=topic, raw=words).json()["post"]["id"]
    renamed = client.send("PUT", "/u/ann/preferences/username.json", json={"new_username": "annie"})
    assert renamed.json()["username"] == "annie"
    assert raw(client, post) == '[quote="annie, post:1, topic:1"]\nhm\n[/quote]\n\n@annie and @anna, ann@example.org'
    taken = client.send("PUT", "/u/annie/preferences/username.json", json={"new_username": "admin"})
    assert taken.status_code == 422


def test_an_anonymous_account_keeps_its_posts_and_nothing_else(client: Client) -> None:
    user_id = client.placeholder("ann", "ann@example.org", "Ann Miller")
    post = client.post("ann", title="T", raw="x").json()["post"]
    quoting = client.post(title="Q", raw='[quote="ann"]\nx\n[/quote]').json()["post"]["id"]
    answer = client.send("PUT", f"/admin/users/{user_id}/anonymize.json").json()
    assert answer["username"].startswith("anon")
    assert client.send("GET", "/admin/users/list/all.json?email=ann@example.org").json() == []
    shown = client.send("GET", f"/posts/{post['id']}.json").json()
    assert (shown["username"], shown["name"], shown["raw"]) == (answer["username"], "", "x")
    assert answer["username"] in raw(client, quoting)
    assert client.send("PUT", f"/admin/users/{user_id}/anonymize.json").status_code == 403


def test_merged_accounts_are_one(client: Client) -> None:
    old, new = client.placeholder("ann", "ann@example.org"), client.placeholder("bob", "bob@example.org")
    post = client.post("ann", title="T", raw="x").json()["post"]["id"]
    answer = client.send("POST", f"/admin/users/{old}/merge.json", json={"target_username": "Bob"})
    assert answer.json() == {"success": "OK"}
    assert client.send("GET", f"/posts/{post}.json").json()["username"] == "bob"
    found = client.send("GET", "/admin/users/list/all.json?email=ann@example.org").json()
    assert [user["id"] for user in found] == [new]
    assert client.send("GET", f"/admin/users/{old}.json").status_code == 404


def test_a_deleted_tag_leaves_its_topics(client: Client) -> None:
    topic = client.topic("T", tags=["minutes", "budget"])
    client.placeholder("ann")
    assert client.send("DELETE", "/tag/minutes.json", "ann").status_code == 403
    assert client.send("DELETE", "/tag/minutes.json").json() == {"success": "OK"}
    assert client.send("DELETE", "/tag/minutes.json").status_code == 404
    assert client.send("GET", f"/t/{topic}.json").json()["tags"] == ["budget"]
    assert [tag["name"] for tag in client.send("GET", "/tags.json").json()["tags"]] == ["budget"]


def test_tags_nobody_uses_are_shown_to_administrators_only(client: Client) -> None:
    client.placeholder("ann")
    client.send("POST", "/tag_groups.json", json={"name": "G", "tag_names": ["waiting"]})
    assert [tag["name"] for tag in client.send("GET", "/tags.json").json()["tags"]] == ["waiting"]
    assert client.send("GET", "/tags.json", "ann").json()["tags"] == []


def test_a_tag_group_is_what_was_sent_last(client: Client) -> None:
    asked = {"name": "G", "tag_names": ["a", "b"], "parent_tag_name": ["p"], "one_per_topic": True}
    group = client.send("POST", "/tag_groups.json", json=asked).json()["tag_group"]
    assert (group["tag_names"], group["parent_tag_name"], group["one_per_topic"]) == (["a", "b"], ["p"], True)
    path = f"/tag_groups/{group['id']}.json"
    changed = client.send("PUT", path, json={"tag_names": ["b", "c"]}).json()["tag_group"]
    assert (changed["name"], changed["tag_names"], changed["parent_tag_name"]) == ("G", ["b", "c"], [])
    assert client.send("POST", "/tag_groups.json", json={"name": "g"}).status_code == 422
    assert client.send("DELETE", path).json() == {"success": "OK"}
    assert client.send("GET", path).status_code == 404
    assert len(client.send("GET", "/tags.json").json()["tags"]) == 4  # the tags stay


def test_only_an_empty_category_is_deleted(client: Client) -> None:
    place = category(client, "Lists")
    inner = category(client, "Inner", parent_category_id=place)
    topic = client.topic("T", category=inner)
    assert client.send("DELETE", f"/categories/{inner}.json").status_code == 403
    assert client.send("DELETE", f"/categories/{place}.json").status_code == 403
    client.send("DELETE", f"/t/{topic}.json")
    assert client.send("DELETE", f"/categories/{inner}.json").json() == {"success": "OK"}
    assert client.send("DELETE", f"/categories/{place}.json").status_code == 200
    assert category(client, "Lists") > inner  # an id is never given twice


def test_a_category_of_a_group_is_read_by_the_group(client: Client) -> None:
    for name in ("ann", "bob"):
        client.placeholder(name)
    client.send("POST", "/admin/groups.json", json={"group": {"name": "board", "usernames": "ann"}})
    place = category(client, "Board", permissions={"board": 1})
    post = client.post(title="Secret", raw="x", category=place, tags=["t"], external_id="key-1").json()["post"]
    paths = [f"/t/{post['topic_id']}.json", f"/posts/{post['id']}.json", f"/raw/{post['topic_id']}/1"]
    paths += [f"/c/board/{place}.json", "/t/external_id/key-1.json"]
    for path in paths:
        assert client.send("GET", path, "ann").status_code in (200, 301), path
        assert client.send("GET", path, "bob").status_code == 404, path
    for path in ("/latest.json", "/tag/t.json", "/search.json?q=secret", "/topics/created-by/admin.json"):
        assert "Secret" in client.send("GET", path, "ann").text
        assert "Secret" not in client.send("GET", path, "bob").text
    assert "Board" not in client.send("GET", "/site.json", "bob").text
    shown = client.send("GET", f"/c/{place}/show.json").json()["category"]
    groups = [(group["group_name"], group["permission_type"]) for group in shown["group_permissions"]]
    assert (shown["read_restricted"], groups) == (True, [("board", 1)])


@pytest.mark.parametrize("group", ["nobody_knows", "Staff"])
def test_groups_that_may_enter_a_category_are_named_as_they_are(client: Client, group: str) -> None:
    asked = {"name": "Lost", "permissions": {group: 1}}
    assert client.send("POST", "/categories.json", json=asked | COLOURS).status_code == 500
    assert "Lost" not in client.send("GET", "/site.json").text


def test_a_category_can_hold_posts_back(client: Client) -> None:
    client.placeholder("ann")
    place = category(client, "Held back", custom_fields={"require_reply_approval": "true"})
    shown = client.send("GET", f"/c/{place}/show.json").json()["category"]
    assert shown["custom_fields"] == {"require_reply_approval": "true"}
    topic = client.post("ann", title="T", raw="x", category=place).json()["post"]["topic_id"]
    assert client.post("ann", topic_id=topic, raw="y").json()["action"] == "enqueued"
    assert client.post(topic_id=topic, raw="z").json()["action"] == "create_post"  # staff


def test_what_waits_for_approval_is_listed_and_can_be_rejected(client: Client) -> None:
    client.placeholder("ann")
    client.send("PUT", "/admin/site_settings/approve_unless_trust_level.json", json={"approve_unless_trust_level": "2"})
    pending = client.post("ann", title="Queued", raw="words").json()["pending_post"]
    assert client.post("ann", title="Flat", raw="words", nested_post=None).text == "null"
    listed = client.send("GET", "/review.json").json()
    assert listed["meta"]["total_rows_reviewables"] == 2
    assert [user["username"] for user in listed["users"]] == ["ann"]
    first = listed["reviewables"][0]
    assert (first["id"], first["version"], first["payload"]["title"]) == (pending["id"], 0, "Queued")

    path = f"/review/{pending['id']}/perform/reject_post.json"
    assert client.send("PUT", f"{path}?version=0", "ann").status_code == 403
    assert client.send("PUT", path).status_code == 422
    assert client.send("PUT", f"{path}?version=1").status_code == 409
    done = client.send("PUT", f"{path}?version=0").json()["reviewable_perform_result"]
    assert (done["transition_to"], done["remove_reviewable_ids"]) == ("rejected", [pending["id"]])
    assert client.send("PUT", f"{path}?version=1").status_code == 400
    assert [item["id"] for item in client.send("GET", "/review.json").json()["reviewables"]] == [first["id"] + 1]
    assert client.send("GET", "/latest.json").json()["topic_list"]["topics"] == []


def test_approval_by_number_of_posts_asks_newcomers_only(client: Client) -> None:
    user_id = client.placeholder("ann")
    client.send("PUT", "/admin/site_settings/approve_post_count.json", json={"approve_post_count": "1"})
    assert client.post("ann", title="A", raw="x").json()["action"] == "enqueued"
    client.send("PUT", f"/admin/users/{user_id}/trust_level.json", json={"level": 2})
    assert client.post("ann", title="B", raw="x").json()["action"] == "create_post"


def test_a_deleted_topic_comes_back_without_its_first_key(client: Client) -> None:
    topic = client.topic("T", external_id="key-1")
    client.post(topic_id=topic, raw="a", embed_url="https://import.invalid/a")
    client.send("DELETE", f"/t/{topic}.json")
    assert client.send("GET", "/t/external_id/key-1.json").status_code == 404
    assert client.send("PUT", f"/t/{topic}/recover.json").status_code == 200
    assert client.send("GET", "/t/external_id/key-1.json").status_code == 301
    assert client.send("GET", "/embed/info.json?embed_url=https://import.invalid/a").status_code == 404
    assert client.send("PUT", "/t/999999/recover.json").status_code == 403
    assert client.send("DELETE", "/t/999999.json").status_code == 422


def test_a_permalink_to_a_deleted_topic_leads_nowhere(client: Client) -> None:
    topic = client.topic("T")
    asked = {"url": "/old/1?id=2", "permalink_type": "topic_id", "permalink_type_value": topic}
    made = client.send("POST", "/admin/permalinks.json", json=asked).json()["permalink"]
    assert client.page("/old/1?id=2").headers["Location"] == f"/t/t/{topic}"
    assert client.page("/old/1?id=3").status_code == 404
    client.send("DELETE", f"/t/{topic}.json")
    assert client.page("/old/1?id=2").status_code == 404
    check = client.send("GET", "/permalink-check.json", params={"path": "/old/1?id=2"})
    assert check.json() == {"found": False}
    assert client.send("PUT", f"/admin/permalinks/{made['id']}.json", json=asked).status_code == 404  # later versions'
    assert client.send("DELETE", f"/admin/permalinks/{made['id']}.json").json() == {"success": "OK"}
    assert client.send("GET", "/admin/permalinks.json").json() == []


def test_bumping_goes_back_to_the_last_post(client: Client) -> None:
    topic = client.topic("T", "x" * 30, created_at="2009-03-04T05:06:07Z")
    post = client.post(topic_id=topic, raw="y" * 30, created_at="2009-03-05T05:06:07Z").json()["post"]["id"]
    client.send("PUT", f"/posts/{post}.json", json={"post": {"raw": "z" * 30}, "bypass_bump": True})  # not in 2.9
    lines = client.send("GET", "/latest.json").json()["topic_list"]["topics"]
    assert not lines[0]["bumped_at"].startswith("2009")
    assert client.send("PUT", f"/t/{topic}/reset-bump-date.json").status_code == 200
    lines = client.send("GET", "/latest.json").json()["topic_list"]["topics"]
    assert lines[0]["bumped_at"].startswith("2009-03-05")


def test_reply_keys_may_mean_nothing(sandbox: Sandbox, tmp_path: Any) -> None:
    with Sandbox(tmp_path / "deaf.sqlite3", ignores_reply_keys=True) as deaf:
        client, topics = Client(deaf), []
        for number in range(2):
            topics.append(client.topic(f"T{number}", embed_url=f"https://import.invalid/{number}"))
            reply = client.post(topic_id=topics[0], raw=f"r{number}", embed_url="https://import.invalid/r")
            assert reply.status_code == 200
        assert client.send("GET", "/embed/info.json?embed_url=https://import.invalid/r").status_code == 404
        found = client.send("GET", "/embed/info.json?embed_url=https://import.invalid/1").json()
        assert found["topic_id"] == topics[1]

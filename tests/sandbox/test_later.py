"""What versions of 2026 answer otherwise than 2.9."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrate.errors import MigrateError
from migrate.sandbox import Sandbox

from .conftest import Client


@pytest.fixture
def later(data: Path) -> Iterator[Client]:
    with Sandbox(data, version="2026", prepared=True) as running:
        yield Client(running)


def setting(client: Client, name: str, value: str) -> int:
    return client.send("PUT", f"/admin/site_settings/{name}.json", json={name: value}).status_code


def settings(client: Client) -> dict[str, dict[str, Any]]:
    listed = client.send("GET", "/admin/site_settings.json").json()["site_settings"]
    return {item["setting"]: item for item in listed}


def test_a_forum_stays_the_version_it_was_last_started_as(data: Path) -> None:
    def started(**options: Any) -> str:
        with Sandbox(data, **options) as running:
            return str(Client(running).send("GET", "/about.json").json()["about"]["version"])

    assert started() == "2.9.0.beta3"
    assert started(version="2026").startswith("2026.")
    assert started().startswith("2026.")
    assert started(version="2.9") == started() == "2.9.0.beta3"
    with pytest.raises(MigrateError, match=r"2\.9 or 2026"):
        Sandbox(data, version="3.0")


def test_counters_are_plural(later: Client) -> None:
    assert set(later.send("GET", "/about.json").json()["about"]["stats"]) >= {"topics_count", "posts_count"}


def test_tags_are_objects_with_numbers_and_are_taken_as_names_or_objects(later: Client) -> None:
    topic = later.topic("First", tags=["Minutes", {"name": "budget"}])
    tags = {tag["name"]: tag for tag in later.send("GET", f"/t/{topic}.json").json()["tags"]}
    assert set(tags) == {"minutes", "budget"}
    assert tags["minutes"] == {"id": tags["minutes"]["id"], "name": "minutes", "slug": "minutes"}
    assert isinstance(tags["minutes"]["id"], int)

    other = later.topic("Second", tags=[{"id": tags["minutes"]["id"]}])
    assert later.send("GET", f"/t/{other}.json").json()["tags"] == [tags["minutes"]]
    listed = {tag["name"]: tag for tag in later.send("GET", "/tags.json").json()["tags"]}
    assert (listed["minutes"]["id"], listed["minutes"]["count"]) == (tags["minutes"]["id"], 2)
    latest = later.send("GET", "/latest.json").json()["topic_list"]["topics"]
    assert {topic["id"]: topic["tags"] for topic in latest}[other] == [tags["minutes"]]
    for path in ("/tag/minutes.json", f"/tag/minutes/{tags['minutes']['id']}.json"):
        found = later.send("GET", path).json()["topic_list"]["topics"]
        assert {line["id"] for line in found} == {topic, other}


def test_tags_that_are_too_many_refuse_the_topic(later: Client) -> None:
    six = [f"tag{number}" for number in range(6)]
    answer = later.post(title="Too many", raw="x", tags=six)
    assert (answer.status_code, answer.json()["action"]) == (422, "create_post")
    assert later.send("GET", "/latest.json").json()["topic_list"]["topics"] == []
    topic = later.topic("Fine", tags=six[:5])
    changed = later.send("PUT", f"/t/-/{topic}.json", json={"tags": six})
    assert changed.status_code == 422
    assert len(later.send("GET", f"/t/{topic}.json").json()["tags"]) == 5


def test_who_may_not_tag_does_so_only_without_validations(later: Client) -> None:
    """A placeholder is in no group of any level of trust."""
    later.placeholder("ann")
    words = {"title": "A long enough title", "raw": "And a body that says a little."}
    assert later.post("ann", **words, tags=["minutes"], skip_validations=False).status_code == 422
    topic = later.post("ann", **words, tags=["minutes"]).json()["post"]["topic_id"]
    assert [tag["name"] for tag in later.send("GET", f"/t/{topic}.json").json()["tags"]] == ["minutes"]


def test_tag_groups_hold_objects(later: Client) -> None:
    made = later.send("POST", "/tag_groups.json", json={"name": "G", "tag_names": ["a"], "tags": [{"name": "b"}]})
    group = made.json()["tag_group"]
    assert [tag["name"] for tag in group["tags"]] == ["a", "b"]
    assert "tag_names" not in group
    parent = {"name": "G", "tags": group["tags"], "parent_tag": [{"name": "p"}]}
    changed = later.send("PUT", f"/tag_groups/{group['id']}.json", json=parent).json()["tag_group"]
    assert changed["tags"] == group["tags"]
    assert [tag["name"] for tag in changed["parent_tag"]] == ["p"]


def test_a_post_in_the_queue_says_so_without_nesting_too(later: Client) -> None:
    asked = {"email": "ann@example.org", "username": "ann", "name": "Ann", "password": "a long pass phrase"}
    assert later.send("POST", "/users.json", json=asked | {"active": True}).json()["success"]
    assert setting(later, "approve_unless_allowed_groups", "13") == 200
    for nested in (True, False):
        answer = later.post("ann", title=f"Queued {nested}", raw="x", nested_post=nested).json()
        assert (answer["action"], answer["pending_post"]["raw"]) == ("enqueued", "x")
    assert setting(later, "approve_unless_allowed_groups", "13|10") == 200
    assert later.post("ann", title="Not queued", raw="x").json()["action"] == "create_post"


def test_placeholders_are_not_held_back_for_lack_of_groups(later: Client) -> None:
    later.placeholder("ann")
    setting(later, "approve_unless_allowed_groups", "13")
    setting(later, "approve_new_topics_unless_allowed_groups", "13")
    assert later.post("ann", title="A topic", raw="x").json()["action"] == "create_post"
    setting(later, "approve_unless_staged", "true")
    assert later.post("ann", title="Another", raw="x").json()["action"] == "enqueued"


def test_groups_stand_where_levels_of_trust_were(later: Client) -> None:
    found = settings(later)
    assert found["create_tag_allowed_groups"]["type"] == "group_list"
    assert found["tag_topic_allowed_groups"]["value"] == "10"
    assert not {"approve_unless_trust_level", "min_trust_to_create_tag", "allow_uploaded_avatars"} & set(found)
    assert setting(later, "approve_unless_trust_level", "4") == 422


def test_permalinks_are_nested_have_short_types_and_can_be_changed(later: Client) -> None:
    def save(kind: str, value: object, method: str = "POST", place: str = "", url: str = "/old/1") -> Any:
        asked = {"url": url, "permalink_type": kind, "permalink_type_value": value}
        return later.send(method, f"/admin/permalinks{place}.json", json={"permalink": asked})

    topic, user_id = later.topic("Target"), later.placeholder("ann")
    flat = {"url": "old/1", "permalink_type": "topic_id", "permalink_type_value": topic}
    assert later.send("POST", "/admin/permalinks.json", json=flat).status_code == 400
    made = save("topic", topic).json()["permalink"]
    assert (made["url"], made["topic_id"], made["user_id"]) == ("old/1", topic, None)
    assert later.page("/old/1").headers["Location"] == f"/t/target/{topic}"
    assert save("topic", topic).status_code == 422
    assert save("topic_id", topic, url="other").status_code == 422

    changed = save("user", user_id, "PUT", f"/{made['id']}").json()["permalink"]
    assert (changed["topic_id"], changed["user_url"]) == (None, "/u/ann")
    assert later.page("/old/1").headers["Location"] == "/u/ann"
    assert later.send("GET", "/admin/permalinks.json?filter=OLD").json()[0]["id"] == made["id"]
    assert save("topic", topic, url="/wiki/Grüne Soße?a=b c").json()["permalink"]["url"] == (
        "wiki/Gr%C3%BCne%20So%C3%9Fe?a=b%20c"
    )
    assert save("topic", topic, url="/wiki/Was%3F").json()["permalink"]["url"] == "wiki/Was%253F"


def test_a_topic_with_a_key_for_its_post_is_hidden_while_embed_unlisted_is_on(later: Client) -> None:
    later.placeholder("ann")

    def visible(topic: int) -> bool:
        return bool(later.send("GET", f"/t/{topic}.json").json()["visible"])

    assert visible(later.topic("Before", embed_url="https://import.invalid/0"))
    setting(later, "embed_unlisted", "true")
    topic = later.topic("Hidden", embed_url="https://import.invalid/1")
    assert visible(later.topic("No key"))
    assert not visible(topic)
    later.post(topic_id=topic, raw="an import's reply")
    assert not visible(topic)
    later.post("ann", topic_id=topic, raw="somebody's reply", import_mode=False)
    assert visible(topic)


def test_flags_are_understood_in_any_form(later: Client) -> None:
    topic = later.topic("Old", created_at="2009-03-04T05:06:07Z")
    flat = later.post(topic_id=topic, raw="a", nested_post="false", no_bump=True, created_at="2010-01-01T00:00:00Z")
    assert "action" not in flat.json()
    lines = later.send("GET", "/latest.json").json()["topic_list"]["topics"]
    assert lines[0]["bumped_at"].startswith("2009-")


def test_an_edit_can_name_the_text_it_replaces_and_leave_the_topic_where_it_is(later: Client) -> None:
    post = later.post(title="T", raw="x" * 30, created_at="2009-03-04T05:06:07Z").json()["post"]

    def edit(**change: Any) -> int:
        return later.send("PUT", f"/posts/{post['id']}.json", json={"post": change}).status_code

    assert edit(raw="y" * 30, original_text="something else") == 409
    assert edit(raw="y" * 30, original_text="x" * 30, bypass_bump=True) == 200
    bumped = later.send("GET", "/latest.json").json()["topic_list"]["topics"][0]["bumped_at"]
    assert bumped.startswith("2009-")
    assert edit(raw="z" * 30) == 200
    assert later.send("GET", "/latest.json").json()["topic_list"]["topics"][0]["bumped_at"] > bumped


def test_categories_name_a_mode_of_review(later: Client) -> None:
    asked: dict[str, Any] = {"name": "Held back", "color": "0088CC", "text_color": "FFFFFF"}
    asked["category_setting_attributes"] = {"topic_posting_review_mode": "everyone"}
    category = later.send("POST", "/categories.json", json=asked).json()["category"]
    assert category["category_setting"]["topic_posting_review_mode"] == "everyone"
    assert category["category_setting"]["reply_posting_review_mode"] == "no_one"
    later.placeholder("ann")
    assert later.post("ann", title="T", raw="x", category=category["id"]).json()["action"] == "enqueued"
    later.send(
        "PUT",
        f"/categories/{category['id']}.json",
        json={"category_setting_attributes": {"topic_posting_review_mode": "no_one"}},
    )
    assert later.post("ann", title="T2", raw="x", category=category["id"]).json()["action"] == "create_post"


def test_custom_fields_no_plugin_knows_and_old_names_are_not_taken(later: Client) -> None:
    later.placeholder("ann")
    assert later.post(title="T", raw="x", topic_custom_fields={"a": "b"}).status_code == 400
    message = {"title": "M", "raw": "x", "archetype": "private_message"}
    assert later.post(**message, target_usernames="ann").status_code == 422
    assert later.post(**message, target_recipients="ann").status_code == 200


def test_the_list_of_users_has_a_shorter_address(later: Client) -> None:
    later.placeholder("ann")
    names = [user["username"] for user in later.send("GET", "/admin/users.json").json()]
    assert "ann" in names

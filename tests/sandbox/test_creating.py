"""Creating posts as an importer does: keys, repeats, races, placeholders."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from migrate.sandbox import memo
from migrate.sandbox.answers import Answer
from migrate.sandbox.memo import Memo
from migrate.sandbox.store import Store

from .conftest import Client


def test_a_reply_key_taken_by_many_at_once_makes_one_post(client: Client) -> None:
    topic = client.topic()

    def reply(number: int) -> int:
        url = "https://import.invalid/a/1/same"
        return client.post(
            topic_id=topic, raw=f"Racing {number}", embed_url=url, typing_duration_msecs=number
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(reply, range(8)))
    assert statuses == [200] + [422] * 7
    assert client.send("GET", f"/t/{topic}.json").json()["posts_count"] == 2


def test_replies_to_many_topics_at_once_stay_in_their_own_order(client: Client) -> None:
    topics = [client.topic(f"Topic {number}") for number in range(4)]

    def fill(topic: int) -> list[int]:
        answers = [client.post(topic_id=topic, raw=f"{topic}: {number}") for number in range(10)]
        return [answer.json()["post"]["post_number"] for answer in answers]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(fill, topics)) == [list(range(2, 12))] * 4
    for topic in topics:
        posts = client.send("GET", f"/t/{topic}.json?print=true").json()["post_stream"]["posts"]
        assert [post["raw"] for post in posts[1:]] == [f"{topic}: {number}" for number in range(10)]


def test_the_memo_forgets_after_two_minutes(tmp_path: Path) -> None:
    store = Store(tmp_path / "memo.sqlite3")
    remembered, key, start = Memo(store), memo.digest("a request"), time.time()
    remembered.keep(key, Answer(422, b'{"errors":["no"]}'), now=start)
    again = remembered.recall(key, now=start + 119)
    assert again is not None
    assert (again.status, again.body) == (422, b'{"errors":["no"]}')
    assert remembered.recall(key, now=start + 121) is None
    assert remembered.recall(memo.digest("another"), now=start) is None
    store.close()


def test_the_memo_knows_the_agent_and_the_author(client: Client) -> None:
    client.placeholder("ann")
    topic = client.topic()
    same: dict[str, Any] = {"topic_id": topic, "raw": "+1"}
    first = client.post(**same).json()["post"]["id"]
    assert client.post(**same).json()["post"]["id"] == first
    usual = same | {"skip_validations": True, "import_mode": True, "auto_track": False, "nested_post": True}
    other_agent = client.send("POST", "/posts.json", json=usual, headers={"User-Agent": "another/2"})
    assert other_agent.json()["post"]["id"] != first
    assert client.post("ann", **same).json()["post"]["username"] == "ann"


def test_a_placeholder_must_be_activated_again_after_it_was_made_twice(client: Client) -> None:
    document = {"name": "Ann", "username": "ann", "email": "Ann@example.org", "staged": True}
    first = client.send("POST", "/users.json", json=document | {"password": "one pass phrase"}).json()
    assert first["success"]
    assert client.post("ann", title="T", raw="x").status_code == 403
    client.send("PUT", f"/admin/users/{first['user_id']}/activate.json")
    assert client.post("ann", title="T", raw="x").status_code == 200

    again = client.send("POST", "/users.json", json=document | {"password": "another pass phrase"}).json()
    assert (again["success"], again["user_id"]) == (True, first["user_id"])
    assert client.post("ann", title="T2", raw="x").status_code == 403
    found = client.send("GET", "/admin/users/list/all.json?email=ann@EXAMPLE.org").json()
    assert [(user["id"], user["staged"], user["active"]) for user in found] == [(first["user_id"], True, False)]
    client.send("PUT", f"/admin/users/{first['user_id']}/activate.json")
    assert client.post("ann", title="T3", raw="x").status_code == 200


def test_a_hidden_taken_address_is_a_success_without_an_id(client: Client) -> None:
    client.send("PUT", "/admin/site_settings/hide_email_address_taken.json", json={"hide_email_address_taken": "true"})
    document = {"name": "A", "email": "a@example.org", "password": "a long pass phrase", "active": True}
    assert "user_id" in client.send("POST", "/users.json", json=document | {"username": "first"}).json()
    answer = client.send("POST", "/users.json", json=document | {"username": "second"}).json()
    assert answer["success"] is True
    assert "user_id" not in answer


def test_deleting_a_topic_frees_its_first_reply_key_only(client: Client) -> None:
    topic = client.topic()
    for name in "ab":
        client.post(topic_id=topic, raw=name, embed_url=f"https://import.invalid/{name}")
    client.send("DELETE", f"/t/{topic}.json")
    assert client.send("GET", "/embed/info.json?embed_url=https://import.invalid/a").status_code == 404
    assert client.send("GET", "/embed/info.json?embed_url=https://import.invalid/b").status_code == 500
    other = client.topic("Other")
    assert client.post(topic_id=other, raw="a again", embed_url="https://import.invalid/a").status_code == 200
    assert client.post(topic_id=other, raw="b again", embed_url="https://import.invalid/b").status_code == 422


def test_refusals_leave_nothing_behind(client: Client) -> None:
    before = client.send("GET", "/about.json").json()["about"]["stats"]
    assert client.post(title="A", raw="x", tags="not a list").status_code == 500
    assert client.post(title="B", raw="x", created_at="2009-13-45").status_code == 500
    assert client.post(title="C", raw="x", embed_url="mailto:x").status_code == 400
    assert client.send("GET", "/about.json").json()["about"]["stats"] == before


def test_a_wrong_key_reads_and_writes_nothing(client: Client) -> None:
    wrong = {"Api-Key": "0" * 64}
    assert client.send("GET", "/about.json", headers=wrong).status_code == 403
    assert client.send("POST", "/posts.json", json={"title": "T", "raw": "x"}, headers=wrong).status_code == 403
    assert client.send("PUT", "/admin/site_settings/title.json", json={"title": "x"}, headers=wrong).status_code == 404
    assert client.send("POST", "/users.json", None, json={"username": "x"}).text == '["BAD CSRF"]'


def test_a_long_topic_is_read_in_one_request_of_a_thousand(client: Client) -> None:
    topic = client.topic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda number: client.post(topic_id=topic, raw=f"r{number}"), range(60)))
    answer = client.send("GET", f"/t/{topic}.json?print=true&include_raw=1").json()
    assert [post["post_number"] for post in answer["post_stream"]["posts"]] == list(range(1, 62))
    assert len(answer["post_stream"]["stream"]) == 61

"""Rate limits: off unless asked for, and then as Discourse's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.sandbox import Sandbox
from migrate.sandbox.limits import RateLimits

from .conftest import Client


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@contextmanager
def limited(data: Path, version: str = "2.9", **options: Any) -> Iterator[tuple[Client, Clock]]:
    clock = Clock()
    with Sandbox(data, version=version, rate_limits=RateLimits(clock=clock, **options)) as running:
        yield Client(running), clock


def ask(client: Client, times: int) -> list[int]:
    return [client.send("GET", "/site/basic-info.json").status_code for _ in range(times)]


def about(client: Client, key: str) -> requests.Response:
    return client.send("GET", "/about.json", headers={"Api-Key": key})


def member(client: Client) -> None:
    asked = {"email": "ann@example.org", "username": "ann", "name": "Ann", "password": "a long pass phrase"}
    assert client.send("POST", "/users.json", json=asked | {"active": True}).json()["success"]


def write(client: Client, number: int, **more: Any) -> Any:
    """One post by a member, with validations, that nothing but a limit refuses."""
    usual: dict[str, Any] = {"raw": f"Some words to begin with, number {number}.", "skip_validations": False}
    place = {} if "topic_id" in more else {"title": f"A topic with a name of its own, {number}"}
    return client.post("ann", **usual | place | more)


def test_without_asking_there_are_none(client: Client) -> None:
    member(client)
    assert ask(client, 70) == [200] * 70
    assert [write(client, number).status_code for number in range(4)] == [200] * 4


@pytest.mark.parametrize("version", ["2.9", "2026"])
def test_sixty_requests_a_minute_for_all_keys_together(data: Path, version: str) -> None:
    with limited(data, version) as (client, clock):
        made = client.send("POST", "/admin/api/keys.json", json={"key": {"description": "another"}})
        key = made.json()["key"]["key"]
        clock.now += 10
        assert ask(client, 30) == [200] * 30
        assert [about(client, key).status_code for _ in range(29)] == [200] * 29
        refused = about(client, key)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "50")
        assert refused.headers["Discourse-Rate-Limit-Error-Code"] == "admin_api_key_rate_limit"
        answer = refused.json()
        assert answer["error_type"] == "rate_limit"
        assert answer["extras"]["wait_seconds"] == 50
        assert answer["extras"].get("time_left") == ("50 seconds" if version == "2026" else None)
        assert client.send("GET", "/about.json", None).status_code == 200  # without a key nothing is counted
        clock.now += 51
        assert ask(client, 3) == [200, 429, 429]  # those refused before did not count


def test_another_limit_can_be_set(data: Path) -> None:
    with limited(data, admin_requests=2) as (client, _):
        assert ask(client, 3) == [200, 200, 429]
    with limited(data, admin_requests=0) as (client, clock):
        assert ask(client, 1) == [429]
        clock.now += 61
        assert ask(client, 1) == [429]


def test_an_address_is_slowed_down_in_plain_text_and_refused_requests_count(data: Path) -> None:
    with limited(data, on_loopback=True, admin_requests=1000) as (client, clock):
        assert ask(client, 51) == [200] * 50 + [429]
        refused = client.send("GET", "/about.json")
        assert "Content-Type" not in refused.headers
        assert refused.headers["Discourse-Rate-Limit-Error-Code"] == "ip_10_secs_limit"
        assert "Error code: ip_10_secs_limit." in refused.text
        clock.now += 6
        assert ask(client, 50) == [429] * 50
        clock.now += 6
        assert ask(client, 1) == [429]
        clock.now += 10
        assert ask(client, 1) == [200]


def test_later_versions_do_not_count_valid_requests_for_an_address(data: Path) -> None:
    with limited(data, "2026", on_loopback=True, admin_requests=1000) as (client, _):
        assert ask(client, 60) == [200] * 60
        public = [client.send("GET", "/about.json", None).status_code for _ in range(51)]
        assert public == [200] * 50 + [429]


def test_this_machine_is_exempt_otherwise(data: Path) -> None:
    with limited(data, admin_requests=1000) as (client, _):
        assert ask(client, 60) == [200] * 60


def test_new_members_write_slowly_and_not_much_on_their_first_day(data: Path) -> None:
    with limited(data, admin_requests=1000) as (client, clock):
        member(client)
        assert write(client, 0).status_code == 200
        refused = write(client, 1)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "120")
        assert "Discourse-Rate-Limit-Error-Code" not in refused.headers
        assert refused.json()["extras"] == {"wait_seconds": 120}
        assert write(client, 1, skip_validations=True).status_code == 200
        for number in (2, 3):
            clock.now += 121
            assert write(client, number).status_code == 200
        clock.now += 121
        assert write(client, 4).status_code == 429
        clock.now += 86_400
        assert write(client, 5).status_code == 200


def test_edits_deletions_and_messages_of_members_are_limited(data: Path) -> None:
    with limited(data, admin_requests=1000) as (client, clock):
        member(client)
        topic = client.topic("A topic")
        posts = [write(client, n, topic_id=topic, skip_validations=True).json()["post"]["id"] for n in range(4)]

        def edit(number: int) -> int:
            change = {"post": {"raw": f"Other words, that are enough {number}"}}
            return client.send("PUT", f"/posts/{posts[0]}.json", "ann", json=change).status_code

        assert [edit(number) for number in range(31)] == [200] * 30 + [429]
        deleted = [client.send("DELETE", f"/posts/{post}.json", "ann").status_code for post in posts[:3]]
        assert deleted == [200, 200, 429]
        clock.now += 61
        assert client.send("DELETE", f"/posts/{posts[2]}.json", "ann").status_code == 200
        change = {"max_personal_messages_per_day": "1"}
        client.send("PUT", "/admin/site_settings/max_personal_messages_per_day.json", json=change)
        message = {"archetype": "private_message", "target_recipients": "admin"}
        assert write(client, 7, **message).status_code == 200
        clock.now += 121
        refused = write(client, 8, **message)
        assert (refused.status_code, refused.json()["extras"]["wait_seconds"]) == (429, 86_400 - 121)

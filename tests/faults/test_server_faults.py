"""The sandbox's faults are what their names say, seen from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from migrate.sandbox import Sandbox
from migrate.sandbox.faults import FAULTS, USUAL, Faults, Schedule, Slow
from tests.sandbox.conftest import Client

Start = Callable[[Faults | None], Client]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts one forum after another over the same data."""
    running: list[Sandbox] = []

    def run(faults: Faults | None) -> Client:
        for sandbox in running:
            sandbox.close()
        running.append(Sandbox(tmp_path / "forum.sqlite3", prepared=True, faults=faults))
        return Client(running[-1])

    yield run
    running[-1].close()


def always(name: str) -> Schedule:
    return Schedule(1, share=1.0, names=(name,), slow_seconds=0.05)


def topics(client: Client) -> int:
    return len(client.send("GET", "/latest.json").json()["topic_list"]["topics"])


@pytest.mark.parametrize(
    ("name", "takes_effect"),
    [("lost before", False), ("lost after", True), ("truncated", True)],
)
def test_a_connection_that_ends(start: Start, name: str, takes_effect: bool) -> None:
    client = start(always(name))
    with pytest.raises(requests.RequestException):
        client.post(title="A topic", raw="Words.")
    assert topics(start(None)) == int(takes_effect)


@pytest.mark.parametrize(
    ("name", "status", "kind", "takes_effect"),
    [
        ("admin limit", 429, "application/json; charset=utf-8", False),
        ("ip limit", 429, None, False),
        ("502", 502, "text/html; charset=utf-8", False),
        ("503", 503, "text/html; charset=utf-8", False),
        ("504", 504, "text/html; charset=utf-8", False),
        ("504 after", 504, "text/html; charset=utf-8", True),
        ("500", 500, "application/json; charset=utf-8", False),
        ("read only", 503, "application/json; charset=utf-8", False),
        ("slow", 200, "application/json; charset=utf-8", True),
    ],
)
def test_an_answer(start: Start, name: str, status: int, kind: str | None, takes_effect: bool) -> None:
    answer = start(always(name)).post(title="A topic", raw="Words.")
    assert (answer.status_code, answer.headers.get("Content-Type")) == (status, kind)
    assert topics(start(None)) == int(takes_effect)


def test_every_fault_is_tried_here_or_queued() -> None:
    assert set(FAULTS) - set(USUAL) == {"queued", "queued flat"}
    assert len(USUAL) == 13


@pytest.mark.parametrize(("name", "body"), [("queued", {"action": "enqueued"}), ("queued flat", None)])
def test_a_post_waits_for_approval_once(start: Start, name: str, body: dict[str, str] | None) -> None:
    client = start(always(name))
    client.placeholder("ann")
    answer = client.post("ann", title="A topic", raw="Words.")
    assert answer.status_code == 200
    assert answer.json() == body or answer.json()["action"] == "enqueued"
    client = start(None)
    assert topics(client) == 0
    assert client.post("ann", title="A topic", raw="Other words.").json()["action"] == "create_post"


def test_an_effect_may_come_after_the_connection_is_lost(start: Start) -> None:
    client = start(Schedule(1, share=1.0, names=("lost, late",), slow_seconds=0.3))
    with pytest.raises(requests.RequestException):
        client.post(title="A topic", raw="Words.")
    time.sleep(0.35)
    assert topics(start(None)) == 1


def test_a_truncated_answer_has_begun(start: Start) -> None:
    client = start(always("truncated"))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.send("GET", "/site.json")


def test_the_same_seed_gives_the_same_faults(start: Start) -> None:
    def happened(seed: int) -> list[str]:
        faults = Schedule(seed, share=0.5, slow_seconds=0)
        client = start(faults)
        for _ in range(30):
            try:
                client.send("GET", "/about.json")
            except requests.RequestException:
                continue
        return faults.happened

    assert 5 < len(happened(1)) < 25
    assert happened(1) == happened(1) != happened(2)


def test_a_slow_forum_makes_so_many_posts_at_a_time(start: Start) -> None:
    client = start(Slow(0.1, workers=3))
    begun = time.monotonic()
    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(lambda number: client.post(title=f"Topic {number}", raw="Words."), range(9)))
    took = time.monotonic() - begun
    assert [answer.status_code for answer in answers] == [200] * 9
    assert 0.3 <= took < 0.8  # three rounds

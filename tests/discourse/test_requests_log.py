"""The log of requests: one line for each, and nothing in it that must not be shown."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.api.requests_log import RequestsLog, requests_log, without_addresses
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.errors import ArchiveError
from migrate.sandbox import Sandbox
from tests.discourse.community import PEOPLE
from tests.discourse.faults import FaultyAdapter, make_faulty


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_push_notes_every_request_and_shows_nothing(tmp_path: Path, archive: Archive, forum: Sandbox) -> None:
    log = RequestsLog(tmp_path / "requests.log")
    client = Client(forum.url, forum.key, "admin", log=log)
    target = open_target(archive, client)
    make_faulty(client, FaultyAdapter(1, 0.3, ("429 json", "bad gateway")))
    Push(archive, client, target).run()
    client.read("/admin/users/list/all.json", email="ann@example.org")
    client.read("/u/by-email/ann@example.org.json")
    noted = lines(tmp_path / "requests.log")
    assert {"users", "posts"} <= {line["stage"] for line in noted}
    assert {200, 429, 502} <= {line["status"] for line in noted}
    assert {1, 2} <= {line["attempt"] for line in noted}
    assert {line["forum"] for line in noted} == {forum.url}
    assert sum(line["path"] == "/posts.json" and line["status"] == 200 for line in noted) >= 38
    assert all(line["at"].endswith("Z") and line["ms"] >= 0 for line in noted)
    assert noted[-1]["path"] == "/u/by-email/…"
    text = (tmp_path / "requests.log").read_text()
    assert forum.key not in text
    assert "?" not in text
    assert "@" not in text
    assert "%40" not in text
    assert not any(person.email and person.email in text for person in PEOPLE)
    assert "Words of" not in text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/posts.json?api_key=secret", "/posts.json"),
        ("/u/by-email/ann@example.org.json", "/u/by-email/…"),
        ("/u/by-email/ann%40example.org/x.json", "/u/by-email/…/x.json"),
        ("/t/external_id/k12.json#top", "/t/external_id/k12.json"),
    ],
)
def test_addresses_and_queries_are_left_out(path: str, shown: str) -> None:
    assert without_addresses(path) == shown


def test_only_its_owner_may_read_it_and_it_is_appended_to(tmp_path: Path) -> None:
    path = requests_log(tmp_path / "club.sqlite3")
    assert path == tmp_path / "club.log"
    for number in range(2):
        log = RequestsLog(path)
        log.note("https://forum.example.org", "GET", f"/{number}", status=200, seconds=0.1, attempt=1, stage="")
        log.close()
    assert [line["path"] for line in lines(path)] == ["/0", "/1"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_does_not_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "requests.log"
    log = RequestsLog(path, largest=1000)
    for number in range(100):
        log.note("https://forum.example.org", "GET", f"/{number}", status=200, seconds=0.1, attempt=1, stage="")
    assert path.stat().st_size < 1500
    assert (tmp_path / "requests.log.1").stat().st_size < 1500
    assert lines(path)[-1]["path"] == "/99"
    assert len(list(tmp_path.iterdir())) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_goes_on_where_the_old_one_cannot_be_renamed(tmp_path: Path) -> None:
    (tmp_path / "a.log.1").mkdir()
    log = RequestsLog(tmp_path / "a.log", largest=300)
    for _ in range(20):
        log.note("f", "GET", "/x", status=200, seconds=0.0, attempt=1, stage="")
    log.close()
    assert len((tmp_path / "a.log").read_text().splitlines()) == 20


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "requests.log").mkdir()
    with pytest.raises(ArchiveError, match="Cannot write the log of requests"):
        RequestsLog(tmp_path / "requests.log")


def test_what_comes_after_the_end_harms_nobody(tmp_path: Path) -> None:
    log = RequestsLog(tmp_path / "requests.log")
    log.close()
    log.note("https://forum.example.org", "GET", "/late", status=200, seconds=0.1, attempt=1, stage="")
    assert (tmp_path / "requests.log").read_text() == ""

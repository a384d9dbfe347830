"""Forums that fail on the way, or answer as none should: what people are told, and that nothing is lost."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from urllib3.exceptions import NewConnectionError

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.doctor import examine
from migrate.discourse.facts import open_target
from migrate.discourse.push import run
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.between import (
    CHALLENGE,
    HOURS,
    TOO_LARGE,
    Between,
    Make,
    client_through,
    posts,
    push_with,
    told,
)
from tests.discourse.community import dump
from tests.discourse.faults import READ_ONLY, make_faulty
from tests.discourse.pushing import client_of, findings, pushed, setting, topics


@pytest.mark.parametrize(
    ("trouble", "patience", "words"),
    [
        (lambda r: (503, {"Content-Type": "application/json"}, READ_ONLY) if posts(r) else None, 0, "read only"),
        (lambda _: (403, {"Content-Type": "text/html"}, CHALLENGE), 0, "Just a moment"),
        (lambda _: (503, {"Content-Type": "text/html"}, CHALLENGE), 0, "Just a moment"),
        (lambda _: (429, {"Retry-After": "7200"}, HOURS), 600, "120 minutes"),
        (lambda _: (429, {"Retry-After": "1"}, b"Slow down."), 1.5, "has not done anything"),
        (lambda _: (502, {}, b"<html>Bad gateway</html>"), 0, "Bad gateway"),
    ],
    ids=["read-only", "challenge-403", "challenge-503", "hours", "always-429", "down"],
)
@pytest.mark.parametrize("after", [20, 45])
def test_trouble_on_the_way_ends_the_push_and_a_next_one_completes_it(
    archive: Archive,
    forum: Sandbox,
    undisturbed: dict[str, object],
    trouble: Make,
    patience: float,
    words: str,
    after: int,
) -> None:
    # The client's patience is over at once, for the tests' sake.
    message = told(archive, client_through(forum, Between(trouble, after=after), patience=patience))
    assert words in message
    assert "migrate resume" in message
    completed(archive, forum, undisturbed)


def test_a_name_that_is_not_found_any_more_ends_the_push_and_a_next_one_completes_it(
    archive: Archive, forum: Sandbox, undisturbed: dict[str, object]
) -> None:
    def unknown(request: requests.PreparedRequest) -> None:
        reason = NewConnectionError(None, "Failed to resolve 'forum' ([Errno -3] Temporary failure in name resolution)")  # type: ignore[arg-type]  # there is no pool
        raise requests.ConnectionError(reason, request=request)

    words = told(archive, client_through(forum, Between(unknown, after=30), patience=0))
    assert "no such host" in words
    assert "migrate resume" in words
    completed(archive, forum, undisturbed)


def completed(archive: Archive, forum: Sandbox, undisturbed: dict[str, object]) -> None:
    """A push without trouble makes the forum what it would have been; nothing stays refused."""
    assert pushed(archive, forum).refused == 0
    assert dump(forum.url, forum.key) == undisturbed
    assert findings(archive) == {}


def test_a_file_too_large_for_the_web_server_is_named_and_the_rest_goes_on(archive: Archive, forum: Sandbox) -> None:
    def small(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        body = request.body if isinstance(request.body, bytes) else b""
        too_large = request.path_url.startswith("/uploads") and b"minutes.txt" in body
        return (413, {"Content-Type": "text/html"}, TOO_LARGE) if too_large else None

    push_with(archive, client_through(forum, Between(small)))
    (words,) = archive.db.execute("SELECT text FROM finding WHERE code = 'upload-refused'").fetchone()
    assert "413 Request Entity Too Large" in words
    assert "minutes.txt" in topics(forum)["With files"][1][3]
    assert len(topics(forum)) == 9


def test_a_forum_in_a_folder(archive: Archive, forum: Sandbox, undisturbed: dict[str, object]) -> None:
    here = urlsplit(forum.url)

    def moved(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        if not request.path_url.startswith("/forum/"):
            return 404, {"Content-Type": "text/html"}, b"<html>A blog</html>"
        request.url = f"{here.scheme}://{here.netloc}{request.path_url.removeprefix('/forum')}"
        return None

    client = make_faulty(Client(f"{forum.url}/forum", forum.key, "admin"), Between(moved))
    push_with(archive, client)
    assert dump(forum.url, forum.key) == undisturbed
    assert verify(archive, client, open_target(archive, client)).is_clean


def altered(value: Any) -> Any:
    """The same answer with plug-ins in it: more of everything, and ids of everything as text."""
    if isinstance(value, dict):
        found = {name: altered(item) for name, item in value.items()}
        found |= {name: str(item) for name, item in value.items() if _is_id(name) and isinstance(item, int)}
        return found | {"plugin": {"errors": None, "id": "x"}, "custom": [None, 1, "x"]}
    return [altered(item) for item in value] if isinstance(value, list) else value


def _is_id(name: str) -> bool:
    return name in ("id", "topic_id", "post_id", "user_id", "post_number", "category_id")


def test_answers_with_more_fields_and_numbers_as_text_are_understood(
    archive: Archive, forum: Sandbox, undisturbed: dict[str, object]
) -> None:
    client = client_through(forum, Between(change=lambda _request, body: altered(body)))
    assert push_with(archive, client).refused == 0
    assert dump(forum.url, forum.key) == undisturbed


@pytest.mark.parametrize(
    ("path", "lacking"),
    [
        ("/posts", "id"),
        ("/posts", "post_number"),
        ("/posts", "created_at"),
        ("/admin/users", "id"),
        ("/admin/users", "username"),
        ("/users", "user_id"),
        ("/categories", "id"),
        ("/categories", "name"),
        ("/categories", "category_list"),
        ("/uploads", "id"),
        ("/uploads", "short_url"),
        ("/site", "groups"),
        ("/admin/site_settings", "setting"),
        ("/admin/site_settings", "site_settings"),
        ("/about", "about"),
        ("/session", "current_user"),
    ],
)
def test_answers_that_lack_something_end_in_words_and_not_in_a_mistake_of_ours(
    archive: Archive, forum: Sandbox, undisturbed: dict[str, object], path: str, lacking: str
) -> None:
    def without(request: requests.PreparedRequest, body: Any) -> Any:
        return _without(body, lacking) if request.path_url.startswith(path) else body

    client = client_through(forum, Between(change=without), patience=0)
    try:
        push_with(archive, client)
    except TargetError as error:
        assert "\n" not in str(error)
    pushed(archive, forum)
    assert dump(forum.url, forum.key) == undisturbed


def _without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, name) for key, item in value.items() if key != name}
    return [_without(item, name) for item in value] if isinstance(value, list) else value


def test_e_mail_that_is_let_out_again_meanwhile_ends_a_push(
    archive: Archive, forum: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EMAILS_SECONDS", 0.0)
    monkeypatch.setattr(run, "_IDLE_SECONDS", 0.0)
    sent = count(1)

    def slowly(request: requests.PreparedRequest) -> None:
        if posts(request):
            if next(sent) == 3:
                setting(forum, "disable_emails", "no")
            time.sleep(0.1)

    words = told(archive, client_through(forum, Between(slowly)))
    assert "could send e-mail" in words
    assert next(sent) < 8  # of more than 20
    setting(forum, "disable_emails", "yes")
    assert not pushed(archive, forum).refused
    assert verify(archive, client_of(forum), open_target(archive, client_of(forum))).is_clean


def odd(rng: random.Random, value: Any) -> Any:
    """What a plug-in may make of an answer: somewhere in it something else, or nothing."""
    if isinstance(value, dict | list) and value and rng.random() < 0.9:
        place = rng.choice(sorted(value)) if isinstance(value, dict) else rng.randrange(len(value))
        value[place] = odd(rng, value[place])
        return value
    return rng.choice((None, [], {}, "", "x", 5, -1, True, [None], {"a": 1}, 1.5))


@pytest.mark.parametrize("seed", range(12))
def test_answers_of_another_shape_end_in_an_error_for_people(archive: Archive, forum: Sandbox, seed: int) -> None:
    rng = random.Random(seed)

    def plugin(request: requests.PreparedRequest, body: Any) -> Any:
        return odd(rng, body) if rng.random() < 0.35 else body

    client = client_through(forum, Between(change=plugin), patience=0)
    for _ in range(4):
        with suppress(TargetError):
            examine(client)
        with suppress(TargetError):
            push_with(archive, client)

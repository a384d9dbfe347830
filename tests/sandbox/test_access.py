"""Keys of every kind, and forums that are read-only or for members only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.sandbox import Sandbox

from .conftest import Client


def new_key(client: Client, **asked: Any) -> dict[str, str]:
    """The headers of a fresh key."""
    made = client.send("POST", "/admin/api/keys.json", json={"key": {"description": "test"} | asked}).json()["key"]
    return {"Api-Key": made["key"]}


def setting(client: Client, name: str, value: str) -> requests.Response:
    return client.send("PUT", f"/admin/site_settings/{name}.json", json={name: value})


def test_a_key_of_one_user_is_nobody_elses(client: Client) -> None:
    client.placeholder("ann")
    headers = new_key(client, username="ann")
    own = client.send("GET", "/session/current.json", "ANN", headers=headers)
    assert own.json()["current_user"]["username"] == "ann"
    assert client.send("GET", "/session/current.json", None, headers=headers).status_code == 200
    assert client.send("GET", "/session/current.json", "admin", headers=headers).status_code == 403
    assert client.send("GET", "/admin/site_settings.json", "ann", headers=headers).status_code == 404
    words = {"title": "T", "raw": "x", "skip_validations": True, "created_at": "2009-03-04T05:06:07Z"}
    answer = client.send("POST", "/posts.json", "ann", json=words, headers=headers).json()
    assert answer["created_at"] == "2009-03-04T05:06:07.000Z"


def test_a_limited_key_opens_what_its_scopes_name(client: Client) -> None:
    headers = new_key(client, scopes=[{"scope_id": "topics:write"}])
    words = {"title": "T", "raw": "x", "skip_validations": True}
    topic = client.send("POST", "/posts.json", json=words, headers=headers).json()["topic_id"]
    assert client.send("GET", f"/t/{topic}.json", headers=headers).status_code == 403
    assert client.send("GET", "/admin/api/keys.json", headers=headers).status_code == 404
    reading = new_key(client, scopes=[{"scope_id": "global:read"}])
    assert client.send("GET", f"/t/{topic}.json", headers=reading).status_code == 200
    assert client.send("POST", "/posts.json", json=words, headers=reading).status_code == 403


def test_keys_and_scopes_are_listed_without_the_keys(client: Client) -> None:
    client.placeholder("ann")
    key = new_key(client, username="ann", scopes=[{"scope_id": "topics:write"}])["Api-Key"]
    listed = client.send("GET", "/admin/api/keys.json")
    assert key not in listed.text
    last = listed.json()["keys"][-1]
    assert (last["truncated_key"], last["user"]["username"]) == (key[:4] + "...", "ann")
    assert [(scope["resource"], scope["action"]) for scope in last["api_key_scopes"]] == [("topics", "write")]
    assert client.send("GET", f"/admin/api/keys/{last['id']}.json").json()["key"] == last
    scopes = client.send("GET", "/admin/api/keys/scopes.json").json()["scopes"]
    writing = next(scope for scope in scopes["topics"] if scope["scope_id"] == "topics:write")
    assert writing["urls"] == ["/posts (POST)"]
    assert client.send("POST", f"/admin/api/keys/{last['id']}/revoke.json").json()["key"]["revoked_at"]
    assert client.send("GET", "/session/current.json", "ann", headers={"Api-Key": key}).status_code == 403


def test_a_read_only_forum_takes_no_changes_and_stays_so(data: Path) -> None:
    with Sandbox(data) as running:
        client = Client(running)
        topic = client.topic("T")
        assert client.send("PUT", "/admin/backups/readonly.json", json={"enable": True}).status_code == 200
    with Sandbox(data) as running:
        client = Client(running)
        refused = client.post(title="U", raw="x")
        assert (refused.status_code, refused.json()["error_type"]) == (503, "read_only")
        assert setting(client, "title", "Other").status_code == 503
        read = client.send("GET", f"/t/{topic}.json")
        assert (read.status_code, read.headers["Discourse-Readonly"]) == (200, "true")
        assert client.send("PUT", "/admin/backups/readonly.json", json={"enable": False}).status_code == 200
        again = client.post(title="U", raw="x")
        assert again.status_code == 200
        assert "Discourse-Readonly" not in again.headers


def test_a_forum_for_members_shows_strangers_its_name_only(client: Client, sandbox: Sandbox) -> None:
    topic = client.topic("T")
    assert client.send("GET", f"/t/{topic}.json", None).status_code == 200
    assert setting(client, "login_required", "true").status_code == 200
    refused = client.send("GET", f"/t/{topic}.json", None)
    assert (refused.status_code, refused.json()["error_type"]) == (403, "not_logged_in")
    basic = client.send("GET", "/site/basic-info.json", None)
    assert (basic.status_code, basic.json()["login_required"]) == (200, True)
    assert client.page(f"/t/{topic}").headers["Location"].endswith("/login")
    assert client.page("/login").status_code == 200
    assert client.send("GET", f"/t/{topic}.json").status_code == 200
    browser = requests.Session()
    browser.get(sandbox.browse_url, timeout=30)
    assert browser.get(f"{client.url}/t/{topic}", timeout=30).status_code == 200


@pytest.mark.parametrize(
    ("method", "slug"), [("ascii", "topic"), ("encoded", "%D1%8F%D0%B1%D0%BB%D0%BE%D0%BA%D0%B8"), ("none", "topic")]
)
def test_addresses_are_made_as_set(client: Client, method: str, slug: str) -> None:
    setting(client, "slug_generation_method", method)
    post = client.post(title="Яблоки", raw="x").json()["post"]
    assert post["topic_slug"] == slug
    page = requests.get(f"{client.url}/t/{post['topic_id']}", headers={"Accept": "text/html"}, timeout=30)
    assert (page.status_code, page.url) == (200, f"{client.url}/t/{slug}/{post['topic_id']}")


def test_hidden_settings_are_neither_shown_nor_changed(client: Client) -> None:
    listed = client.send("GET", "/admin/site_settings.json").json()["site_settings"]
    assert "send_welcome_message" not in {item["setting"] for item in listed}
    assert "hidden" in setting(client, "send_welcome_message", "false").json()["errors"][0]
    assert setting(client, "no_such_setting", "1").status_code == 422

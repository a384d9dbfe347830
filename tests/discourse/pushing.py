"""Pushing to the sandbox from tests, and looking at what became of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import requests

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.sandbox import Sandbox
from tests.discourse.community import dump


def client_of(forum: Sandbox, **options: Any) -> Client:
    return Client(forum.url, forum.key, forum.admin_username, **options)


def setting(forum: Sandbox, name: str, value: str) -> None:
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    path = f"{forum.url}/admin/site_settings/{name}.json"
    requests.put(path, json={name: value}, headers=headers, timeout=10).raise_for_status()


def pushed(archive: Archive, forum: Sandbox, **options: Any) -> Any:
    client = client_of(forum)
    return Push(archive, client, open_target(archive, client), **options).run()


def user_id(client: Client, username: str) -> int:
    accounts = client.read("/admin/users/list/all.json").body
    return next(int(item["id"]) for item in accounts if item["username"] == username)


def findings(archive: Archive) -> Counter[str]:
    return Counter(code for (code,) in archive.db.execute("SELECT code FROM finding WHERE stage = 'push'"))


def topics(forum: Sandbox) -> dict[str, list[list[Any]]]:
    """Title → posts, each number, username, date, raw, answered post, deletion."""
    return {topic["title"]: topic["posts"] for topic in dump(forum.url, forum.key)["topics"]}


def new_key(forum: Sandbox, **asked: Any) -> str:
    """A key with these properties; one for all users without scopes unless asked otherwise."""
    key = client_of(forum).create("/admin/api/keys.json", {"key": {"description": "x", **asked}})["key"]
    return str(key["key"])

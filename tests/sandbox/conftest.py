"""A forum to talk to, and a short way to do so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.sandbox import Sandbox


class Client:
    """Talks to a sandbox as an importer would."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url, self.key = sandbox.url, sandbox.key

    def send(self, method: str, path: str, user: str | None = "admin", **more: Any) -> requests.Response:
        headers = {"Api-Key": self.key, "Api-Username": user} if user else {}
        headers |= more.pop("headers", {})
        return requests.request(method, self.url + path, headers=headers, timeout=30, allow_redirects=False, **more)

    def post(self, user: str = "admin", **parameters: Any) -> requests.Response:
        usual = {"skip_validations": True, "import_mode": True, "auto_track": False, "nested_post": True}
        return self.send("POST", "/posts.json", user, json=usual | parameters)

    def topic(self, title: str = "A topic", raw: str = "First.", **parameters: Any) -> int:
        answer = self.post(title=title, raw=raw, **parameters)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["post"]["topic_id"])

    def placeholder(self, name: str, email: str | None = None, full_name: str = "") -> int:
        """A staged account that can be posted as."""
        document = {"name": full_name or name, "username": name, "email": email or f"{name}@import.invalid"}
        answer = self.send("POST", "/users.json", json=document | {"password": "not used at all", "staged": True})
        assert answer.json()["success"], answer.text
        user_id = int(answer.json()["user_id"])
        assert self.send("PUT", f"/admin/users/{user_id}/activate.json").status_code == 200
        return user_id

    def upload(self, name: str, content: bytes) -> requests.Response:
        data = {"type": "composer", "synchronous": "true"}
        return self.send("POST", "/uploads.json", data=data, files={"file": (name, content)})

    def page(self, path: str, **more: Any) -> requests.Response:
        """What a browser gets that nobody has signed in with."""
        return self.send("GET", path, None, headers={"Accept": "text/html"}, **more)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "forum.sqlite3"


@pytest.fixture
def sandbox(data: Path) -> Iterator[Sandbox]:
    with Sandbox(data, prepared=True) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox)

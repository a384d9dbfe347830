"""Something between us and the forum that answers instead of it, or changes what it answers."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import PushResult
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.faults import make_faulty

KEY = "a1" * 32
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>cf-chl</body></html>"
TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head><body><hr>nginx</body></html>"
HOURS = b'{"errors":["Slow down."],"error_type":"rate_limit","extras":{"wait_seconds":7200}}'

Make = Callable[[requests.PreparedRequest], "tuple[int, dict[str, str], bytes] | None"]
Change = Callable[[requests.PreparedRequest, Any], Any]


class Between(HTTPAdapter):
    """Stands between us and the forum: answers instead of it, or changes what it answers."""

    def __init__(self, instead: Make = lambda _: None, change: Change | None = None, after: int = 0) -> None:
        super().__init__(pool_maxsize=8)
        self._instead, self._change, self._left = instead, change, after
        self._lock = threading.Lock()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        with self._lock:
            self._left -= 1
            begun = self._left < 0
        if begun and (made := self._instead(request)) is not None:
            status, headers, body = made
            raw = HTTPResponse(body=io.BytesIO(body), status=status, headers=headers, preload_content=False)
            return self.build_response(request, raw)
        answer = super().send(request, *args, **kwargs)
        if begun and self._change and answer.headers.get("Content-Type", "").startswith("application/json"):
            answer._content = json.dumps(self._change(request, answer.json())).encode()
        return answer


def client_through(forum: Sandbox, between: Between, *, key: str = "", patience: float = 600) -> Client:
    client = Client(forum.url, key or forum.key, "admin", patience=patience)
    return make_faulty(client, between)


def push_with(archive: Archive, client: Client) -> PushResult:
    return Push(archive, client, open_target(archive, client), workers=1).run()


def told(archive: Archive, client: Client) -> str:
    """What somebody is told who pushes: in one line, without the key."""
    with pytest.raises(TargetError) as caught:
        push_with(archive, client)
    assert caught.value.exit_code == 3
    assert client.api_key not in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def posts(request: requests.PreparedRequest) -> bool:
    return request.method == "POST" and request.path_url.startswith("/posts")

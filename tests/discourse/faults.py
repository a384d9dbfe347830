"""A bad connection: answers lost before and after their effect, refusals by limits, pages of a proxy. All seeded."""

from __future__ import annotations

import io
import random
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError, ProtocolError

from migrate.discourse.api.client import Client
from migrate.discourse.api.pace import Pace

FAULTS = ("lost before", "lost after", "bad gateway", "429 json", "429 text", "read only", "never sent")

READ_ONLY = b'{"errors":["The site is in read only mode."],"error_type":"read_only"}'
LIMIT = b'{"errors":["Slow down."],"error_type":"rate_limit","extras":{"wait_seconds":7}}'
LIMIT_TEXT = b"Slow down, too many requests from this IP address.\nError code: ip_10_secs_limit.\n"
ERROR = b'{"status":500,"error":"Internal Server Error"}'
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class FaultyAdapter(HTTPAdapter):
    """Lets a share of the requests go wrong."""

    def __init__(self, seed: int, share: float = 0.3, faults: tuple[str, ...] = FAULTS) -> None:
        super().__init__(pool_maxsize=8)
        self._rng = random.Random(seed)
        self._share = share
        self._faults = faults
        self._lock = threading.Lock()
        self.happened: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        with self._lock:
            fault = self._rng.choice(self._faults) if self._rng.random() < self._share else ""
            self.happened += [fault] if fault else []
        if fault in ("", "lost after"):
            response = super().send(request, *args, **kwargs)
            if not fault:
                return response
        if fault.startswith("lost"):
            raise requests.ConnectionError(ProtocolError("Connection aborted."), request=request)
        if fault == "never sent":
            reason = NewConnectionError(None, "Connection refused")  # type: ignore[arg-type]  # there is no pool
            raise requests.ConnectionError(reason, request=request)
        return self._answer(request, fault)

    def _answer(self, request: requests.PreparedRequest, fault: str) -> requests.Response:
        status, headers, body = {
            "bad gateway": (502, {"Content-Type": "text/html"}, PAGE),
            "server error": (500, {"Content-Type": "application/json"}, ERROR),
            "429 json": (429, {"Content-Type": "application/json", "Retry-After": "7"}, LIMIT),
            "429 text": (
                429,
                {"Retry-After": "10", "Discourse-Rate-Limit-Error-Code": "ip_10_secs_limit"},
                LIMIT_TEXT,
            ),
            "read only": (503, {"Content-Type": "application/json"}, READ_ONLY),
        }[fault]
        raw = HTTPResponse(body=io.BytesIO(body), status=status, headers=headers, preload_content=False)
        return self.build_response(request, raw)


class QuickPace(Pace):
    """Waits in a time of its own, so that tests do not."""

    def __init__(self, stop: threading.Event) -> None:
        self.now = 1000.0
        super().__init__(stop, clock=lambda: self.now)

    def sleep(self, seconds: float) -> None:
        super().sleep(0)
        self.now += seconds


def make_faulty(client: Client, adapter: HTTPAdapter) -> Client:
    """The same client over a bad connection."""
    client.pace = QuickPace(client.stop)
    client._session.mount("http://", adapter)
    return client

"""A small server that answers like Mailchimp's Marketing API, with what a test gives it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "0123456789abcdef0123456789abcdef-us5"


@dataclass
class Account:
    """What the server has, what it is to refuse, and what it was asked."""

    campaigns: list[dict[str, Any]] = field(default_factory=list)
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    audiences: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    folders: list[dict[str, Any]] = field(default_factory=list)
    failures: list[tuple[str, int]] = field(default_factory=list)  # the next request whose path ends so fails so
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, query: dict[str, list[str]]) -> Any:
        """The body for a path, None for 404."""
        at, count = (int(query.get(name, ["0"])[0]) for name in ("offset", "count"))
        parts = path.removeprefix("/3.0/").split("/")
        if parts == ["campaigns"]:
            return {"campaigns": self.campaigns[at : at + count], "total_items": len(self.campaigns)}
        if parts == ["campaign-folders"]:
            return {"folders": self.folders[at : at + count], "total_items": len(self.folders)}
        if parts[0] == "campaigns" and parts[-1] == "content":
            return self.contents.get(parts[1])
        if parts == ["lists"]:
            return {"lists": [self._list(name) for name in self.audiences], "total_items": len(self.audiences)}
        if parts[0] == "lists" and parts[-1] == "members":
            members = self.audiences[parts[1]]
            return {"members": members[at : at + count], "total_items": len(members)}
        return None

    def _list(self, name: str) -> dict[str, Any]:
        standings = [member["status"] for member in self.audiences[name]]
        stats = {"member_count": standings.count("subscribed"), "unsubscribe_count": standings.count("unsubscribed")}
        return {"id": name, "name": f"Audience {name}", "stats": stats | {"cleaned_count": standings.count("cleaned")}}

    def failing(self, path: str) -> int:
        """The status to fail with, once; 0 for none."""
        for failure in self.failures:
            if path.endswith(failure[0]):
                self.failures.remove(failure)
                return failure[1]
        return 0


@contextmanager
def serving(account: Account) -> Iterator[str]:
    """The address of a server for an account."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            account.asked.append(self.path)
            given = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            status = account.failing(parts.path) or (200 if given.endswith(f":{KEY}") else 401)
            if status == 1:  # the line breaks
                self.connection.close()
                return
            body = account.answer(parts.path, parse_qs(parts.query)) if status == 200 else {"detail": f"refused {KEY}"}
            self.send_response(status if body is not None else 404)
            data = json.dumps(body if body is not None else {"title": "Not found"}).encode()
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/3.0"
    finally:
        server.shutdown()
        server.server_close()

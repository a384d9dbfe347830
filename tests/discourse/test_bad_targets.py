"""Forums that are none, or cannot be used so: what people are told, and that no key is shown to strangers."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import requests

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.doctor import examine
from migrate.discourse.facts import open_target
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.between import (
    CHALLENGE,
    KEY,
    Between,
    client_through,
    push_with,
    told,
)
from tests.discourse.community import dump
from tests.discourse.faults import READ_ONLY
from tests.discourse.pushing import new_key


class Website(BaseHTTPRequestHandler):
    """Gives every path the answer that `pages` has for it, and remembers whether it was shown a key."""

    pages: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {}
    keys: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if "Api-Key" in self.headers:
            self.keys.append(self.headers["Api-Key"])
        status, headers, body = self.pages.get(self.path, (404, {}, b"<html>Nothing here</html>"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def website() -> Iterator[tuple[str, type[Website]]]:
    handler = type("Handler", (Website,), {"pages": {}, "keys": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()


def test_a_blog_that_sends_visitors_elsewhere_is_no_forum(archive: Archive, website: tuple[str, type[Website]]) -> None:
    url, handler = website
    handler.pages = {"/about.json": (301, {"Location": f"{url}/about/"}, b"")}
    words = told(archive, Client(url, KEY, "admin"))
    assert "is not a Discourse forum" in words
    assert "https://example.org/forum" in words
    assert handler.keys == []


def test_a_redirect_to_https_is_named_with_its_port_and_folder(
    archive: Archive, website: tuple[str, type[Website]]
) -> None:
    url, handler = website
    handler.pages = {"/about.json": (301, {"Location": "https://forum.example.org:8443/talk/about.json"}, b"")}
    assert "https://forum.example.org:8443/talk; use that" in told(archive, Client(url, KEY, "admin"))
    assert handler.keys == []


def test_a_forum_that_moved_into_a_folder_is_named(archive: Archive, website: tuple[str, type[Website]]) -> None:
    url, handler = website
    handler.pages = {"/about.json": (302, {"Location": "/forum/about.json"}, b"")}
    assert f"{url}/forum; use that" in told(archive, Client(url, KEY, "admin"))
    assert handler.keys == []


def test_a_site_where_all_log_in_first_is_pushed_to(archive: Archive, forum: Sandbox) -> None:
    def only_members(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        return None if "Api-Key" in request.headers else (302, {"Location": f"{forum.url}/login"}, b"")

    assert push_with(archive, client_through(forum, Between(only_members))).created["topic"] == 9

    def in_json(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        words = b'{"errors":["You need to be logged in."],"error_type":"not_logged_in"}'
        return None if "Api-Key" in request.headers else (403, {"Content-Type": "application/json"}, words)

    assert open_target(archive, client_through(forum, Between(in_json))).facts.title


def test_a_guard_that_lets_those_pass_who_have_a_key(archive: Archive, forum: Sandbox) -> None:
    def guard(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        return None if "Api-Key" in request.headers else (403, {"Content-Type": "text/html"}, CHALLENGE)

    assert open_target(archive, client_through(forum, Between(guard))).facts.title


def test_a_website_that_is_no_forum_is_shown_no_key(archive: Archive, website: tuple[str, type[Website]]) -> None:
    url, handler = website
    assert "is not a Discourse forum" in told(archive, Client(url, KEY, "admin"))
    handler.pages = {"/about.json": (200, {}, b"<html>About us</html>")}
    assert "is not a Discourse forum" in told(archive, Client(url, KEY, "admin"))
    assert handler.keys == []


@pytest.mark.parametrize("status", [300, 301])
@pytest.mark.parametrize("location", ["http://[::1", "//[", "http://\xff\xfe/"])
def test_a_redirect_to_nowhere(
    archive: Archive, website: tuple[str, type[Website]], status: int, location: str
) -> None:
    url, handler = website
    handler.pages = {"/about.json": (status, {"Location": location}, b"")}
    told(archive, Client(url, KEY, "admin"))
    assert handler.keys == []


@pytest.mark.parametrize("status", [403, 503])
def test_a_guard_before_the_forum_is_told_from_the_forum(
    archive: Archive, website: tuple[str, type[Website]], status: int
) -> None:
    url, handler = website
    handler.pages = {"/about.json": (status, {"Content-Type": "text/html"}, CHALLENGE)}
    words = told(archive, Client(url, KEY, "admin"))
    assert "stands behind a guard" in words
    assert "Just a moment" in words


def test_a_certificate_nobody_vouches_for(
    archive: Archive, website: tuple[str, type[Website]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with https(tmp_path, website[1], "20200101000000Z", "20200102000000Z") as url:
        assert "self-signed" in told(archive, Client(url, KEY, "admin"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
        assert "has expired" in told(archive, Client(url, KEY, "admin"))
    assert website[1].keys == []


def test_a_certificate_of_another_host(
    archive: Archive, website: tuple[str, type[Website]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with https(tmp_path, website[1], "20200101000000Z", "20600101000000Z", host="elsewhere.example.org") as url:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
        assert "for another host name" in told(archive, Client(url, KEY, "admin"))


class https:  # noqa: N801 - used like a function
    """A website over HTTPS, with a certificate made for it."""

    def __init__(
        self, folder: Path, handler: type[Website], begins: str, ends: str, host: str = "IP:127.0.0.1"
    ) -> None:
        name = host if host.startswith("IP:") else f"DNS:{host}"
        (folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=p\n"
            f"x509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName={name}\n"
            "[req]\ndistinguished_name=n\n[n]\n"
        )
        (folder / "index").write_text("")
        (folder / "serial").write_text("01")
        new = "openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj /CN=test -config ca.cnf"
        sign = (
            "openssl ca -batch -notext -selfsign -config ca.cnf -keyfile key.pem -in request.pem -out certificate.pem"
            f" -startdate {begins} -enddate {ends}"
        )
        for command in (new, sign):
            subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the client hangs up, as it should

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_a_key_of_one_user_starts_nothing(archive: Archive, forum: Sandbox) -> None:
    before = dump(forum.url, forum.key)
    key = new_key(forum, username="admin")
    words = told(archive, Client(forum.url, key, "admin"))
    assert "for one user" in words
    assert '"All Users"' in words
    assert dump(forum.url, forum.key) == before


def test_a_key_of_one_user_that_takes_no_notice_of_who_is_to_act(archive: Archive, forum: Sandbox) -> None:
    """As Discourse 2.9 does with an id: everything would be under the name of the key's owner."""

    def deaf(request: requests.PreparedRequest) -> None:
        if request.headers.pop("Api-User-Id", None):
            request.headers["Api-Username"] = "admin"

    client = client_through(forum, Between(deaf), key=new_key(forum, username="admin"))
    assert "for one user" in told(archive, client)


@pytest.mark.parametrize("scope", ["topics:write", "global:read"])
def test_a_scoped_key_starts_nothing(archive: Archive, forum: Sandbox, scope: str) -> None:
    key = new_key(forum, scopes=[{"scope_id": scope}])
    assert "restricted to some actions" in told(archive, Client(forum.url, key, "admin"))
    assert "not accept the API key" not in told(archive, Client(forum.url, key, "admin"))


def test_an_unknown_user_name(archive: Archive, forum: Sandbox) -> None:
    words = told(archive, Client(forum.url, forum.key, "nobody"))
    assert "DISCOURSE_API_USERNAME" in words


def test_a_read_only_site_is_told_at_the_start(archive: Archive, forum: Sandbox) -> None:
    def read_only(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes] | None:
        return (503, {"Content-Type": "application/json"}, READ_ONLY) if request.method != "GET" else None

    words = told(archive, client_through(forum, Between(read_only)))
    assert "read-only" in words
    assert "try again" in words
    with pytest.raises(TargetError, match="read-only"):
        examine(client_through(forum, Between(read_only)))

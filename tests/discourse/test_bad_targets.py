"""Forums that are none, cannot be used so, or fail on the way: what people are told, and that nothing is lost."""

from __future__ import annotations

import io
import json
import random
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.doctor import examine
from migrate.discourse.facts import open_target
from migrate.discourse.push import run
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import PushResult
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.community import dump
from tests.discourse.faults import READ_ONLY, make_faulty
from tests.discourse.pushing import client_of, findings, pushed, setting, topics

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


def new_key(forum: Sandbox, **asked: Any) -> str:
    key = client_of(forum).create("/admin/api/keys.json", {"key": {"description": "x", **asked}})["key"]
    return str(key["key"])


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

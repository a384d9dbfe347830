"""The way to a forum: what is repeated, what is not, and what people are told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import requests
from requests.adapters import HTTPAdapter

from migrate.archive import Archive
from migrate.discourse.api.answers import Outcome
from migrate.discourse.api.client import USER_AGENT, Client, Refused, clean_url
from migrate.discourse.api.pace import Pace, Stopped
from migrate.discourse.facts import open_target
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.faults import FaultyAdapter, QuickPace, make_faulty

KEY = "a1" * 32


class Website(BaseHTTPRequestHandler):
    """Answers everything with the same page and remembers what it was asked."""

    status = 200
    headers_sent: ClassVar[dict[str, str]] = {}
    body = b"<html>A blog</html>"
    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers))
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def website() -> Iterator[tuple[str, type[Website]]]:
    handler = type("Handler", (Website,), {"seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()


def trouble(archive: Archive, url: str, key: str = KEY, username: str = "admin") -> str:
    """What the user is told who pushes there."""
    with pytest.raises(TargetError) as caught:
        open_target(archive, Client(url, key, username))
    message = str(caught.value)
    assert key not in message
    assert "\n" not in message
    assert caught.value.__cause__ is None
    return message


@pytest.mark.parametrize(
    "url", ["forum.example.org", "", "ftp://forum.example.org", "https://", "http://[", "https://a:b@example.org"]
)
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(TargetError):
        clean_url(url)


def test_an_address_is_cleaned() -> None:
    assert clean_url(" https://Forum.Example.org/sub/?x#y ") == "https://forum.example.org/sub"


def test_nothing_listens_there(archive: Archive) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert "nothing answers there" in trouble(archive, f"http://127.0.0.1:{unused.getsockname()[1]}")


def test_no_such_host(archive: Archive) -> None:
    assert "no such host" in trouble(archive, "http://forum.invalid")


def test_https_where_there_is_none(archive: Archive, website: tuple[str, type[Website]]) -> None:
    assert "HTTPS" in trouble(archive, website[0].replace("http:", "https:"))


def test_no_discourse(archive: Archive, website: tuple[str, type[Website]]) -> None:
    website[1].status = 404
    assert "is not a Discourse forum" in trouble(archive, website[0])


def test_a_page_instead_of_an_answer(archive: Archive, website: tuple[str, type[Website]]) -> None:
    assert "is not a Discourse forum" in trouble(archive, website[0])


def test_a_forum_that_is_down(archive: Archive, website: tuple[str, type[Website]]) -> None:
    website[1].status = 502
    assert "is in trouble" in trouble(archive, website[0])


def test_a_redirect_is_named_and_not_followed(archive: Archive, website: tuple[str, type[Website]]) -> None:
    website[1].status = 301
    website[1].headers_sent = {"Location": "https://forum.example.org/about.json"}
    assert "https://forum.example.org; use that address" in trouble(archive, website[0])
    assert len(website[1].seen) == 1
    assert "Api-Key" not in website[1].seen[0]


def test_every_request_looks_the_same(website: tuple[str, type[Website]]) -> None:
    url, handler = website
    handler.body = b"{}"
    handler.headers_sent = {"Content-Type": "application/json", "Set-Cookie": "_t=secret; path=/"}
    client = Client(url, KEY, "admin")
    client.read("/a.json")
    client.about()
    assert [seen["User-Agent"] for seen in handler.seen] == [USER_AGENT] * 2
    assert [seen["Api-Username"] for seen in handler.seen] == ["admin"] * 2
    assert not any("Cookie" in seen for seen in handler.seen)


def test_a_wrong_key(archive: Archive, forum: Sandbox) -> None:
    assert "does not accept the API key" in trouble(archive, forum.url)


def test_somebody_who_is_no_admin(archive: Archive, forum: Sandbox) -> None:
    admin = Client(forum.url, forum.key, "admin")
    admin.create(
        "/users.json",
        {"name": "Ann", "username": "ann", "email": "ann@example.net", "password": KEY, "active": True},
    )
    assert "does not let ann administer it" in trouble(archive, forum.url, forum.key, "ann")


def test_pydiscourse_speaks_through_this_client(forum: Sandbox) -> None:
    client = Client(forum.url, forum.key, "admin")
    assert client.about()["about"]["version"]
    with pytest.raises(Refused):
        client.post_by_id(123456)


def test_the_key_is_in_no_description() -> None:
    client = Client("https://forum.example.org", KEY, "admin")
    assert KEY not in repr(client)


def test_a_lost_create_is_handed_back_and_a_lost_read_repeated(forum: Sandbox) -> None:
    client = make_faulty(Client(forum.url, forum.key, "admin"), FaultyAdapter(3, 0.7, ("lost before",)))
    assert client.read("/about.json").status == 200
    faulty = make_faulty(Client(forum.url, forum.key, "admin"), FaultyAdapter(3, 1.0, ("lost before",)))
    assert faulty.create("/posts.json", {"raw": "x"}).outcome is Outcome.UNKNOWN


def test_a_server_error_that_passes_is_not_believed_at_once(forum: Sandbox) -> None:
    client = make_faulty(Client(forum.url, forum.key, "admin"), FaultyAdapter(1, 0.5, ("server error",)))
    assert [client.read("/about.json").status for _ in range(4)] == [200] * 4
    broken = make_faulty(Client(forum.url, forum.key, "admin"), FaultyAdapter(1, 1.0, ("server error",)))
    assert broken.read("/about.json").status == 500


def test_a_user_acts_by_id_so_that_a_new_name_does_not_matter(forum: Sandbox) -> None:
    client = Client(forum.url, forum.key, "admin\n")
    person = {"name": "Ann", "username": "ann", "email": "ann@example.net", "password": KEY, "active": True}
    user_id = client.create("/users.json", person)["user_id"]
    client._put("/u/ann/preferences/username", new_username="annie")
    post = {"title": "x", "raw": "y", "skip_validations": True, "nested_post": True}
    assert client.create("/posts.json", post, by=user_id)["post"]["username"] == "annie"


def test_patience_ends(forum: Sandbox) -> None:
    client = make_faulty(Client(forum.url, forum.key, "admin", patience=0), FaultyAdapter(1, 1.0, ("bad gateway",)))
    with pytest.raises(TargetError, match="502 Bad Gateway"):
        client.read("/about.json")


def test_patience_begins_with_a_request(forum: Sandbox) -> None:
    """Not with the last answer: somebody may have been asked something meanwhile."""
    client = Client(forum.url, forum.key, "admin", patience=0.2)
    client.read("/about.json")
    time.sleep(0.3)
    trouble = FaultyAdapter(1, 1.0, ("bad gateway",))
    client._session.mount("http://", trouble)
    threading.Timer(0.1, setattr, (trouble, "_share", 0.0)).start()
    assert client.read("/about.json").status == 200


def test_a_wait_ends_when_the_user_stops(forum: Sandbox) -> None:
    client = Client(forum.url, forum.key, "admin")
    client._session.mount("http://", FaultyAdapter(1, 1.0, ("429 json",)))
    threading.Timer(0.1, client.stop.set).start()
    start = time.monotonic()
    with pytest.raises(Stopped):
        client.read("/about.json")
    assert time.monotonic() - start < 3


def test_the_pace_stays_below_what_the_forum_took() -> None:
    pace = QuickPace(threading.Event())
    for _ in range(61):
        pace.wait()
    assert pace.now == 1000
    pace.refused(60, "admin_api_key_rate_limit")
    pace.wait()
    assert pace.now >= 1060
    start, sent = pace.now, 0
    while pace.now < start + 120:
        pace.wait()
        sent += 1
    assert 90 <= sent <= 118


def test_a_limit_that_an_earlier_run_used_up_is_not_taken_for_a_small_one() -> None:
    pace = QuickPace(threading.Event())
    pace.wait()
    pace.refused(60, "admin_api_key_rate_limit")
    start = pace.now
    for _ in range(400):
        pace.wait()
    assert 480 < pace.now - start < 900  # seconds; Discourse's own limit takes 400


def test_it_is_told_how_long_the_forums_limit_makes_requests_wait() -> None:
    stop = threading.Event()
    pace = QuickPace(stop)
    pace.wait()
    assert pace.waiting_seconds == 0
    pace.refused(60, "admin_api_key_rate_limit")
    stop.set()
    with pytest.raises(Stopped):
        pace.wait()
    assert 60 <= pace.waiting_seconds <= 66
    pace.now += 70
    assert pace.waiting_seconds == 0


def test_without_a_refusal_there_is_no_limit() -> None:
    pace = Pace(threading.Event())
    start = time.monotonic()
    for _ in range(1000):
        pace.wait()
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("key", ["", " \n", "a b", "ключ", "a\nb"])
def test_a_key_must_look_like_one(key: str) -> None:
    with pytest.raises(TargetError, match="DISCOURSE_API_KEY"):
        Client("https://forum.example.org", key, "admin")


def test_a_server_error_after_other_trouble_is_not_the_last_word(forum: Sandbox) -> None:
    """Only errors in a row speak of a reason that stays: a forum that was read-only may stumble when it is back."""
    trouble = ("read only", "bad gateway", "server error", "read only", "server error", "bad gateway")

    class Ordered(FaultyAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            left = trouble[len(self.happened) :]
            if not left:
                return HTTPAdapter.send(self, request, *args, **kwargs)
            self.happened.append(left[0])
            return self._answer(request, left[0])

    client = make_faulty(Client(forum.url, forum.key, "admin"), Ordered(1))
    assert client.put("/admin/users/1/activate.json").status == 200

"""A wiki that is busy, broken, private, or none at all: patience, then one clear sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from importers.wiki.api import is_address
from importers.wiki.api.address import clean_address, find_api
from importers.wiki.api.client import PASSWORD, USERNAME, RefusedError, Wiki
from importers.wiki.api.connection import TRIES
from migrate import __version__
from migrate.errors import InputError
from tests.importers.wiki.fake_wiki import SECRET, FakeWiki, Fault, serving


@pytest.fixture
def wiki() -> Iterator[FakeWiki]:
    made = FakeWiki()
    with serving(made):
        yield made


def client(wiki: FakeWiki) -> Wiki:
    return Wiki(f"{wiki.url}/w/api.php")


def ask(wiki: FakeWiki) -> object:
    return client(wiki).ask("query", meta="siteinfo")


def test_what_is_an_address() -> None:
    assert is_address("https://wiki.example.org")
    assert is_address("HTTP://127.0.0.1/w/api.php")
    assert not is_address("Talk:Foo")
    assert not is_address("https.xml")


def test_it_says_who_asks_and_lets_a_busy_wiki_refuse(wiki: FakeWiki) -> None:
    ask(wiki)
    assert wiki.agents[-1].startswith(f"discourse-migrate/{__version__}")
    assert wiki.asked[-1]["maxlag"] == "5"


@pytest.mark.parametrize(
    ("fault", "least"),
    [
        (Fault(status=503, headers={"Retry-After": "120"}), 120),
        (Fault(status=429, headers={"Retry-After": "33"}), 33),
        (Fault(status=429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), 0.1),
        (Fault(status=200, headers={"X-Database-Lag": "9"}), 5),  # without Retry-After
        (Fault(body=b'{"error": {"code": "maxlag", "info": "waiting"}}'), 0.1),
        (Fault(body=b'{"error": {"code": "internal_api_error_DBQueryError", "info": "x"}}'), 0.1),
        (Fault(body=b'{"query": {"gene'), 0.1),
        (Fault(body=b'{"query": {', cut=True), 0.1),
        (Fault(status=502, body=b"<html>Bad gateway</html>"), 0.1),
    ],
)
def test_what_passes_is_waited_for(wiki: FakeWiki, pauses: list[float], fault: Fault, least: float) -> None:
    wiki.faults.append(fault)
    assert "general" in json.dumps(ask(wiki))
    assert len(pauses) == 1
    assert pauses[0] >= least


def test_pauses_grow_and_end(wiki: FakeWiki, pauses: list[float], capfd: pytest.CaptureFixture[str]) -> None:
    wiki.faults += [Fault(status=502, body=b"<b>Fatal error</b>")] * (TRIES + 5)
    with pytest.raises(InputError, match=r"an error of its own \(502\).*run the command again") as error:
        ask(wiki)
    assert len(wiki.asked) == TRIES
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0]
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("status", [500, 504])
def test_one_request_that_it_always_fails_at(wiki: FakeWiki, pauses: list[float], status: int) -> None:
    wiki.faults += [Fault(status=status)] * (TRIES + 5)
    with pytest.raises(RefusedError):
        ask(wiki)
    assert len(wiki.asked) < TRIES
    with pytest.raises(InputError, match=f"an error of its own .{status}."):
        find_api(clean_address(wiki.url))


def test_a_wiki_that_asks_for_hours_gets_them(wiki: FakeWiki, pauses: list[float]) -> None:
    wiki.faults.append(Fault(status=429, headers={"Retry-After": "7200"}))
    with pytest.raises(InputError, match="asks to wait 120 minutes"):
        ask(wiki)
    assert pauses == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(body=b"<!DOCTYPE html><html>Checking your browser"), "a web page where data was asked for"),
        (Fault(status=403, body=b"<html>"), r"does not let programs read it \(403\)"),
        (Fault(status=401), "401"),
        (Fault(status=404), r"does not answer like a MediaWiki \(404\)"),
        (
            Fault(status=301, headers={"Location": "https://elsewhere.example.com/w/api.php"}),
            "to elsewhere.example.com",
        ),
        (Fault(status=307, headers={"Location": "//[bad"}), "sends visitors on"),
        (Fault(body=b"MediaWiki API is not enabled for this site. Add the following line"), "API switched off"),
        (Fault(body=b'["a list"]'), "no MediaWiki does"),
        (Fault(body=b'{"error": "a string"}'), "no MediaWiki does"),
        (Fault(body=b'{"warnings": ["x"], "query": {"userinfo": 7}}'), "no MediaWiki does"),
        (Fault(body=b"[" * 100_000), "no MediaWiki does"),
    ],
)
def test_what_stays_is_told_at_once(wiki: FakeWiki, pauses: list[float], fault: Fault, words: str) -> None:
    wiki.faults += [fault] * 2
    with pytest.raises(InputError, match=words) as error:
        ask(wiki)
    assert "\n" not in str(error.value)
    assert "siteinfo" not in str(error.value)
    assert pauses == []
    assert len(wiki.asked) == 1


def test_an_answer_without_an_end(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.wiki.api.connection.LARGEST", 100_000)
    wiki.faults.append(Fault(body=b" " * 200_000))
    with pytest.raises(InputError, match="without an end"):
        ask(wiki)


def test_a_list_that_goes_round_in_a_circle(wiki: FakeWiki) -> None:
    body = json.dumps({"query": {"pages": {}}, "continue": {"gapcontinue": "A", "continue": "-||"}}).encode()
    wiki.faults += [Fault(body=body)] * 50
    with pytest.raises(InputError, match="again and again"):
        list(client(wiki).pages(generator="allpages"))
    assert len(wiki.asked) < 5


def test_a_list_that_goes_on_for_ever_with_nothing_in_it(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.wiki.api.client._MOST_EMPTY", 5)
    bodies = (json.dumps({"continue": {"gapcontinue": str(at), "continue": "-||"}}).encode() for at in range(50))
    wiki.faults += [Fault(body=body) for body in bodies]
    with pytest.raises(InputError, match="again and again"):
        list(client(wiki).pages(generator="allpages"))


def test_the_api_of_old_wikis_continues_otherwise(wiki: FakeWiki) -> None:
    first = {"query": {"pages": {"1": {"title": "A"}}}, "query-continue": {"allpages": {"gapcontinue": "B"}}}
    wiki.faults += [
        Fault(body=json.dumps(first).encode()),
        Fault(body=b'{"query": {"pages": {"2": {"title": "B"}}}}', of="B"),
    ]
    assert [page["title"] for page in client(wiki).pages(generator="allpages")] == ["A", "B"]


def test_a_refusal_has_its_code(wiki: FakeWiki) -> None:
    with pytest.raises(RefusedError) as error:
        client(wiki).ask("flow")
    assert error.value.code == "unknown_action"


def test_nothing_listens(pauses: list[float]) -> None:
    with pytest.raises(InputError, match=r"127\.0\.0\.1:9: nothing answers there.*running\? What"):
        find_api(clean_address("http://127.0.0.1:9/"))
    assert sum(pauses) < 30  # the address may be wrong


def test_the_password_of_a_bot_opens_a_private_wiki(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    wiki.private = True
    assert find_api(clean_address(wiki.url)).private
    with pytest.raises(RefusedError):
        ask(wiki)
    monkeypatch.setenv(USERNAME, "Ann@migrate")
    monkeypatch.setenv(PASSWORD, SECRET)
    logged_in = client(wiki)
    assert logged_in.log_in()
    assert "general" in json.dumps(logged_in.ask("query", meta="siteinfo"))
    assert all("lgpassword" not in each.get("path", "") for each in wiki.asked)


def test_a_session_that_ended_is_begun_anew(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    wiki.private = True
    monkeypatch.setenv(USERNAME, "Ann@migrate")
    monkeypatch.setenv(PASSWORD, SECRET)
    logged_in = client(wiki)
    logged_in.log_in()
    wiki.faults.append(Fault(body=b'{"error": {"code": "readapidenied", "info": "x"}}', of="siteinfo|userinfo"))
    assert "general" in json.dumps(logged_in.ask("query", meta="siteinfo"))


@pytest.mark.parametrize(
    "fault",
    [
        None,  # the wiki says that it is wrong, and repeats it
        Fault(status=500, body=SECRET.encode(), of="login"),
        Fault(body=b'{"login": {"result": "Throttled", "wait": 1}}', of="login"),
        Fault(body=b'{"login": []}', of="login"),
        Fault(body=b'{"login": {"result": "Aborted"}}', of="login"),
        Fault(status=307, headers={"Location": "https://elsewhere.example.com/"}, of="login"),
    ],
)
def test_the_password_is_never_shown(
    wiki: FakeWiki,
    pauses: list[float],
    fault: Fault | None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = "wrong-secret" if fault is None else SECRET
    monkeypatch.setenv(USERNAME, "Ann@migrate")
    monkeypatch.setenv(PASSWORD, secret)
    wiki.faults += [fault] * (3 * TRIES) if fault else []
    with pytest.raises(InputError) as error:
        client(wiki).log_in()
    shown = f"{error.value!r} {error.value.__cause__!r} {capfd.readouterr()}"
    assert secret not in shown
    assert "wrong-secret" not in shown


def test_a_wrong_password_says_how_to_get_one(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "Ann")
    monkeypatch.setenv(PASSWORD, "wrong")
    with pytest.raises(InputError, match=r"\(Failed\).*Special:BotPasswords.*Ann@migrate"):
        client(wiki).log_in()


def test_a_password_goes_nowhere_in_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "Ann@migrate")
    monkeypatch.setenv(PASSWORD, SECRET)
    sent: list[object] = []
    monkeypatch.setattr("requests.Session.request", lambda *given, **_: sent.append(given))
    with pytest.raises(InputError, match="only sent over https"):
        Wiki("http://wiki.example.org/w/api.php").log_in()
    assert sent == []


def test_half_of_what_it_takes_to_log_in(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERNAME, "Ann@migrate")
    with pytest.raises(InputError, match="one is missing"):
        client(wiki).log_in()

"""From an address as people copy it to the API and to the page that it names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from importers.wiki.api.address import Place, clean_address, find_api, title_in
from migrate.errors import InputError
from tests.importers.wiki.fake_wiki import FakeWiki, Fault, serving


@pytest.fixture
def wiki() -> Iterator[FakeWiki]:
    made = FakeWiki()
    with serving(made):
        yield made


@pytest.mark.parametrize(
    "path", ["", "/", "/wiki/Talk:Foo", "/w/index.php?title=Talk:Foo", "/w/index.php/Talk:Foo", "/w/api.php"]
)
def test_every_form_of_address_leads_to_the_api(wiki: FakeWiki, path: str) -> None:
    assert find_api(clean_address(wiki.url + path)) == Place(f"{wiki.url}/w/api.php", private=False)


@pytest.mark.parametrize("page", ["", "/wiki/Foo", "/w/some/thing"])
def test_a_page_that_names_no_api_is_no_hindrance(wiki: FakeWiki, page: str) -> None:
    wiki.front = b"<html>"
    assert find_api(clean_address(wiki.url + page)).api == f"{wiki.url}/w/api.php"


def test_a_page_cannot_send_us_to_another_host(wiki: FakeWiki) -> None:
    wiki.front = b'<link rel="EditURI" href="https://elsewhere.example.com/w/api.php?action=rsd">'
    assert find_api(clean_address(wiki.url)).api == f"{wiki.url}/w/api.php"


def test_it_is_followed_on_the_same_host(wiki: FakeWiki) -> None:
    wiki.faults.append(Fault(status=301, headers={"Location": "/wiki/Main_Page"}))
    assert find_api(clean_address(wiki.url)).api == f"{wiki.url}/w/api.php"


def test_it_is_not_followed_to_another(wiki: FakeWiki) -> None:
    wiki.faults.append(Fault(status=302, headers={"Location": "https://elsewhere.example.com/wiki/"}))
    with pytest.raises(InputError, match=r"to elsewhere\.example\.com; is that the wiki\?"):
        find_api(clean_address(wiki.url))


def test_round_in_a_circle(wiki: FakeWiki) -> None:
    wiki.faults += [Fault(status=302, headers={"Location": "/"})] * 9
    with pytest.raises(InputError, match="in a circle"):
        find_api(clean_address(wiki.url))


def test_what_is_no_wiki(wiki: FakeWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    wiki.front = b"<html>A shop"
    monkeypatch.setattr(wiki, "answer", lambda *_: {"error": {"code": "shop"}})
    with pytest.raises(InputError, match="No MediaWiki was found"):
        find_api(clean_address(wiki.url))
    assert len(wiki.asked) < 12


def test_an_api_that_is_switched_off(wiki: FakeWiki) -> None:
    body = b"MediaWiki API is not enabled for this site. Add the following line to your LocalSettings.php"
    wiki.faults.append(Fault(body=body, of="siteinfo"))
    with pytest.raises(InputError, match=r"API switched off.*Special:Export"):
        find_api(clean_address(wiki.url))


@pytest.mark.parametrize("address", ["https://", "https://[::1", "http://exa mple.org/", "https://wiki.example.org:x/"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(InputError, match="no address of a wiki"):
        clean_address(address)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match="Leave user name and password out") as error:
        clean_address("https://ann:s3cret@wiki.example.org/")
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("address", "script", "article_path", "title"),
    [
        ("https://w.org", "/w/", "/wiki/$1", ""),
        ("https://w.org/wiki/", "/w/", "/wiki/$1", ""),
        ("https://w.org/wiki/Main_Page", "/w/", "/wiki/$1", ""),
        ("https://w.org/wiki/Talk:Foo_bar", "/w/", "/wiki/$1", "Talk:Foo bar"),
        ("https://w.org/wiki/Talk:Gr%C3%BCn?action=history#Bar", "/w/", "/wiki/$1", "Talk:Grün"),
        ("https://w.org/w/index.php?title=Talk:Foo&action=edit", "/w/", "/wiki/$1", "Talk:Foo"),
        ("https://w.org/index.php/Talk:Foo/Archive_1", "/", "/index.php/$1", "Talk:Foo/Archive 1"),
        ("https://w.org/w/index.php", "/w/", "/wiki/$1", ""),
        ("https://w.org/w/api.php", "/w/", "/wiki/$1", ""),
        ("https://w.org/Talk:Foo", "/w/", "/$1", "Talk:Foo"),
        ("https://w.org/kb/Talk:Foo", "/kb/", "/kb/$1", "Talk:Foo"),
        ("https://w.org/kb", "/kb/", "/kb/$1", ""),
        ("https://w.org/kb/", "/kb/w/", "/kb/wiki/$1", ""),
        ("https://w.org/w/index.php?title=Talk:Foo", "/w/", "/w/index.php?title=$1", "Talk:Foo"),
    ],
)
def test_which_page_an_address_names(address: str, script: str, article_path: str, title: str) -> None:
    place = Place(f"https://w.org{script}api.php", private=False)
    assert title_in(clean_address(address), place, article_path, "Main Page") == title


def test_an_address_that_does_not_show_which_page_is_meant() -> None:
    with pytest.raises(InputError, match="title of the page"):
        title_in(
            clean_address("https://w.org/about/us"), Place("https://w.org/w/api.php", private=False), "/wiki/$1", "M"
        )

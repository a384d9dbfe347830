"""Titles: every way a link may name a page."""

from __future__ import annotations

import time

import pytest

from importers.wiki.site import Namespace, Site
from importers.wiki.sites import site_of_language
from importers.wiki.titles import (
    Title,
    family_of,
    full_title,
    is_ip,
    is_talk,
    is_temporary,
    issue_of,
    page_url,
    parse_title,
    resolve,
    subject_of,
    talk_of,
    user_of,
)

_SITE = Site(
    key="de.example.org",
    name="Gurkenwiki",
    language="de",
    article_url="https://de.example.org/wiki/$1",
    namespaces=(
        Namespace(-1, ("Spezial", "Special")),
        Namespace(0, ()),
        Namespace(1, ("Diskussion", "Talk")),
        Namespace(2, ("Benutzer", "User", "Benutzerin")),
        Namespace(3, ("Benutzer Diskussion", "User talk", "BD")),
        Namespace(4, ("Gurkenwiki", "Project")),
        Namespace(5, ("Gurkenwiki Diskussion", "Project talk")),
        Namespace(100, ("Wort",), first_letter=False),
    ),
    contributions=("Beiträge", "Contributions"),
    dates=site_of_language("de").dates,
    interwiki=(("fr", "https://fr.example.org/wiki/$1"), ("bug", "https://bugs.example.org/$1")),
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Gurken", Title(0, "Gurken")),
        ("gurken", Title(0, "Gurken")),
        ("Benutzer:Ann", Title(2, "Ann")),
        ("benutzerin:ann_b", Title(2, "Ann b")),
        ("USER_TALK:ann", Title(3, "Ann")),
        ("bd: Ann ", Title(3, "Ann")),
        (":Benutzer:Ann", Title(2, "Ann")),
        ("Diskussion:Gurken%20%C3%BCberall", Title(1, "Gurken überall")),
        ("Talk:\u200eGurken\u200f#Salat_oder_nicht", Title(1, "Gurken", "Salat oder nicht")),
        ("Talk:A&amp;B", Title(1, "A&B")),
        ("Talk:Gru\u0308n", Title(1, "Grün")),
        ("wort:klein", Title(100, "klein")),
        ("Kein Namensraum: wirklich", Title(0, "Kein Namensraum: wirklich")),
        ("FR:User:ann", Title(0, "User:ann", interwiki="fr")),
        (":fr:Foo#Bar", Title(0, "Foo", "Bar", "fr")),
        ("#Hier", Title(0, "", "Hier")),
        ("ßoße", Title(0, "ßoße")),
        ("", Title(0, "")),
    ],
)
def test_reading_a_title(text: str, title: Title) -> None:
    assert parse_title(_SITE, text) == title


def test_the_default_namespace_is_for_titles_without_one() -> None:
    assert parse_title(_SITE, "ping", default=10) == Title(10, "Ping")
    assert parse_title(_SITE, "Talk:ping", default=10) == Title(1, "Ping")
    assert parse_title(_SITE, ":ping", default=10) == Title(0, "Ping")


def test_english_names_work_on_a_wiki_of_which_nothing_is_known() -> None:
    assert parse_title(Site(key="wiki", name="", language="en"), "user talk:ann") == Title(3, "Ann")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/Archiv", "Gurken/Salat/Archiv"),
        ("/Archiv/", "Gurken/Salat/Archiv"),
        ("../Suppe", "Gurken/Suppe"),
        ("../", "Gurken"),
        ("#Hier", "Gurken/Salat"),
        ("Diskussion:Anderes", "Anderes"),
    ],
)
def test_links_from_a_page_to_those_around_it(text: str, name: str) -> None:
    title = resolve(_SITE, text, Title(1, "Gurken/Salat"))
    assert (title.namespace, title.name) == (1, name)


def test_writing_a_title_and_its_address() -> None:
    title = parse_title(_SITE, "User:ann b?/x&y#Über uns")
    assert full_title(_SITE, title) == "Benutzer:Ann b?/x&y"
    assert page_url(_SITE, title) == "https://de.example.org/wiki/Benutzer:Ann_b%3F/x%26y#%C3%9Cber_uns"
    assert page_url(_SITE, title, "c-Ann-2020") == "https://de.example.org/wiki/Benutzer:Ann_b%3F/x%26y#c-Ann-2020"
    assert page_url(_SITE, parse_title(_SITE, "fr:été")) == "https://fr.example.org/wiki/%C3%A9t%C3%A9"
    assert page_url(Site(key="wiki", name="", language="de"), title) == ""
    assert full_title(Site(key="wiki", name="", language="de"), Title(3, "Ann")) == "User talk:Ann"


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("User:ann", "Ann"),
        ("Benutzerin Diskussion:Ann", None),  # no name of a namespace here
        ("Benutzer Diskussion:Ann#Hallo", "Ann"),
        ("Spezial:Beiträge/ann_b", "Ann b"),
        ("special:contributions/192.0.2.1", "192.0.2.1"),
        ("Special:Contributions/2001:db8::1", "2001:DB8::1"),
        ("Special:Log/Ann", None),
        ("User:Ann/Spielwiese", None),
        ("Special:Contributions/192.0.2.0/24", None),
        ("User:", None),
        ("Ann", None),
        ("fr:User:ann", "fr>Ann"),
        ("fr:Special:Contributions/Ann", "fr>Ann"),
        ("fr:Ann", None),
    ],
)
def test_who_is_linked_to(text: str, user: str | None) -> None:
    assert user_of(_SITE, parse_title(_SITE, text)) == user


@pytest.mark.parametrize(
    "archive",
    [
        *("Archiv", "Archiv 3", "Archiv/2019", "Archiv/2019/Woche 12", "Archive 1", "archive1", "Archives/2020-03"),
        *(
            "Archivio",
            "Архив",
            "Архив/3",
            "Archief 2",
            "Arquivo",
            "アーカイブ",
            "過去ログ1",
            "存档",
            "存档2",
            "أرشيف ٣",
            "ארכיון 4",
        ),
        *("Archive (2004-5)", "Archive Jan-Mar 2005", "Archive B", "Archived nominations/March 2019", "2005 archive"),
        *(
            "2019",
            "2019/March",
            "2019/März",
            "2019/03",
            "2020-03",
            "2020-03-07",
            "7. März 2020",
            "Jul. 2019",
            "2019/Q3",
        ),
        "Archiv/2018-Oktober",
    ],
)
def test_an_archive_belongs_to_its_page(archive: str) -> None:
    assert family_of(_SITE, Title(1, f"Gurken/{archive}")) == Title(1, "Gurken")
    assert family_of(_SITE, Title(1, f"Gurken/Salat/{archive}")) == Title(1, "Gurken/Salat")


@pytest.mark.parametrize(
    "page",
    ["Spielwiese", "1", "März", "Archives of American Art", "Archivierung", "OS/2", "2020-03-01/News", "1999", "20200"],
)
def test_other_subpages_are_pages_of_their_own(page: str) -> None:
    assert family_of(_SITE, Title(1, f"Gurken/{page}", "Hier")) == Title(1, f"Gurken/{page}")


def test_a_page_called_archive_is_no_archive() -> None:
    assert family_of(_SITE, Title(1, "Archiv")) == Title(1, "Archiv")
    assert family_of(_SITE, Title(1, "2019")) == Title(1, "2019")


def test_an_archive_between_a_page_and_its_part_is_taken_out() -> None:
    assert family_of(_SITE, Title(4, "Markt/Archiv/Technik/35")) == Title(4, "Markt/Technik")


@pytest.mark.parametrize(
    ("page", "issue"),
    [
        ("Neues", "Neues"),
        ("Neues/2020-03", "Neues/2020-03"),
        ("Neues/2020-03/Archiv 1", "Neues/2020-03"),
        ("Neues/2020-03/Archiv/2", "Neues/2020-03"),
        ("Neues/Archiv", "Neues"),
        ("Neues/Archiv/2020-03", "Neues/Archiv/2020-03"),
        ("Neues/Archiv/2020", "Neues/Archiv/2020"),
        ("Archiv/2", "Archiv/2"),
    ],
)
def test_dates_of_issues_are_none_of_archives(page: str, issue: str) -> None:
    assert issue_of(_SITE, Title(4, page, "Hier")) == Title(4, issue)


@pytest.mark.parametrize(
    ("name", "ip"),
    [
        *(("192.0.2.1", True), ("2001:db8::1", True), ("2001:DB8:0:0:0:0:0:1", True), ("::1", True)),
        *(
            ("192.0.2.xxx", True),
            ("192.0.2.300", False),
            ("192.0.2", False),
            ("Ann", False),
            ("", False),
            ("12", False),
        ),
    ],
)
def test_ip_addresses(name: str, ip: bool) -> None:
    assert is_ip(name) is ip


def test_temporary_accounts() -> None:
    assert is_temporary("~2025-12345-6")
    assert is_temporary("~2024-31")
    assert is_temporary("*Unregistered 12")
    assert not is_temporary("2025-12345-6")
    assert not is_temporary("~ann")


def test_talk_pages_and_what_they_are_about() -> None:
    assert is_talk(Title(1, "Gurken"))
    assert not is_talk(Title(0, "Gurken"))
    assert not is_talk(Title(-1, "Log"))
    assert subject_of(Title(5, "Markt", "Hier")) == Title(4, "Markt")
    assert talk_of(Title(4, "Markt")) == Title(5, "Markt")
    assert talk_of(Title(5, "Markt")) == Title(5, "Markt")
    assert talk_of(Title(-1, "Log")) == Title(-1, "Log")


@pytest.mark.parametrize("text", ["/2019" * 50_000, "%" * 200_000, "&" * 200_000, ":" * 200_000, "archive " * 50_000])
def test_hostile_titles_cost_no_time(text: str) -> None:
    begun = time.process_time()
    title = parse_title(_SITE, f"Talk:{text}")
    user_of(_SITE, title)
    family_of(_SITE, title)
    family_of(_SITE, Title(1, text))
    assert time.process_time() - begun < 1


def test_what_cannot_be_written_in_a_file_is_not_in_a_title() -> None:
    title = parse_title(_SITE, "Talk:Gur\x00ken\udc80\x1b[31m")
    assert title.name == "Gurken[31m"
    assert page_url(_SITE, Title(1, "\udc80")) == "https://de.example.org/wiki/Diskussion:%3F"

"""Notices: newsletters, welcomes and machines are recognised, and what people say to one another is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from importers.wiki.notices import BOT, NEWSLETTER, WELCOME, is_machine, notice_of
from importers.wiki.sites import site_of_language

_AT = datetime(2020, 3, 3, 10, 15, tzinfo=UTC)
_LIST = "https://meta.example.org/w/index.php?title=Global_list&oldid={}"


def _delivered(revision: int = 1, words: str = "Message sent by User", using: str = "using the list at") -> str:
    return f"Garden news, all of it.\n<!-- {words}:Ann (Garden)@metawiki {using} {_LIST.format(revision)} -->"


def _label(text: str, language: str = "en", **more: str) -> str | None:
    notice = notice_of(text, site_of_language(language), at=_AT, **more)
    return notice.label if notice else None


def test_the_copies_of_one_delivery_are_known_by_one_digest() -> None:
    site = site_of_language("en")
    first = notice_of(_delivered(1), site, heading="Garden news", author="Ann", at=_AT)
    same = notice_of(_delivered(2), site, heading="Garden_news ", author="Bob", at=_AT.replace(hour=23))
    later = notice_of(_delivered(1), site, heading="Garden news", at=_AT.replace(month=4))
    other = notice_of(_delivered(1), site, heading="Orchard news", at=_AT)
    assert first is not None
    assert first.label == NEWSLETTER
    assert first == same
    assert all(each and each.digest != first.digest for each in (later, other))


def test_deliveries_are_known_in_any_language_and_by_who_brings_them() -> None:
    assert _label(_delivered(words="Nachricht von Benutzer", using="über die Liste auf")) == NEWSLETTER
    assert _label("News.", author="MediaWiki message delivery") == NEWSLETTER
    assert _label("News. <!-- EdwardsBot 0303 -->", author="Ann") == NEWSLETTER


@pytest.mark.parametrize(
    ("language", "text", "heading"),
    [
        ("en", "Hello, and thank you. <!-- Template:Welcome -->", "Your edits"),
        ("en", "{{subst:welcome}} ~~~~", ""),
        ("en", "Hello, Bob.", "Welcome to Wikipedia!"),
        ("fr", "Bonjour.", "Bienvenue sur Wikipédia, Bob"),
        ("de", "{{Willkommen}}", ""),
        ("ja", "{{ようこそ}}", ""),
        ("ru", "{{Добро пожаловать}}", ""),
    ],
)
def test_welcomes_are_known_in_many_languages(language: str, text: str, heading: str) -> None:
    assert _label(text, language, heading=heading) == WELCOME


def test_what_machines_and_tools_leave_is_a_notice() -> None:
    assert _label("I removed a link.", author="InternetArchiveBot") == BOT
    assert _label("Please stop. <!-- Template:uw-vandalism2 -->", author="Ann") == BOT
    assert _label("A page is to be deleted. <!-- Template:Afd notice -->", author="Ann") == BOT


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Hello Bob, do you know more of this?", "Hello"),
        ("The welcome page is too long.", "Welcome page"),
        ("Write to me <!-- ann@example.org, see https://example.org -->", "Address"),
        ("Text <!-- Template:Foo -->", "Which template?"),
        ("{{ping|Bob}} no", "Cucumbers"),
    ],
)
def test_what_people_say_is_no_notice(text: str, heading: str) -> None:
    assert _label(text, heading=heading, author="Ann Talbot") is None


@pytest.mark.parametrize(
    "name", ["SineBot", "Lowercase sigmabot III", "CommonsDelinker", "Citation bot", "АрхивБот бот"]
)
def test_names_of_machines(name: str) -> None:
    assert is_machine(name)


@pytest.mark.parametrize("name", ["Ann", "John Abbot", "Botond", "Anna Botanik", "Bottle", "Talbot", "robotics fan"])
def test_names_of_people(name: str) -> None:
    assert not is_machine(name)


@pytest.mark.parametrize(
    "text", ["<!--" + " " * 300_000, "<!-- Template:" * 30_000, "{{" * 150_000, "<!--a@b " * 40_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    import time

    begun = time.process_time()
    assert _label(text) is None
    assert time.process_time() - begun < 2

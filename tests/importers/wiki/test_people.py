"""People: user names as one wiki knows them; those without an account stay unknown."""

from __future__ import annotations

import time

import pytest

from importers.wiki.people import author_of, masked, pseudonym, unknown_author
from importers.wiki.site import Site
from importers.wiki.sites import site_of_language
from importers.wiki.wishes import Wishes

_PLAIN = site_of_language("fr", "https://fr.example.org/wiki/Accueil")
_SITE = Site(
    key=_PLAIN.key,
    name=_PLAIN.name,
    language="fr",
    namespaces=_PLAIN.namespaces,
    contributions=_PLAIN.contributions,
    interwiki=(("de", "https://de.example.org/wiki/$1"),),
)
_HIDE = Wishes()
_SHOW = Wishes(show_ips=True)


@pytest.mark.parametrize("name", ["ann b", "Ann_b", " Ann  b ", "Ann\u200e b", "Ann&#32;b", "Ann\N{NO-BREAK SPACE}b"])
def test_one_person_however_the_name_is_written(name: str) -> None:
    person = author_of(name, _SITE, _HIDE)
    assert (person.key, person.name, person.anonymous) == ("wiki:fr.example.org:Ann b", "Ann b", False)


def test_somebody_of_another_wiki_is_known_by_that_wiki() -> None:
    assert author_of("de>ann", _SITE, _HIDE).key == "wiki:de.example.org:Ann"
    assert author_of("de>ann", _SITE, _HIDE).name == "Ann"
    assert author_of("imported>Ann", _SITE, _HIDE).key == "wiki:fr.example.org:Imported>Ann"


@pytest.mark.parametrize("address", ["192.0.2.77", "2001:db8::77", "192.0.2.xxx"])
def test_an_ip_address_is_shown_only_when_asked_for(address: str) -> None:
    hidden, shown = author_of(address, _SITE, _HIDE), author_of(address, _SITE, _SHOW)
    assert hidden.anonymous
    assert shown.anonymous
    assert hidden.name.startswith("Anonymous ")
    assert "77" not in f"{hidden.name.removeprefix('Anonymous ')[4:]}"
    assert address.upper() not in f"{hidden}".upper()
    assert shown.name.upper() == address.upper()
    assert hidden.key == shown.key
    assert address.upper() not in hidden.key.upper()


def test_a_pseudonym_is_the_same_throughout_a_wiki_and_another_elsewhere() -> None:
    name = author_of("2001:db8::1", _SITE, _HIDE).name
    assert name == author_of("2001:DB8:0:0:0:0:0:1", _SITE, _HIDE).name == pseudonym("2001:db8::1", _SITE)
    assert name != author_of("2001:db8::2", _SITE, _HIDE).name
    assert name != author_of("de>2001:db8::1", _SITE, _HIDE).name


def test_temporary_accounts_are_anonymous_under_the_name_the_wiki_gave_them() -> None:
    person = author_of("~2025-12345-6", _SITE, _HIDE)
    assert (person.name, person.anonymous) == ("~2025-12345-6", True)


def test_nobody_is_one_person_without_an_account() -> None:
    assert unknown_author(_SITE).anonymous
    assert author_of("", _SITE, _HIDE) == author_of("\u200e \x00", _SITE, _HIDE) == unknown_author(_SITE)
    assert author_of("#unknown", _SITE, _HIDE).key != unknown_author(_SITE).key


def test_names_are_printable_and_not_endless() -> None:
    person = author_of("\x1b[31mEve\x07\udc80\u202e" + "x" * 100_000, _SITE, _HIDE)
    assert person.name.startswith("[31mEvex")
    assert person.name.isprintable()
    assert len(person.name) <= 255


def _shown(text: str, names: tuple[str, ...] = ()) -> str:
    return masked(text, names, _SITE, _HIDE)


@pytest.mark.parametrize(
    "text",
    [
        "[moi](https://fr.example.org/wiki/Sp%C3%A9cial:Contributions/192.0.2.1)",
        "https://fr.example.org/wiki/Utilisateur:192.0.2.1",
        "https://fr.example.org/w/index.php?title=User_talk:192.0.2.1&action=edit",
        "Discussion utilisateur:192.0.2.1",
        "Discussion utilisateur:192\\.0\\.2\\.1",
        "https://fr.example.org/wiki/User%3A192.0.2.1",
        "Spécial:Contributions/192.0.2.1 a écrit, et 192.0.2.1 aussi",
    ],
)
def test_addresses_in_links_to_people_are_masked(text: str) -> None:
    plain = _shown(text).replace("\\", "")
    assert "192.0.2.1" not in plain
    assert pseudonym("192.0.2.1", _SITE).removeprefix("Anonymous ") in plain


def test_a_masked_url_stays_one_url() -> None:
    assert " " not in _shown("https://fr.example.org/wiki/Utilisateur:192.0.2.1")
    name = pseudonym("192.0.2.1", _SITE)
    assert _shown("[x](https://e.org/Utilisateur:192.0.2.1), 192.0.2.1") == (
        f"[x](https://e.org/Utilisateur:{name.replace(' ', '_')}), {name}"
    )


@pytest.mark.parametrize("written", ["2001:DB8:0:0:0:0:0:1", "2001:db8::1", "2001%3Adb8%3A%3A1"])
def test_addresses_of_authors_are_masked_in_any_form(written: str) -> None:
    assert _shown(f"Bonjour {written} !", ("2001:DB8::1",)) == f"Bonjour {pseudonym('2001:db8::1', _SITE)} !"


def test_other_numbers_stay() -> None:
    text = "MediaWiki 1.2.3.4, serveur 192.0.2.10, 10:15:30, §1.2.3, a::b, 192.0.2.1.5"
    assert _shown(text, ("192.0.2.1", "Ann")) == text


def test_addresses_stay_where_that_was_wished_for() -> None:
    assert masked("Utilisateur:192.0.2.1", ("192.0.2.1",), _SITE, _SHOW) == "Utilisateur:192.0.2.1"


@pytest.mark.parametrize("text", ["1.2.3." * 100_000, "a:" * 200_000, "1.1.1.1 " * 50_000, "%3A" * 100_000])
def test_long_texts_are_masked_in_linear_time(text: str) -> None:
    begun = time.process_time()
    masked(text, (), _SITE, _HIDE)
    assert time.process_time() - begun < 3

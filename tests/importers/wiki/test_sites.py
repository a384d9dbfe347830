"""Wikis as their API, their dumps or only their language describe them."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from importers.wiki.dates import timestamps_in
from importers.wiki.languages import all_languages, is_language
from importers.wiki.site import Site
from importers.wiki.sites import MESSAGES, is_web, site_from_dump, site_from_siteinfo, site_of_language
from importers.wiki.titles import Title, full_title, page_url, parse_title, user_of

_ANSWER: dict[str, Any] = {
    "batchcomplete": "",
    "query": {
        "general": {
            "sitename": "Gurken_wiki",
            "lang": "de",
            "server": "//gurken.example.org",
            "articlepath": "/das_wiki/$1",
            "script": "/w/index.php",
            "timezone": "America/New_York",
            "base": "https://gurken.example.org/das_wiki/Hauptseite",
        },
        "namespaces": {
            "-1": {"id": -1, "case": "first-letter", "*": "Spezial", "canonical": "Special"},
            "0": {"id": 0, "case": "case-sensitive", "*": ""},
            "2": {"id": 2, "case": "first-letter", "*": "Benutzer", "canonical": "User"},
            "3": {"id": 3, "case": "first-letter", "*": "Benutzer_Diskussion", "canonical": "User talk"},
            "4": {"id": 4, "case": "first-letter", "*": "Gurkenwiki", "canonical": "Project"},
        },
        "namespacealiases": [{"id": 2, "*": "Nutzer"}],
        "specialpagealiases": [{"realname": "Contributions", "aliases": ["Taten", "Contributions"]}],
        "interwikimap": [
            {"prefix": "FR", "url": "//fr.example.org/wiki/$1"},
            {"prefix": "bad", "url": "javascript:$1"},
        ],
        "rightsinfo": {"url": "https://example.org/by-sa", "text": "CC BY-SA 3.0"},
    },
}
_MODERN: dict[str, Any] = {
    **_ANSWER["query"],
    "namespaces": {
        number: {**{key: value for key, value in each.items() if key != "*"}, "name": each["*"]}
        for number, each in _ANSWER["query"]["namespaces"].items()
    },
    "namespacealiases": [{"id": 2, "alias": "Nutzer"}],
}


@pytest.mark.parametrize("answer", [_ANSWER, {"query": _MODERN}, _MODERN])
def test_a_wiki_that_answers(answer: dict[str, Any]) -> None:
    site = site_from_siteinfo(answer, {"mar": "Mrz", "timezone-est": "OST"}, "https://gurken.example.org/w/api.php")
    assert (site.key, site.name, site.language) == ("gurken.example.org", "Gurken_wiki", "de")
    assert page_url(site, parse_title(site, "nutzer:ann")) == "https://gurken.example.org/das_wiki/Benutzer:Ann"
    assert site.script_url == "https://gurken.example.org/w/index.php"
    assert parse_title(site, "klein") == Title(0, "klein")
    assert user_of(site, parse_title(site, "special:taten/ann")) == "Ann"
    assert user_of(site, parse_title(site, "Spezial:Beiträge/ann")) == "Ann"
    assert site.interwiki == (("fr", "https://fr.example.org/wiki/$1"),)
    assert (site.licence, site.licence_url) == ("CC BY-SA 3.0", "https://example.org/by-sa")
    (stamp,) = timestamps_in(site, "05:15, 3. Mrz 2020 (OST)")
    assert stamp.at == datetime(2020, 3, 3, 10, 15, tzinfo=UTC)


def test_the_protocol_is_the_one_the_wiki_was_asked_by() -> None:
    site = site_from_siteinfo(_ANSWER, None, "http://gurken.example.org/w/api.php")
    assert site.article_url == "http://gurken.example.org/das_wiki/$1"


def test_discussion_tools_are_seen() -> None:
    query = {**_ANSWER["query"], "extensions": [{"name": "DiscussionTools"}]}
    assert site_from_siteinfo({"query": query}).comment_anchors
    assert not site_from_siteinfo(_ANSWER).comment_anchors


def test_no_more_messages_than_may_be_asked_for_at_once() -> None:
    assert len(MESSAGES) == len(set(MESSAGES)) <= 50


_STRANGE: list[Any] = [
    None,
    0,
    -1,
    10**30,
    1.5,
    True,
    "",
    "\x00\udc80\x1b[31m",
    "x" * 200_000,
    [],
    {},
    [[]],
    [None],
    [{}],
]


@pytest.mark.parametrize("strange", [*_STRANGE, {"1": []}, [{"id": []}], {"lang": []}, [{"aliases": 1}]])
def test_a_hostile_answer_is_a_wiki_like_any_other(strange: Any) -> None:
    for name in ("query", *_ANSWER["query"]):
        _is_usable(site_from_siteinfo({"query": {**_ANSWER["query"], name: strange}}))
    for part, facts in _ANSWER["query"].items():
        keys = facts if isinstance(facts, dict) else facts[0]
        for key in keys:
            changed = {**facts, key: strange} if isinstance(facts, dict) else [{**facts[0], key: strange}]
            _is_usable(site_from_siteinfo({"query": {**_ANSWER["query"], part: changed}}, {"mar": strange}))
    _is_usable(site_from_siteinfo({"query": strange}))


def _is_usable(site: Site) -> None:
    assert len(pickle.dumps(site)) < 100_000
    assert hash(site) == hash(pickle.loads(pickle.dumps(site)))
    repr(site).encode("utf-8")
    assert site.key.isprintable()
    assert site.name.isprintable()
    assert site.article_url.startswith(("http://", "https://")) or not site.article_url
    assert user_of(site, parse_title(site, "User:Ann")) == "Ann"
    assert timestamps_in(site, "10:15, 3 March 2020 (UTC)")


def test_huge_lists_are_cut() -> None:
    many = [{"prefix": f"w{number}", "url": f"https://{number}.example.org/$1"} for number in range(50_000)]
    aliases = [{"id": 2, "*": f"Alias {number}"} for number in range(50_000)]
    query = {**_ANSWER["query"], "interwikimap": many, "namespacealiases": aliases}
    assert len(pickle.dumps(site_from_siteinfo({"query": query}))) < 300_000


def test_the_wiki_of_a_dump() -> None:
    site = site_from_dump(
        code="fr",
        name="Vicipaedia",
        database="vicwiki",
        base="https://fr.wikipedia.org/wiki/Accueil",
        namespaces=[(0, "first-letter", ""), (2, "first-letter", "Compagnon"), (104, "case-sensitive", "Référence")],
    )
    assert (site.key, site.name, site.language) == ("fr.wikipedia.org", "Vicipaedia", "fr")
    assert parse_title(site, "compagnon:ann") == parse_title(site, "Utilisatrice:ann") == Title(2, "Ann")
    assert full_title(site, Title(2, "Ann")) == "Compagnon:Ann"
    assert parse_title(site, "référence:petit") == Title(104, "petit")
    assert page_url(site, Title(0, "À propos")) == "https://fr.wikipedia.org/wiki/%C3%80_propos"
    assert site.licence == "CC BY-SA 4.0"


def test_a_dump_without_an_address_is_known_by_its_database() -> None:
    site = site_from_dump(code="de", name="", database="my_wiki", base="", namespaces=[])
    assert (site.key, site.name, site.article_url, site.licence) == ("my_wiki", "my_wiki", "", "")


def test_the_users_address_counts_more_than_the_dumps() -> None:
    site = site_from_dump(
        code="de",
        name="W",
        database="w",
        base="http://localhost/wiki/A",
        namespaces=[],
        address="https://w.example.org",
    )
    assert (site.key, site.article_url) == ("w.example.org", "https://w.example.org/wiki/$1")


@pytest.mark.parametrize(
    ("address", "pages"),
    [
        ("https://w.example.org/wiki/Main_Page", "https://w.example.org/wiki/$1"),
        ("https://w.example.org/wiki", "https://w.example.org/wiki/$1"),
        ("HTTPS://W.example.org", "https://w.example.org/wiki/$1"),
        ("https://w.example.org/Main_Page", "https://w.example.org/$1"),
        ("https://w.example.org/index.php/Main_Page", "https://w.example.org/index.php/$1"),
        ("https://w.example.org/w/index.php?title=Main_Page", "https://w.example.org/w/index.php?title=$1"),
        ("https://ann:secret@w.example.org/wiki/A", "https://w.example.org/wiki/$1"),
        ("javascript:alert(1)//wiki/$1", ""),
        ("http://[::1", ""),
        ("w.example.org", ""),
        ("", ""),
    ],
)
def test_addresses_that_a_file_does_not_tell(address: str, pages: str) -> None:
    assert site_of_language("en", address).article_url == pages
    assert is_web(address) is bool(pages)


def test_zones_of_wikimedias_wikis_where_the_abbreviation_leaves_a_doubt() -> None:
    (stamp,) = timestamps_in(site_of_language("he", "https://he.wikipedia.org"), "10:15, 3 במרץ 2020 (IST)")
    assert stamp.at == datetime(2020, 3, 3, 8, 15, tzinfo=UTC)
    assert site_of_language("he", "https://he.example.org").timezone == "UTC"


@pytest.mark.parametrize(
    ("code", "language"),
    [("de", "de"), ("DE_AT", "de-at"), ("de-1996", "de"), ("zh-Hans", "zh-hans"), ("xx", "en"), ("", "en")],
)
def test_a_language_is_found_by_its_code(code: str, language: str) -> None:
    assert site_of_language(code).language == language


def test_a_language_has_the_names_of_those_it_falls_back_to() -> None:
    assert parse_title(site_of_language("de-at"), "Benutzerin Diskussion:ann") == Title(3, "Ann")
    assert site_of_language("de-at").dates[0].months[:3] == ("Jänner", "Februar", "März")
    assert is_language("pt-BR")
    assert not is_language("klingon")


@pytest.mark.parametrize("code", ["de", "fr", "ja", "ru", "zh", "ar", "pt-br", "sr", "hu"])
def test_local_names_of_user_pages(code: str) -> None:
    site = site_of_language(code)
    for namespace in site.namespaces:
        if namespace.number in (2, 3):
            assert {user_of(site, parse_title(site, f"{name}:Ann")) for name in namespace.names} == {"Ann"}
    assert {user_of(site, parse_title(site, f"Special:{name}/Ann")) for name in site.contributions} == {"Ann"}


@pytest.mark.parametrize(
    ("code", "title"),
    [("pl", "Dyskusja wikipedystki:Ann"), ("cs", "Wikipedista:Ann"), ("pt", "Usuário(a):Ann"), ("ru", "ОУ:Ann")],
)
def test_wikipedias_have_names_for_users_of_their_own(code: str, title: str) -> None:
    dump = site_from_dump(code=code, name="W", database="w", base="", namespaces=[(2, "first-letter", "U")])
    for site in (site_of_language(code), site_of_language(code, f"https://{code}.wikipedia.org"), dump):
        assert user_of(site, parse_title(site, title)) == "Ann"


def test_links_to_a_wikipedia_have_its_own_names() -> None:
    site = site_of_language("pl", "https://pl.wikipedia.org")
    assert full_title(site, parse_title(site, "user:ann")) == "Wikipedysta:Ann"
    other = site_of_language("pl", "https://ogrod.example.org")
    assert full_title(other, parse_title(other, "user:ann")) == "Użytkownik:Ann"


def test_every_language_of_the_table_is_whole() -> None:
    for code in all_languages():
        site = site_of_language(code)
        assert site.language == code
        assert len(pickle.dumps(site)) < 40_000
        assert all(len(style.months) == len(style.genitive) == len(style.short) == 12 for style in site.dates)
        assert all(all(style.months) and len(style.digits) == 10 for style in site.dates)
        assert {*range(-2, 16)} - {0} <= {namespace.number for namespace in site.namespaces}

"""Wikis as their API, their dumps or only their language describe them. What they say may be anything at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from importers.wiki.languages import Language, language
from importers.wiki.site import DateStyle, Namespace, Site
from importers.wiki.titles import clean, upper_first
from importers.wiki.wikimedia import goes_by_own_names, wikimedia_licence, wikimedia_zone, wikipedia_names
from migrate.text import printable

_MONTHS = (
    *("january", "february", "march", "april", "may_long", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_GENITIVES = tuple(f"{name.removesuffix('_long')}-gen" for name in _MONTHS)
_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = ("utc", "cet", "cest", "eet", "eest", "wet", "west", "msk", "gmt", "bst", "jst", "kst", "ist", "est")
# Names of messages of the interface that `site_from_siteinfo` takes; 50, as many as anybody may ask for at once.
MESSAGES = (*_MONTHS, *_GENITIVES, *_SHORT, *(f"timezone-{zone}" for zone in _ZONES))
# What to ask for besides (meta=siteinfo, siprop).
PROPERTIES = "general|namespaces|namespacealiases|specialpagealiases|interwikimap|rightsinfo|extensions"

_LONGEST = 255  # characters of a name
_LONGEST_URL = 1000
_MOST = 2000  # of anything that there is a list of
_PROJECT = {4: "Project", 5: "Project talk"}
_NO_NAMES: Mapping[int, tuple[str, ...]] = MappingProxyType({})


def site_of_language(code: str, address: str = "") -> Site:
    """A wiki of which only the language is known ("fr"; unknown ones count as English), and perhaps its address."""
    known = language(code)
    parts = _web(address)
    host = parts.netloc if parts else ""
    article, script = _addresses(parts)
    licence, licence_url = wikimedia_licence(host)
    names = wikipedia_names(known.code)
    own = (
        {number: Namespace(number, each) for number, each in names.items()}
        if goes_by_own_names(host, known.code)
        else {}
    )
    return Site(
        key=host or "wiki",
        name=host or "Wiki",
        language=known.code,
        article_url=article,
        script_url=script,
        namespaces=_namespaces(known, own, names),
        contributions=known.contributions,
        dates=known.dates,
        timezone=wikimedia_zone(host, known.code),
        licence=licence,
        licence_url=licence_url,
    )


def is_web(address: str) -> bool:
    """Whether it is the address of something on the web: "https://wiki.example.org"."""
    return _web(address) is not None


def site_from_dump(
    *,
    code: str,
    name: str,
    database: str,
    base: str,
    namespaces: Iterable[tuple[int, str, str]],
    address: str = "",
) -> Site:
    """The wiki of an XML export. `code`: its xml:lang. `base`: the address of its main page; `address`, if the user
    gave one, counts instead. `namespaces`: number, case ("first-letter" or "case-sensitive") and name."""
    site = site_of_language(code, address or base)
    given = {}
    for number, case, shown in namespaces:
        given[number] = Namespace(number, tuple(filter(None, [_title(shown)])), case != "case-sensitive")
    database = _text(database)
    return replace(
        site,
        key=site.key if site.key != "wiki" else database or "wiki",
        name=_text(name) or database or site.name,
        namespaces=_namespaces(language(code), given, wikipedia_names(code)) if given else site.namespaces,
    )


def site_from_siteinfo(answer: Mapping[str, Any], messages: Mapping[str, str] | None = None, address: str = "") -> Site:
    """The wiki that answered so to action=query&meta=siteinfo with these PROPERTIES, in either formatversion.

    `messages`: those of MESSAGES that it has. `address`: of its api.php, for what the answer leaves out.
    """
    query = _mapping(answer.get("query")) or answer
    general = _mapping(query.get("general"))
    known = language(_text(general.get("lang")) or "en")
    server = _server(general, address)
    site = site_of_language(known.code, server)
    article, script = _text(general.get("articlepath")), _text(general.get("script"))
    rights = _mapping(query.get("rightsinfo"))
    licence, licence_url = _text(rights.get("text")), _url(rights.get("url"))
    return replace(
        site,
        name=_text(general.get("sitename")) or site.name,
        article_url=server + article if server and "$1" in article and article.startswith("/") else site.article_url,
        script_url=server + script if server and script.startswith("/") else site.script_url,
        namespaces=_namespaces(known, _given(query)),
        contributions=tuple(dict.fromkeys([*_contributions(query), *known.contributions])),
        dates=_dates(known, messages or {}),
        timezone=_text(general.get("timezone")) or site.timezone,
        interwiki=tuple(_interwiki(query)),
        licence=licence or site.licence,
        licence_url=licence_url if licence or licence_url else site.licence_url,
        comment_anchors=any(_mapping(each).get("name") == "DiscussionTools" for each in _list(query, "extensions")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(query: Mapping[str, Any], name: str) -> list[Any]:
    """What `query` has under that name, whether it is a list or numbered."""
    value = query.get(name)
    if isinstance(value, dict):
        value = list(value.values())
    return value[:_MOST] if isinstance(value, list) else []


def _title(value: object) -> str:
    """The name of a namespace or page; "" for anything but a text."""
    return clean(value)[:_LONGEST] if isinstance(value, str) else ""


def _text(value: object) -> str:
    """One line; "" for anything but a text."""
    return printable(value[:_LONGEST]).replace("\ufffd", "").strip() if isinstance(value, str) else ""


def _url(value: object) -> str:
    """The address if it is one of the web, else ""."""
    if not isinstance(value, str) or len(value) > _LONGEST_URL:
        return ""
    url = f"https:{value}" if value.startswith("//") else value
    return url if _web(url) else ""


def _web(address: str) -> SplitResult | None:
    """The parts of an address on the web, without user name, query of a page and place on it."""
    try:
        parts = urlsplit(address.strip()[:_LONGEST_URL])
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.netloc.isprintable()
        _ = parts.port
    except ValueError:
        return None
    if not usable or any(char in parts.netloc for char in "\"'<>\\ "):
        return None
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower().rpartition("@")[2])


def _addresses(parts: SplitResult | None) -> tuple[str, str]:
    """Where the wiki's pages and its index.php are, guessed from the address of one of its pages; "" for unknown."""
    if parts is None:
        return "", ""
    server = f"{parts.scheme}://{parts.netloc}"
    path = parts.path
    if path.endswith((".php", ".php5")):  # "/w/index.php?title=Main_Page", "/w/api.php"
        script = path.rpartition("/")[0] + "/index.php"
        return f"{server}{script}?title=$1", server + script
    if ".php/" in path:  # "/index.php/Main_Page"
        script = path.partition(".php/")[0] + ".php"
        return f"{server}{script}/$1", server + script
    folder, _, last = path.rpartition("/")
    if not folder and last.lower() in ("", "wiki"):  # MediaWiki's usual short addresses
        folder = "/wiki"
    return f"{server}{folder}/$1", f"{server}/w/index.php" if folder == "/wiki" else ""


def _server(general: Mapping[str, Any], address: str) -> str:
    """ "https://wiki.example.org"; the protocol is the one that the wiki was asked by, where it leaves it open."""
    said, asked = _text(general.get("server")), _web(address)
    if said.startswith("//"):
        said = f"{asked.scheme if asked else 'https'}:{said}"
    parts = _web(said) or _web(_text(general.get("base"))) or asked
    return f"{parts.scheme}://{parts.netloc}" if parts else ""


def _namespaces(
    known: Language, given: Mapping[int, Namespace], others: Mapping[int, tuple[str, ...]] = _NO_NAMES
) -> tuple[Namespace, ...]:
    """Those of the wiki, each with its names in the wiki's language and in English behind its own; last the others."""
    usual = {each.number: (*each.names, *others.get(each.number, ())) for each in known.namespaces}
    for number, name in _PROJECT.items():
        usual[number] = (name, *usual.get(number, ()))
    first_letter = all(each.first_letter for each in given.values())
    merged = []
    for number in sorted({*usual, *given}):
        own = given.get(number) or Namespace(number, (), first_letter or number in (-1, 2, 3, 8, 9))
        names = tuple(dict.fromkeys([*own.names, *usual.get(number, ())]))
        merged.append(replace(own, names=names))
    return tuple(merged)


def _given(query: Mapping[str, Any]) -> dict[int, Namespace]:
    """The namespaces that the API lists, with their aliases."""
    found: dict[int, tuple[list[str], bool]] = {}
    for each in map(_mapping, _list(query, "namespaces")):
        number = each.get("id")
        if isinstance(number, int) and -10 < number < 1_000_000:
            names = [_title(each.get("name", each.get("*"))), _title(each.get("canonical"))]
            found[number] = (names, each.get("case") != "case-sensitive")
    for each in map(_mapping, _list(query, "namespacealiases")):
        number = each.get("id")
        if isinstance(number, int) and number in found:
            found[number][0].append(_title(each.get("alias", each.get("*"))))
    return {
        number: Namespace(number, tuple(dict.fromkeys(filter(None, names))), any_case)
        for number, (names, any_case) in found.items()
    }


def _contributions(query: Mapping[str, Any]) -> Iterator[str]:
    for each in map(_mapping, _list(query, "specialpagealiases")):
        if each.get("realname") == "Contributions":
            names = each.get("aliases")
            for name in names[:_MOST] if isinstance(names, list) else ():
                if _title(name):
                    yield upper_first(_title(name))


def _interwiki(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in map(_mapping, _list(query, "interwikimap")):
        prefix, url = _text(each.get("prefix")).lower(), _url(each.get("url"))
        if prefix and "$1" in url:
            yield prefix, url


def _dates(known: Language, messages: Mapping[str, str]) -> tuple[DateStyle, ...]:
    """The language's, with the wiki's own words before them."""
    own = known.dates[0]
    zones = tuple((shown, zone.upper()) for zone in _ZONES if (shown := _text(messages.get(f"timezone-{zone}"))))
    style = replace(
        own,
        months=_words(messages, _MONTHS, own.months),
        genitive=_words(messages, _GENITIVES, own.genitive),
        short=_words(messages, _SHORT, own.short),
        zones=tuple(pair for pair in dict.fromkeys((*zones, *own.zones)) if pair[0] != pair[1]),
    )
    return tuple(dict.fromkeys((style, *known.dates)))


def _words(messages: Mapping[str, str], names: tuple[str, ...], usual: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_text(messages.get(name)) or word for name, word in zip(names, usual, strict=True))

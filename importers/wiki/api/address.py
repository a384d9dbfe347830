"""From the address that somebody copied out of the browser to the API of the wiki, and to the page that it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from importers.wiki.api.client import refuse
from importers.wiki.api.connection import Connection, Reply
from importers.wiki.structured.values import mapping
from migrate.errors import InputError

API = "api.php"
INDEX = "index.php"
_PLACES = ("/w/", "/", "/wiki/")  # where wikis have their scripts
_HOPS = 5
_TRIES = 3  # for the first contact: the address may be wrong
_LONGEST = 4000  # characters of an address
_MOST_FOLDERS = 4
_OFF = re.compile(r"\s*(?:<[^>]{0,200}>\s*){0,9}MediaWiki API is not enabled for this site", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a wiki answers."""

    api: str  # "https://wiki.example.org/w/api.php"
    private: bool  # it does not answer who is not logged in


def clean_address(text: str) -> SplitResult:
    """The parts of an address. Raises InputError where it is none."""
    try:
        parts = urlsplit(text.strip()[:_LONGEST])
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not re.fullmatch(r"[\w.:\[\]-]{1,300}", parts.netloc.rpartition("@")[2]):
        raise InputError("This is no address of a wiki; write it like https://wiki.example.org")
    if "@" in parts.netloc:
        raise InputError("Leave user name and password out of the wiki's address; they come from the environment.")
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment="")


def find_api(address: SplitResult) -> Place:
    """The API of the wiki that the address belongs to. Raises InputError where there is none."""
    connection = Connection(urlunsplit(address), _TRIES)
    named = _named_by_address(address)
    if named:
        place = _try(connection, named)
        if place:
            return place
    address, reply = _follow(connection, address)
    linked = _linked(reply, address)
    for api in dict.fromkeys(filter(None, [linked, *_guesses(address)])):
        place = _try(connection, api)
        if place:
            return place
    if reply.status != 200:
        refuse(reply, connection.host)
    raise InputError(
        f"No MediaWiki was found at {connection.host}. Give the address of one of its pages, or of its api.php."
    )


def title_in(address: SplitResult, place: Place, article_path: str, main_page: str) -> str:
    """The title of the page that the address names; "" for the wiki as a whole, as at its main page. Raises InputError
    where it is neither. `article_path`: "/wiki/$1"."""
    asked = parse_qs(address.query).get("title", [""])[0]
    path, script = unquote(address.path), urlsplit(place.api).path.removesuffix(API)
    before = article_path.partition("$1")[0]
    if asked or path.endswith("/" + API):
        title = asked
    elif f"/{INDEX}/" in path:
        title = path.partition(f"/{INDEX}/")[2]
    elif "?" not in before and len(path) > len(before) > 1 and path.startswith(before):
        title = path[len(before) :]
    elif _is_whole(path, script, before):
        title = ""
    elif before == "/" or path.startswith(script):
        title = path.removeprefix(before if path.startswith(before) else script)
    else:
        raise InputError(
            f"It does not show which page of {address.netloc} is meant. Give the wiki's address and, behind it, the"
            " title of the page, as it stands at its top: Talk:Foo."
        )
    title = title.replace("_", " ").strip()
    return "" if title == main_page else title


def _is_whole(path: str, script: str, before: str) -> bool:
    """Whether it is the wiki's own folder, or one above it."""
    folder = path.removesuffix(INDEX).rstrip("/") + "/"
    return script.startswith(folder) or before.startswith(folder) or folder in (script, "/")


def _named_by_address(address: SplitResult) -> str:
    """Where the address itself names a script."""
    path = address.path
    if path.endswith("/" + API):
        folder = path.removesuffix(API)
    elif f"/{INDEX}" in path:
        folder = path.partition(INDEX)[0]
    else:
        return ""
    return urlunsplit((address.scheme, address.netloc, folder + API, "", ""))


def _follow(connection: Connection, address: SplitResult) -> tuple[SplitResult, Reply]:
    """The page itself, perhaps after being sent around on the same host."""
    for _ in range(_HOPS):
        url = urlunsplit(address)
        reply = connection.patiently(lambda url=url: connection.exchange("GET", url, {}))  # type: ignore[misc]  # a default binds the loop's value
        if not (300 <= reply.status < 400 and reply.location):
            return address, reply
        target = _parts(url, reply.location)
        if target is None or not _is_same(address, target):
            refuse(reply, connection.host)
            return address, reply
        address = target
    raise InputError(f"{connection.host} sends visitors round in a circle. Is the address right?")


def _is_same(address: SplitResult, target: SplitResult) -> bool:
    """The same host, and never from https to http."""
    plain = (address.scheme, target.scheme) == ("https", "http")
    return address.hostname == target.hostname and target.scheme in ("http", "https") and not plain


def _parts(base: str, reference: str) -> SplitResult | None:
    try:
        return urlsplit(urljoin(base, reference))
    except ValueError:
        return None


def _linked(reply: Reply, address: SplitResult) -> str:
    """The API that the page names for editors (RSD); "" where it names none on this host."""
    if "EditURI" not in reply.text:
        return ""
    for link in LexborHTMLParser(reply.text).css('link[rel="EditURI"]'):
        target = _parts(urlunsplit(address), link.attributes.get("href") or "")
        if target and target.hostname == address.hostname and target.path.endswith("/" + API):
            return urlunsplit((address.scheme, target.netloc, target.path, "", ""))
    return ""


def _guesses(address: SplitResult) -> Iterator[str]:
    """Where the API may be: at the usual places, also of the folders that the address lies in."""
    parts = [part for part in address.path.split("/") if part][:_MOST_FOLDERS]
    for count in range(len(parts), -1, -1):
        folder = "/".join(["", *parts[:count]])
        for place in _PLACES:
            yield urlunsplit((address.scheme, address.netloc, f"{folder}{place}{API}", "", ""))


def _try(connection: Connection, api: str) -> Place | None:
    """The API, if it is one."""
    question = {"action": "query", "meta": "siteinfo", "siprop": "general", "format": "json"}
    reply = connection.patiently(lambda: connection.exchange("GET", api, question))
    if _OFF.match(reply.text[:2000]):
        raise InputError(
            f"{connection.host} has its API switched off; ask whoever runs it, or import an XML export"
            " (Special:Export)."
        )
    if reply.status != 200:
        return None
    try:
        answer = mapping(json.loads(reply.text))
    except (ValueError, RecursionError):
        return None
    if mapping(answer.get("error")).get("code") == "readapidenied":
        return Place(api, private=True)
    return Place(api, private=False) if mapping(mapping(answer.get("query")).get("general")) else None

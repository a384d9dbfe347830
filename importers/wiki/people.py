"""Who wrote: the people of a wiki, with those who had no account and whose names are IP addresses."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import re
from collections.abc import Collection
from urllib.parse import unquote

from importers.wiki.site import Site, per_site
from importers.wiki.titles import (
    clean,
    interwiki_url,
    is_ip,
    is_temporary,
    names_before_users,
    names_of_special_pages,
    upper_first,
)
from importers.wiki.wishes import Wishes
from migrate.model import Person
from migrate.text import printable

_LONGEST = 255  # characters of a name
# There are few enough IPv4 addresses to try them all; this much work for each makes that a matter of weeks.
_ROUNDS = 2000
_KEY_DIGITS = 10
_NAME_DIGITS = 4
# An address as it stands in text, Markdown (a backslash before a sign) or a URL ("%3A" for ":").
_IPV4 = r"\d{1,3}(?:\\?\.\d{1,3}){2}\\?\.(?:\d{1,3}|xxx)"
_COLON = r"(?:\\?:|%3a)"
# A single colon at its end is none of it, nor is a namespace before it that is written with such letters ("BD:").
_IPV6 = (
    rf"(?:(?<![^\W_])|(?=\d))(?:[0-9a-f]{{1,4}}{_COLON}|{_COLON}{{2}})(?:[0-9a-f]{{0,4}}{_COLON}){{0,6}}[0-9a-f]{{0,4}}"
    r"(?<![^:]:)(?!:[0-9a-f])"
)
# Letters may stand right beside it, in scripts that have no spaces.
_ADDRESS = re.compile(
    rf"(?:(?<![0-9a-z%\\])(?<!\d\.)|(?<=%[0-9a-f]{{2}}))(?:{_IPV4}|{_IPV6})(?![0-9a-z]|\.\d)", re.IGNORECASE
)
# Much quicker to search for, and part of every address.
_HINT = re.compile(r"\.\d{1,3}\\?\.|(?::|%3a)[0-9a-f]{0,4}\\?(?::|%3a)", re.IGNORECASE)
_BEFORE = 120  # characters that are looked at for what an address is
_ENCODED = 5  # times as many where they are percent-encoded
# What names somebody but the title of a page: a search for what they did, the id of a comment (which also names whom it
# answers), the parameter of a template.
_OTHERS = (
    r"[?&]\w{0,20}(?:user|username|target|ip)=|#c-(?:\S{1,100}-)?"
    r"|\{\{[^{}|\n]{1,60}\|\s{0,5}(?:(?:1|ip|user|username|target)\s{0,5}=\s{0,5})?"
)
_URL_BEGINS = re.compile(r"(?:\w://|\]\()\S*\Z")


def author_of(name: str, site: Site, wishes: Wishes) -> Person:
    """The person of that user name, as it stands in a signature or a page's history; "fr>Ann" is Ann of the wiki with
    the prefix "fr". IP addresses are shown only where that was wished for; the key is the same either way."""
    prefix, mark, rest = clean(name).partition(">")
    host = _host(site, prefix) if mark and rest else ""
    plain = upper_first(printable(rest if host else prefix + mark + rest).replace("#", "").strip())[:_LONGEST]
    host = host or site.key
    if not plain:
        return unknown_author(site)
    if is_ip(plain):
        shown = _canonical(plain) if wishes.show_ips else _pseudonym(plain, host)
        return Person(
            key=f"wiki:{host}:#{_digest(_canonical(plain), host)}", name=shown, names=(shown,), anonymous=True
        )
    return Person(key=f"wiki:{host}:{plain}", name=plain, names=(plain,), anonymous=is_temporary(plain))


def unknown_author(site: Site) -> Person:
    """Who wrote what nobody signed, where no history tells: no account, and one for the whole wiki."""
    return Person(key=f"wiki:{site.key}:#unknown", name="Unknown", names=("Unknown",), anonymous=True)


def address_digest(name: str, site: Site) -> str:
    """What an IP address is known by in keys: unlike pseudonyms, of which there are few, each has its own."""
    return slow_digest(_canonical(name), site)


def slow_digest(text: str, site: Site) -> str:
    """For short texts that somebody could find by trying, address by address."""
    return _digest(text, site.key)


def holds_address(text: str) -> bool:
    """Whether an IP address stands in a text, be it anybody's or not."""
    return bool(_HINT.search(text)) and any(_plain(match[0]) for match in _ADDRESS.finditer(text))


def pseudonym(name: str, site: Site) -> str:
    """What is shown in place of an IP address: "Anonymous 3f2a", the same throughout a wiki."""
    return _pseudonym(name, site.key)


def _pseudonym(name: str, host: str) -> str:
    return f"Anonymous {_digest(_canonical(name), host)[:_NAME_DIGITS]}"


@functools.lru_cache(maxsize=4096)
def _digest(address: str, host: str) -> str:
    digest = hashlib.pbkdf2_hmac("sha256", address.encode(), f"wiki:{host}".encode("utf-8", "replace"), _ROUNDS)
    return digest.hex()[:_KEY_DIGITS]


def _canonical(address: str) -> str:
    """One way to write each address: MediaWiki has IPv6 in upper case and in full, signatures are often shortened."""
    try:
        return str(ipaddress.ip_address(address)).upper()
    except ValueError:
        return address.lower()


def _host(site: Site, prefix: str) -> str:
    """The host of another wiki; "" where its prefix is not known."""
    return interwiki_url(site, prefix).partition("//")[2].partition("/")[0].lower()


@per_site
def _own_host(site: Site) -> str:
    """The wiki's own host, where that is an IP address (as of one on the reader's machine); else ""."""
    name = site.article_url.partition("//")[2].partition("/")[0].partition(":")[0]
    return _canonical(name) if is_ip(name) else ""


@functools.lru_cache(maxsize=4)
def _addresses_among(names: frozenset[str]) -> frozenset[str]:
    return frozenset(_canonical(name) for name in names if is_ip(name))


def masked(text: str, names: Collection[str], site: Site, wishes: Wishes) -> str:
    """The text with pseudonyms in place of the IP addresses that stand for people: those among `names`, and those that
    a link to a user's page or contributions names. Others (a version number, a server) stay. Works on Markdown, titles
    and URLs."""
    if wishes.show_ips or not _HINT.search(text):
        return text
    known = _addresses_among(frozenset(names)) | linked_addresses(text, site)
    if not known:
        return text

    def replaced(match: re.Match[str]) -> str:
        address = _plain(match[0])
        if address not in known:
            return match[0]
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if before.endswith("//") and address == _own_host(site):
            return match[0]
        shown = pseudonym(address, site)
        return shown.replace(" ", "_") if _URL_BEGINS.search(before) else shown

    return _ADDRESS.sub(replaced, text)


def linked_addresses(text: str, site: Site) -> frozenset[str]:
    """The IP addresses in a text (wikitext, HTML, Markdown, a title or a URL) that are told to stand for people: by
    links to their pages and to what they did, and by templates that name them."""
    if not _HINT.search(text):
        return frozenset()
    found: set[str] = set()
    for match in _ADDRESS.finditer(text):
        address = _plain(match[0])
        if address and address not in found and _is_linked(text, match.start(), site):
            found.add(address)
    return frozenset(found)


def _is_linked(text: str, place: int, site: Site) -> bool:
    before = text[max(0, place - _BEFORE) : place]
    if before[-1:].isspace() and "{{" not in before:  # so stand most that are no link
        return False
    if "%" in before:
        before = unquote(text[max(0, place - _BEFORE * _ENCODED) : place], errors="replace")
    return _links(site).search(before.replace("\\", "")) is not None


@functools.lru_cache(maxsize=4096)
def _plain(written: str) -> str:
    """The address that stands there, in its one form; "" if it is none (a time, a number of a chapter)."""
    address = re.sub("%3a", ":", written.replace("\\", ""), flags=re.IGNORECASE)
    return _canonical(address) if is_ip(address) else ""


@per_site
def _links(site: Site) -> re.Pattern[str]:
    """What stands right before a user's name in a link or a URL. On other wikis pages have other names, but their
    addresses look alike."""
    names = "|".join(re.escape(name).replace(r"\ ", "[ _]") for name in names_before_users(site))
    special = "|".join(re.escape(name).replace(r"\ ", "[ _]") for name in names_of_special_pages(site))
    own = re.escape(site.article_url.partition("$1")[0]) or "/wiki/"
    pages = rf"(?:{own}|/wiki/|/index\.php/|\btitle=)[^\s?&#<>|\[\]()]{{0,{_BEFORE}}}(?<!/)[:/]"
    return re.compile(rf"(?:{names}|\b(?:{special}):[^\n/|]{{1,60}}/|{pages}|{_OTHERS})\Z", re.IGNORECASE)

"""Who wrote: the people of a wiki, with those who had no account and whose names are IP addresses."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import re
from collections.abc import Collection
from urllib.parse import unquote

from importers.wiki.site import Site, per_site
from importers.wiki.titles import clean, interwiki_url, is_ip, is_temporary, names_before_users, upper_first
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
_IPV6 = r"(?:[0-9a-f]{0,4}(?:\\?:|%3a)){2,7}[0-9a-f]{0,4}"
_ADDRESS = re.compile(rf"(?:(?<![\w.\\])|(?<=%[0-9a-f]{{2}}))(?:{_IPV4}|{_IPV6})(?![\w:]|\.\d)", re.IGNORECASE)
# Much quicker to search for, and part of every address.
_HINT = re.compile(r"\.\d{1,3}\\?\.|(?::|%3a)[0-9a-f]{0,4}\\?(?::|%3a)", re.IGNORECASE)
_BEFORE = 120  # characters that are looked at for what an address is
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


@functools.lru_cache(maxsize=4)
def _addresses_among(names: frozenset[str]) -> frozenset[str]:
    return frozenset(_canonical(name) for name in names if is_ip(name))


def masked(text: str, names: Collection[str], site: Site, wishes: Wishes) -> str:
    """The text with pseudonyms in place of the IP addresses that stand for people: those among `names`, and those that
    a link to a user's page or contributions names. Others (a version number, a server) stay. Works on Markdown, titles
    and URLs."""
    if wishes.show_ips or not _HINT.search(text):
        return text
    found = {match[0] for match in _ADDRESS.finditer(text)}
    addresses = {written: plain for written in found if (plain := _plain(written))}
    if not addresses:
        return text
    authors, linked = _addresses_among(frozenset(names)), set()
    for match in _ADDRESS.finditer(text):
        before = unquote(text[max(0, match.start() - _BEFORE) : match.start()], errors="replace")
        if match[0] in addresses and _links(site).search(before.replace("\\", "")):
            linked.add(addresses[match[0]])

    def replaced(match: re.Match[str]) -> str:
        address = addresses.get(match[0], "")
        if address not in authors and address not in linked:
            return match[0]
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        shown = pseudonym(address, site)
        return shown.replace(" ", "_") if _URL_BEGINS.search(before) else shown

    return _ADDRESS.sub(replaced, text)


def _plain(written: str) -> str:
    """The address that stands there, in its one form; "" if it is none (a time, a number of a chapter)."""
    address = re.sub("%3a", ":", written.replace("\\", ""), flags=re.IGNORECASE)
    return _canonical(address) if is_ip(address) else ""


@per_site
def _links(site: Site) -> re.Pattern[str]:
    """What stands right before a user's name in a link or a URL."""
    names = "|".join(re.escape(name).replace(r"\ ", "[ _]") for name in names_before_users(site))
    return re.compile(rf"(?:{names})\Z", re.IGNORECASE)

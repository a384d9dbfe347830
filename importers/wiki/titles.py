"""Titles of pages: read the way a wiki reads the target of a link, and what their form tells."""

from __future__ import annotations

import html
import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from importers.wiki.archive_words import is_archive_part, is_date_part
from importers.wiki.site import Site, per_site

USER = 2
USER_TALK = 3
_SPECIAL = -1
_LONGEST = 1000  # characters; MediaWiki allows 255 bytes
_SPACES = re.compile("[ _\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\t\r\n]+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# What MediaWiki leaves as it is in a URL (wfUrlencode), beyond letters and digits.
_PLAIN_IN_URL = "-_.;@$!*(),/~:"
_TEMPORARY = re.compile(r"(?:~\d{4}-\d+(?:-\d+)*|\*Unregistered \d+)")
_OLD_IP = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.xxx", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """Which page. On another wiki the name is all that follows its prefix, and the namespace is 0."""

    namespace: int
    name: str  # without its namespace; spaces, no underscores; "" for a link to a place on the same page
    fragment: str = ""  # "Cucumbers" of "Talk:Foo#Cucumbers"
    interwiki: str = ""  # the prefix of another wiki, in lower case


@dataclass(frozen=True, slots=True)
class _Names:
    numbers: Mapping[str, int]  # every name of a namespace in lower case
    shown: Mapping[int, str]
    exact: frozenset[int]  # namespaces where the first letter of a title has its case
    interwiki: Mapping[str, str]
    contributions: frozenset[str]


@per_site
def _names(site: Site) -> _Names:
    numbers: dict[str, int] = {}
    for place in range(max((len(namespace.names) for namespace in site.namespaces), default=0)):
        for namespace in site.namespaces:  # the wiki's own names win over aliases
            if place < len(namespace.names):
                numbers.setdefault(namespace.names[place].replace("_", " ").strip().lower(), namespace.number)
    numbers.pop("", None)
    for name, number in _ENGLISH.items():
        numbers.setdefault(name, number)
    return _Names(
        numbers=numbers,
        shown={namespace.number: namespace.names[0] for namespace in site.namespaces if namespace.names},
        exact=frozenset(namespace.number for namespace in site.namespaces if not namespace.first_letter),
        interwiki={prefix.lower(): url for prefix, url in site.interwiki},
        contributions=frozenset(name.replace("_", " ").lower() for name in (*site.contributions, "Contributions")),
    )


_ENGLISH: Mapping[str, int] = {
    "media": -2,
    "special": -1,
    "talk": 1,
    "user": 2,
    "user talk": 3,
    "project": 4,
    "project talk": 5,
    "file": 6,
    "image": 6,
    "file talk": 7,
    "image talk": 7,
    "mediawiki": 8,
    "mediawiki talk": 9,
    "template": 10,
    "template talk": 11,
    "help": 12,
    "help talk": 13,
    "category": 14,
    "category talk": 15,
}
_SHOWN: Mapping[int, str] = {number: name.capitalize() for name, number in _ENGLISH.items() if "image" not in name} | {
    8: "MediaWiki",
    9: "MediaWiki talk",
}


def clean(text: str) -> str:
    """A title or user name as it is compared: NFC, single spaces for underscores and spaces of any kind, no invisible
    marks, no entities."""
    if "&" in text:
        text = html.unescape(text[:_LONGEST])
    text = _INVISIBLE.sub("", _SPACES.sub(" ", text[:_LONGEST])).strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def upper_first(name: str) -> str:
    """With its first letter in upper case, where MediaWiki has one for it: not for Georgian, nor "ß"."""
    first = name[:1].upper()
    if len(first) != 1 or "\u10d0" <= name[:1] <= "\u10ff":
        return name
    return first + name[1:]


def parse_title(site: Site, text: str, default: int = 0) -> Title:
    """The page that `text` names, as the target of a link: with or without a namespace (else `default`), in any of its
    names. Never fails: what MediaWiki would not take as a title comes out as it is."""
    text = text[: _LONGEST * 3]
    target, _, fragment = text.partition("#") if "&" not in text else html.unescape(text).partition("#")
    if "%" in target:
        target = unquote(target, errors="replace")
    target = clean(target)
    if target.startswith(":"):
        target, default = target[1:].lstrip(), 0
    names = _names(site)
    prefix, colon, rest = target.partition(":")
    namespace = names.numbers.get(prefix.rstrip().lower()) if colon else None
    if namespace is None and colon and prefix.strip().lower() in names.interwiki:
        return Title(0, rest.strip(" :"), clean(fragment), prefix.strip().lower())
    if namespace is None:
        namespace = default
    else:
        target = rest.lstrip()
    if namespace not in names.exact:
        target = upper_first(target)
    return Title(namespace, target, clean(fragment))


def resolve(site: Site, text: str, base: Title) -> Title:
    """Like `parse_title`, for a link that stands on the page `base`: "#Place", "/Sub" and "../Sister" go from there."""
    stripped = text.strip()
    if stripped.startswith("#"):
        return replace(base, fragment=clean(stripped[1:]))
    if stripped.startswith("/"):
        return parse_title(site, f"{_in_full(site, base)}{stripped.rstrip('/')}")
    if not stripped.startswith("../"):
        return parse_title(site, text)
    parts = base.name.split("/")
    while stripped.startswith("../") and len(parts) > 1:
        stripped, parts = stripped[3:], parts[:-1]
    name = "/".join([*parts, stripped]) if stripped.strip("/") else "/".join(parts)
    return parse_title(site, _in_full(site, replace(base, name=name.rstrip("/"))))


def _in_full(site: Site, title: Title) -> str:
    return full_title(site, title) if title.namespace else f":{title.name}"


def full_title(site: Site, title: Title) -> str:
    """The title with its namespace as the wiki writes it, without the fragment: "Diskussion:Gurken"."""
    if title.interwiki:
        return f"{title.interwiki}:{title.name}"
    if not title.namespace:
        return title.name
    shown = _names(site).shown.get(title.namespace) or _SHOWN.get(title.namespace, "")
    return f"{shown}:{title.name}" if shown else title.name


def page_url(site: Site, title: Title, fragment: str = "") -> str:
    """The address of the page, or of the place on it that `fragment` or the title itself names; "" where unknown."""
    if title.interwiki:
        pattern, name = interwiki_url(site, title.interwiki), title.name
    else:
        pattern, name = site.article_url, full_title(site, title)
    if "$1" not in pattern:
        return ""
    place = (fragment or title.fragment).replace(" ", "_")
    url = pattern.replace("$1", quote(_encodable(name.replace(" ", "_")), safe=_PLAIN_IN_URL))
    return f"{url}#{quote(_encodable(place), safe=_PLAIN_IN_URL)}" if place else url


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def family_of(site: Site, title: Title) -> Title:
    """The page whose archive this is ("Talk:Foo" of "Talk:Foo/Archive 1" and "Talk:Foo/2019/March"), or itself."""
    if title.interwiki or "/" not in title.name:
        return replace(title, fragment="")
    first, *parts = title.name.split("/")
    months = _months(site)
    archive = next((number for number, part in enumerate(parts) if is_archive_part(part, months)), None)
    if archive is not None:  # "Square/Archive/Technology/35" was cut from "Square/Technology"
        after = [
            part for part in parts[archive + 1 :] if not _is_number(part) and not is_date_part(part, months, bare=True)
        ]
        kept = [*_without_dates(parts[:archive], months), *after]
    else:
        kept = _without_dates(parts, months)
    return Title(title.namespace, "/".join([first, *kept]))


def issue_of(site: Site, title: Title) -> Title:
    """Like `family_of`, for news: dates at the end of a title are those of issues, and stay."""
    parts = title.name.split("/")
    months = _months(site)
    if len(parts) > 2 and _is_number(parts[-1]) and is_archive_part(parts[-2], months):
        parts = parts[:-2] if not is_date_part(parts[-1], months) else parts
    elif len(parts) > 1 and is_archive_part(parts[-1], months):
        parts = parts[:-1]
    return replace(title, name="/".join(parts), fragment="")


def _without_dates(parts: list[str], months: frozenset[str]) -> list[str]:
    """Without the date at the end: "2019", "2019/March", "2019/03/7"."""
    for number, part in enumerate(parts):
        later = parts[number + 1 :]
        if is_date_part(part, months) and all(
            _is_number(each) or is_date_part(each, months, bare=True) for each in later
        ):
            return parts[:number]
    return parts


def _is_number(part: str) -> bool:
    return part.strip().isdecimal()


@per_site
def _months(site: Site) -> frozenset[str]:
    lists = [names for style in site.dates for names in (style.months, style.genitive, style.short)]
    return frozenset(name.lower().rstrip(".") for names in lists for name in names if not name.isdecimal())


def user_of(site: Site, title: Title) -> str | None:
    """The user whose page, talk page or list of contributions this is; None for anything else, subpages too.

    One of another wiki is written as MediaWiki writes users it imported: "fr>Ann", after the wiki's prefix.
    """
    if title.interwiki:
        user = user_of(site, parse_title(site, title.name))
        return f"{title.interwiki}>{user}" if user and ">" not in user else None
    if title.namespace in (USER, USER_TALK):
        return _user_name(title.name)
    if title.namespace != _SPECIAL:
        return None
    page, _, name = title.name.partition("/")
    return _user_name(clean(name)) if page.lower() in _names(site).contributions else None


def _user_name(name: str) -> str | None:
    if not name or "/" in name:
        return None
    return name.upper() if ":" in name and is_ip(name) else upper_first(name)


def names_before_users(site: Site) -> list[str]:
    """What stands before a user's name in the title of a page of theirs: "User:", "Special:Contributions/", in all the
    names of the wiki."""
    names = _names(site)
    # As they are written, too: "İ" in lower case is two letters, which no pattern takes for the same.
    written = [
        name for namespace in site.namespaces if namespace.number in (USER, USER_TALK) for name in namespace.names
    ]
    users = [name for name, number in names.numbers.items() if number in (USER, USER_TALK)]
    return sorted({f"{name}:" for name in (*written, *users)} | {f":{name}/" for name in names.contributions})


def names_of_special_pages(site: Site) -> list[str]:
    """The namespace of special pages in all the names of the wiki: "Special"."""
    return sorted(name for name, number in _names(site).numbers.items() if number == _SPECIAL)


def interwiki_url(site: Site, prefix: str) -> str:
    """The address of pages of the wiki with that prefix, with "$1" for the title; "" where it is not known."""
    return _names(site).interwiki.get(prefix.lower(), "")


def is_ip(name: str) -> bool:
    """Whether somebody without an account wrote under this name: an IPv4 or IPv6 address, or an old, shortened one."""
    if not 2 <= len(name) <= 45 or not (name[0].isalnum() or name[0] == ":") or not ("." in name or ":" in name):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(_OLD_IP.fullmatch(name))
    return True


def address_at(part: str) -> int:
    """Where in a part of a title an IP address stands for somebody: 0 in "192.0.2.1", 10 in "User talk:192.0.2.1"; -1
    for nowhere."""
    starts = (0, *(colon.end() for colon in re.finditer(":", part)))
    return next((start for start in starts if is_ip(part[start:].strip())), -1)


def addresses_in(title: Title) -> frozenset[str]:
    """The IP addresses whose page this is, or that it is about."""
    parts = title.name.split("/")
    return frozenset(part[start:].strip() for part in parts if (start := address_at(part)) >= 0)


def is_temporary(name: str) -> bool:
    """Whether it is the name of a temporary account, as MediaWiki gives them: "~2025-12345-6"."""
    return bool(_TEMPORARY.fullmatch(name))


def is_talk(title: Title) -> bool:
    """Whether it is in a namespace for discussions."""
    return not title.interwiki and title.namespace > 0 and title.namespace % 2 == 1


def subject_of(title: Title) -> Title:
    """The page that a talk page is about; itself where it is none."""
    return Title(title.namespace - 1, title.name) if is_talk(title) else replace(title, fragment="")


def talk_of(title: Title) -> Title:
    """The talk page of a page; itself where it has none or is one."""
    if title.interwiki or title.namespace < 0 or is_talk(title):
        return replace(title, fragment="")
    return Title(title.namespace + 1, title.name)

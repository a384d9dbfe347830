"""Who is the same person: rules on names and addresses alone.

A wrong join puts words into somebody's mouth, a missed one costs a second account: so a full name in common is never
enough, and whoever is known by several full names is joined to nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from migrate.mail.names import is_full_name, is_role

# What stands before the @ where nobody reads; HyperKitty's for senders without address.
_NOT_READ = (
    "bounce bounces do-not-reply donotreply mailer-daemon no-reply nobody noreply notification notifications unknown"
)
_NOBODYS = frozenset(_NOT_READ.split())
_NOBODYS_ENDINGS = ("-bounces", "-do-not-reply", "-no-reply", "-noreply", "-request")
_NO_DOMAINS = (".invalid", ".local", ".localhost", ".test")  # RFC 2606 2, RFC 6762 3
MASKED = "masked:"  # how the key of a person begins of whose address only a part is known
_CUT = ("...", "…")  # web archives hide addresses so
_NO_KINDS = ("name", MASKED[:-1], "forgotten")  # what else keys of persons begin with
_PLACE = re.compile(r"(?P<kind>[^:]*):[^:]*(?::\d+(?=:.))?:(?=.)", re.DOTALL)  # of a key; a place may have a port
SHORTEST_LOCAL = 3  # characters before the @ that say something

# Where everybody has an address: the same provider is no sign of the same person.
_PROVIDERS = (
    "126 163 abv acm alice aliyun ameritech aol apache arcor att bellsouth bigfoot bigpond bluewin blueyonder bol"
    " btinternet centrum centurylink charter chello club-internet comcast compuserve concentric cox daum debian"
    " demon dplanet duck earthlink eircom email embarqmail erols excite fastmail foxmail free freemail freenet"
    " freeserve frontier fsnet github globo gmail gmx gnu google googlegroups googlemail hanmail hetnet hey home"
    " hotmail hushmail iafrica icloud ieee iinet inbox indiatimes interia internode juno kolumbus laposte libero"
    " list live localdomain lycos mac mail mailbox mailcity mchsi me mindspring msn nate naver neostrada netcom"
    " netscape netvigator netzero neuf noos ntlworld numericable o2 onet online optonline optusnet orange outlook"
    " ozemail pacbell panix paradise planet pobox posteo prodigy proton protonmail qq rambler rediffmail riseup"
    " roadrunner rocketmail rogers rr runbox sapo sbcglobal seznam sfr shaw sina skynet sonic sourceforge speakeasy"
    " swbell swipnet sympatico t-online talktalk tele2 telenet telia telstra telus terra tin tiscali tom tutanota"
    " ukonline ukr uol usa verizon videotron virgilio vodafone vsnl wanadoo web windstream worldnet wp xs4all xtra"
    " yahoo yandex yeah ymail zoho zonnet"
)
PROVIDERS = frozenset(_PROVIDERS.split())
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "me", "ne", "net", "nom", "or", "org"))


def name_key(name: str) -> str:
    """What is equal for spellings of one full name: without accents, initials and case. Empty where it is none."""
    if not is_full_name(name):
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = [word for word in plain.casefold().replace(".", " ").replace(",", " ").split() if len(word) > 1]
    return " ".join(words) if len(words) > 1 else ""


def organisation(address: str) -> str:
    """What people of one organisation have in common behind the @: "example.org", "example.co.uk".

    Empty for providers and for hosts without a domain.
    """
    labels = address.rpartition("@")[2].split(".")
    length = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    if len(labels) < length or labels[-length] in PROVIDERS:
        return ""
    return ".".join(labels[-length:])


def are_one(address: str, other: str) -> bool:
    """Whether two addresses with the same full name are one person's: called the same, or of one organisation."""
    return not traits(address).isdisjoint(traits(other))


def traits(address: str) -> frozenset[str]:
    """What it takes to be one person's, if only one of these is in common: what stands on either side of the @."""
    if is_role(address):
        return frozenset()
    local, domain = _local(address), organisation(address)
    return frozenset([*([f"{local}@"] if len(local) >= SHORTEST_LOCAL else []), *([f"@{domain}"] if domain else [])])


def place_of(key: str) -> str:
    """The place that tells people apart by their names there, of a key like KIND:PLACE:NAME: "KIND:PLACE:"; else ""."""
    found = _PLACE.match(key)
    return found[0] if found and found["kind"] not in _NO_KINDS else ""


def is_told_apart(key: str) -> bool:
    """Whether a person's key says that nobody else of a like name is the same: only a part of the address is known, or
    the place itself tells people apart (KIND:PLACE:NAME, as a wiki does with its users)."""
    return key.startswith(MASKED) or bool(place_of(key))


def is_usable(address: str, lists: Collection[str] = ()) -> bool:
    """Whether an account may stand under this address, so that whoever reads its mail can take it over.

    `lists` are keys of sources: what a list is called is no person's address.
    """
    local, at, host = address.lower().rpartition("@")
    if not (local and at) or "." not in host or f".{host}".endswith(_NO_DOMAINS) or ".noreply." in f".{host}.":
        return False
    if local in _NOBODYS or local.endswith(_NOBODYS_ENDINGS) or local.endswith(_CUT) or host.startswith(_CUT):
        return False
    return f"{local}.{host}" not in lists and f"{local}@{host}" not in lists


def _local(address: str) -> str:
    """What stands before the @, without the tag that many providers let people add behind a plus."""
    return address.partition("@")[0].partition("+")[0]

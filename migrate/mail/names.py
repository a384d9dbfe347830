"""What a display name and an address say of who stands behind them: a person, several, or a program."""

from __future__ import annotations

import re

MOST_WORDS = 5  # of a person's name

# What stands before the @ where several write, or nobody. Not "lists" or "mail": people have these for themselves.
_ROLES = (
    "abuse admin administrator announce bugs bugzilla bugzilla-daemon buildbot daemon do-not-reply donotreply"
    " editor feedback help helpdesk hostmaster info jira listserv mailer-daemon mailman majordomo marketing"
    " members moderator newsletter no-reply nobody noreply notification notifications office postmaster press"
    " sales secretary security service staff subscribe support team unknown unsubscribe webmaster www-data"
)
ROLES = frozenset(_ROLES.split())
_ROLE_ENDINGS = ("-owner", "-bounces", "-request", "-admin", "-noreply", "-no-reply", "+owner")
_SHARED = frozenset(("invalid@example.com", "unknown@example.com"))  # HyperKitty for senders without address
_TEAMS = (
    "account admin administrator alerts announcements anonymous association board bot bugzilla buildbot club"
    " committee community customer daemon department editor forum foundation group groups guest info jenkins"
    " jira list lists mailing manager marketing member moderator network news newsletter noreply notification"
    " notifications office owner press project sales secretary security service services staff subscriber"
    " support system team test tracker unknown user users webmaster"
)
_ROLE_WORDS = frozenset(_TEAMS.split())

_SURNAME_FIRST = re.compile(
    r"((?:(?:van|von|de|del|der|den|di|da|la|le|ter|ten|zu|Al|Van|Von|De|La|Le)[ ]){0,3}[^\W\d_][\w'’.-]{0,40}), ?"
    r"([^\W\d_][\w'’.-]{0,40}(?: [^\W\d_][\w'’.-]{0,40})?)((?: [(\[][^()\[\]]{1,60}[)\]])?)\Z"
)
_AFTER_NAMES = (
    "jr sr ii iii iv phd ph.d md m.d esq inc ltd llc llp corp co company gmbh ag kg ev sa bv plc pty cissp dds mba msc"
    " bsc rn usa uk"
)
_SUFFIXES = frozenset(_AFTER_NAMES.split())
_VOWEL = re.compile("[AEIOUY]")
_SCOTS = re.compile(r"\bMc(?=[^\W\d_]{3})([^\W\d_])")
_SHOUTED = re.compile(r"[^\W\d_]{2,40}(?:[ '-][^\W\d_]{1,40}){1,5}\Z")


def spoken_name(name: str) -> str:
    """The name as people say it: "Lee, Ann" is Ann Lee, and nobody's name is ANN LEE."""
    if "," in name and (match := _SURNAME_FIRST.match(name)) and not _is_of_several(name):
        surname, given = match[1], match[2]
        # "Oxford, UK" is no name, and "LEE, ANN" is one.
        if surname.isupper() or not (given.isupper() and given.isalpha() and len(given) > 1):
            name = f"{given} {surname}{match[3]}"
    words, bracket, rest = name.partition(" (")
    if words.isupper() and " " in words and _SHOUTED.match(words) and not _is_of_several(words):
        # Without vowels it is initials; Python keeps the dot of a Turkish capital apart.
        words = " ".join(map(_not_shouted, words.split(" "))).replace("i\u0307", "i")
    return words + bracket + rest


def _not_shouted(word: str) -> str:
    is_initials = word.isascii() and not _VOWEL.search(word)
    return word if is_initials else _SCOTS.sub(lambda found: f"Mc{found[1].upper()}", word.title())


def _is_of_several(name: str) -> bool:
    """Whether one of the words is what companies and teams are called, or stands behind names."""
    words = {word.strip(".,()").lower() for word in name.split()}
    return not words.isdisjoint(_SUFFIXES) or not words.isdisjoint(_ROLE_WORDS)


def is_role(address: str) -> bool:
    """Whether an address is that of a task or a program and not of one person."""
    local = address.partition("@")[0].lower()
    return local in ROLES or local.endswith(_ROLE_ENDINGS) or address in _SHARED


def is_full_name(name: str) -> bool:
    """Whether this is a first and a last name, and not what a team or a program calls itself."""
    words = [word.strip(".,()'\"") for word in name.casefold().split()]
    return (
        len([word for word in words if len(word) > 1 and word.replace("-", "").replace("'", "").isalpha()]) >= 2
        and not _ROLE_WORDS.intersection(words)
        and len(words) <= MOST_WORDS
    )

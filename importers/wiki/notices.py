"""What machines and greeters leave on talk pages: newsletters, welcomes and notices, so that they can be left out."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import datetime

from importers.wiki.site import Site
from importers.wiki.templates.names import known

NEWSLETTER, WELCOME, BOT = "Newsletter", "Welcome", "Bot notice"

# MassMessage leaves a comment below each copy, in the wiki's language: "… User:Ann@metawiki … https://…?oldid=1".
_DELIVERED = re.compile(
    r"<!--(?P<before>[^<>\n@]{1,120})@(?P<wiki>[\w-]{1,60})\s[^<>\n]{0,100}?(?P<list>https?://[^\s<>]{1,600})"
)
# What delivered messages on Wikimedia's wikis before that: "<!-- EdwardsBot 0303 -->".
_DELIVERED_BY = re.compile(r"<!--\s{0,3}(?:EdwardsBot|Global message delivery|Distributed via)\s([^<>\n]{0,300})", re.I)
_DELIVERERS = frozenset(("mediawiki message delivery", "global message delivery", "edwardsbot"))
_REVISION = re.compile(r"[?&]oldid=\d+")
# Templates that were substituted leave their name in a comment.
_SUBSTITUTED = re.compile(
    r"<!--\s{0,3}(?:Template|Vorlage|Modèle|Plantilla|Szablon|Sjabloon|Predefinição|Шаблон|قالب|Mall|Malline|Sablon)"
    r"\s{0,3}:\s{0,3}([^<>\n|]{1,100}?)\s{0,3}-->",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\{\{(?:subst:)?[ \n]{0,3}([^{}|<>\[\]#\n]{1,100})(?=[|}\n])")
# Warnings and notices that tools place: of vandalism, deletion, pictures, links to pages with several meanings.
_NOTICE = re.compile(
    r"uw-|(?:afd|mfd|tfd|cfd|ffd|rfd|prod|db|di|dyk|csd|blp ?prod|bots?|ga|arbcom|tb|talkback)\b"
    r"|(?:orphan|missing|unsourced|file|image) |disambig|.*\b(?:notice|warning|notification)\b",
    re.IGNORECASE,
)
_BOT = re.compile(r"bot(?![^\W\d_])|Bot(?![a-z])|BOT(?![A-Z])|(?:бот|μποτ|봇)(?!\w)|بوت|ربات|בוט|ボット|机器人|機器人")
_NO_BOT = re.compile(r"(?:abb|talb|cab|sab|job|wilb)ot\b", re.IGNORECASE)
_MACHINES = frozenset(
    [
        "abuse filter",
        "babel autocreate",
        "commonsdelinker",
        "flow talk page manager",
        "global rename script",
        "maintenance script",
        "mediawiki default",
        "new user message",
        "translation notification",
    ]
)
# After a word of welcome: "Welcome to …", "Bienvenue sur …". "Welcome page" is a subject.
_TO_WORDS = "to on sur à auf bei in zu en a al ao na no su til till på op tot do w в на до u i la"
_TO = frozenset(_TO_WORDS.split())
# Ordinary headings, though templates for newcomers are called that as well.
_GREETING_WORDS = "hello hi hola udv üdv witam sveiki barka karibu مرحبا привітання вітаю w"
_GREETINGS = frozenset(_GREETING_WORDS.split())
_SPACES = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a section begins with, where that is nothing that a person said there."""

    label: str  # NEWSLETTER, WELCOME or BOT
    digest: str = ""  # of a delivery: the same for all its copies, on whatever page


def notice_of(
    text: str, site: Site, *, heading: str = "", author: str | None = None, at: datetime | None = None
) -> Notice | None:
    """What the first comment of a section is, or None for something that a person said there.

    `text` is its wikitext or HTML, with the comments in it (`<!-- … -->`); `heading` the section's, as plain text;
    `author` a user name and `at` the date of the signature.
    """
    delivery = _delivery(text, author)
    if delivery is not None:
        return Notice(NEWSLETTER, _digest(delivery, heading, at))
    substituted = _SUBSTITUTED.findall(text)
    if _welcomes(heading, site) or any(_is_welcome(name, site) for name in [*substituted, *_CALLED.findall(text)]):
        return Notice(WELCOME)
    by_machine = author is not None and is_machine(author)
    return Notice(BOT) if by_machine or any(map(_NOTICE.match, substituted)) else None


def is_machine(name: str) -> bool:
    """Whether a user name says that a machine writes under it."""
    return name.lower() in _MACHINES or bool(_BOT.search(name) and not _NO_BOT.search(name))


def _delivery(text: str, author: str | None) -> str | None:
    """Who sent it by which list, where it was delivered to many pages; without the list's revision at that time."""
    found = _DELIVERED.search(text)
    if found:
        sender = found["before"].rpartition(":")[2]
        return f"{sender}@{found['wiki']} {_REVISION.sub('', html.unescape(found['list']))}"
    older = _DELIVERED_BY.search(text)
    if older:
        return older[1]
    return author if author and author.lower() in _DELIVERERS else None


def _digest(delivery: str, heading: str, at: datetime | None) -> str:
    parts = (delivery, heading, at.date().isoformat() if at else "")
    plain = "\n".join(_SPACES.sub(" ", part).strip().casefold() for part in parts)
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]


def _welcomes(heading: str, site: Site) -> bool:
    words = heading.strip(" !.¡👋").casefold().split()[:3]
    whole = heading.strip(" !.¡👋").casefold()
    if not words or words[0].rstrip("!") in _GREETINGS:
        return False
    return _is_welcome(whole, site) or (words[1:2] != [] and words[1] in _TO and _is_welcome(words[0], site))


def _is_welcome(name: str, site: Site) -> bool:
    found = known(_SPACES.sub(" ", name).strip(), site.language)
    return found is not None and found.kind == "welcome"

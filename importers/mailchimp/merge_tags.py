"""Merge tags: what Mailchimp filled in for each reader. Filled in here as for a reader of whom nothing is known.

Nobody's name, address or interests come out of it; what is the same for everybody (the subject, the year, the name of
the audience) does. What stood for the way out of the list becomes a mark, by which the footer is found.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from importers.mailchimp import conditionals, greetings
from importers.mailchimp.dates import php_date
from importers.mailchimp.facts import Facts

# Characters that no text holds, put where a tag stood.
LEAVES = "\ufdd6"  # the way out of the list, its address: surely the footer
NEAR = "\ufdd7"  # what stands in footers for the most part: the reader's address, the way to forward
HERE = "\ufdd8"  # the address of this campaign on the web, where nobody knows it
GONE = "\ufddc"  # anything else that is nothing here; the parameter of an address that held it goes, too
MARKS = re.compile(f"[{LEAVES}{NEAR}{HERE}{GONE}{greetings.READER}]")

_TAG = re.compile(r"\*\|\s{0,3}([A-Za-z](?:[^|\n<]|<(?![a-zA-Z/!])){0,400})\|\*")
_ENCODED = re.compile(
    r"(?:%2A|\*)(?:%7C|\|)((?:[\w:$.,=+\[\] -]|%(?!7C)[0-9A-F]{2}){1,200})(?:%7C|\|)(?:%2A|\*)", re.IGNORECASE
)
# Somebody made the tag bold, or half of it.
_DRESSED = re.compile(
    r"\*(?:<[^<>]{0,200}>){0,3}\|((?:<[^<>|]{0,200}>){0,4})([\w:]{1,60})((?:<[^<>|]{0,200}>){0,4})\|(?:<[^<>]{0,200}>){0,3}\*"
)
_LEFT_OVER = re.compile(r"\\?\*\\?\|[^|\n]{1,400}\|\\?\*|%2A%7C[^\s()|]{1,200}?%7C%2A", re.IGNORECASE)

_VIDEO = re.compile(r"\$vid=([\w-]{1,40})")
_VIDEOS = {"YOUTUBE": "https://www.youtube.com/watch?v=", "VIMEO": "https://vimeo.com/"}
_FIELD = re.compile(
    r"(?:(?:UPPER|LOWER|TITLE|HTML|URL|PHONE|IMAGE):)?\w{1,60}\Z|(?:GROUPS|INTERESTS|PROMO_CODE|COUPON):"
)
_RATING = re.compile(r"\ARATING:", re.IGNORECASE)
_LEAVING = re.compile(
    r"(?:UNSUB|UPDATE_PROFILE|ABOUT_LIST|ABUSE_EMAIL|(?:HTML:)?REWARDS(?:_TEXT)?|(?:HTML:)?LIST[:_]ADDRESS\w*"
    r"|LIST[:_](?:DESCRIPTION|ABUSE_EMAIL|UNSUB|PHONE))\Z"
)
_NEAR_LEAVING = re.compile(
    r"(?:EMAIL|FORWARD|FORWARD_\w+|LIST:(?:EMAIL|URL|SUBSCRIBE|RECENT|SUBSCRIBERS)|UNIQID|EMAIL_UID)\Z"
)
# Parts of the page rather than of the text: buttons, tables of contents, what the hidden first line says.
_FURNITURE = re.compile(
    r"(?:MC:TOC\w*|MC_PREVIEW_TEXT|MC:PREVIEW_TEXT|TRANSLATE|FACEBOOK|TWITTER|GOOGLE|SHARE|SOCIAL|ARCHIVE_PAGE|RSS\w*|FEED\w*"
    r"|END|BRAND|CAMPAIGN_UID|MC:TITLE|MC_LANGUAGE\w*)\b"
)


class Filled(NamedTuple):
    """The text without tags, and how many of each kind went with a loss."""

    text: str
    reader: int = 0  # places with the reader's own data
    passages: int = 0  # passages that only some readers got
    feeds: int = 0  # blocks that are filled from a feed
    odd: int = 0  # what is no tag that is known here, or lacks its partner


def fill(text: str, facts: Facts, *, markup: bool) -> Filled:
    """The text with its tags resolved or removed; `markup`: it is HTML. It holds none of the marks' characters before.

    Marks stay in it where the footer is to be looked for; whoever reads on removes those that are left (`MARKS`).
    """
    if "*" not in text and "%2a" not in text.lower():
        return Filled(text)
    text = _ENCODED.sub(lambda found: f"*|{unquote(found[1])}|*", text)
    if markup:
        text = _DRESSED.sub(r"\1*|\2|*\3", text)
    resolved = conditionals.resolve(text, _known(facts))
    values = _values(facts)
    odd = resolved.unbalanced

    def filled(found: re.Match[str]) -> str:
        nonlocal odd
        name = html.unescape(found[1]).strip()
        value = _value(name, values, facts)
        if value is None:
            odd += 1
            return GONE
        return html.escape(value) if markup else value

    text = _TAG.sub(filled, resolved.text)
    greeted = greetings.without_reader(text, markup=markup)
    return Filled(greeted.text, greeted.places, resolved.personal, resolved.feeds, odd)


def without_left_over(text: str) -> tuple[str, int]:
    """Markdown without anything that still looks like a tag, and how many did."""
    return _LEFT_OVER.subn("", text)


def _known(facts: Facts) -> Mapping[str, str]:
    # What was mailed is wanted, not its page in the archive.
    known = {"ARCHIVE_PAGE": "", "MC_PREVIEW_TEXT": "", "REWARDS": ""}
    return known | {"MC_LANGUAGE": facts.language[:2]} if facts.language else known


def _values(facts: Facts) -> Mapping[str, str]:
    date = facts.sent_at
    return {
        "MC:SUBJECT": title(facts),
        "MC:DATE": date.date().isoformat() if date else "",
        "CURRENT_YEAR": str(date.year) if date else "",
        "LIST:NAME": facts.list_name,
        "LIST_NAME": facts.list_name,
        "LIST:COMPANY": facts.company,
        "LIST_COMPANY": facts.company,
        "USER:COMPANY": facts.company,
        "MC:FROM_NAME": facts.from_name,
        "ARCHIVE": facts.archive_url or HERE,
        "ARCHIVE_LINK_SHORT": facts.archive_url or HERE,
        "URL:ARCHIVE_LINK_SHORT": facts.archive_url or HERE,
        "CAMPAIGN_URL": facts.archive_url or HERE,
    }


def _value(name: str, values: Mapping[str, str], facts: Facts) -> str | None:
    """What stands for a tag; None where nobody knows what it was."""
    upper = name.upper()
    kind, _, rest = name.partition(":")
    if upper in values:
        return values[upper]
    if kind.upper() == "DATE":
        return php_date(rest, facts.sent_at) if facts.sent_at else ""
    if kind.upper() in _VIDEOS:
        video = _VIDEO.search(rest)
        return _VIDEOS[kind.upper()] + video[1] if video else ""
    if kind.upper() in ("SURVEY", "POLL"):
        return _RATING.sub("", rest).strip()
    if _LEAVING.match(upper):
        return LEAVES
    if _NEAR_LEAVING.match(upper):
        return NEAR
    if _FURNITURE.match(upper):
        return GONE
    return greetings.READER if _FIELD.match(upper) else None


def title(facts: Facts) -> str:
    """The subject without tags: one line. "" where the export knows none."""
    subject = conditionals.resolve(facts.subject[:2000], _known(facts)).text
    names = {"LIST:NAME": facts.list_name, "LIST:COMPANY": facts.company}
    date = facts.sent_at
    if date:
        names |= {"MC:DATE": date.date().isoformat(), "CURRENT_YEAR": str(date.year)}

    def filled(found: re.Match[str]) -> str:
        value = _value(found[1].strip(), names, facts)
        return value if value and not MARKS.fullmatch(value) else greetings.READER

    text = greetings.without_reader(_TAG.sub(filled, subject), markup=False).text
    return " ".join(MARKS.sub("", without_left_over(text)[0]).split())

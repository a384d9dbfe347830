"""References to people in neutral Markdown: `[Ann](person:KEY)`, where a text names somebody the source knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

PERSON = "person:"
# Of a target, for patterns: all that `person_target` writes.
KEY = r"[A-Za-z0-9_.~:%-]+"
_MENTION = re.compile(rf"(?<!\\)\[(?P<shown>(?:[^\[\]\\]|\\.){{0,1000}})\]\({PERSON}(?P<key>{KEY})\)", re.DOTALL)


def person_target(key: str) -> str:
    """The target of a link to the person of that key: percent-encoded, so that nothing in it acts in Markdown."""
    return PERSON + quote(key, safe=":", errors="replace")


def person_key(target: str) -> str:
    """The person's key in such a target, with or without "person:" before it."""
    return unquote(target.removeprefix(PERSON), errors="replace")


def change_mentions(text: str, change: Callable[[str, str], str | None]) -> str:
    """The text with each reference replaced by what `change` makes of it: it gets the Markdown shown and the person's
    key, and returns what is to stand there instead, or None to leave it."""
    if PERSON not in text:
        return text
    return _MENTION.sub(lambda found: _or(change(found["shown"], person_key(found["key"])), found[0]), text)


def _or(changed: str | None, before: str) -> str:
    return before if changed is None else changed

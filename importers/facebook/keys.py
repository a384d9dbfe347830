"""What a post, a person and a group are known by, whatever export they stand in: Facebook's downloads hold no ids."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from importers.facebook.bodies import plain
from importers.facebook.groups import folded

TELLING = 100  # characters of a text that count


def source_key(group: str) -> str:
    """The key of a group, by its name."""
    return f"facebook:{folded(group)}"


def person_key(name: str) -> str:
    """The key of a person, by name: the exports of members hold nothing else that others would hold, too."""
    return f"facebook:{folded(name)}"


def message_key(group: str, author: str, sent_at: datetime | None, text: str, *, own: str = "") -> str:
    """The key of a post or comment: the same in every member's download and in dumps that hold the group's name.

    `author` is the name, `sent_at` counts to the second, `text` is what its author wrote, as it was written.
    `own` tells it from others where author or date do not: who writes "Thanks!" does so twice a day.
    """
    seconds = "" if sent_at is None else str(int(sent_at.timestamp()))
    words = " ".join(plain(text).split())[:TELLING]  # tags of people are spelt out in some exports only
    parts = "\0".join((folded(group), folded(author), seconds, words, *filter(None, [own])))
    return f"facebook.{blake2b(parts.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def unplaced_key(group: str, sent_at: datetime | None) -> str:
    """What gathers the comments of a month whose post cannot be told: no message has this key."""
    month = "undated" if sent_at is None else f"{sent_at:%Y-%m}"
    return f"facebook:unplaced:{folded(group)}:{month}"

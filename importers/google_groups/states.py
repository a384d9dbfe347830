"""What the labels of a group's messages say of their topic: a translated sentence each, where a mailbox has folders."""

from __future__ import annotations

from collections.abc import Iterator

from importers.google_groups import words
from importers.google_groups.tables import folded, has_any
from migrate.mail.headers import Headers, decode_header
from migrate.text import mask_addresses, printable

MAX_LABELS = 50
LONGEST_LABEL = 100


def labels(headers: Headers) -> list[str]:
    """The labels of a message, decoded."""
    value = decode_header(headers.first(b"x-gmail-labels"), [])
    return [label.strip(' "') for label in value.split(",")[:MAX_LABELS] if label.strip(' "')]


def states(label: str) -> Iterator[str]:
    """ "pinned" and "closed", as far as the label says so."""
    text = folded(label)
    if not has_any(text, words.NOT_STATES):
        yield from (state for state, spellings in words.STATES.items() if has_any(text, spellings))


def shown(label: str) -> str:
    """A label as it may stand in a report."""
    return printable(mask_addresses(label[:LONGEST_LABEL]))

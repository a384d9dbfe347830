"""What Mailman 2's own thread pages say of a list: the parent of each message, within its month."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header

from fidelity.headers import Headers

_PREFIX = re.compile(r"(?:\[[^\]]*\]\s*)*\w{1,4}(?:\[\d+\])?\s*:")  # "[List] Re[2]:"
_COMMENT = re.compile(r"\((.*)\)\s*\Z", re.DOTALL)  # pipermail's From: "ann at example.org (Ann Lee)"

Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Mailman's answer for one message; messages by their place."""

    child: str
    parent: str | None  # None where it starts a thread
    by_reference: bool  # the message itself names this parent
    fresh: bool  # it names and quotes no other mail, and its subject is not that of a reply


def answers(entries: list[Entry], headers: dict[str, Headers]) -> Iterator[Answer]:
    """The answers that can be trusted; `headers` by place."""
    places: dict[str, str] = {}
    for place, header in headers.items():
        if header.id:
            places.setdefault(header.id, place)
    sound = {(entry["month"], entry["n"]): place for entry, place in _sound(entries, places, headers)}
    for entry in entries:
        child = sound.get((entry["month"], entry["n"]))
        parent = sound.get((entry["month"], entry["parent_n"]))
        if child and (parent or entry["parent_n"] is None):
            by_reference = parent is not None and headers[parent].id in headers[child].references
            is_answer = headers[child].is_answer or headers[child].quotes or _PREFIX.match(entry["subject"])
            yield Answer(child, parent, by_reference, fresh=not is_answer)


def _sound(entries: list[Entry], places: dict[str, str], headers: dict[str, Headers]) -> Iterator[tuple[Entry, str]]:
    """The entries of known messages, with their place.

    Where a page shows no id of its message, an entry has that of a neighbour: of the parent, or of an answer. Then the
    author is another one, or several entries claim one id.
    """
    claimed = []
    for entry in entries:
        place = places.get((entry["msgid"] or "").strip("<>"))
        if place and entry["msgid"] != entry["parent_msgid"] and _is_author(entry["author"], headers[place].sender):
            claimed.append((entry, place))
    claims = Counter(place for _, place in claimed)
    return (item for item in claimed if claims[item[1]] == 1)


def _is_author(name: str, sender: str) -> bool:
    shown = _COMMENT.search(sender)
    return _decoded(name) == _decoded(shown[1] if shown else sender)


def _decoded(name: str) -> str:
    try:
        name = str(make_header(decode_header(name)))
    except (LookupError, UnicodeError, ValueError):  # an unknown charset, damaged bytes, damaged base64
        return name
    return " ".join(name.lower().split())

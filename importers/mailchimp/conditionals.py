"""Passages of a campaign that only some readers got: which of them everybody else saw instead.

`*|IF:FNAME|* … *|ELSEIF:LNAME|* … *|ELSE:|* … *|END:IF|*`, `*|IFNOT:…|*`, `*|INTERESTED:…|*`, and the blocks that
repeat the posts of a feed. They nest, they cross the markup, and people forget to close them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

_PART = re.compile(
    r"\*\|\s{0,3}(IF|IFNOT|ELSEIF|ELSE|INTERESTED|FEEDBLOCK|FEEDITEMS|RSSITEMS|RSS|END)\s{0,3}:"
    r"((?:[^|\n<]|<(?![a-zA-Z/!])){0,400})\|\*",
    re.IGNORECASE,
)
_FEEDS = frozenset(("FEEDBLOCK", "FEEDITEMS", "RSSITEMS", "RSS"))
_CONDITION = re.compile(r"(\w{1,80})\s{0,3}(?:(=|!=)(.{0,200}))?\Z")
_WORDS = re.compile(r"<[^<>]{0,2000}>|\*\|[^|]{0,300}\|\*|&\w{1,30};|(\w)")


class Resolved(NamedTuple):
    """The text that remains, and how many passages went: those of some readers, of feeds, and marks without partner."""

    text: str
    personal: int
    feeds: int
    unbalanced: int


@dataclass(slots=True)
class _Part:
    start: int
    stop: int
    word: str  # "IF"
    value: str  # "FNAME=Ann"
    closed: bool = False  # has an end, or is a mark within something that has


@dataclass(slots=True)
class _Frame:
    """What is open."""

    taken: bool  # one of its branches was shown
    shown: bool  # the branch that is open is
    feed: bool  # a block that Mailchimp fills from a feed


def resolve(text: str, known: Mapping[str, str]) -> Resolved:
    """The text with one branch of each conditional.

    `known` says what holds for everybody, such as {"REWARDS": ""}; of any other field nothing is known, so that
    its conditional yields what stands behind `ELSE`. The passage behind a mark that nothing closes stays.
    """
    parts = [_Part(found.start(), found.end(), found[1].upper(), found[2].strip()) for found in _PART.finditer(text)]
    if not parts:
        return Resolved(text, 0, 0, 0)
    _pair(parts)
    return _taken(text, parts, {name.upper(): value for name, value in known.items()})


def _pair(parts: list[_Part]) -> None:
    """Mark the parts that belong to something that is opened and closed."""
    opened: list[_Part] = []
    within: list[list[_Part]] = []  # the marks of each that is open
    counts: dict[str, int] = {}
    for part in parts:
        if part.word == "END":
            kind = part.value.rstrip(":").strip().upper()
            while counts.get(kind):
                begin, marks = opened.pop(), within.pop()
                name = _closes(begin.word)
                counts[name] -= 1
                if name == kind:
                    for one in (begin, *marks, part):
                        one.closed = True
                    break
        elif part.word in ("ELSE", "ELSEIF"):
            if within and opened[-1].word not in _FEEDS:
                within[-1].append(part)
        else:
            opened.append(part)
            within.append([])
            counts[_closes(part.word)] = counts.get(_closes(part.word), 0) + 1


def _closes(word: str) -> str:
    return "IF" if word == "IFNOT" else word


def _taken(text: str, parts: list[_Part], known: Mapping[str, str]) -> Resolved:
    pieces: list[str] = []
    frames: list[_Frame] = []
    hidden = in_feed = 0  # how many of the frames are not shown, and of those are of a feed
    at = personal = feeds = unbalanced = 0
    for part in parts:
        between = text[at : part.start]
        at = part.stop
        if not hidden:
            pieces.append(between)
        elif not in_feed and _says_something(between):
            personal += 1
        if not part.closed:
            unbalanced += part.word != "RSS"  # which may be a tag that needs no end
            continue
        before = frames[-1] if part.word in ("END", "ELSE", "ELSEIF") else None
        if before and not before.shown:
            hidden -= 1
            in_feed -= before.feed
        after = _next(frames, part, known)
        if after and not after.shown:
            hidden += 1
            in_feed += after.feed
        feeds += part.word in ("RSSITEMS", "FEEDBLOCK", "RSS")
    pieces.append(text[at:])
    return Resolved("".join(pieces), personal, feeds, unbalanced)


def _next(frames: list[_Frame], part: _Part, known: Mapping[str, str]) -> _Frame | None:
    """Open, switch or close; the frame that this leaves open, if it is its own."""
    if part.word == "END":
        frames.pop()
        return None
    holds = _holds(part.value, known)
    if part.word in ("ELSE", "ELSEIF"):
        frame = frames[-1]
        frame.shown = not frame.taken and (part.word == "ELSE" or holds is True)
        frame.taken = frame.taken or frame.shown
        return frame
    shown = part.word not in _FEEDS and (holds is not True if part.word == "IFNOT" else holds is True)
    frames.append(_Frame(shown, shown, part.word in _FEEDS))
    return frames[-1]


def _holds(condition: str, known: Mapping[str, str]) -> bool | None:
    """Whether the condition of a mark holds; None where it is about the reader."""
    found = _CONDITION.match(condition)
    if not found or found[1].upper() not in known:
        return None
    value = known[found[1].upper()]
    if not found[2]:
        return bool(value)
    return (value.casefold() == found[3].strip().casefold()) == (found[2] == "=")


def _says_something(text: str) -> bool:
    return any(found[1] for found in _WORDS.finditer(text))

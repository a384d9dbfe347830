"""Reading the titles of a download: in which group something was posted, and whose post was commented on.

First the names that the download itself holds are looked for, which does in any language; then the templates of
`phrases`; then what the titles of groups known by name have around the name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Literal

from importers.facebook.groups import folded
from importers.facebook.phrases import PHRASES
from importers.facebook.text import LONGEST_NAME

MOST_FRAMES = 100
_ENDS = " .。।\u200e\u200f"
_QUOTES = "\"'“”„«»‹›「」『』"
_IDEOGRAPHS = 0x2E80  # from here on scripts that put no blanks between words, and Hangul
Kind = Literal["posted", "commented", "replied"]
_KINDS: tuple[Kind, ...] = ("posted", "replied", "commented")


@dataclass(frozen=True)
class Titles:
    """What is known when titles are read. All names are mended; each may be empty."""

    owner: str = ""  # whose download it is
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    frames: tuple[tuple[str, str], ...] = ()  # what stands before and after a group's name in this account's language

    def group(self, title: str) -> str:
        """The group something was posted in; "" where it cannot be told.

        A known name that is but part of what stands in the name's place is another group's.
        """
        rest = self._without_owner(title)
        read = list(_read(rest, "posted"))
        known = (self._groups[folded(name)] for name, _ in read if folded(name) in self._groups)
        sure = (name for name, exact in read if exact)
        loose = (name for name, _ in read)
        return next(chain(known, sure, self._framed(rest), self._known(rest, self._groups), loose), "")

    def known_group(self, values: Iterable[str]) -> str:
        """The group that one of these values names; "" where none does."""
        return next((self._groups[folded(value)] for value in values if folded(value) in self._groups), "")

    def answered(self, title: str) -> str:
        """Whose post or comment this one answers, perhaps the owner of the download; "" where it cannot be told."""
        rest = self._without_owner(title)
        if name := next(self._known(rest, self._people), ""):
            return name
        if _own_words().search(folded(rest)):
            return self.owner
        return next((name for name, _ in chain(_read(rest, "replied"), _read(rest, "commented"))), "")

    def frame(self, title: str) -> tuple[str, str] | None:
        """What stands around the name of a known group in a title."""
        rest = self._without_owner(title)
        name = next(self._known(rest, self._groups), "")
        at = folded(rest).find(folded(name)) if name else -1
        if at < 0 or len(folded(rest)) != len(rest) or len(folded(name)) != len(name):
            return None
        before, after = rest[:at], rest[at + len(name) :]
        return (before, after) if re.search(r"\w{2}", before + after) else None

    def _without_owner(self, title: str) -> str:
        title = " ".join(title[:LONGEST_NAME].split())
        if self.owner and self.owner in title:
            title = " ".join(title.replace(self.owner, " ", 1).split())
        return title.strip(f"{_ENDS},")

    def _framed(self, rest: str) -> Iterator[str]:
        for before, after in self.frames:
            if rest.startswith(before) and rest.endswith(after) and len(rest) > len(before) + len(after):
                yield _bare(rest[len(before) : len(rest) - len(after)])

    @staticmethod
    def _known(rest: str, names: Mapping[str, str]) -> Iterator[str]:
        """The names that stand in a text as a whole, the longest first."""
        text = folded(rest)
        return (name for key, name in names.items() if key in text and _is_whole(text, key))

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return _by_length(self.groups)

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return _by_length(name for name in self.people if folded(name) != folded(self.owner))


@lru_cache(1000)
def is_reply(title: str) -> bool:
    """Whether a title says that a comment answers another comment."""
    words = folded(title)
    return any(word in words for phrases in PHRASES.values() for word in phrases.templates("replies"))


def author_in(titles: Iterable[str]) -> str:
    """The member's name out of many titles: what most begin with, before the first words they all have."""
    names: Counter[str] = Counter()
    for title in titles:
        if name := _before_phrase(title):
            names[name] += 1
    return names.most_common(1)[0][0] if names else ""


def frames(known: Titles, titles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What stands around the names of known groups in these titles, the shortest first.

    A group whose name only begins like a known one's makes a longer frame than there is.
    """
    found = {frame for title in titles if (frame := known.frame(title))}
    return tuple(sorted(found, key=lambda frame: (len(frame[0]) + len(frame[1]), frame))[:MOST_FRAMES])


def _before_phrase(title: str) -> str:
    title = " ".join(title[:LONGEST_NAME].split()).strip(_ENDS)
    found = (pattern.search(title) for kind in _KINDS for pattern, _ in _patterns(kind))
    starts = [match.start() for match in found if match and match.start() > 0]
    return title[: min(starts)].strip(f"{_ENDS},") if starts else ""


def _read(rest: str, kind: Kind) -> Iterator[tuple[str, bool]]:
    """The names that the templates find, and whether all other words of the title are the template's."""
    for pattern, exact in _patterns(kind):
        if match := pattern.search(rest):
            yield _bare(match["name"]), exact and match.start() == 0


@cache
def _patterns(kind: Kind) -> Sequence[tuple[re.Pattern[str], bool]]:
    """All templates of a kind, the most telling first: those with fewer words of their own match more than they
    should."""
    templates = dict.fromkeys(chain.from_iterable(phrases.templates(kind) for phrases in PHRASES.values()))
    ordered = sorted(templates, key=lambda template: ("*" in template, -len(template)))
    return [(_compiled(template), "*" not in template) for template in ordered]


def _compiled(template: str) -> re.Pattern[str]:
    """In scripts without blanks between words, blanks around a name may stand or not."""
    blanks = " " in template
    pattern = re.escape(template).replace("'", "['’]").replace(r"\ ", r"\s")
    # "-ał(a)" also stands for "-ał" and "-ała".
    pattern = re.sub(r"\\\((?:\\-)?(\w)\\\)", r"(?:\\(-?\1\\)|\1)?", pattern)
    name = r"(?P<name>\S.{0,200}?)"
    pattern = pattern.replace(r"\{\}", name if blanks else rf"\s?{name}\s?").replace(r"\*", r".{1,80}?")
    start = r"(?<!\w)" if template[0].isalpha() and ord(template[0]) < _IDEOGRAPHS else ""
    return re.compile(f"{start}{pattern}$", re.IGNORECASE)


@cache
def _own_words() -> re.Pattern[str]:
    """They begin a word, but in scripts without blanks."""
    words = {folded(word) for phrases in PHRASES.values() for word in phrases.templates("own")}
    starts = (re.escape(word) if ord(word[0]) > _IDEOGRAPHS else rf"(?<!\w){re.escape(word)}" for word in sorted(words))
    return re.compile("|".join(starts))


def _by_length(names: Iterable[str]) -> dict[str, str]:
    keys = {folded(name): name for name in names if name.strip()}
    return dict(sorted(keys.items(), key=lambda item: (-len(item[0]), item[0])))


def _is_whole(text: str, name: str) -> bool:
    """Whether a name does not begin or end within a word; possessive endings and scripts without blanks may follow."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) :][:2]
        if not _joins(before, name[:1]) and (not _joins(name[-1:], after[:1]) or re.match(r"s(?!\w)", after)):
            return True
        at = text.find(name, at + 1)
    return False


def _joins(one: str, other: str) -> bool:
    """Whether two characters belong to one word: letters of the same kind of script."""
    return one.isalnum() and other.isalnum() and max(one, other) < chr(_IDEOGRAPHS)


def _bare(name: str) -> str:
    return name.strip().strip(_QUOTES).strip()[:LONGEST_NAME]

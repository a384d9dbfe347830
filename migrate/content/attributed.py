"""Whom the line above a quote names ("On …, Ann wrote:"), and whether it says more than who wrote when."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from migrate.content.attribution import attribution_ends, begins_attribution, is_attribution
from migrate.content.languages import ON, WROTE, spellings

_MOST_LINES = 4
_MOST_BLANK = 2  # lines between it and the quote
MOST_LINES_ABOVE = _MOST_LINES + _MOST_BLANK
_MOST_OTHER_WORDS = 8  # of a date in words, and what joins it to the name

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"[^\s<>()@]{1,100}(?:@| at )[^\s<>()@]{1,100}")
_BY_LIST = re.compile(r"\s(?:via|on behalf of)\s.*", re.IGNORECASE)
_WRITING = frozenset(word for name in spellings(WROTE) | spellings(ON) for word in _WORD.findall(name.casefold()))


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines above a quote that say whose words it holds."""

    text: str
    lines: int

    def only_names(self, names: Set[str]) -> bool:
        """Whether it says no more than that somebody of these names wrote, and when."""
        if not begins_attribution(self.text) and self.lines > 1:
            return False
        others = set(_WORD.findall(_ADDRESS.sub(" ", self.text).casefold())) - names - _WRITING
        return len(others) <= _MOST_OTHER_WORDS


def attribution_above(lines: Sequence[str]) -> Attribution | None:
    """The attribution these lines of Markdown end with, blank ones behind it passed over."""
    end = len(lines)
    while end and not lines[end - 1] and len(lines) - end < _MOST_BLANK:
        end -= 1
    shortest = None
    for first in range(end - 1, max(-1, end - 1 - _MOST_LINES), -1):
        if not lines[first]:
            break
        candidate = [_ESCAPE.sub(r"\1", line) for line in lines[first:end]]
        if first == end - 1 and not attribution_ends(candidate):
            break
        if is_attribution(candidate):
            found = Attribution(" ".join(candidate), end - first)
            if begins_attribution(candidate[0]):
                return found
            shortest = shortest or found
    return shortest


def name_words(names: Iterable[str], address: str | None) -> frozenset[str]:
    """The words that somebody may be named by."""
    text = " ".join(_BY_LIST.sub("", name) for name in names)
    return frozenset(_WORD.findall(f"{text} {(address or '').partition('@')[0]}".casefold()))


class Participants:
    """Who takes part in a conversation, to be found by the words of their names."""

    def __init__(self, words: Mapping[int, Set[str]]) -> None:
        self.words = words  # by person
        self._persons: defaultdict[str, list[int]] = defaultdict(list)
        for person, own in words.items():
            for word in own:
                self._persons[word].append(person)

    def named_in(self, attribution: Attribution) -> Counter[int]:
        """How many words of whose name it holds."""
        found: Counter[int] = Counter()
        for word in set(_WORD.findall(attribution.text.casefold())):
            found.update(self._persons.get(word, ()))
        return found

"""How much a short text has in common with another: words that few others use, runs of the same words, names."""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable
from functools import lru_cache
from math import log
from zlib import crc32

from migrate.settle.answers import words_of

LOOKED_AT = 1000  # characters of a text
SHORTEST_WORD = 4  # letters; shorter ones are found anywhere
RARE = 1.5  # what a word counts that nobody else uses; common ones count less
RUN = 4  # words in the same order
MOST_RUNS = 3  # that count
REMEMBERED = 4096  # texts
SLOTS = 1 << 20  # for how often words are used; two words in one slot only make both look more common

_ESCAPE = re.compile(r"\\([^\w\s])")

Said = tuple[frozenset[int], frozenset[int], str]  # its words and runs of words as numbers; all of it, between spaces


class Likeness:
    """Compares the texts of an archive; which words are common is told by `messages`."""

    def __init__(self, db: sqlite3.Connection, messages: Iterable[int]) -> None:
        self._db = db
        self._uses = array("I", bytes(4 * SLOTS))
        self._texts = 1
        self._said = lru_cache(REMEMBERED)(self._read)
        self._names = lru_cache(REMEMBERED)(self._spoken)
        for message in messages:
            self._texts += 1
            for word in _numbers(self._words(message)):
                self._uses[word % SLOTS] += 1

    def of(self, message: int, other: int) -> float:
        """What two messages have in common: RARE for a word or less, 1 for each run of words."""
        (here, runs, _), (there, other_runs, _) = self._said(message), self._said(other)
        return sum(map(self._weight, here & there)) + min(MOST_RUNS, len(runs & other_runs))

    def names(self, message: int, person: int) -> bool:
        """Whether a message names somebody by a full name."""
        text = self._said(message)[2]
        return any(name in text for name in self._names(person))

    def _weight(self, word: int) -> float:
        uses = max(2, self._uses[word % SLOTS])
        return RARE * max(0.0, 1 - log(uses) / log(self._texts + 2))

    def _read(self, message: int) -> Said:
        found = self._words(message)
        runs = zip(*(found[start:] for start in range(RUN)), strict=False)
        return _numbers(found), frozenset(map(hash, runs)), f" {' '.join(found)} "

    def _words(self, message: int) -> list[str]:
        query = "SELECT substr(body, 1, ?) FROM content WHERE message_id = ?"
        (body,) = self._db.execute(query, (LOOKED_AT, message)).fetchone()
        return words_of(_ESCAPE.sub(r"\1", body))

    def _spoken(self, person: int) -> tuple[str, ...]:
        names = self._db.execute("SELECT name FROM person_name WHERE person_id = ?", (person,))
        spoken = [words_of(name) for (name,) in names]
        return tuple(f" {' '.join(name)} " for name in spoken if len(name) > 1)


def _numbers(words: Iterable[str]) -> frozenset[int]:
    """The words that say something; the same numbers in every run."""
    return frozenset([crc32(word.encode()) for word in set(words) if len(word) >= SHORTEST_WORD or word >= "\u3040"])

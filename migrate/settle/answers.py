"""What in a mail's text shows that it answers another: words of the other, quoted, and its author's name above them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from functools import cached_property, lru_cache

from migrate.content.attribution import original_at

SHINGLE = 4  # consecutive words: fewer are found anywhere
LONGEST_TEXT = 12_000  # characters that are looked at, of its own and of those quoted
LONGEST_KEPT = 48_000  # that these are looked for in
FEWEST_SHARED = 3  # shingles, six words or more
SHARE_OF_QUOTE = 0.3  # of what is quoted, or of what was written where that is less
SAME_TEXT = 0.5  # a reminder sent again repeats at least so much of itself
HEAD = 300  # characters above a quote that may say whose it is
REMEMBERED = 256  # texts

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_ESCAPE = re.compile(r"\\([^\w\s])")
_SPACES = {sign: " " for sign in range(128) if not chr(sign).isalnum()}
_QUOTE = re.compile(r"\A>[ ]?(?!>)")

Shingles = frozenset[int]  # hashes of words that follow each other


class Text:
    """What a message says, what it quotes, and what stands above the first quote; worked out when it is asked for.

    `body` and `elided` are neutral Markdown: what is shown of it, and what is folded away.
    """

    def __init__(self, body: str, elided: str) -> None:
        self._lines = _ESCAPE.sub(r"\1", body[:LONGEST_KEPT]).split("\n")
        self._folded = _ESCAPE.sub(r"\1", elided[:LONGEST_KEPT]).split("\n")

    @cached_property
    def own(self) -> Shingles:
        """The words of its author."""
        return _shingles(line for line in self._lines if not line.startswith(">"))

    @cached_property
    def quoted(self) -> Shingles:
        """The words of others."""
        marked = (line[1:] for line in (*self._lines, *self._folded) if _QUOTE.match(line))
        return _shingles((*marked, *(line for line in self._original if not line.startswith(">"))))

    @cached_property
    def head(self) -> str:
        """What names whom it quotes: words in lower case, a space between them and at both ends."""
        folded = _head(self._folded) or " ".join(self._original)[:HEAD]
        return _spaced(words_of(_head(self._lines))) + _spaced(words_of(folded))

    @cached_property
    def _original(self) -> list[str]:
        """A mail below it that nobody marked."""
        start = original_at(self._folded)
        return self._folded[start:] if start is not None else []


class Texts:
    """The texts of an archive, the last few of them remembered."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.text = lru_cache(REMEMBERED)(self._text)
        self.names = lru_cache(REMEMBERED)(self._names)

    def _text(self, message: int) -> Text:
        query = "SELECT body, elided FROM content WHERE message_id = ?"
        body, elided = self._db.execute(query, (message,)).fetchone()
        return Text(body, elided)

    def _names(self, person: int) -> tuple[str, ...]:
        """What an attribution may call somebody, as words like those of `Text.head`."""
        (address,) = self._db.execute("SELECT coalesce(email, '') FROM person WHERE id = ?", (person,)).fetchone()
        local, _, host = address.partition("@")
        names = [name for (name,) in self._db.execute("SELECT name FROM person_name WHERE person_id = ?", (person,))]
        spoken = [*names, address, f"{local} at {host}"]
        return tuple(words for name in spoken if len(words := _spaced(words_of(name))) > len(" Al "))

    def quotes(self, answer: int, other: int) -> float:
        """How much of the other message the answer quotes, from 0 to 1; 0 for less than a sentence."""
        quoted = self.text(answer).quoted
        if not quoted:
            return 0
        own = self.text(other).own
        shared = len(quoted & own)
        smaller = min(len(quoted), len(own))
        return shared / smaller if shared >= min(FEWEST_SHARED, smaller or 1) else 0

    def names_author(self, answer: int, author: int) -> bool:
        """Whether what stands above the answer's first quote names the author."""
        head = self.text(answer).head
        return any(name in head for name in self.names(author))

    def repeats(self, one: int, other: int) -> bool:
        """Whether two messages say much the same, as reminders and reposts do."""
        here, there = self.text(one).own, self.text(other).own
        return here == there or len(here & there) > SAME_TEXT * max(1, min(len(here), len(there)))


def _head(lines: list[str]) -> str:
    """What stands right above the first quote; empty where nothing is quoted."""
    first = next((at for at, line in enumerate(lines) if line.startswith(">")), 0)
    return " ".join(lines[max(0, first - 4) : first])[-HEAD:]


def _shingles(lines: Iterable[str]) -> Shingles:
    words = words_of("\n".join(lines))
    if len(words) < SHINGLE:
        return frozenset([hash(tuple(words))] if words else [])
    return frozenset(map(hash, zip(*(words[start:] for start in range(SHINGLE)), strict=False)))


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case; of scripts without spaces each character."""
    text = text[:LONGEST_TEXT]
    return text.lower().translate(_SPACES).split() if text.isascii() else _WORD.findall(text.casefold())


def _spaced(words: list[str]) -> str:
    return f" {' '.join(words)} "

"""What one message says in its own words, and what its block quotes say in theirs."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from migrate.content.attributed import (
    MOST_HEADERS,
    MOST_LINES_ABOVE,
    Attribution,
    attribution_above,
    attribution_within,
)
from migrate.content.blockquotes import BlockQuote, quote_depths, unquoted
from migrate.content.wording import Letters, letters

_FOOTER_LINES = 10
_LEFT_OUT = re.compile(  # one set of first characters: what begins with none of them is passed over quickly
    r"[.…\[<({](?:(?<=\.)\.{2,}|(?<=…)|(?<=[\[<({])\\?(?:snip|cut|trimmed)[^\[\]<>(){}\n]{0,40}[\]>)}])", re.IGNORECASE
)
_FILE_ELSEWHERE = re.compile(r"^\[[^\n]{1,400}\]\(https?://[^\n]*|^\*Skipped content of type [^\n]*", re.MULTILINE)
_RULE = re.compile(r"(?:\\?[-_=*~#]){2,200}\s*")


class Said:
    """What a quote says, without the quotes within it."""

    def __init__(self, lines: list[str], depth: int, names: Counter[int]) -> None:
        self._lines = lines
        self._depth = depth  # so many quote marks stand before them: no letters
        self.words = "\n".join(lines)
        self.letters = letters(self.words)
        self.names = names  # participants whom the attribution may mean, and by how many words of their names

    @cached_property
    def parts(self) -> list[bytes]:
        """The letters of each line but of a footer; where words were left out, what stands before and behind apart."""
        parts = _LEFT_OUT.sub("\n\n", "\n".join(self._lines[: _footer(self._lines, self._depth)]))
        return list(map(letters, parts.split("\n")))

    def names_other(self, person: int) -> bool:
        """Whether the attribution rather means somebody else."""
        return bool(self.names) and max(self.names.values()) > self.names[person]


class Part:
    """The body of a message, or what is folded away of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n") if text[:1] == ">" or "\n>" in text else []  # none where nothing is quoted
        self.depths = quote_depths(self._lines)

    @property
    def own_words(self) -> str:
        """What stands in no quote."""
        if not self._lines:
            return self._text
        return "\n".join(line for line, depth in zip(self._lines, self.depths, strict=True) if not depth)

    def said(self, quote: BlockQuote, names: Counter[int], *, first: int = 0, attributions: bool = True) -> Said:
        """What a quote of it says; `names` are the participants whom its attribution may mean.

        The lines before `first` are left out, and without `attributions` those above the quotes within it.
        """
        within = range(quote.start + first, quote.stop)
        left_out = () if attributions else self._attributions(quote)
        own = [self._lines[at] for at in within if self.depths[at] == quote.depth and at not in left_out]
        return Said(own, quote.depth, names)

    def letters_in(self, quote: BlockQuote) -> bytes:
        """The letters of all that a quote holds."""
        return letters("\n".join(self._lines[quote.start : quote.stop]))

    def _attributions(self, quote: BlockQuote) -> set[int]:
        """The lines of a quote that say whose words the quotes within it hold."""
        found: set[int] = set()
        for at in range(quote.start + 1, quote.stop):
            if self.depths[at] > quote.depth == self.depths[at - 1]:
                above = self._above(at, quote.depth)
                attribution = attribution_above(above)
                blank = next((back for back, line in enumerate(reversed(above)) if line), 0)
                found.update(range(at - blank - (attribution.lines if attribution else 0), at))
        return found

    def attribution_of(self, quote: BlockQuote) -> Attribution | None:
        """The attribution above a quote."""
        return attribution_above(self._above(quote.start, quote.depth - 1))

    def attribution_in(self, quote: BlockQuote) -> Attribution | None:
        """The attribution that a quote begins with, if it is of words behind it and not of a quote within it."""
        stop = next((at for at in range(quote.start, quote.stop) if self.depths[at] != quote.depth), quote.stop)
        lines = self._lines[quote.start : stop]
        found = attribution_within([unquoted(line, quote.depth).rstrip() for line in lines[:MOST_HEADERS]])
        return found if found and any(unquoted(line, quote.depth).strip() for line in lines[found.lines :]) else None

    def _above(self, end: int, depth: int) -> list[str]:
        """The last few lines before one, as far as they are quoted so deep."""
        start = end
        while start and self.depths[start - 1] == depth and end - start < MOST_LINES_ABOVE:
            start -= 1
        return [unquoted(line, depth).rstrip() for line in self._lines[start:end]]


class Text:
    """What one message says."""

    def __init__(self, body: str, elided: str) -> None:
        self.size = len(body) + len(elided)
        self.body = Part(body)
        self.elided = Part(elided)
        self._texts = body, elided

    @cached_property
    def letters(self) -> Letters:
        """Of its own words."""
        return Letters(letters(self.body.own_words), letters(self.elided.own_words))

    @cached_property
    def all_letters(self) -> list[bytes]:
        """Of the body and of what is folded, quotes and all."""
        return list(map(letters, self._texts))

    @property
    def is_lost(self) -> bool:
        """Whether nothing of its own is left but names of files that lie elsewhere."""
        return not letters(_FILE_ELSEWHERE.sub("", self.body.own_words))


def _footer(lines: list[str], depth: int) -> int:
    """Where the last few lines begin that a list or a program put below a rule: not every copy of a mail has them."""
    for at in range(len(lines) - 1, max(0, len(lines) - _FOOTER_LINES), -1):
        if _RULE.fullmatch(unquoted(lines[at], depth)):
            return at
    return len(lines)

"""What one message says in its own words, and what its block quotes say in theirs."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from migrate.content.attributed import MOST_LINES_ABOVE
from migrate.content.blockquotes import BlockQuote, quote_depths, unquoted
from migrate.content.wording import Letters, letters

_FOOTER_LINES = 10
_LEFT_OUT = re.compile(r"\.{3,}|…|[\[<({]\\?(?:snip|cut|trimmed)[^\[\]<>(){}\n]{0,40}[\]>)}]", re.IGNORECASE)
_RULE = re.compile(r"(?:\\?[-_=*~#]){2,200}\s*")


class Said:
    """What a quote says, without the quotes within it."""

    def __init__(self, lines: list[str], names: Counter[int]) -> None:
        self._lines = lines
        self.words = "\n".join(lines)
        self.letters = letters(self.words)
        self.names = names  # participants whom the attribution may mean, and by how many words of their names

    @cached_property
    def parts(self) -> list[bytes]:
        """The letters of each line but of a footer; where words were left out, what stands before and behind apart."""
        parts = _LEFT_OUT.sub("\n\n", "\n".join(self._lines[: _footer(self._lines)]))
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

    def said(self, quote: BlockQuote, names: Counter[int]) -> Said:
        """What a quote of it says; `names` are the participants whom its attribution may mean."""
        within = range(quote.start, quote.stop)
        own = [unquoted(self._lines[at], quote.depth) for at in within if self.depths[at] == quote.depth]
        return Said(own, names)

    def above(self, quote: BlockQuote) -> list[str]:
        """The last few lines above a quote, in what is around it."""
        start, depth = quote.start, quote.depth - 1
        while start and self.depths[start - 1] == depth and quote.start - start < MOST_LINES_ABOVE:
            start -= 1
        return [unquoted(line, depth).rstrip() for line in self._lines[start : quote.start]]


class Text:
    """What one message says."""

    def __init__(self, body: str, elided: str) -> None:
        self.size = len(body) + len(elided)
        self.body = Part(body)
        self.elided = Part(elided)

    @cached_property
    def letters(self) -> Letters:
        """Of its own words."""
        return Letters(letters(self.body.own_words), letters(self.elided.own_words))


def _footer(lines: list[str]) -> int:
    """Where the last few lines begin that a list or a program put below a rule: not every copy of a mail has them."""
    for at in range(len(lines) - 1, max(0, len(lines) - _FOOTER_LINES), -1):
        if _RULE.fullmatch(lines[at]):
            return at
    return len(lines)

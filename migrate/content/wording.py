"""Whether words stand in a text, however programs have wrapped, marked, escaped or abridged them since."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_NOISE = bytes(sign for sign in range(128) if not chr(sign).isalnum())
_NO_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")

_PIECE = 64  # letters of a long line that are looked for at once
_SHORTEST_PIECE = 12  # shorter ones are found anywhere
_MOST_PIECES = 64  # of a quote; of a longer one a sample
_SEARCHED = 4_000_000  # letters gone through for one quote in one text, more or less
_FEWEST_PIECES = 8

_RUN = 24  # letters
_STEP = 32
_MOST_RUNS = 100_000
_MOST_HOLDERS = 4  # of one run
_LONGEST = 2000  # letters of a quote that are looked up


@dataclass(frozen=True, slots=True)
class Letters:
    """A text as its letters and digits only, lower-case, in UTF-8: what no mail program changes."""

    body: bytes  # what is shown of it
    elided: bytes = b""  # what is folded: words that may be found there, but prove nothing


def letters(text: str) -> bytes:
    """The letters and digits of a text."""
    if text.isascii():
        return text.lower().encode().translate(None, _NOISE)
    folded = unicodedata.normalize("NFKC", text).casefold().encode().translate(None, _NOISE)
    return _NO_LETTERS.sub("", folded.decode()).encode()


def has_words(text: str, words: str) -> bool:
    """Whether these words stand in the text one after another, whatever stands between them."""
    found = r"[\W_]+".join(_WORD.findall(words.casefold()))
    return bool(found) and re.search(rf"(?<![^\W_]){found}(?![^\W_])", text.casefold()) is not None


def count_found(lines: Sequence[bytes], text: Letters, share: float) -> int:
    """How many letters of these lines stand in the text shown, line for line; 0 where it is less than this share.

    What is found in the folded text does not count either way. Of a long quote a sample is looked for.
    """
    pieces = list(_pieces(lines))
    most = max(_FEWEST_PIECES, min(_MOST_PIECES, _SEARCHED // (len(text.body) + len(text.elided) + 1)))
    sample = pieces[:: -(-len(pieces) // most) or 1]
    may_miss = sum(map(len, sample)) * (1 - share)
    found = missing = 0
    for piece in sample:
        if piece in text.body:
            found += len(piece)
        elif piece not in text.elided:
            missing += len(piece)
            if missing > may_miss:
                return 0
    return found if found >= share * (found + missing) else 0


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines between blank ones, short ones joined and long ones cut; what is too short to tell is left out."""
    piece = b""
    for line in lines:
        piece += line
        while len(piece) > 2 * _PIECE:
            yield piece[:_PIECE]
            piece = piece[_PIECE:]
        if len(piece) >= _SHORTEST_PIECE:
            yield piece
            piece = b""
        elif not line:
            piece = b""


class EarlierWords:
    """Which of many texts hold some words: an index of runs of letters, one in so many; the oldest are forgotten."""

    def __init__(self) -> None:
        self._runs: dict[int, tuple[int, ...]] = {}  # hash → texts
        self._older: dict[int, tuple[int, ...]] = {}

    def add(self, text: int, body: bytes) -> None:
        """Remember a text by its number."""
        runs, alone = self._runs, (text,)
        for start in range(0, len(body) - _RUN + 1, _STEP):
            key = hash(body[start : start + _RUN])
            holders = runs.get(key)
            if holders is None:
                runs[key] = alone
            elif len(holders) < _MOST_HOLDERS:
                runs[key] = (*holders, text)
        if len(self._runs) > _MOST_RUNS:
            self._runs, self._older = {}, self._runs

    def holders(self, words: bytes) -> list[int]:
        """The texts that may hold these letters, the likeliest first."""
        found: Counter[int] = Counter()
        for start in range(min(len(words), _LONGEST) - _RUN + 1):
            key = hash(words[start : start + _RUN])
            if holders := self._runs.get(key) or self._older.get(key):
                found.update(holders)
        return [text for text, _ in found.most_common(_MOST_HOLDERS)]

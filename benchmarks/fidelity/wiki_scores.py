"""How many of the comments on a page were found, and what of them is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from fidelity.wiki_cases import Found

FIELDS = ("author", "timestamp", "level", "parent", "heading")


@dataclass(slots=True)
class Score:
    """Counts of one page, or of many."""

    expected: int = 0
    found: int = 0
    right: Counter[str] = field(default_factory=Counter)  # by field
    missed: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Counts another page in."""
        self.expected += other.expected
        self.found += other.found
        self.right += other.right
        self.missed += other.missed

    def precision(self, name: str) -> float:
        """The share of what was found that is right, 0 to 1."""
        return self.right[name] / self.found if self.found else 1.0

    def recall(self, name: str) -> float:
        """The share of what there is that was found right, 0 to 1."""
        return self.right[name] / self.expected if self.expected else 1.0


def score(expected: Sequence[Found], found: Sequence[Found]) -> Score:
    """Compares two readings of one page."""
    pairs = _pairs(expected, found)
    result = Score(expected=len(expected), found=len(found))
    for number, other in pairs.items():
        right = _right(expected[number], found[other], pairs)
        result.right.update(right)
        wrong = [name for name in FIELDS if name not in right]
        if wrong:
            result.missed.append(f"{expected[number].id}: {', '.join(wrong)}")
    result.missed += [f"{each.id}: not found" for number, each in enumerate(expected) if number not in pairs]
    met = set(pairs.values())
    result.missed += [f"{each.id}: is none" for number, each in enumerate(found) if number not in met]
    return result


def _right(one: Found, other: Found, pairs: dict[int, int]) -> list[str]:
    same = {
        "author": one.author == other.author,
        "timestamp": one.at == other.at,
        "level": one.level == other.level,
        "parent": (None if one.parent is None else pairs.get(one.parent, -1)) == other.parent,
        "heading": one.heading == other.heading,
    }
    return [name for name in FIELDS if same[name]]


def _pairs(expected: Sequence[Found], found: Sequence[Found]) -> dict[int, int]:
    """Which comment of one reading is which of the other: by author and time, and between those by one of them."""
    ours = [(each.author, each.at) for each in expected]
    theirs = [(each.author, each.at) for each in found]
    pairs: dict[int, int] = {}
    for _, start, stop, begin, end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if ours[start:stop] == theirs[begin:end]:
            pairs.update(zip(range(start, stop), range(begin, end), strict=True))
            continue
        place = begin
        for number in range(start, stop):
            alike = (other for other in range(place, end) if set(ours[number]) & set(theirs[other]))
            match = next(alike, None)
            if match is not None:
                pairs[number] = match
                place = match + 1
    return pairs

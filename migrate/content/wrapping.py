"""Lines that a mail program broke because they were full, put together again; those that somebody ended stay.

A program breaks a line where the next word would not have fitted. If nearly all long lines of a text end so, at one
width, it was wrapped; a line that had room for the next word was ended on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

_NARROWEST, _WIDEST = 60, 80  # characters at which programs wrap
_LONG = 40  # characters; what ends before proves nothing
_ENOUGH = 0.8  # of the long lines end where the next word did not fit
_FEW = 3  # so few of them prove nothing by themselves

# A list item, a header or label, a quote, a rule, a link: whatever stands in a line of its own on purpose.
_OWN_LINE = re.compile(r" *(?:[-+•>|#=~]|[*_](?!\w)|\w{1,3}[.)]\s|[^\s:a-z\"'][^\s:]{0,40}:(?:\s|\Z)|<?https?://)")
_COLUMNS = re.compile(r"  (?<=[^\s.!?:;,)]  ) *\S")  # begins with what is rare
_MARKERS = " -*+•0123456789.)"  # what may stand where the next line is indented
_SIGNED = 25  # characters of a name or greeting below the last sentence

Breaks = frozenset[tuple[str, str]]  # pairs of lines that were one
NO_BREAKS: Breaks = frozenset()


def breaks_in(lines: Sequence[str]) -> Breaks:
    """Where these lines were broken because they were full; nowhere if no program wrapped them.

    Lines of other kinds count as blank ones.
    """
    pairs = [
        (line, following)
        for line, following in pairwise(lines)
        if len(line) >= _LONG and following and _goes_on(line, following)
    ]
    if not pairs or (len(pairs) < _FEW and not all(map(_is_unfinished, pairs))):
        return NO_BREAKS
    ranges = [(len(line), len(line) + _first_word(following)) for line, following in pairs]
    width = _width(ranges)
    return frozenset(pair for pair, (least, most) in zip(pairs, ranges, strict=True) if least <= width <= most)


def _width(ranges: Sequence[tuple[int, int]]) -> int:
    """The width at which nearly all of the lines would have been broken, each in its range of widths; 0 if none is."""
    rises = [0] * (_WIDEST + 2)  # at each width, how many more lines it would have broken
    for least, most in ranges:
        if least <= _WIDEST and most >= _NARROWEST:
            rises[least if least > _NARROWEST else _NARROWEST] += 1
            rises[most + 1 if most < _WIDEST else _WIDEST + 1] -= 1
    votes = list(accumulate(rises))
    best = max(votes)
    return votes.index(best) if best >= _ENOUGH * len(ranges) else 0


def joined(lines: Sequence[str], plain: Sequence[str], breaks: Breaks) -> list[str]:
    """`plain`, which are `lines` as they will be written, with those put together that were broken."""
    if not breaks:
        return list(plain)
    result: list[str] = []
    before = ""
    for line, text in zip(lines, plain, strict=True):
        if len(before) >= _LONG and (before, line) in breaks:
            result[-1] += glue(before, line) + text.lstrip()
        else:
            result.append(text)
        before = line
    return result


def glue(line: str, following: str) -> str:
    """What stands between two lines that are put together: nothing behind the hyphen of a divided word."""
    return "" if line[-1:] == "-" and line[-2:-1].isalpha() and following.lstrip()[:1].islower() else " "


def _goes_on(line: str, following: str) -> bool:
    """Whether both are prose, so that one may be the other's continuation."""
    if line[-1] == ":" or "\t" in following or _OWN_LINE.match(following):
        return False
    if following[0] == " " and line[: len(following) - len(following.lstrip())].strip(_MARKERS):
        return False
    if len(following) < _SIGNED and line[-1] in ".!?" and following.lstrip()[0].isupper():
        return False
    if "\t" in line and "\t" in line.lstrip():
        return False
    return not (("  " in line and _COLUMNS.search(line)) or ("  " in following and _COLUMNS.search(following)))


def _is_unfinished(pair: tuple[str, str]) -> bool:
    """Whether the sentence does not end with the first line."""
    line, following = pair
    return following[0].islower() or line[-1].isalnum() or line[-1] == ","


def _first_word(line: str) -> int:
    """How long it is."""
    end = line.find(" ")
    return len(line) if end < 0 else end if end else len(line.split(None, 1)[0])

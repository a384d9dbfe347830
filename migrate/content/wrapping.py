"""Lines that a mail program broke because they were full, put together again; those that somebody ended stay.

A program breaks a line where the next word would not have fitted. If nearly all long lines of a text end so, at one
width, it was wrapped; a line that had room for the next word was ended on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

_WIDTHS = range(60, 81)  # at which programs wrap
_LONG = 40  # characters; what ends before proves nothing
_ENOUGH = 0.8  # of the long lines end where the next word did not fit
_FEW = 3  # so few of them prove nothing by themselves

# A list item, a header or label, a quote, a rule, a link: whatever stands in a line of its own on purpose.
_OWN_LINE = re.compile(r" *(?:[-+•>|#=~]|[*_](?!\w)|\w{1,3}[.)]\s|[^\s:a-z\"'][^\s:]{0,40}:(?:\s|\Z)|<?https?://)")
_COLUMNS = re.compile(r"[^\s.!?:;,)]  +\S")
_MARKERS = " -*+•0123456789.)"  # what may stand where the next line is indented
_SIGNED = 25  # characters of a name or greeting below the last sentence


def wrap_width(lines: Sequence[str]) -> int:
    """The width at which these lines were wrapped; 0 where they were not. Lines of other kinds count as blank ones."""
    rises = [0] * (_WIDTHS.stop + 1)  # at each width, how many more lines it would have broken
    pairs = 0
    unfinished = True
    for line, following in pairwise(lines):
        length = len(line)
        if length >= _LONG and following and _goes_on(line, following):
            pairs += 1
            unfinished = unfinished and (following[0].islower() or line[-1].isalnum() or line[-1] == ",")
            room = length + _first_word(following)  # from the line's length to here, the width would break it
            if length < _WIDTHS.stop and room >= _WIDTHS.start:
                rises[max(length, _WIDTHS.start)] += 1
                rises[min(room + 1, _WIDTHS.stop)] -= 1
    if not pairs or (pairs < _FEW and not unfinished):
        return 0
    votes = list(accumulate(rises))
    best = max(votes)
    return votes.index(best) if best >= _ENOUGH * pairs else 0


def is_full(line: str, following: str, width: int) -> bool:
    """Whether the line was broken because the next word did not fit."""
    length = len(line)
    if not _LONG <= length <= width or not following or length + 1 + _first_word(following) <= width:
        return False
    return _goes_on(line, following)


def joined(lines: Sequence[str], plain: Sequence[str], width: int) -> list[str]:
    """`plain`, which are `lines` as they will be written, with those put together that were wrapped at `width`."""
    if not width:
        return list(plain)
    result: list[str] = []
    before = ""
    for line, text in zip(lines, plain, strict=True):
        if len(before) >= _LONG and is_full(before, line, width):
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
    if line[-1] == ":" or _OWN_LINE.match(following):
        return False
    if following[0] == " " and line[: len(following) - len(following.lstrip())].strip(_MARKERS):
        return False
    if len(following) < _SIGNED and line[-1] in ".!?" and following.lstrip()[0].isupper():
        return False
    if "\t" in line.lstrip() or "\t" in following:
        return False
    return not (("  " in line and _COLUMNS.search(line)) or ("  " in following and _COLUMNS.search(following)))


def _first_word(line: str) -> int:
    """How long it is."""
    end = line.find(" ")
    return len(line) if end < 0 else end if end else len(line.split(None, 1)[0])

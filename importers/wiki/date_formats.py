"""MediaWiki's date formats as patterns that find such dates in text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from importers.wiki.site import ENGLISH, DateStyle

# What stands in a text beside letters, so that it reads the same: marks nobody sees, and spaces of other widths.
INVISIBLE = "\xad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_SPACES = "\t\n\r\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SPACE_TABLE: Mapping[int, str | None] = dict.fromkeys(map(ord, _SPACES), " ")
_LONGEST_NAME = 200  # characters of the name of a month

_FIRST_YEAR = 2000  # wikis began in 2001; DiscussionTools takes dates from 2000 on
_LAST_YEAR = 2199
_NAMED = ("F", "M", "xg")  # letters that stand for the name of a month
_GROUPS: Mapping[str, str] = {
    **dict.fromkeys("dj", "day"),
    **dict.fromkeys(("m", "n", *_NAMED), "month"),
    **dict.fromkeys("HGhg", "hour"),
    **dict.fromkeys("aA", "half"),
    "Y": "year",
    "i": "minute",
    "s": "second",
}
_NEEDED = {"year", "month", "day", "hour", "minute"}
_OTHERS = ("D", "l", "xn", "xN", "xk")  # weekdays; how numbers are written, or of which calendar the year is
_PATTERNS: Mapping[str, str] = {
    **dict.fromkeys("djmnHGhg", r"\d{1,2}"),
    **dict.fromkeys("is", r"\d{2}"),
    **dict.fromkeys("aA", "[ap]m"),
    **dict.fromkeys("Dl", r"[^()]{1,60}?"),
    **dict.fromkeys(("xn", "xN", "xk"), ""),
    "Y": r"\d{4}",
}
_THAI = -543  # years between the Thai calendar and ours
_UNREADABLE = frozenset("yNwzWtLocrUeIOPTZ")  # letters of PHP's date() that no wiki signs with
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|(x[a-zA-Z]?)|(.)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One format: what to search for (in text without invisible marks, with plain spaces and ASCII digits)."""

    pattern: str  # groups are named after the parts
    months: Mapping[str, int]  # names in lower case without a dot at the end
    era: int = 0  # to be added to the year

    def read(self, parts: Mapping[str, str | None]) -> datetime | None:
        """The date, without a time zone; None for one that does not exist or lies before the first wiki."""

        def number(name: str) -> int:
            return int(parts.get(name) or 0)

        month = self.months.get(_folded(parts.get("month") or ""))
        hour = number("hour")
        if half := (parts.get("half") or "").lower():
            hour = hour % 12 + (12 if half == "pm" else 0)
        year = number("year") + self.era
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            return None
        try:
            month = month or number("month")
            return datetime(year, month, number("day"), hour, number("minute"), number("second"))
        except ValueError:
            return None


def date_format(style: DateStyle) -> DateFormat | None:
    """How to find dates of this style; None if its format is not one of a date and a time that can be read."""
    tokens = list(_tokens(style.format))
    codes = [code for code, literal in tokens if not literal]
    parts = {_GROUPS[code] for code in codes if code in _GROUPS}
    if not parts >= _NEEDED or not all(code in _GROUPS or code in _OTHERS for code in codes):
        return None
    months = _month_names(style, next((code for code in codes if code in _NAMED), "F"))
    patterns = {**_PATTERNS, **dict.fromkeys(_NAMED, _alternatives(months))}
    pieces: list[str] = []
    for code, literal in tokens:
        if literal:
            pieces.extend(" {1,3}" if char == " " else re.escape(char) for char in plain_text(literal, style.digits))
            continue
        name = _GROUPS.get(code, "")
        pieces.append(f"(?P<{name}>{patterns[code]})" if name in parts else patterns[code])
        parts.discard(name)
    era = _THAI if "xk" in codes else 0
    return DateFormat(_joined(pieces), {_folded(name): number for name, number in months.items()}, era)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Letters that mean something, or (with "" in their place) the text that stands for itself."""
    for quoted, escaped, extended, single in _TOKEN.findall(text[:200]):
        if extended == "xx" or quoted or escaped:
            yield "", quoted or escaped or "x"
        elif extended or single in _PATTERNS or single in _NAMED or single in _UNREADABLE:
            yield extended or single, ""
        elif single:
            yield "", single


def _joined(pieces: list[str]) -> str:
    """Where a space follows, a comma or dot may be missing: wikis changed their minds about it over the years."""
    loose = {r"\.", ",", "،"}
    for place, (piece, after) in enumerate(pairwise([*pieces, " "])):
        if piece in loose and (after.startswith(" ") or after in loose):
            pieces[place] = piece + "?"
    pattern = "".join(pieces).removeprefix(" {1,3}")
    return rf"(?<!\d){pattern}"


def _month_names(style: DateStyle, code: str) -> dict[str, int]:
    """All names of months, those meant by the letter first; English ones as well, for what was copied."""
    lists = [style.months, style.genitive, style.short]
    lists.insert(0, lists.pop({"F": 0, "xg": 1, "M": 2}[code]))
    names: dict[str, tuple[str, int]] = {}
    for twelve in (*lists, ENGLISH.months, ENGLISH.short):
        for number, name in enumerate(twelve[:12], 1):
            plain = plain_text(name[:_LONGEST_NAME], style.digits)
            if folded := _folded(plain):
                names.setdefault(folded, (plain, number))
    return dict(names.values())


def _folded(month: str) -> str:
    return " ".join(month.lower().rstrip(".").split())


def _alternatives(names: Mapping[str, int]) -> str:
    plain = {" ".join(name.rstrip(".").split()) for name in names}
    longest_first = sorted(plain, key=lambda name: (-len(name), name))
    return rf"(?:{'|'.join(map(re.escape, longest_first))})\.{{0,3}}".replace(r"\ ", " {1,3}")


def plain_table(digits: str) -> dict[int, str | None]:
    """For `str.translate`: takes invisible marks away, makes spaces plain and of these digits (0 to 9, of one language
    after another) ASCII ones."""
    values = {ord(digit): str(place % 10) for place, digit in enumerate(digits)}
    return {**_SPACE_TABLE, **dict.fromkeys(map(ord, INVISIBLE)), **values}


def plain_text(text: str, digits: str) -> str:
    """The text as the patterns expect it, read with a language's own digits."""
    return text.translate(_SPACE_TABLE if text.isascii() else plain_table(digits))

"""The dates that DiscussionTools takes for dates: in a wiki's present format, digit by digit."""

from __future__ import annotations

import re
from functools import cache

from importers.wiki.dates import Timestamp, timestamps_in
from importers.wiki.site import DateStyle, Site

_MARKS = "[\u200e\u200f]?"
_LETTER = re.compile(r'"[^"]*"|xkY|x.|.', re.DOTALL)


def present_dates(site: Site, text: str) -> list[Timestamp]:
    """Those that migrate finds and DiscussionTools would as well."""
    return [stamp for stamp in timestamps_in(site, text) if _shape(site).fullmatch(text[stamp.start : stamp.end])]


@cache
def _shape(site: Site) -> re.Pattern[str]:
    return re.compile("|".join(_pattern(style) for style in site.dates))


def _pattern(style: DateStyle) -> str:
    letters = "".join(_letter(letter, style) + _MARKS for letter in _LETTER.findall(style.format))
    return rf"(?:{letters} {_MARKS}\([^()]*\))"


def _letter(letter: str, style: DateStyle) -> str:
    digit = f"[{style.digits}]"
    numbers = {"Y": "{4}", "xkY": "{4}", "d": "{2}", "H": "{2}", "i": "{2}", "j": "{1,2}", "n": "{1,2}", "G": "{1,2}"}
    names = {"F": style.months, "xg": style.genitive, "M": style.short}
    if letter in numbers:
        return digit + numbers[letter]
    if letter in names:
        return f"(?:{'|'.join(map(re.escape, names[letter]))})"
    if letter in "Dl":
        return r"[^()\d]{1,30}?"  # whatever the weekday is called
    return re.escape(letter.strip('"'))

"""Dates as the pages of a download write them: in the account's language, to the minute, without a time zone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

# How the names of months begin, enough of each to tell it from the others, in the languages of `phrases`.
_MONTHS = (
    "jan gen sty led oca янв січ tammi ינואר يناير",
    "feb fév fev lut úno ún şub фев лют helmi פברואר فبراير",
    "mar mär maart mrt bře mars березн бер мар maalis מרץ مارس",
    "apr avr abr kwi dub nis апр кві huhti אפריל أبريل ابريل",
    "may mai maj mei mag kvě maio toukok май мая трав מאי مايو",
    "jun juin giu cze čer haz июн черв kesä יוני يونيو",
    "jul juil lug lip tem červenc июл лип heinä יולי يوليو",
    "aug ago aoû août sie srp ağu авг серп elok אוגוסט أغسطس اغسطس",
    "sep set wrz zář eyl сен вер syys ספטמבר سبتمبر",
    "oct okt ott out paź říj eki окт жовт loka אוקטובר أكتوبر اكتوبر",
    "nov lis kas ноя лист marras נובמבר نوفمبر",
    "dec déc dez dic gru pro ara дек груд joulu des דצמבר ديسمبر",
)
_STARTS = {
    unicodedata.normalize("NFC", start): number for number, names in enumerate(_MONTHS, 1) for start in names.split()
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?!\d)(?:\s?([ap])\.?\s?m\b)?", re.IGNORECASE)
_AFTERNOON = re.compile(r"오후|下午|午後|晚上|م(?!\w)|\bCH\b")
_MORNING = re.compile(r"오전|上午|午前|凌晨|ص(?!\w)|\bSA\b")
_EAST = re.compile(r"((?:19|20)\d\d)\s?[年년-]\s?(\d{1,2})\s?[月월-]\s?(\d{1,2})")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d\d)")
_NUMBERED_MONTH = re.compile(r"(\d{1,2}) tháng (\d{1,2})", re.IGNORECASE)
_DAY = re.compile(r"(?<![\d:])\d{1,2}(?![\d:])")
_WORD = re.compile(r"[^\W\d_]{2,20}")


def looks_like_date(text: str) -> bool:
    """Whether a short text has a year and a time of day."""
    return bool(_YEAR.search(text)) and bool(_CLOCK.search(_YEAR.sub(" ", text)))


def read_date(text: str) -> datetime | None:
    """The date, as if the clock it was read from showed UTC; None where day or month cannot be told for certain."""
    text = unicodedata.normalize("NFC", text)
    day = _day(text)
    clock = _clock(text)
    if day is None or clock is None:
        return None
    try:
        return datetime(*day, *clock, tzinfo=UTC)
    except ValueError:
        return None


def _clock(text: str) -> tuple[int, int, int] | None:
    found = list(_CLOCK.finditer(_NUMBERS.sub(" ", text)))
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found[-1].group(1, 2, 3))
    half = (found[-1][4] or "").lower()
    if half == "p" or _AFTERNOON.search(text):
        hour = hour if hour >= 12 else hour + 12
    elif (half == "a" or _MORNING.search(text)) and hour == 12:
        hour = 0
    return hour, minute, second


def _day(text: str) -> tuple[int, int, int] | None:
    if east := _EAST.search(text):
        year, month, day = map(int, east.groups())
        return year, month, day
    if numbers := _NUMBERS.search(text):
        return _in_order(int(numbers[1]), int(numbers[3]), numbers[2], int(numbers[4]))
    year_found = _YEAR.search(text)
    rest = _CLOCK.sub(" ", _YEAR.sub(" ", text))
    if year_found is None:
        return None
    if numbered := _NUMBERED_MONTH.search(rest):
        return int(year_found[0]), int(numbered[2]), int(numbered[1])
    named = next((number for word in _WORD.findall(rest) if (number := _month(word))), None)
    days = _DAY.findall(rest)
    return (int(year_found[0]), named, int(days[0])) if named and days else None


def _in_order(first: int, second: int, sign: str, year: int) -> tuple[int, int, int] | None:
    """Numbers with dots have the day first; with slashes only what cannot be a month tells."""
    if sign == "." or first > 12:
        return year, second, first
    return (year, first, second) if second > 12 or first == second else None


def _month(word: str) -> int | None:
    """The month of the longest known beginning."""
    word = word.lower()
    starts = (start for start in _STARTS if word.startswith(start))
    return _STARTS.get(max(starts, key=len, default=""))

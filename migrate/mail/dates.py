"""When a message was written: Date, Resent-Date, Received, the separator line, in that order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from functools import lru_cache
from typing import NamedTuple

from migrate.mail.headers import Headers
from migrate.mail.problems import Problem, Problems

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)  # programs without a clock write the epoch
TOLERANCE = timedelta(days=2)  # clocks and zones are off; days are not
LONGEST_DATE = 200
FURTHEST_ZONE = 16 * 3600  # seconds; zones end at +14:00, and some clocks are wrong

# What zones are called besides those of RFC 5322 4.3, as hours; names that stand for several zones are left out.
ZONES = {
    "mez": 1, "mesz": 2, "cet": 1, "cest": 2, "met": 1, "mest": 2, "metdst": 2, "wet": 0, "west": 1, "bst": 1, "eet": 2,
    "eest": 3, "msk": 3, "msd": 4, "jst": 9, "kst": 9, "hkt": 8, "aest": 10, "aedt": 11, "acst": 9.5, "awst": 8,
    "nzst": 12, "nzdt": 13, "hst": -10, "akst": -9, "akdt": -8, "ndt": -2.5, "brt": -3, "sast": 2,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "gmt": 0, "utc": 0,
}  # fmt: skip
# The months, in English and the languages that mail programs and web archives wrote them in.
_MONTHS = (
    "jan january januar jän jänner janvier janv enero ene gennaio gen janeiro januari styczeń stycznia sty января янв",
    "feb february februar feber février fevrier févr fev febrero febbraio fevereiro februari luty lutego февраля фев",
    "mar march märz maerz mär mrz mars marzo março marco maart mrt marzec marca марта мар",
    "apr april avril avr abril abr aprile kwiecień kwietnia kwi апреля апр",
    "may mai mayo maggio mag maio mei maj maja мая май",
    "jun june juni juin junio giugno giu junho czerwiec czerwca cze июня июн",
    "jul july juli juillet juil julio luglio lug julho lipiec lipca lip июля июл",
    "aug august août aout aoû agosto ago augustus augusti sierpień sierpnia sie августа авг",
    "sep sept september septembre septiembre settembre set setembro wrzesień września wrz сентября сен",
    "oct october okt oktober octobre octubre ottobre ott outubro out październik października paź октября окт",
    "nov november novembre noviembre novembro listopad listopada lis ноября ноя",
    "dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro grudzień grudnia gru декабря дек",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}

# Nearly every date in mail is of one of these shapes: that of RFC 5322, and the one of C's asctime.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, {0,2})?(\d{1,2}) ([A-Z][a-z]{2}) ((?:19|20)\d\d) (\d\d):(\d\d):(\d\d) ([+-]\d{4})"
    r"(?: \([A-Z]{1,5}\))?\Z"
)
_ASCTIME = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) ((?:19|20)\d\d)\Z")
_GMT_OFFSET = re.compile(r"\b(?:GMT|UTC)[ ]?([+-]\d\d):?(\d\d)\b")
_NOT_RFC = re.compile(r"\d\s?[ap]\.?m\b|\b24:00|:60\b", re.IGNORECASE)
_SPACE_BEFORE_ZONE = re.compile(r"(?<=:\d\d) (?=[+-]\d\d:?\d\d\Z)")
_TIME = re.compile(r"\b(\d{1,2})[:h](\d\d)(?:[:.](\d\d))?(?:[ ]?([ap])\.?m\b)?", re.IGNORECASE)
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})\.[ ]?(\d{1,2})\.[ ]?(\d{4})\b")
_NUMBER = re.compile(r"(?<![\d+-])\d+")
_WORD = re.compile(r"[^\W\d_]+")
_ZONE = re.compile(r"(?<![\w-])[+-]\d\d:?\d\d\b")
_YEAR_ZERO = re.compile(r"(?<!\S)(?:0|000|0000)\s+\d{1,2}:|\s0{3,4}\Z")  # "00" is the year 2000 in two digits
_ENVELOPE_DATE = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s|\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s).*\Z"
)


def parse_date(text: str) -> datetime | None:
    """A date as mail has it (RFC 5322 3.3, asctime, ISO 8601, other languages, broken forms), in UTC; else None.

    A date without a zone, or with one that cannot be, is taken as UTC.
    """
    text = text[:LONGEST_DATE].strip()
    if match := _USUAL.match(text):
        day, month, year, hour, minute, second, zone = match.groups()
    elif match := _ASCTIME.match(text):
        month, day, hour, minute, second, year = match.groups()
        zone = "+0000"
    else:
        return _unusual_date(text)
    number = MONTHS.get(month.lower())
    clock = (int(hour), int(minute), int(second))
    return _moment(int(year), number, int(day), clock, _offset(zone)) if number else _unusual_date(text)


def _unusual_date(text: str) -> datetime | None:
    text = _GMT_OFFSET.sub(r"\1\2", text)
    if not text or _YEAR_ZERO.search(text):
        return None
    return _rfc_date(text) or _iso_date(text) or _date_in_words(text)


def _rfc_date(text: str) -> datetime | None:
    if _NOT_RFC.search(text):
        return None
    try:
        fields = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if fields is None:
        return None
    year = fields[0] + 1900 if 100 <= fields[0] <= 150 else fields[0]  # years counted from 1900
    zone = fields[9] or (None if _ZONE.search(text) else _named_zone(text))  # 0 where it knows no zone of that name
    return _moment(year, fields[1], fields[2], fields[3:6], zone)


def _iso_date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(_SPACE_BEFORE_ZONE.sub("", text))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date_in_words(text: str) -> datetime | None:
    """Day, month by name, year and time, in whatever order and language."""
    time = _TIME.search(text)
    rest = text.replace(time[0], " ", 1) if time else text
    numeric = _DAY_MONTH_YEAR.search(rest)
    month = next((MONTHS[word] for word in _WORD.findall(rest.casefold()) if word in MONTHS), None)
    if numeric:
        day, month, year = int(numeric[1]), int(numeric[2]), int(numeric[3])
    else:
        day, year = _day_and_year(_NUMBER.findall(rest))
    if month is None or not day or not year:
        return None
    hour, minute, second = (int(part or 0) for part in time.group(1, 2, 3)) if time else (0, 0, 0)
    if time and time[4]:
        hour = hour % 12 + (12 if time[4].lower() == "p" else 0)
    zone = _ZONE.search(rest)
    return _moment(year, month, day, (hour, minute, second), _offset(zone[0]) if zone else _named_zone(rest))


def _day_and_year(numbers: list[str]) -> tuple[int, int]:
    """The day is the first short number, the year the first long one."""
    day = next((int(number) for number in numbers if len(number) <= 2), 0)
    year = next((int(number) for number in numbers if len(number) == 4), 0)
    return day, year


def _moment(year: int, month: int, day: int, clock: Sequence[int], zone: int | None) -> datetime | None:
    """In UTC. Midnight may be 24:00:00, and a leap second the 60th."""
    hour, minute, second = clock
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    offset = zone if zone is not None and abs(zone) <= FURTHEST_ZONE else 0
    try:
        return datetime(year, month, day, 0, 0, 0, 0, UTC) + timedelta(0, hour * 3600 + minute * 60 + second - offset)
    except (ValueError, OverflowError):
        return None


def _named_zone(text: str) -> int | None:
    """Seconds east of Greenwich of the last zone that is named; None where none is."""
    hours = [ZONES[word] for word in _WORD.findall(text.casefold()) if word in ZONES]
    return int(hours[-1] * 3600) if hours else None


@lru_cache(maxsize=256)  # there are few, and most mail comes from the same ones
def _offset(zone: str) -> int:
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)


def envelope_date(envelope: bytes) -> datetime | None:
    """The date in a separator line of an mbox, in UTC; None where there is none."""
    match = _ENVELOPE_DATE.search(envelope[: LONGEST_DATE * 2])
    return parse_date(match[0].decode("ascii", "replace")) if match else None


class Dates(NamedTuple):
    """When a message was written, all in UTC."""

    sent: datetime | None  # the most trustworthy date of those the message has
    source: str | None  # where that is from: "header", "resent", "received" or "envelope"
    arrived: datetime | None  # by the clock of the last server or of who wrote the mailbox


def read_dates(headers: Headers, envelope: bytes, now: datetime, problems: Problems) -> Dates:
    """The dates of a message with that separator line. Dates after `now`, or long after it arrived, are wrong."""
    received = _plausible(_received(headers), now + TOLERANCE)
    arrival = received or _plausible(envelope_date(envelope), now + TOLERANCE)
    latest = (arrival or now) + TOLERANCE
    stated = [("header", b"date"), ("resent", b"resent-date"), ("header", b"sent")]
    rejected = False
    for source, name in stated:
        if value := headers.first(name):
            date = _plausible(parse_date(_decoded(value)), latest)
            if date is not None:
                _report(rejected, source, problems)
                return Dates(date, source, arrival)
            rejected = True
    if arrival is None:
        problems.append(Problem("date-missing", "warning", "The message has no usable date."))
        return Dates(None, None, None)
    source = "received" if received else "envelope"
    _report(rejected, source, problems)
    return Dates(arrival, source, arrival)


def _decoded(value: bytes) -> str:
    """Months in other languages come as they are, in whatever charset."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _report(rejected: bool, source: str, problems: Problems) -> None:
    if rejected:
        text = f"The date is impossible or unreadable; the one of the {source} line is used."
        problems.append(Problem("date-rejected", "warning", text))


def _received(headers: Headers) -> datetime | None:
    """The date of the topmost Received field: the last server's clock."""
    if b"received" not in headers:
        return None
    return parse_date(headers.text(b"received").rpartition(";")[2])


def _plausible(date: datetime | None, latest: datetime) -> datetime | None:
    return date if date is not None and EARLIEST <= date <= latest else None

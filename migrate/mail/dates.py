"""When a message was written: Date, Resent-Date, Received, the separator line, in that order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from migrate.mail.headers import Headers
from migrate.mail.problems import Problem, Problems

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)  # programs without a clock write the epoch
TOLERANCE = timedelta(days=2)  # clocks and zones are off; days are not
LONGEST_DATE = 200
FURTHEST_ZONE = 16 * 3600  # seconds; zones end at +14:00, and some clocks are wrong

_GMT_OFFSET = re.compile(r"\b(?:GMT|UTC)[ ]?([+-]\d\d):?(\d\d)\b")
_YEAR_ZERO = re.compile(r"(?<!\S)(?:0|000|0000)\s+\d{1,2}:|\s0{3,4}\Z")  # "00" is the year 2000 in two digits
_ENVELOPE_DATE = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s|\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s).*\Z"
)


def parse_date(text: str) -> datetime | None:
    """A date as mail has it (RFC 5322 3.3, asctime, ISO 8601 and their broken forms), in UTC; None if it is none.

    A date without a zone is taken as UTC.
    """
    text = _GMT_OFFSET.sub(r"\1\2", text[:LONGEST_DATE].strip())
    if not text or _YEAR_ZERO.search(text):
        return None
    try:
        fields = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        fields = None
    if fields is None:
        return _iso_date(text)
    year = fields[0] + 1900 if 100 <= fields[0] <= 150 else fields[0]  # years counted from 1900
    offset = fields[9] or 0
    if abs(offset) > FURTHEST_ZONE:
        offset = 0
    try:
        return datetime(year, *fields[1:6], tzinfo=timezone(timedelta(seconds=offset))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso_date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def envelope_date(envelope: bytes) -> datetime | None:
    """The date in a separator line of an mbox, in UTC; None where there is none."""
    match = _ENVELOPE_DATE.search(envelope[: LONGEST_DATE * 2])
    return parse_date(match[0].decode("ascii", "replace")) if match else None


def sent_at(headers: Headers, envelope: bytes, now: datetime, problems: Problems) -> tuple[datetime | None, str | None]:
    """The most trustworthy date in UTC and where it is from: "header", "resent", "received" or "envelope"."""
    received = _plausible(_received(headers), now + TOLERANCE)
    arrival = received or _plausible(envelope_date(envelope), now + TOLERANCE)
    latest = (arrival or now) + TOLERANCE
    stated = [("header", b"date"), ("resent", b"resent-date"), ("header", b"sent")]
    rejected = False
    for source, name in stated:
        if value := headers.text(name):
            date = _plausible(parse_date(value), latest)
            if date is not None:
                _report(rejected, source, problems)
                return date, source
            rejected = True
    if arrival is None:
        problems.append(Problem("date-missing", "warning", "The message has no usable date."))
        return None, None
    source = "received" if received else "envelope"
    _report(rejected, source, problems)
    return arrival, source


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

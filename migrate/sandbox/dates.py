"""Dates as Discourse reads and writes them. Inside they are microseconds since 1970, UTC."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

EPOCH = datetime(1970, 1, 1)  # naive UTC, as everything in here
_ISO_START = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


class ImpossibleDateError(ValueError):
    """A text in the form of a date that names no day; Discourse fails on it."""


def now() -> int:
    return time.time_ns() // 1000


def iso(micros: int | None) -> str | None:
    """`2009-03-04T05:06:07.123Z`; fractions are cut to milliseconds."""
    if micros is None:
        return None
    return (EPOCH + timedelta(microseconds=micros)).isoformat(timespec="milliseconds") + "Z"


def parse(text: str) -> int | None:
    """Read what a client calls a date; None where Discourse would silently take the present."""
    text = text.strip()
    if not text:
        return None
    if text.isdecimal():
        raise ImpossibleDateError(text)
    padded = _ISO_START.sub(lambda day: f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}", text, count=1)
    try:
        found = datetime.fromisoformat(padded)
    except ValueError:
        if _ISO_START.match(text):
            raise ImpossibleDateError(text) from None
        return _mail_date(text)
    return _micros(found)


def _mail_date(text: str) -> int | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    try:
        return _micros(datetime(*parts[:6], tzinfo=UTC)) - (parts[9] or 0) * 1_000_000
    except (ValueError, OverflowError):
        raise ImpossibleDateError(text) from None


def _micros(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta()
    return (moment.replace(tzinfo=None) - EPOCH - offset) // timedelta(microseconds=1)

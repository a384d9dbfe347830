"""Values of JSON that may be of any type: what is not as it should be counts as missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from importers.facebook.nodes import Moment
from importers.facebook.streaming import Json
from importers.facebook.text import mended, one_line

MOST_ITEMS = 100_000  # members of one list
LATEST = 2**33  # seconds since 1970: the year 2242
_MILLISECONDS = 10**11  # from here on a number counts these
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?\Z")
_LONGEST_DATE = 40  # characters
_SECONDS = re.compile(r"\d:\d\d:\d\d|T\d{6}")
_SLASHES = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}")
# As tables write dates; a time of day may follow.
_DAYS = {"": (), "day": ("%d/%m/%Y",), "month": ("%m/%d/%Y",)}
_NAMED = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%Y/%m/%d")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")

DayOrder = Literal["", "day", "month"]


def get(value: Json, *names: str) -> Json:
    """The first of these members of an object that is there; None where there is none."""
    if isinstance(value, dict):
        return next((value[name] for name in names if value.get(name) is not None), None)
    return None


def text(value: Json) -> str:
    """A text, without what is none; numbers as they are written."""
    if isinstance(value, str):
        return mended(value, spoilt=False)
    return identity(value)


def line(value: Json) -> str:
    """A name or label."""
    return one_line(value) if isinstance(value, str) else identity(value)


def identity(value: Json) -> str:
    """An id: programs write them as texts or as numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**40 else ""
    return one_line(value)[:200] if isinstance(value, str) else ""


def number(value: Json) -> int:
    """A count; 0 where there is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12 else 0


def items(value: Json) -> Iterator[dict[str, Json]]:
    """The objects of a list, which may be called "data" within another, or be the values of one."""
    if isinstance(value, dict):
        is_edge = any(name in value for name in ("data", "paging", "summary"))
        value = value.get("data") if is_edge else list(value.values())
    if isinstance(value, list):
        yield from (item for item in value[:MOST_ITEMS] if isinstance(item, dict))


def moment(value: Json, days: DayOrder = "") -> Moment:
    """A date: seconds or milliseconds since 1970, as ISO 8601 writes it with or without a zone, or as tables do.

    `days`: what comes first where days and months are numbers between slashes.
    """
    if isinstance(value, str):
        value = value.strip()
        if not _NUMBER.match(value):
            return _written(value, days)
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Moment()
    seconds = value / 1000 if _MILLISECONDS <= value < 1000 * LATEST else value
    if not 0 < seconds < LATEST:  # not for what is no number either
        return Moment()
    return Moment(datetime.fromtimestamp(int(seconds), UTC))


def order_of_days(dates: Iterable[str]) -> DayOrder:
    """What comes first in dates like 3/14/2020, if at least one shows it and none speaks against it."""
    found = [(int(date[1]), int(date[2])) for date in map(_SLASHES.match, dates) if date]
    day_first, month_first = any(first > 12 for first, _ in found), any(second > 12 for _, second in found)
    if day_first == month_first:
        return ""
    return "day" if day_first else "month"


def _written(value: str, days: DayOrder) -> Moment:
    found = _parsed(value, days) if len(value) <= _LONGEST_DATE else None
    if found is None:
        return Moment()
    zoned = found.tzinfo is not None
    try:
        found = found.astimezone(UTC) if zoned else found.replace(tzinfo=UTC)
    except OverflowError:
        return Moment()
    possible = timedelta(0) < found - datetime(1970, 1, 1, tzinfo=UTC) < timedelta(seconds=LATEST)
    return Moment(found.replace(microsecond=0), zoned, bool(_SECONDS.search(value))) if possible else Moment()


def _parsed(value: str, days: DayOrder) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    value = " ".join(value.replace(" at ", " ").replace(", ", " ").split())
    for date in (*_DAYS[days], *_NAMED):
        for time in _TIMES:
            try:
                return datetime.strptime(value, date.replace(", ", " ") + time)
            except ValueError:
                continue
    return None

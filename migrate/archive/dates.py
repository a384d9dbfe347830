"""Dates as the archive has them: whole milliseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(moment: datetime | None) -> int | None:
    """Milliseconds since the epoch, exact (no floating point)."""
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int | None) -> datetime | None:
    """The inverse of `to_milliseconds`: an aware date in UTC."""
    return None if value is None else _EPOCH + timedelta(milliseconds=value)

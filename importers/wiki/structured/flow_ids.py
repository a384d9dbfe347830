"""The ids of Flow: 88 bits in base 36, of which the upper 46 say when, in milliseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_ID = re.compile(r"[0-9a-z]{10,19}", re.ASCII)
_RANDOM_BITS = 42
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2001, 1, 1, tzinfo=UTC)  # older than any wiki; converted threads keep their times
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:Z|\+00(?::?00)?)?", re.ASCII)


def flow_id(value: object) -> str:
    """The id in lower case; "" for what is none."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if _ID.fullmatch(text) else ""


def moment_of(value: str) -> datetime | None:
    """When what has this id came to be, in UTC; None where the id does not tell."""
    if not flow_id(value):
        return None
    milliseconds = int(value, 36) >> _RANDOM_BITS
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return moment if _EARLIEST <= moment <= _LATEST else None


def order_of(value: str) -> int:
    """Greater for what came later."""
    return int(value, 36) if flow_id(value) else -1


def moment_at(stamp: object) -> datetime | None:
    """MediaWiki's 14 digits, or ISO 8601, in UTC; None for anything else."""
    match = _STAMP.fullmatch(stamp.strip()) if isinstance(stamp, str) else None
    if not match:
        return None
    try:
        moment = datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]  # six numbers
    except ValueError:
        return None
    return moment if _EARLIEST <= moment <= _LATEST else None

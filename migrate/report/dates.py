"""Which dates can be: messages claim to be of any year, and reports say from when until when people wrote."""

from __future__ import annotations

import time

_EARLIEST = -2_208_988_800_000  # 1900: what claims to be older was no message

# SQL on `message`, to be asked with `bounds`. A date in the future is none, either.
DATED = "sent_at BETWEEN :earliest AND :now"
FIRST = f"min(iif({DATED}, sent_at, NULL))"
LAST = f"max(iif({DATED}, sent_at, NULL))"


def bounds() -> dict[str, int]:
    """The earliest and the latest moment that a message can be of, in milliseconds since 1970-01-01 UTC."""
    return {"earliest": _EARLIEST, "now": int(time.time() * 1000)}

"""What stands in the small elements of a dump: numbers, times, what it says of its wiki."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

_MOST = (1 << 63) - 1


@dataclass(slots=True)
class SiteInfo:
    """A dump's root and <siteinfo>."""

    language: str = ""  # xml:lang of the root
    version: str = ""  # of the format: "0.11"
    sitename: str = ""
    dbname: str = ""
    base: str = ""  # the address of the main page
    namespaces: list[tuple[int, str, str]] = field(default_factory=list)  # number, case, name ("" for the articles)


def number(text: str | None) -> int | None:
    """A whole number; None where it is none, or none that an id can be."""
    text = (text or "").strip()
    if not text.removeprefix("-").isdecimal() or len(text) > 20:
        return None
    return int(text) if abs(int(text)) <= _MOST else None


def utc(text: str | None) -> str:
    """A time as "2020-03-03T10:15:00Z"; "" where it is none."""
    try:
        at = datetime.fromisoformat((text or "").strip())
        return f"{(at.astimezone(UTC) if at.tzinfo else at):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        return ""

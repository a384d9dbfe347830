"""What old programs that read groups off the web left in the mail they saved."""

from __future__ import annotations

import re

from migrate.mail.headers import WELL_FORMED
from migrate.mail.problems import Problem

_PAGE = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_ERROR = re.compile(
    rb"<title>[^<]{0,100}(?:error|\b[45]\d\d\b|not found|unavailable)|>\s*(?:error )?5\d\d\b", re.IGNORECASE
)
_HEAD = 4000  # bytes of a page that say what it is
_HEADER = 64 << 10  # bytes of the first header
_GOOGLE_FIELD = re.compile(rb"^X-Google-[\w-]{1,40}:", re.IGNORECASE | re.MULTILINE)
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")

_TWO_HEADERS = Problem("header-in-two", "info", "The header was in two pieces; they were put together.")


def mended(raw: bytes) -> tuple[bytes, Problem | None]:
    """A message as it is to be read, and what was wrong with it."""
    first = _EMPTY_LINE.search(raw, 0, _HEADER)
    if first is None or _GOOGLE_FIELD.search(raw, 0, first.start()):
        return raw, None
    second = _EMPTY_LINE.search(raw, first.end(), first.end() + _HEADER)
    end = second.start() if second else min(len(raw), first.end() + _HEADER)
    if _GOOGLE_FIELD.search(raw, first.end(), end) and WELL_FORMED.fullmatch(raw, first.end(), end):
        return raw[: first.start()] + b"\n" + raw[first.end() :], _TWO_HEADERS
    return raw, None


def is_error_page(data: bytes) -> bool:
    """Whether this is what a web server says instead of a message."""
    return _PAGE.match(data) is not None and _ERROR.search(data, 0, _HEAD) is not None

"""A header in two pieces, as old programs that read groups off the web left it: Google's own fields stand apart."""

from __future__ import annotations

import re

from migrate.mail.headers import WELL_FORMED
from migrate.mail.problems import Problem

_HEADER = 64 << 10  # bytes of one piece
_GOOGLE_FIELD = re.compile(rb"^X-Google-[\w-]{1,40}:", re.IGNORECASE | re.MULTILINE)
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")

_PROBLEM = Problem("header-in-two", "info", "The header was in two pieces; they were put together.")


def with_one_header(raw: bytes) -> tuple[bytes, Problem | None]:
    """A message as it is to be read, and what was wrong with it."""
    first = _EMPTY_LINE.search(raw, 0, _HEADER)
    if first is None or _GOOGLE_FIELD.search(raw, 0, first.start()):
        return raw, None
    second = _EMPTY_LINE.search(raw, first.end(), first.end() + _HEADER)
    end = second.start() if second else min(len(raw), first.end() + _HEADER)
    if _GOOGLE_FIELD.search(raw, first.end(), end) and WELL_FORMED.fullmatch(raw, first.end(), end):
        return raw[: first.start()] + b"\n" + raw[first.end() :], _PROBLEM
    return raw, None

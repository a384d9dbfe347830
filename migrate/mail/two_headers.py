"""A header in two pieces, as old programs that read groups off the web left it: Google's own fields stand apart."""

from __future__ import annotations

import re

from migrate.mail.headers import FIELD_NAME, WELL_FORMED, empty_line
from migrate.mail.problems import Problem

_HEADER = 64 << 10  # bytes of one piece
_GOOGLE_FIELD = re.compile(rb"^X-Google-[\w-]{1,40}:", re.IGNORECASE | re.MULTILINE)

_PROBLEM = Problem("header-in-two", "info", "The header was in two pieces; they were put together.")


def with_one_header(raw: bytes) -> tuple[bytes, Problem | None]:
    """A message as it is to be read, and what was wrong with it."""
    first = empty_line(raw, 0, _HEADER)
    if first is None:
        return raw, None
    end, body = first
    if not FIELD_NAME.match(raw, body):
        return raw, None  # most bodies do not begin as a header does
    second = empty_line(raw, body, body + _HEADER)
    stop = second[0] if second else min(len(raw), body + _HEADER)
    if not _GOOGLE_FIELD.search(raw, body, stop) or _GOOGLE_FIELD.search(raw, 0, end):
        return raw, None
    if WELL_FORMED.fullmatch(raw, body, stop):
        return raw[:end] + b"\n" + raw[body:], _PROBLEM
    return raw, None

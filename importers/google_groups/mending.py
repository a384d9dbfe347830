"""What old programs that read groups off the web saved in place of a message."""

from __future__ import annotations

import re

_PAGE = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_ERROR = re.compile(
    rb"<title>[^<]{0,100}(?:error|\b[45]\d\d\b|not found|unavailable)|>\s*(?:error )?5\d\d\b", re.IGNORECASE
)
_HEAD = 4000  # bytes of a page that say what it is


def is_error_page(data: bytes) -> bool:
    """Whether this is what a web server says instead of a message."""
    return _PAGE.match(data) is not None and _ERROR.search(data, 0, _HEAD) is not None

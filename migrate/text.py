"""Text from exports on its way to people: made harmless for a terminal, and without e-mail addresses."""

from __future__ import annotations

import re

# C0 and C1 controls (escape sequences begin with one), and the marks that reorder what follows on the line.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# The part after the @, where a Markdown escape may stand before a sign of it. Bounded, so that it stays linear.
_LABEL = r"(?:\\?[\w-]){1,63}"
_HOST = rf"(?:{_LABEL}\\?\.){{1,8}}{_LABEL}"
_ADDRESS = re.compile(rf"(?<=[\w.+%'\\-])@{_HOST}")
_ADDRESS_IN_URL = re.compile(rf"(?<=[\w.+%'-])(@|%40){_HOST}", re.IGNORECASE)


def printable(text: str) -> str:
    """`text` with everything replaced that a terminal would obey instead of show; one line."""
    return _UNSAFE.sub("\ufffd", text.replace("\n", " ").replace("\t", " "))


def mask_addresses(text: str) -> str:
    """The text with the host of every e-mail address replaced: `ann@example.org` becomes `ann@…`."""
    return _ADDRESS.sub("@…", text) if "@" in text else text


def mask_query(url: str) -> str:
    """The URL with addresses masked behind its `?`. A path is left alone: Message-IDs in it look like addresses."""
    path, mark, query = url.partition("?")
    return path + mark + _ADDRESS_IN_URL.sub(r"\1…", query)

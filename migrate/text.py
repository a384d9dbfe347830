"""Text from exports on its way to a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls (escape sequences begin with one), and the marks that reorder what follows on the line.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` with everything replaced that a terminal would obey instead of show; one line."""
    return _UNSAFE.sub("\ufffd", text.replace("\n", " ").replace("\t", " "))

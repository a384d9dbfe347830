"""The stress people typed into plain text: `*bold*` and `_underlined_`, as Markdown has them."""

from __future__ import annotations

import re

_BEFORE = r"\\(?<![^\s(\"'“‘«>/–—-]\\)"  # a backslash, and what may stand before it
_AFTER = r"(?=[\s.,;:!?)\"'”’»/–—-]|\Z)"
_NO_SIGN = r"[^\n\\*_<>`|/]{0,58}"  # nothing in it is escaped
_WORDS = rf"[^\W_](?:{_NO_SIGN}(?:\n(?=[^\W\d_]){_NO_SIGN})?[^\s\\*_<>`|/])?"
_STRESSED = re.compile(rf"{_BEFORE}(?:\*({_WORDS})\\\*|_({_WORDS})\\_){_AFTER}")
_NO_PARAGRAPH = re.compile(r" {0,12}(?:[-*•]|\d{1,3}[.)])[ \t]| {4}|\t")  # its lines are put elsewhere one by one


def with_emphasis(escaped: str) -> str:
    """Escaped text with what its author stressed as strong text and emphasis; a star or underscore in code stays."""
    if "\\*" not in escaped and "\\_" not in escaped:
        return escaped
    return _STRESSED.sub(_emphasis, escaped)


def _emphasis(found: re.Match[str]) -> str:
    if "\n" in found[0] and _NO_PARAGRAPH.match(found.string, found.string.rfind("\n", 0, found.start()) + 1):
        return found[0]
    return f"**{found[1]}**" if found[1] else f"_{found[2]}_"

"""The stress people typed into plain text: `*bold*` and `_underlined_`, as Markdown has them."""

from __future__ import annotations

import re

_BEFORE = r"\\(?<![^\s(\"'“‘«>/–—-]\\)"  # a backslash, and what may stand before it
_AFTER = r"(?=[\s.,;:!?)\"'”’»/–—-]|\Z)"
_WORDS = r"[^\W_](?:[^\n\\*_<>`|/]{0,58}[^\s\\*_<>`|/])?"  # nothing in it is escaped
_STRESSED = re.compile(rf"{_BEFORE}(?:\*({_WORDS})\\\*|_({_WORDS})\\_){_AFTER}")


def with_emphasis(escaped: str) -> str:
    """Escaped text with what its author stressed as strong text and emphasis; a star or underscore in code stays."""
    if "\\*" not in escaped and "\\_" not in escaped:
        return escaped
    return _STRESSED.sub(_emphasis, escaped)


def _emphasis(found: re.Match[str]) -> str:
    return f"**{found[1]}**" if found[1] else f"_{found[2]}_"

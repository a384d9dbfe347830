"""Patterns with * (anything) and ? (one character), ignoring case; brackets are plain, since subjects have them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def fits(patterns: Iterable[str], *texts: str) -> bool:
    """Whether one of the patterns is that of the whole of one of the texts."""
    return any(_compiled(pattern).fullmatch(text.casefold()) for pattern in patterns for text in texts)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Possessive stretches: a pattern of many stars takes linear time on whatever text.
    first, *rest = (re.escape(part).replace(r"\?", ".") for part in re.split(r"\*+", pattern.casefold()))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    steps = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(f"{first}{steps}.*{last}", re.DOTALL)


def covers(wide: str, narrow: str) -> bool:
    """Whether `wide` fits everything that `narrow` fits; it may say no where only a closer look would say yes."""
    wide, narrow = wide.casefold(), narrow.casefold()
    # reached[j]: the part of `wide` looked at so far covers the first j signs of `narrow`.
    reached = [True] + [False] * len(narrow)
    for sign in wide:
        if sign == "*":
            for index in range(len(narrow)):
                reached[index + 1] = reached[index + 1] or reached[index]
            continue
        before = reached
        reached = [False] + [
            before[index] and (sign == other or (sign == "?" and other != "*")) for index, other in enumerate(narrow)
        ]
    return reached[-1]

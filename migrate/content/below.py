"""When a mail that hangs below without quote marks is no mere repetition: its reader is meant to see it."""

from __future__ import annotations

import re

from migrate.content.attribution import TIME_OR_ADDRESS, is_original_mark
from migrate.content.languages import ANSWERED_WITHIN, WROTE_WITHOUT_SPACES, alternatives, spellings

_NEAR = 40  # characters between the words that say where the answers are


def _within(language: str) -> str:
    said, place = ({language: side} for side in ANSWERED_WITHIN[language].split(" — "))
    end = "" if language in WROTE_WITHOUT_SPACES else r"(?!\w)"
    return rf"(?:{alternatives(said)})[^\n.?!]{{0,{_NEAR}}}?(?:{alternatives(place)}){end}"


# One look for the first letter of a word goes before all, for most words begin with another or within one.
_INITIALS = "".join(sorted({word[0] for word in spellings(ANSWERED_WITHIN)}))
_SPACED = "|".join(_within(language) for language in ANSWERED_WITHIN if language not in WROTE_WITHOUT_SPACES)
_UNSPACED = "|".join(_within(language) for language in ANSWERED_WITHIN if language in WROTE_WITHOUT_SPACES)
_ANSWERED_WITHIN = re.compile(rf"(?<!\w)(?=[{_INITIALS}])(?:{_SPACED})|(?-i:{_UNSPACED})", re.IGNORECASE)
_OF_TRANSPORT = re.compile(r"(?:Received|Return-Path|Delivered-To|MIME-Version):")
_FEW_FIELDS = 3


def is_shown(above: list[str], original: list[str]) -> bool:
    """Whether to show the mail before, of which these lines are left; `above` are those of the answer."""
    text = [line for line in above if line]
    if text and text[-1][-1:] in (":", "："):
        return True  # it is led in
    return _ANSWERED_WITHIN.search("\n".join(text)) is not None or _is_pasted(above, original)


def _is_pasted(above: list[str], original: list[str]) -> bool:
    """Whether its headers are all there, as no program quotes them, or too few, and nothing tells when it was sent."""
    headers = [*reversed(_until_blank(above[::-1])), *_until_blank(original)]
    if any(map(_OF_TRANSPORT.match, headers)):
        return True
    few = 1 < len(headers) <= _FEW_FIELDS and not is_original_mark(original[0])
    return few and all(":" in line for line in headers) and not any(map(TIME_OR_ADDRESS.search, headers))


def _until_blank(lines: list[str]) -> list[str]:
    return lines[: lines.index("")] if "" in lines else lines

"""What stands in the brackets of a file besides its name: how it is to be shown, and its caption."""

from __future__ import annotations

import re

_OPTION = re.compile(
    r"(?:[0-9]{0,5}(?:x[0-9]{0,5})?\s*px|(?:upright|alt|link|lang|page|class|thumb|thumbnail|thumbtime|start|end)\s*=.*"
    r"|thumb|thumbnail|frame|framed|enframed|frameless|border|left|right|center|centre|none|upright|baseline|sub|super"
    r"|sup|top|text-top|middle|bottom|text-bottom|noicon|nolink|manualthumb|loop|muted)",
    re.IGNORECASE | re.DOTALL,
)


def caption(options: str, language: str) -> str:
    """The caption among the options of a file, which is the last of them that sets nothing; "" where there is none."""
    said = [part.strip() for part in _apart(options)]
    texts = [part for part in said if part and not _OPTION.fullmatch(part)]
    return texts[-1] if texts else ""


def _apart(options: str) -> list[str]:
    """The options; a pipe within a tag separates none."""
    return options.split("|")

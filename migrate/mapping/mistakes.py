"""What is wrong with a file that is not TOML, in words for people who have never heard of TOML."""

from __future__ import annotations

import re

_CURLY = re.compile("[\u2018-\u201f\u00ab\u00bb\u2039\u203a]")  # “ ” „ ‘ ’ ‚ « » ‹ ›
_SHOWN = 60  # characters of the line
_STRAIGHT = 'Text stands in straight quotes, like category = "Board"'


def explained(words: str, text: str, line: int) -> str:
    """The line of a text, counted from 1, that cannot be read, and what to do. `words` are those of Python's reader."""
    found = text.splitlines()[line - 1 : line]
    shown = found[0].strip() if found else ""
    told = f"this line cannot be understood: `{shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}`"
    return f"{told}. {_advice(words, shown)}"


def _advice(words: str, line: str) -> str:
    if _CURLY.search(line.partition("#")[0]):
        return f"{_STRAIGHT}; these are curly, as word processors make them. Write it in a plain text editor."
    if words.startswith("Invalid value"):
        return f"{_STRAIGHT}; yes or no is true or false."
    if words.startswith(("Illegal character '\\n'", "Illegal character '\\r'", "Unterminated string")):
        return f"A quote is missing at its end. {_STRAIGHT}."
    if words.startswith("Unescaped"):
        return "Text with a backslash stands in single quotes: pattern = '\\s*$'."
    if words.startswith(("Expected '=' after", "Invalid statement")):
        return f"A line is a key, =, and what it is to be. {_STRAIGHT}."
    return f"Look for a quote or a bracket that is missing, here or just above ({words})."

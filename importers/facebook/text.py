"""Strings as Facebook writes them: mended where UTF-8 was taken for Latin-1, and freed of what is no text."""

from __future__ import annotations

import re

from ftfy import fix_encoding

from migrate.content.escape import clean
from migrate.text import printable

LONGEST_NAME = 300  # characters of a person's or group's name, or of a title
LONGEST_TEXT = 1_000_000  # characters of one post; Facebook itself stops at 63,206
MEND_AT_MOST = 20_000  # characters that are handed to ftfy, which is slow

# What the bytes of a letter beyond ASCII look like when each is taken for a Latin-1 character.
_SPOILT = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")


def votes(text: str) -> int:
    """Whether a string speaks for spoilt text (1), against it (-1), or says nothing (0)."""
    if text.isascii():
        return 0
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut within a character, unless it ends with one like `é`
            return 1 if _SPOILT.search(text) else 0
        return -1
    except UnicodeEncodeError:
        return -1
    return 1


def mended(text: str, *, spoilt: bool) -> str:
    """A string of a file: mended if the file is `spoilt`, and without surrogates and control characters."""
    text = text[:LONGEST_TEXT]
    if spoilt and not text.isascii():
        text = _mended(text)
    return clean(text)


def one_line(text: str, *, spoilt: bool = False) -> str:
    """A name, title or label: the same, on one line, without anything a terminal would obey."""
    words = mended(text[: 4 * LONGEST_NAME], spoilt=spoilt).split()
    return printable(" ".join(words))[:LONGEST_NAME].strip()


def _mended(text: str) -> str:
    if not _SPOILT.search(text):
        return text  # some tool mended this string before
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return fix_encoding(text) if len(text) <= MEND_AT_MOST else text
    return raw.decode("utf-8", "replace")  # cut within a character

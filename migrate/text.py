"""Text on its way to people: made harmless for a terminal, and without e-mail addresses; time spans in words."""

from __future__ import annotations

import re

# C0 and C1 controls (escape sequences begin with one), and the marks that reorder what follows on the line.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# The part after the @, where a Markdown escape may stand before a sign of it. Bounded, so that it stays linear.
_LABEL = r"(?:\\?[\w-]){1,63}"
_HOST = rf"(?:{_LABEL}\\?\.){{1,8}}{_LABEL}"
_ADDRESS = re.compile(rf"(?<=[\w.+%'\\-])@{_HOST}")
_AT = "at|a|en|em|op|w|la|na|på|bei|chez|на|στο|tại|ĉe|在|於"
# As web archives write it, in the list's language. "Have a look at example.org" is none: only where one is expected.
_SPOKEN = re.compile(
    rf"(?:(?<=<)[^\s<>@]{{1,64}} {{1,2}}(?:{_AT}) {{1,2}}(?P<angles>{_HOST})(?=>)"
    rf"|[\w.+%'\\-]{{1,64}} at (?P<before>{_HOST})(?= wrote\b)"
    rf"|^(?:> ?)*+[\w.+%'\\-]{{1,64}} at (?P<alone>{_HOST})$)",
    re.MULTILINE,
)
_ADDRESS_IN_URL = re.compile(rf"(?<=[\w.+%'-])(@|%40){_HOST}", re.IGNORECASE)


def printable(text: str) -> str:
    """`text` with everything replaced that a terminal would obey instead of show; one line."""
    return _UNSAFE.sub("\ufffd", text.replace("\n", " ").replace("\t", " "))


def mask_addresses(text: str) -> str:
    """The text with the host of every e-mail address replaced: `ann@example.org` becomes `ann@…`, and where an address
    is sure to stand `ann at example.org` becomes `ann at …`."""
    if " at " in text or "<" in text:
        text = _SPOKEN.sub(_without_host, text)
    return _ADDRESS.sub("@…", text) if "@" in text else text


def _without_host(match: re.Match[str]) -> str:
    host = next(filter(None, match.groups()))
    return match[0].removesuffix(host) + "…"


def mask_query(url: str) -> str:
    """The URL with addresses masked behind its `?`. A path is left alone: Message-IDs in it look like addresses."""
    path, mark, query = url.partition("?")
    return path + mark + _ADDRESS_IN_URL.sub(r"\1…", query)


def duration(seconds: int) -> str:
    """A time span as people say it: "about 14 h"."""
    if seconds < 90:
        return f"about {seconds} s"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"about {round(seconds / 3600)} h"
    return f"about {round(seconds / 86400)} days"

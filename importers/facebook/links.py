"""Addresses of pages, with what Facebook wraps around them taken off."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from migrate.content.escape import escape_inline
from migrate.content.links import link_target
from migrate.text import printable

LONGEST_URL = 4000  # characters
MOST_WRAPPED = 3  # a redirect may lead to a redirect
MOST_FIELDS = 100  # of a query

# What belongs to the sentence around it stays there.
_IN_TEXT = re.compile(r"https?://[^\s<>\"]{1,4000}(?<![.,;:!?'()\[\]{}*])", re.IGNORECASE)
_ONLY_URL = re.compile(r"https?://[^\s<>\"]{1,4000}\Z", re.IGNORECASE)
_REDIRECTS = frozenset({"/l.php", "/flx/warn"})


def direct(url: str) -> str:
    """Where a link leads: Facebook's redirects replaced by their targets, click ids taken off; safe within a Markdown
    link. "" if it is no page."""
    url = url.strip()[:LONGEST_URL]
    for _ in range(MOST_WRAPPED):
        target = _target(url)
        if not target:
            break
        url = target
    if not url.lower().startswith(("http://", "https://")):
        return ""
    return printable(link_target(url) or "")


def direct_in_text(text: str) -> str:
    """The text with each address in it made `direct`."""
    return _IN_TEXT.sub(_mended, text) if "facebook.com/" in text or "fbclid=" in text else text


def is_url(text: str) -> bool:
    """Whether a text is the address of a page and nothing else."""
    return _ONLY_URL.match(text.strip()) is not None


def link(url: str, name: str = "") -> str:
    """A Markdown link to what `direct` returned; without a name the bare address."""
    return f"[{escape_inline(name, urls=False)}]({url})" if name and name != url else f"<{url}>"


def _mended(found: re.Match[str]) -> str:
    url = found[0]
    return direct(url) or url if _target(url) or "fbclid=" in url else url


def _target(url: str) -> str:
    """The page that an address of Facebook's passes on to; "" where it is none of those."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if not f".{host}".endswith(".facebook.com") or parts.path.rstrip("/") not in _REDIRECTS:
            return ""
        fields = parse_qsl(parts.query, max_num_fields=MOST_FIELDS)
    except ValueError:
        return ""
    return next((value for name, value in fields if name == "u"), "")

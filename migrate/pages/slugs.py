"""How titles and names become part of an address, as Discourse does it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote_plus

_NO_SLUG = re.compile(r"[:/?#\[\]@!$&'()*+,;=_.~%\\`^\s|{}\"<>]+")


def slug(title: str, method: str = "ascii", otherwise: str = "topic") -> str:
    """The address form of a title, by `slug_generation_method`: its ASCII letters, all letters encoded, or none."""
    if method == "encoded":
        words = quote_plus(_NO_SLUG.sub("", re.sub(r"\s+", "-", title.strip())).lower())
        return re.sub(r"-{2,}", "-", words).strip("-") or otherwise
    if method == "none":
        return otherwise
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    plain = plain.replace("'", "")
    words = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
    return otherwise if not words or words.isdecimal() else words[:255].strip("-")

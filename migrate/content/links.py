"""Which addresses of an HTML mail stay links and pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

_ALLOWED = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s<>()\[\]\\`\"'{}|^*]")
_IGNORED = re.compile(r"[\t\n\r]")  # as browsers do (WHATWG URL)


def link_target(address: str) -> str | None:
    """The address, safe within a Markdown link, or None where it may not be a link."""
    address = _IGNORED.sub("", address).strip()
    if not _ALLOWED.match(address):
        return None
    return _UNSAFE.sub(lambda unsafe: quote(unsafe[0], safe=""), address)


def picture_target(address: str, inline: Mapping[str, str]) -> str | None:
    """Where the picture lies: a file of this mail, or a page; None where it cannot be shown."""
    address = address.strip()
    if address[:4].lower() == "cid:":
        content_id = address[4:].strip("<>")
        return inline.get(content_id) or inline.get(unquote(content_id))
    return link_target(address) if address[:4].lower() == "http" else None


def says_the_same(text: str, address: str) -> bool:
    """Whether a link's text is its address, so that the text alone will do."""
    return text.removesuffix("/") in (address.removesuffix("/"), address.removeprefix("mailto:").removesuffix("/"))

"""What the addresses of a mail were before programs wrapped them, and which of HTML stay links and pictures."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

_ALLOWED = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s<>()\[\]\\`\"'{}|^*\ufdd0-\ufdef]")
_IGNORED = re.compile(r"[\t\n\r]")  # as browsers do (WHATWG URL)
_LONGEST = 8000  # characters of an address that is looked into

# Parameters that tell who clicked, or in which mail; the page is the same without them.
_TRACKING = re.compile(r"(?<=[?&])(?:utm_(?:source|medium|campaign|term|content)|mc_[ce]id|fbclid|gclid)=[^&#]*&?")
_EMPTY_QUERY = re.compile(r"[?&]+(?=#|\Z)")

# Hosts of programs that wrap each link of a mail, and the parameter that holds the address.
_WRAPPERS = {
    "safelinks.protection.outlook.com": "url",
    "urldefense.proofpoint.com": "u",
    "linkprotect.cudasvc.com": "a",
    "www.google.com": "q",
    "l.facebook.com": "u",
    "slack-redir.net": "url",
}
_OF_WRAPPER = re.compile("urldefense\\.|" + "|".join(map(re.escape, _WRAPPERS)), re.IGNORECASE)
_MAY_BE_WRAPPED = ("://urldefense.", ".safelinks.protection.outlook.com/", "://linkprotect.cudasvc.com/")
# As it stands in plain text: without the signs behind it that belong to the sentence.
_WRAPPED = re.compile(
    r"https?://(?:urldefense\.|\w{1,20}\.safelinks\.|linkprotect\.)[^\s<>\"]{1,4000}(?<![.,;:!?'()\[\]{}*])",
    re.IGNORECASE,
)
_URLDEFENSE = re.compile(r"https://urldefense\.(?:com|us)/v3/__([^\s]{1,4000}?)__;([\w-]*=*)!", re.IGNORECASE)
_MANGLED = re.compile(r"\*(?:\*(.))?")
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def link_target(address: str) -> str | None:
    """The address, safe within a Markdown link, or None where it may not be a link."""
    address = _IGNORED.sub("", address).strip()
    if not _ALLOWED.match(address):
        return None
    if len(address) < _LONGEST:
        if _OF_WRAPPER.search(address):
            address = _unwrapped(address)
        if "?" in address:
            address = _EMPTY_QUERY.sub("", _TRACKING.sub("", address))
    return _UNSAFE.sub(lambda unsafe: quote(unsafe[0], safe=""), address)


def unwrapped_in(text: str) -> str:
    """Plain text with the addresses in it as they were."""
    if not any(map(text.__contains__, _MAY_BE_WRAPPED)):
        return text
    return _WRAPPED.sub(_as_it_was, text)


def _as_it_was(found: re.Match[str]) -> str:
    address = _unwrapped(found[0])
    return address if address.isprintable() else found[0]


def picture_file(address: str, inline: Mapping[str, str]) -> str | None:
    """The file of this mail that a picture shows; None where it is none."""
    address = address.strip()
    if address[:4].lower() != "cid:":
        return None
    content_id = address[4:].strip("<>")
    return inline.get(content_id) or inline.get(unquote(content_id))


def says_the_same(text: str, address: str) -> bool:
    """Whether a link's text is its address, so that the text alone will do.

    A scheme that is missing in the text was added by a program that takes whatever has a dot in it for an address.
    """
    text = text.removesuffix("/")
    address = address.removesuffix("/")
    return text in (address, address.removeprefix("mailto:"), address.removeprefix("http://"))


def _unwrapped(address: str) -> str:
    """The address that a wrapped one leads to, if that can be read in it; else the same."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    host = (parts.hostname or "").lower()
    found = ""
    if host.startswith("urldefense."):
        found = _undefended(address)
    if not found:
        parameter = _WRAPPERS.get(host) or _WRAPPERS.get(host.partition(".")[2])
        if parameter and (host != "www.google.com" or parts.path == "/url"):
            found = dict(parse_qsl(parts.query)).get(parameter, "")
            if "/v2/" in parts.path:  # Proofpoint's own spelling of percent-encoding
                found = unquote(found.replace("-", "%").replace("_", "/"))
    return found if re.match(r"https?://[^\s]+\Z", found) else address


def _undefended(address: str) -> str:
    """Proofpoint's third way: characters replaced by stars, and kept behind the address in base64."""
    match = _URLDEFENSE.match(address)
    if not match:
        return ""
    try:
        kept = iter(base64.urlsafe_b64decode(match[2] + "==").decode())
    except (binascii.Error, UnicodeDecodeError):
        return ""

    def restore(star: re.Match[str]) -> str:
        count = _RUN_LENGTHS.find(star[1]) + 2 if star[1] else 1
        return "".join(next(kept, "") for _ in range(count))

    return _MANGLED.sub(restore, match[1])

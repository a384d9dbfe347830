"""Delivery reports without words for people: what their fields say (RFC 3464, RFC 8098)."""

from __future__ import annotations

from migrate.mail.headers import decode_header, parse_headers
from migrate.mail.problems import Problems

MEDIA_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
MOST_BLOCKS = 20  # recipients

_READ = ("Original-Recipient", "Final-Recipient", "Action", "Status", "Diagnostic-Code", "Disposition")


def as_text(data: bytes, problems: Problems) -> str:
    """The fields that people read, a line each, with an empty line between recipients."""
    blocks = data.replace(b"\r\n", b"\n").strip().split(b"\n\n", MOST_BLOCKS)[:MOST_BLOCKS]
    return "\n\n".join(filter(None, (_fields(block, problems) for block in blocks)))


def _fields(block: bytes, problems: Problems) -> str:
    headers, _ = parse_headers(block, 0, len(block), problems)
    values = [(name, decode_header(headers.first(name.lower().encode()), problems)) for name in _READ]
    return "\n".join(f"{name}: {_without_kind(value)}" for name, value in values if value)


def _without_kind(value: str) -> str:
    """ "rfc822; ann@example.org" and "smtp; 550 No such user" begin with what kind of value they are."""
    kind, mark, rest = value.partition(";")
    return rest.strip() if mark and kind.strip().lower() in ("rfc822", "utf-8", "smtp", "x-unix", "dns") else value

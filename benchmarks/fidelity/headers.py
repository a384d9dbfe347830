"""What threading needs of a message, read by this module alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from fidelity.corpora import Mail

_ID = re.compile(r"<([^<>\s]+)>")
_PARSER = BytesHeaderParser()


@dataclass(frozen=True, slots=True)
class Headers:
    """What a message says of itself."""

    id: str  # without angle brackets; empty where it has none
    references: tuple[str, ...]  # oldest first: References, then the first id in In-Reply-To
    is_answer: bool  # it has such a header, be it unreadable
    sender: str  # From as it is written
    quotes: bool  # its text does


def headers_of(mail: Mail) -> Headers:
    """The headers of one message."""
    headers = _PARSER.parsebytes(mail.raw)
    own = _ID.findall(str(headers.get("message-id", "")))
    named = _ID.findall(" ".join(map(str, headers.get_all("references", []))))
    answered = _ID.findall(str(headers.get("in-reply-to", "")))[:1]
    references = (*named, *(item for item in answered if item not in named))
    is_answer = bool(headers.get("references") or headers.get("in-reply-to"))
    return Headers(own[0] if own else "", references, is_answer, str(headers.get("from", "")), b"\n>" in mail.raw)

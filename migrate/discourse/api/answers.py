"""What a forum's answer means: done, already there, refused, not done, or unknown; and its words in one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from migrate.discourse.names import cut
from migrate.text import mask_addresses

_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_GUARD = re.compile(r"cf-chl|challenge-platform|<title>(?:Just a moment|Attention Required|DDoS-Guard)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")
_LONGEST_MESSAGE = 300
_READ_AT_MOST = 5_000  # characters of a proxy's page

# The attribute's name comes before the sentence, and is not translated with it.
_TAKEN = re.compile(r"(?:External|Embed url)\b")


Json = Any  # whatever JSON can hold


class Outcome(Enum):
    """What is known of the effect of a request that creates something."""

    DONE = auto()
    ALREADY_THERE = auto()  # its key is taken: look up and adopt
    REFUSED = auto()  # never repeated unchanged
    NOT_DONE = auto()  # may be repeated as it is
    UNKNOWN = auto()  # look up what became of it


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `status` 0 stands for none: lost, or never asked (`outcome` tells which)."""

    status: int
    outcome: Outcome
    body: Json  # decoded JSON; None where there is none
    message: str  # what the forum said, in one line without addresses
    error_type: str = ""
    location: str = ""  # of a redirect
    wait_seconds: float = 0.0  # asked for with a 429
    limit: str = ""  # which limit a 429 names
    from_guard: bool = False  # a page of what stands before the forum and lets no program through

    def __getitem__(self, name: str) -> Json:
        """A member of the body where that is an object, else None."""
        return self.body.get(name) if isinstance(self.body, dict) else None


def number_of(value: object) -> int | None:
    """A number the forum gave, be it as text as some plug-ins make it; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value) else None


def objects_in(value: object) -> list[dict[str, Any]]:
    """The objects of a list the forum gave; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def read_answer(status: int, headers: Mapping[str, str], content: bytes) -> Answer:
    """Make sense of an answer of Discourse or of a proxy before it."""
    text = content.decode("utf-8", "replace")
    body = _decode(text)
    error_type = str(body.get("error_type", "")) if isinstance(body, dict) else ""
    return Answer(
        status=status,
        outcome=_outcome(status, body, text, error_type),
        body=body,
        message=message_of(status, body, text),
        error_type=error_type,
        location=_location(headers),
        wait_seconds=_wait_seconds(headers, body) if status == 429 else 0.0,
        limit=headers.get("Discourse-Rate-Limit-Error-Code", ""),
        from_guard=body is None and _is_guards(status, headers, text),
    )


def _location(headers: Mapping[str, str]) -> str:
    """Where a redirect leads; empty where that is no address."""
    location = headers.get("Location", "")
    try:
        urlsplit(location)
    except ValueError:
        return ""
    return location


def _decode(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _outcome(status: int, body: Json, text: str, error_type: str) -> Outcome:
    if status == 429 or (status == 503 and error_type == "read_only"):
        return Outcome.NOT_DONE
    if 200 <= status < 300:
        # A page of a proxy, or half an answer.
        return Outcome.UNKNOWN if body is None and text.strip() not in ("", "null") else Outcome.DONE
    if status == 422 and isinstance(body, dict) and any(map(_TAKEN.match, _strings(body.get("errors")))):
        return Outcome.ALREADY_THERE
    return Outcome.UNKNOWN if status >= 500 or status == 408 else Outcome.REFUSED


def _is_guards(status: int, headers: Mapping[str, str], text: str) -> bool:
    """Whether a page was made by a guard: Discourse itself refuses the API in JSON or in plain text."""
    if not text.lstrip().startswith("<"):
        return False
    return status == 403 or headers.get("cf-mitigated") == "challenge" or bool(_GUARD.search(text[:_READ_AT_MOST]))


def message_of(status: int, body: Json, text: str = "") -> str:
    """The words of any refusal in one line: Discourse's shapes, Rails' own, plain text, or a proxy's page."""
    words = _words(body) if body is not None else _TAGS.sub(" ", text[:_READ_AT_MOST])
    words = unescape(" ".join(_CONTROL.sub(" ", words).split()))
    return cut(mask_addresses(words), _LONGEST_MESSAGE) or f"status {status}"


def _words(body: Json) -> str:
    if not isinstance(body, dict):
        return "; ".join(_strings(body))
    for name in ("errors", "message", "error", "failed"):
        if found := _strings(body.get(name)):
            return "; ".join(found)
    return ""


def _strings(value: Json) -> list[str]:
    """The strings in a list, or in an object of lists as `errors` of a user, each with its field."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    if isinstance(value, dict):
        return [f"{name} {text}" for name, item in value.items() for text in _strings(item)]
    return []


def _wait_seconds(headers: Mapping[str, str], body: Json) -> float:
    extras = body.get("extras") if isinstance(body, dict) else None
    asked = extras.get("wait_seconds") if isinstance(extras, dict) else None
    values = [1.0]
    for value in (headers.get("Retry-After"), asked):
        try:
            values.append(float(value or 0))
        except (TypeError, ValueError):
            continue
    return max(value for value in values if value == value and value < 1e6)

"""What stands in an answer of an API, whatever type it has."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{0,300}\|)?([^\[\]|\n]{0,300})\]\]")
_TAG = re.compile(r"<[^<>]{0,300}>")
LONGEST_TITLE = 1000  # characters


def mapping(value: object) -> Mapping[str, object]:
    """The JSON object, or an empty one. PHP writes an empty one as a list."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> Sequence[object]:
    """The list, or an empty one; also of an object whose keys are numbers, as PHP writes lists with gaps."""
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list | tuple) else ()


def text(value: object) -> str:
    """The string, or an empty one; without what no record may hold."""
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""


def number(value: object) -> int:
    """The number from 0 that is written there, or 0; numbers may be strings."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**18 else 0


def is_true(value: object) -> bool:
    """Whether a flag is set; the older format of answers has an empty string there."""
    return value is True or value == "" or (isinstance(value, int) and value == 1)


def inside(value: object, *path: str) -> object:
    """What stands at the end of a path of keys; None where it is broken off."""
    for key in path:
        value = mapping(value).get(key)
    return value


def plain_title(value: str, *, is_html: bool = False) -> str:
    """A topic's title as it is shown: links are all the markup that it may have."""
    value = value[:LONGEST_TITLE]
    value = html.unescape(_TAG.sub("", value)) if is_html else _LINK.sub(r"\1", value)
    return " ".join(value.split())

"""The entries of a JSON file of any size, one at a time: a bare list, or lists under any keys, of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from importers.facebook.cutting import Cut

Json = Any  # what JSON holds; every use of it asks for the type first


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that cannot be used, or that the file breaks off in."""

    reason: str
    at_end: bool = False  # nothing follows


def entries(stream: BinaryIO) -> Iterator[Json | Broken]:
    """The members of the outermost lists, in their order; a list in a list belongs to its entry."""
    cut = Cut()
    for piece in cut.pieces(stream, whole=False):
        if piece.data or not cut.broke_off:
            yield _entry(piece.data)
    if cut.broke_off:
        yield Broken("the file breaks off", at_end=True)


def _entry(data: bytes) -> Json | Broken:
    if not data:
        return Broken("it is too large, or nested too deep")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # numbers of thousands of digits are a ValueError, too
        return Broken("it is no valid JSON")

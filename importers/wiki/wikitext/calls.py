"""A template's call, and what gives the text to stand in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """`{{name|first|key=value}}`. Whatever was called within it stands there as what came of it."""

    name: str  # without white space around it
    arguments: Mapping[str, str]  # positional ones are "1", "2"; named ones are stripped
    source: str  # the whole call as the page has it


Expand = Callable[[Call], str]

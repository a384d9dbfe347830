"""What a template's call is, and what stands in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a template, with the templates in it already expanded and comments taken out."""

    name: str  # as it is written, in front of the first pipe
    arguments: Mapping[str, str]  # wikitext; those without a name are "1", "2" and so on, with the spaces around them
    source: str  # the whole call as the page has it, with its braces


# Gives wikitext (HTML may be in it) to stand in place of a call. It must not fail.
Expand = Callable[[Call], str]

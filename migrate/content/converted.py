"""What every conversion yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Converted:
    """A body in neutral Markdown: what is shown, and what is folded away (trailing quotes, signatures, footers)."""

    body: str
    elided: str

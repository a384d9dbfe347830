"""Getting hold of a peer, if it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Peer = TypeVar("Peer")


def load(factory: Callable[[], Peer]) -> Peer | None:
    """What `factory` makes of a library that may be absent, too old for this Python, or broken; None then."""
    try:
        return factory()
    except Exception:  # an old library fails to import in many ways
        return None

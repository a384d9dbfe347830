"""What an archive may cost, and how names found in one are shown."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from migrate.model import Finding

FREE_BYTES = 100 << 20
MAX_RATIO = 200
MAX_MEMBERS = 300_000
MAX_DEPTH = 4  # compressed and packed layers

Peekable = io.BufferedReader | io.BufferedRandom  # what can be looked into without reading it


@dataclass(slots=True)
class Budget:
    """What may still come out of one file of `size` bytes before it counts as hostile."""

    size: int
    ratio: int = MAX_RATIO  # how many times its size may come out
    bytes_left: int = field(init=False)
    members_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.bytes_left = max(FREE_BYTES, self.ratio * self.size)
        self.members_left = MAX_MEMBERS

    def take_bytes(self, count: int) -> bool:
        """Count unpacked bytes; False once there are too many."""
        self.bytes_left -= count
        return self.bytes_left >= 0

    def take_member(self) -> bool:
        """Count a packed file; False once there are too many."""
        self.members_left -= 1
        return self.members_left >= 0


def printable(name: str) -> str:
    """A file name without control characters, terminal escapes and bytes that are no text."""
    return "".join(character if character.isprintable() else "?" for character in name)


def finding(code: str, text: str, label: str) -> Finding:
    """A finding about a file that could not be read, or not to its end."""
    return Finding(stage="read", severity="error", code=code, text=text, locator=label)

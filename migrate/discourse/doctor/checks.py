"""What the doctor says of a forum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "to do", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str  # for scripts; it stays
    state: State
    text: str  # a sentence or two, with what to do

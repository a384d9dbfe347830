"""What was wrong with one message; the importer that knows where the message lies makes findings of these."""

from __future__ import annotations

from typing import NamedTuple

from migrate.model import Severity


class Problem(NamedTuple):
    """A finding that does not know its place yet."""

    code: str
    severity: Severity
    text: str  # one sentence, no addresses


Problems = list[Problem]

"""Discourse answers the same creation again from memory for two minutes, refusals included."""

from __future__ import annotations

import hashlib
import json
import time
import zlib

from .answers import Answer
from .store import Store

LIFETIME = 120.0  # seconds


class Memo:
    """Answers to creations by what was asked; kept in the data file, since Discourse's outlives its process too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def recall(self, key: bytes, now: float | None = None) -> Answer | None:
        oldest = (time.time() if now is None else now) - LIFETIME
        row = self._store.one("SELECT status, body FROM memo WHERE digest = ? AND at > ?", key, oldest)
        return Answer(row["status"], zlib.decompress(row["body"])) if row else None

    def keep(self, key: bytes, answer: Answer, now: float | None = None) -> None:
        at = time.time() if now is None else now
        self._store.run("DELETE FROM memo WHERE at <= ?", at - LIFETIME)
        body = zlib.compress(answer.body, 1)
        self._store.run(
            "REPLACE INTO memo (digest, at, status, body) VALUES (?, ?, ?, ?)", key, at, answer.status, body
        )


def digest(*parts: object) -> bytes:
    """The key of a request: equal exactly when all parts are."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).digest()

"""Rows that wait until a chunk is complete: one statement for many of them takes half the time of many statements."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any

Row = tuple[Any, ...]

_CONTAINERS = "INSERT INTO container VALUES (?, ?)"
# What is given is kept beside what settling makes of it.
_MESSAGES = """
    INSERT INTO message (id, source_id, author_id, thread_id, parent_id, sent_at, date_source, arrived_at, answers_id,
                         title, conversation_id, flags, url, locator, digest,
                         given_thread_id, given_parent_id, given_at, given_source)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?4, ?5, ?6, ?7)
"""
_CONTENTS = """
    INSERT INTO content (message_id, body, elided, native_format, native_id, native_at, native_size)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_REFERENCES = "INSERT INTO reference VALUES (?, ?, ?)"
_ORIGINS = "INSERT OR IGNORE INTO origin VALUES (?, ?, ?)"
_FILES = "INSERT INTO message_attachment VALUES (?, ?, ?, ?, ?, ?)"
_FINDINGS = """
    INSERT OR IGNORE INTO finding (stage, severity, code, text, source_id, message_id, locator, lost)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_SIGNED = "UPDATE person_name SET uses = uses + ? WHERE person_id = ? AND name = ?"


class Rows:
    """Columns in the order of the tables. Whoever reads one of these tables calls `flush` before."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.containers: list[Row] = []
        self.messages: list[Row] = []  # without position, and without what is given
        self.contents: list[Row] = []
        self.references: list[Row] = []
        self.origins: list[Row] = []
        self.files: list[Row] = []
        self.findings: list[Row] = []  # without their ids
        self.signed: Counter[tuple[int, str]] = Counter()  # messages by person and name
        self._waiting = (
            (_CONTAINERS, self.containers),
            (_MESSAGES, self.messages),
            (_CONTENTS, self.contents),
            (_REFERENCES, self.references),
            (_ORIGINS, self.origins),
            (_FILES, self.files),
            (_FINDINGS, self.findings),
        )

    def flush(self) -> None:
        """Write what waits, in the order in which it came."""
        for statement, rows in self._waiting:
            if rows:
                self._db.executemany(statement, rows)
                rows.clear()
        if self.signed:
            self._db.executemany(_SIGNED, ((uses, *name) for name, uses in self.signed.items()))
            self.signed.clear()

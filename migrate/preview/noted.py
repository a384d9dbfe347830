"""Which findings there are of each kind and of each message: temporary tables, filled when they are asked for first."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from migrate.archive import Archive
from migrate.plan import Plan
from migrate.report.facts import FindingFacts, accepted_codes, kinds_of_findings
from migrate.report.touched import touched_messages

MOST_OF_ONE = 100  # findings of one message that are shown
_number = itertools.count()  # several previews may share a connection


class Row(NamedTuple):
    """A finding as it is in the archive: not yet what may be shown."""

    code: str
    severity: str
    text: str
    locator: str
    message: int | None  # the first that it is about


class Noting:
    """All findings of an archive."""

    def __init__(self, archive: Archive, plan: Plan) -> None:
        self._db, self._plan = archive.db, plan

    @cached_property
    def accepted(self) -> frozenset[str]:
        """The codes that somebody has looked at."""
        return accepted_codes(self._plan)

    @cached_property
    def kinds(self) -> Sequence[FindingFacts]:
        """What there is, in the order of the report."""
        return kinds_of_findings(self._db, self._plan.withheld, self.accepted)

    def of_message(self, message_id: int) -> list[Row]:
        """Those of one message, by their codes."""
        query = _OF_MESSAGE.format(shown=self._ordered, touched=self._touched)
        return [Row(*row) for row in self._db.execute(query, (message_id, MOST_OF_ONE)).fetchall()]

    def of_messages(self, messages: Sequence[int]) -> dict[int, int]:
        """How many there are of each of these, where there are any."""
        query = _COUNTED.format(touched=self._touched)
        return dict(self._db.execute(query, (json.dumps(messages),)).fetchall())

    def count(self, code: str) -> int:
        """How many there are of a code."""
        return self._ranges.get(code, (0, 0))[1]

    def of_code(self, code: str, offset: int, limit: int) -> list[Row]:
        """Some of those of a code, errors first."""
        first, count = self._ranges.get(code, (0, 0))
        begin, end = first + offset, first + min(offset + limit, count)
        return [Row(*row) for row in self._db.execute(_OF_CODE.format(shown=self._ordered), (begin, end)).fetchall()]

    @cached_property
    def _touched(self) -> str:
        name = touched_messages(self._db)
        self._db.execute(f"CREATE INDEX temp.{name}_message ON {name} (message_id)")
        return name

    @cached_property
    def _ordered(self) -> str:
        """A table of all in their order: `place` counts from 1 without a gap."""
        name = f"noted_{next(_number)}"
        self._db.execute(f"CREATE TEMP TABLE {name} (place INTEGER PRIMARY KEY, finding_id, message_id)")
        self._db.execute(_GATHERED.format(name=name, touched=self._touched))
        self._db.execute(f"CREATE INDEX temp.{name}_finding ON {name} (finding_id)")
        return name

    @cached_property
    def _ranges(self) -> dict[str, tuple[int, int]]:
        """By code the place of the first one, and how many there are."""
        rows = self._db.execute(_RANGES.format(shown=self._ordered)).fetchall()
        return {code: (first, count) for code, first, count in rows}


_GATHERED = """
    INSERT INTO {name} (finding_id, message_id)
    SELECT finding.id, about.message_id FROM finding
    LEFT JOIN (SELECT finding_id, min(message_id) AS message_id FROM {touched} GROUP BY 1) AS about
    ON about.finding_id = finding.id
    ORDER BY code, CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, finding.id
"""
_RANGES = "SELECT code, min(place), count(*) FROM {shown} JOIN finding ON finding.id = finding_id GROUP BY 1"
_ROWS = """
    SELECT code, severity, text, locator, shown.message_id
    FROM {shown} AS shown JOIN finding ON finding.id = shown.finding_id
"""
_OF_CODE = f"{_ROWS} WHERE place >= ? AND place < ? ORDER BY place"
_ABOUT = "SELECT finding_id FROM {touched} WHERE message_id = ?"
_OF_MESSAGE = f"{_ROWS} WHERE shown.finding_id IN ({_ABOUT}) ORDER BY place LIMIT ?"
_COUNTED = """
    SELECT message_id, count(*) FROM {touched} WHERE message_id IN (SELECT value FROM json_each(?)) GROUP BY 1
"""

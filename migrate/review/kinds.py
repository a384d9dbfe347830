"""The findings of an archive, put together by their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from migrate.archive import Archive
from migrate.plan import Plan
from migrate.plan.withheld import Withholding
from migrate.report.facts import FindingFacts, gather
from migrate.report.wording import Wording, wording
from migrate.text import mask_addresses

EXAMPLES = 3  # shown of each kind at first


@dataclass(frozen=True, slots=True)
class Kind:
    """All findings of one code: facts for each severity they have, the worst first."""

    code: str
    parts: Sequence[FindingFacts]

    @property
    def wording(self) -> Wording:
        """What to call them, and what was or can be done."""
        return wording(self.code)

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(part.count for part in self.parts)

    @property
    def accepted(self) -> bool:
        """Whether the mapping says that somebody has decided on them."""
        return self.parts[0].accepted


def kinds_of(archive: Archive, plan: Plan) -> list[Kind]:
    """Every kind of finding, in the order of the report: errors first, then what touches most."""
    findings = gather(archive, plan).findings
    places = {finding.code: place for place, finding in reversed(list(enumerate(findings)))}
    together = sorted(findings, key=lambda finding: places[finding.code])  # those of one code stay in their order
    return [Kind(code, list(parts)) for code, parts in groupby(together, attrgetter("code"))]


def examples(archive: Archive, withheld: Withholding, code: str, after: int, most: int) -> list[tuple[str, str]]:
    """Place and sentence of findings, without addresses; `after` so many of them."""
    rows = archive.db.execute(
        "SELECT locator, text FROM finding WHERE code = ? ORDER BY id LIMIT ? OFFSET ?", (code, most, after)
    )
    return [
        (mask_addresses(withheld.in_place(locator)), mask_addresses(withheld.in_title(text)))
        for locator, text in rows.fetchall()
    ]


def private_sources(archive: Archive, code: str) -> list[int]:
    """The ids of sources taken for private that findings of a code are about.

    What is said before a source is known names it by its key.
    """
    query = (
        "SELECT id FROM source WHERE private AND (id IN (SELECT source_id FROM finding WHERE code = :code)"
        " OR key IN (SELECT locator FROM finding WHERE code = :code)) ORDER BY id"
    )
    return [number for (number,) in archive.db.execute(query, {"code": code}).fetchall()]

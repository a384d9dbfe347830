"""Who of one archive is not to be named beside another one, where they withheld their name or are forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from migrate.archive import Archive
from migrate.archive.forget import redaction_of
from migrate.archive.forgotten import PREFIX, forgotten_key
from migrate.plan import Plan
from migrate.plan.authors import head_sql
from migrate.redact import Redaction


@dataclass(slots=True)
class Unnamed:
    """People of an archive, by their ids there, and what takes their names out of titles."""

    people: set[int] = field(default_factory=set)
    redactions: list[Redaction] = field(default_factory=list)
    masked: re.Pattern[str] | None = None  # what is left of their addresses

    def without(self, title: str) -> str:
        """The title of a topic-to-be, whose addresses are masked, without their names and what is left of these."""
        for redaction in self.redactions:
            title = redaction.in_place(title)
        return self.masked.sub("…", title) if self.masked else title


def unnamed(archive: Archive, plan: Plan, other: Archive, wishes: Plan) -> Unnamed:
    """Whom the `other` archive under its own plan does not name, as far as this one does."""
    hidden = _hidden(other, wishes) if archive is not other else set()
    if not hidden:
        return Unnamed()
    rows = archive.db.execute(f"SELECT id, {head_sql(None)}, key FROM person").fetchall()  # noqa: S608 - our own words
    found = {head for _, head, key in rows if forgotten_key(key) in hidden and not plan.withheld.is_nameless(head)}
    together: dict[int, list[int]] = {head: [head] for head in sorted(found)}
    starts = set()
    for person, head, key in rows:
        if head in found:
            together[head] += [person] if person != head else []
            starts.add(key.rpartition("@")[0])
    masked = "|".join(map(re.escape, sorted(starts - {""}, key=len, reverse=True)))
    return Unnamed(
        found,
        [redaction_of(archive, people) for people in together.values()],
        re.compile(rf"(?<![\w.+-])(?:{masked})@…", re.IGNORECASE) if masked else None,
    )


def _hidden(archive: Archive, plan: Plan) -> set[str]:
    """The keys that they have where they are forgotten."""
    hidden = {PREFIX + digest for (digest,) in archive.db.execute("SELECT key_digest FROM forgotten")}
    if plan.withheld.nameless:
        rows = archive.db.execute(f"SELECT key, {head_sql(None)} FROM person")  # noqa: S608 - our own words
        hidden |= {forgotten_key(key) for key, head in rows if plan.withheld.is_nameless(head)}
    return hidden

"""Where an archive stands on each forum it was sent to; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.archive import Archive
from migrate.discourse.facts import known_targets
from migrate.plan import Plan, Target


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one kind is on one forum."""

    total: int  # planned
    done: int = 0
    sending: int = 0  # in doubt: the next run looks them up
    refused: int = 0

    @property
    def left(self) -> int:
        """What a next run would send, refused ones not counted."""
        return max(0, self.total - self.done - self.refused)


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """One forum; `kinds` has user, category, upload and post."""

    target: Target
    kinds: dict[str, Standing]

    @property
    def is_complete(self) -> bool:
        """Whether a next run would have nothing new to send; refused items are counted apart."""
        return all(standing.left == 0 for standing in self.kinds.values())


def status(archive: Archive) -> list[TargetStatus]:
    """Every forum this archive was sent to, the first one first."""
    return [_status(archive, target) for target in known_targets(archive)]


def _status(archive: Archive, target: Target) -> TargetStatus:
    summary = Plan(archive, target=target).summary()
    totals = {
        "user": summary.users,
        "category": summary.categories,
        "upload": summary.uploads,
        "post": summary.topics + summary.replies,
    }
    counts: dict[str, dict[str, int]] = {kind: {} for kind in totals}
    rows = archive.db.execute(
        "SELECT kind, state, count(*) FROM operation WHERE target_id = ? AND generation = ? GROUP BY kind, state",
        (target.id, target.generation),
    )
    for kind, state, count in rows.fetchall():
        counts[kind][state] = count
    return TargetStatus(target, {kind: Standing(total, **counts[kind]) for kind, total in totals.items()})

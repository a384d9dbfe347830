"""What a change of the mapping does to the plan, in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from migrate.plan import Summary


class Effect(NamedTuple):
    """Something that there will be more or less of."""

    what: str
    before: int
    after: int


def effects(before: Summary, after: Summary) -> list[Effect]:
    """What is another number after the change."""
    pairs = zip(_numbers(before), _numbers(after), strict=True)
    return [Effect(what, old, new) for (what, old), (_, new) in pairs if old != new]


def _numbers(plan: Summary) -> Iterator[tuple[str, int]]:
    yield "topics", plan.topics
    yield "posts", plan.topics + plan.replies
    yield "left out", sum(plan.left_out.values())
    yield "categories", plan.categories
    yield "categories for staff alone", len(plan.reserved)
    yield "accounts", plan.users
    yield "tags", plan.tags
    yield "files", plan.uploads

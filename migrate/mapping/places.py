"""Which category each source and rule lead to, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace

from migrate.errors import MigrateError
from migrate.mapping.records import DEFAULT_RULE, Mapping, Rule, SourceName

_Key = tuple[str | None, str]  # the names of a category's parent and of itself, case folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A category as the mapping describes it."""

    name: str
    parent: Place | None = None
    color: str | None = None
    read: tuple[str, ...] = ()  # the only groups that may read it; none: everyone may


class PlaceError(MigrateError):
    """Rules contradict each other about a category. `rule` is the number of the one to look at."""

    def __init__(self, words: str, rule: int) -> None:
        super().__init__(words)
        self.rule = rule


def places(
    mapping: Mapping, sources: Iterable[SourceName], own_names: Dictionary[int, str]
) -> dict[tuple[int, int], Place]:
    """By source id and rule number the category of those threads of the source that the rule takes.

    `own_names` has for each source id what a category of its own is called. What is left out is not among them. Raises
    PlaceError where rules contradict each other, or where a private source would be in public.
    """
    sources = list(sources)
    described = _explicit(mapping)
    found: dict[tuple[int, int], _Key] = {}
    for source in sources:
        for number in mapping.chain(source):
            rule = mapping.rule(number)
            if not rule.skip:
                found[source.id, number] = _describe(described, rule.category or own_names[source.id], rule, number)
    placed = {key: _whole(described, names) for key, names in found.items()}
    for source in sources:
        if mapping.is_private(source):
            _check_private(mapping, source, placed)
    return placed


def unmatched(mapping: Mapping, sources: Iterable[SourceName]) -> list[int]:
    """The numbers of the rules that no thread of these sources can come to."""
    used = {number for source in sources for number in mapping.chain(source)}
    return [number for number in range(len(mapping.rules)) if number not in used]


def check_places(mapping: Mapping) -> None:
    """Raises PlaceError where rules contradict each other about the categories they name."""
    _explicit(mapping)


def _explicit(mapping: Mapping) -> dict[_Key, Place]:
    described: dict[_Key, Place] = {}
    for number, rule in enumerate(mapping.rules):
        if rule.category is not None:
            _describe(described, rule.category, rule, number)
    return described


def _describe(described: dict[_Key, Place], name: str, rule: Rule, number: int) -> _Key:
    """Add what a rule says of a category to what others say of it; returns its key."""
    key = (rule.parent.casefold() if rule.parent else None, name.casefold())
    parent = Place(name=rule.parent) if rule.parent else None
    before = described.get(key, Place(name=name, parent=parent))
    if rule.color and before.color and rule.color != before.color:
        raise PlaceError(f"the category {name!r} is given two colours.", number)
    if rule.read and before.read and set(rule.read) != set(before.read):
        raise PlaceError(f"the category {name!r} is said to be read by different groups.", number)
    described[key] = replace(before, color=before.color or rule.color, read=before.read or rule.read)
    return key


def _whole(described: dict[_Key, Place], key: _Key) -> Place:
    """A category with its parent; what stands in a restricted one is as restricted: Discourse takes no other."""
    place = described[key]
    if place.parent is None:
        return place
    parent = described.get((None, place.parent.name.casefold()), place.parent)
    return replace(place, parent=parent, read=place.read or parent.read)


def _check_private(mapping: Mapping, source: SourceName, placed: Dictionary[tuple[int, int], Place]) -> None:
    for number in mapping.chain(source):
        place = placed.get((source.id, number))
        if place is None or place.read or mapping.rule(number).public:
            continue
        what = "what no rule takes" if number == DEFAULT_RULE else "what this rule takes"
        private = next(at for at, rule in enumerate(mapping.rules) if rule.private and rule.fits_source(source))
        raise PlaceError(
            f"{source.name!r} is private, and {what} of it would be in the public category {place.name!r}."
            ' Say who may read it (read = ["GROUP"]), or that everyone may (public = true).',
            private if number == DEFAULT_RULE else number,
        )

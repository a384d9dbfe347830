"""Which category each source and rule lead to, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace

from migrate.errors import MigrateError
from migrate.mapping.records import DEFAULT_RULE, Mapping, Rule, SourceName

_Key = tuple[str | None, str]  # the names of a category's parent and of itself, case folded
Places = Dictionary[tuple[int, int], "Place"]  # by source id and rule number

# Who may read what an export marks as private, as long as nobody says otherwise: a group that every Discourse has.
STAFF = ("staff",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A category as the mapping describes it."""

    name: str
    parent: Place | None = None
    color: str | None = None
    read: tuple[str, ...] = ()  # the only groups that may read it; none: everyone may
    is_reserved: bool = False  # for staff, since nobody has said who may read what is private


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
    PlaceError where rules contradict each other, where a source that they call private would be in public, where one
    that its export calls so would share a category with others and no rule says who may read that, or where a rule says
    that everyone may read a category that another one keeps for some groups.
    """
    sources = list(sources)
    described = _explicit(mapping)
    found: dict[tuple[int, int], _Key] = {}
    for source in sources:
        for number in mapping.chain(source):
            rule = mapping.rule(number)
            if not rule.skip:
                found[source.id, number] = _describe(described, rule.category or own_names[source.id], rule, number)
    reserved = _reserve(mapping, sources, found, described)
    placed = {key: _whole(described, names) for key, names in found.items()}
    for source in sources:
        if mapping.makes_private(source):
            _check_private(mapping, source, placed)
        _check_company(mapping, source, placed, reserved)
        _check_public(mapping, source, placed)
    return placed


def may_join(mapping: Mapping, placed: Places, source: SourceName, other: SourceName, number: int) -> bool:
    """Whether a private source's message may stand among what that rule takes of another source."""
    rule = mapping.rule(number)
    if rule.public and rule.fits_source(source):
        return True
    there = placed.get((other.id, number))
    if there is None or not there.read or not mapping.is_private(other):
        return False
    own = (placed[source.id, at] for at in mapping.chain(source) if (source.id, at) in placed)
    return {group for place in own for group in place.read}.issuperset(there.read)


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


def _reserve(
    mapping: Mapping,
    sources: Iterable[SourceName],
    found: Dictionary[tuple[int, int], _Key],
    described: dict[_Key, Place],
) -> dict[str, tuple[SourceName, int]]:
    """Keep for staff what exports mark as private and no rule speaks of.

    Returns the folded names of these categories, each with a source and a rule that it is reserved for.
    """
    asked = [
        (source, number, found[source.id, number])
        for source in sources
        if source.private and not mapping.makes_private(source)
        for number in mapping.chain(source)
        if (source.id, number) in found and not mapping.rule(number).public
    ]
    open_ones = [(source, number, key) for source, number, key in asked if not _whole(described, key).read]
    for _, _, key in open_ones:
        described[key] = replace(described[key], read=STAFF, is_reserved=True)
    return {key[1]: (source, number) for source, number, key in reversed(open_ones)}


def _whole(described: dict[_Key, Place], key: _Key) -> Place:
    """A category with its parent; what stands in a restricted one is as restricted: Discourse takes no other."""
    place = described[key]
    if place.parent is None:
        return place
    parent = described.get((None, place.parent.name.casefold()), place.parent)
    return replace(
        place, parent=parent, read=place.read or parent.read, is_reserved=place.is_reserved or parent.is_reserved
    )


def _check_company(
    mapping: Mapping, source: SourceName, placed: Places, reserved: Dictionary[str, tuple[SourceName, int]]
) -> None:
    """What is for everyone is not to be hidden because something private goes to the same category, nor to show it."""
    for number in mapping.chain(source):
        place = placed.get((source.id, number))
        if place is None or not place.is_reserved or not (mapping.rule(number).public or not source.private):
            continue
        names = [one.name.casefold() for one in (place, place.parent) if one is not None]
        other, at = next(reserved[name] for name in names if name in reserved)
        raise PlaceError(
            f"{other.name!r} is private, as its export says, and {source.name!r} would be in the same category"
            f' {place.name!r}. Say who may read it (read = ["GROUP"]), that everyone may (public = true), or name'
            " another category.",
            number if at == DEFAULT_RULE else at,
        )


def _check_public(mapping: Mapping, source: SourceName, placed: Places) -> None:
    for number in mapping.chain(source):
        place = placed.get((source.id, number))
        if place is not None and place.read and mapping.rule(number).public:
            raise PlaceError(
                f"this rule says that everyone may read the category {place.name!r}, another one that only"
                f" {' and '.join(place.read)} may. Name another category, or leave out `public`.",
                number,
            )


def _check_private(mapping: Mapping, source: SourceName, placed: Places) -> None:
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

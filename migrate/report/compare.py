"""What changed between two plans: of an archive and an earlier copy of it, or of one archive under two mappings.

Topics and messages are told by their keys, which are the same in every archive. Both sides are read in the order of
their keys and laid side by side, so that memory holds what changed and not what there is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from migrate.archive import Archive
from migrate.archive.forgotten import forgotten_key
from migrate.plan import Plan, Summary
from migrate.plan.outlines import Outline, outlines
from migrate.report.facts import Facts, gather
from migrate.report.tables import path_of
from migrate.report.unnamed import Unnamed, unnamed
from migrate.text import mask_addresses

MOST = 10  # changes of a kind that are named

Change = tuple[str, str, str]  # the title of the topic or the name of the person, what was, what is
T = TypeVar("T")
Pair = tuple[tuple[str, T] | None, tuple[str, T] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: an archive with a plan, and what the report says of it."""

    archive: Archive
    plan: Plan
    facts: Facts
    summary: Summary

    @classmethod
    def of(cls, archive: Archive, plan: Plan, facts: Facts | None = None) -> Side:
        """The side of an archive and a plan of it."""
        return cls(archive=archive, plan=plan, facts=facts or gather(archive, plan), summary=plan.summary())


@dataclass(slots=True)
class Some:
    """Changes of one kind: how many, and the first of them."""

    count: int = 0
    first: list[Change] = field(default_factory=list)

    def add(self, title: str, before: str = "", after: str = "") -> None:
        """One more."""
        self.count += 1
        if len(self.first) < MOST:
            self.first.append((title, before, after))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that changed. `numbers` are names, `findings` codes, each with what was and what is, where these differ."""

    numbers: list[tuple[str, int, int]]
    topics: dict[str, Some]  # by the kind of change, one of KINDS
    people: dict[str, Some]  # appear, disappear, rename
    findings: list[tuple[str, int, int]]

    @property
    def is_nothing(self) -> bool:
        """Whether both are alike in all that is looked at."""
        changed = any(some.count for some in (*self.topics.values(), *self.people.values()))
        return not (self.numbers or self.findings or changed)


KINDS = ("appear", "disappear", "split", "merge", "move", "retitle", "retag", "grow", "shrink")
_NOBODY = "Former member"
_NUMBERS = ("categories", "users", "topics", "replies", "uploads", "tags", "pinned", "closed", "seconds")
_MESSAGES = """
    SELECT container.key, thread.key FROM message JOIN container ON container.id = message.id
    JOIN thread ON thread.id = message.thread_id WHERE {messages} ORDER BY container.key
"""


def compare(before: Side, after: Side) -> Changes:
    """What changed from one to the other. Raises MappingError where mapping and archive do not go together."""
    # Who asked in one of them not to be named, or is forgotten there, is named in neither.
    old = unnamed(before.archive, before.plan, after.archive, after.plan)
    new = unnamed(after.archive, after.plan, before.archive, before.plan)

    def shown(title: str) -> str:
        for side in (before, after):
            title = side.plan.withheld.in_title(title)
        return mask_addresses(new.without(old.without(title)))

    topics = _topics(before, after)
    for some in topics.values():
        some.first = [(shown(of), shown(was), shown(now)) for of, was, now in some.first]
    return Changes(
        numbers=_numbers(before, after),
        topics=topics,
        people=_people(_accounts(before, old), _accounts(after, new)),
        findings=_findings(before.facts, after.facts),
    )


def _numbers(before: Side, after: Side) -> list[tuple[str, int, int]]:
    pairs = [(name, getattr(before.facts, name), getattr(after.facts, name)) for name in ("read", "kept")]
    pairs += [(name, getattr(before.summary, name), getattr(after.summary, name)) for name in _NUMBERS]
    was, now = before.summary.left_out, after.summary.left_out
    pairs += [(f"left_out.{why}", was.get(why, 0), now.get(why, 0)) for why in dict.fromkeys((*was, *now))]
    return [pair for pair in pairs if pair[1] != pair[2]]


class _Topics:
    """The changes of topics, while these are gone through side by side."""

    def __init__(self, before: Side, after: Side) -> None:
        self.found = {kind: Some() for kind in KINDS}
        self._places = _places(before.plan), _places(after.plan)
        self._went: defaultdict[str, set[str]] = defaultdict(set)  # thread → other threads that have messages of it now
        self._came: defaultdict[str, set[str]] = defaultdict(set)  # and the other way round
        if before.archive is not after.archive:  # else a mapping moves no message from one thread to another
            for was, now in side_by_side(_messages(before), _messages(after)):
                if was and now and was[1] != now[1]:
                    self._went[was[1]].add(now[1])
                    self._came[now[1]].add(was[1])

    def see(self, was: Outline | None, now: Outline | None) -> None:
        """One topic as it was and as it is."""
        if was is not None:
            self._see_parts(was, len(self._went.get(was.thread_key, ())), now is not None)
        if now is not None:
            self._see_origins(now, len(self._came.get(now.thread_key, ())), was is not None)
        if was is not None and now is not None:
            self._see_both(was, now)

    def _see_parts(self, was: Outline, others: int, stays: bool) -> None:
        if others + stays == 0:
            self.found["disappear"].add(was.title)
        elif others + stays > 1:
            self.found["split"].add(was.title, "1", str(others + stays))

    def _see_origins(self, now: Outline, others: int, stood: bool) -> None:
        if others + stood == 0:
            self.found["appear"].add(now.title)
        elif others + stood > 1:
            self.found["merge"].add(now.title, str(others + stood), "1")

    def _see_both(self, was: Outline, now: Outline) -> None:
        places = self._places[0].get(was.category, ""), self._places[1].get(now.category, "")
        if places[0] != places[1]:
            self.found["move"].add(now.title, *places)
        if was.title != now.title:
            self.found["retitle"].add(now.title, was.title, now.title)
        if set(was.tags) != set(now.tags):
            self.found["retag"].add(now.title, ", ".join(was.tags), ", ".join(now.tags))
        if was.posts != now.posts:
            self.found["grow" if was.posts < now.posts else "shrink"].add(now.title, str(was.posts), str(now.posts))


def _places(plan: Plan) -> dict[int, str]:
    """What each category is called, and who may read it, where not everyone may; by its ref."""
    return {
        one.ref: path_of(one) + (f" (only {' and '.join(sorted(one.read_by))})" if one.read_by else "")
        for one in plan.categories()
    }


def _topics(before: Side, after: Side) -> dict[str, Some]:
    topics = _Topics(before, after)
    for was, now in side_by_side(_keyed(before), _keyed(after)):
        topics.see(was[1] if was else None, now[1] if now else None)
    return topics.found


def _keyed(side: Side) -> Iterator[tuple[str, Outline]]:
    return ((one.thread_key, one) for one in outlines(side.archive, side.plan, order="key"))


def _messages(side: Side) -> Iterator[tuple[str, str]]:
    """What is planned: the keys of message and thread."""
    yield from side.archive.db.execute(_MESSAGES.format(messages=side.plan.scope.messages))


def side_by_side(left: Iterator[tuple[str, T]], right: Iterator[tuple[str, T]]) -> Iterator[Pair[T]]:
    """What has one key in both, or stands in one of them only; both in the order of their keys, none of them twice."""
    was, now = next(left, None), next(right, None)
    while was or now:
        is_left = was is not None and (now is None or was[0] <= now[0])
        is_right = now is not None and (was is None or now[0] <= was[0])
        yield was if is_left else None, now if is_right else None
        was = next(left, None) if is_left else was
        now = next(right, None) if is_right else now


def _people(before: Iterable[_Account], after: Iterable[_Account]) -> dict[str, Some]:
    found = {"appear": Some(), "disappear": Some(), "rename": Some()}
    was = {one.key: one for one in before}
    for one in after:
        old = was.pop(one.key, None)
        if old is None:
            found["appear"].add(one.name, "", one.username)
        elif one.withheld != old.withheld:
            found["rename"].add(_NOBODY)  # beside the new name, the old one would tell who it is
        elif one.username != old.username:
            found["rename"].add(one.name, old.username, one.username)
    for one in was.values():
        found["disappear"].add(one.name, one.username)
    return found


class _Account(NamedTuple):
    key: str
    name: str
    username: str
    withheld: bool


def _accounts(side: Side, hidden: Unnamed) -> Iterator[_Account]:
    """Everyone who wrote what is planned, or gets an account; who is not to be named has the key of the forgotten."""
    keys = dict(side.archive.db.execute("SELECT id, key FROM person"))
    for user in side.plan.users():
        person, key = user.person_id, keys[user.person_id]
        if person in hidden.people:
            yield _Account(forgotten_key(key), _NOBODY, "", withheld=False)
        elif side.plan.withheld.is_nameless(person):
            yield _Account(forgotten_key(key), user.name, user.username, withheld=True)
        else:
            yield _Account(key, mask_addresses(user.name.split("@")[0]), user.username, withheld=False)


def _findings(before: Facts, after: Facts) -> list[tuple[str, int, int]]:
    was, now = (_by_code(facts) for facts in (before, after))
    changed = [(code, was[code], now[code]) for code in was.keys() | now.keys() if was[code] != now[code]]
    return sorted(changed, key=lambda change: (-abs(change[2] - change[1]), change[0]))


def _by_code(facts: Facts) -> Counter[str]:
    counts: Counter[str] = Counter()
    for finding in facts.findings:
        counts[finding.code] += finding.things
    return counts

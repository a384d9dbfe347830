"""What people wrote into the people file becomes choices in the archive: all of it, or nothing where some is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from migrate.archive import Archive
from migrate.discourse.names import RESERVED_USERNAMES, display_name, username_fault
from migrate.people_file import CHOSEN, Line, PeopleFileError, Row, person_key
from migrate.people_notes import notes_on
from migrate.plan import TargetFacts
from migrate.plan.authors import WITHHELD
from migrate.settle.people import join_people

_LINES_SHOWN = 10  # of those that one sentence is about
_VALUES = CHOSEN[1:]  # of a row by itself; `same_as` is between two


@dataclass(frozen=True, slots=True)
class Applied:
    """What a people file changed."""

    changed: int  # rows
    notes: list[str]  # what it cannot change any more, a sentence each


@dataclass(frozen=True, slots=True)
class _Choice:
    """What stands in the archive for one row of the file."""

    key: str
    head: int  # whose `same_as` it has, or itself
    values: Mapping[str, str]
    anonymous: bool  # had no account


def choose(
    archive: Archive,
    lines: Sequence[Line],
    facts: TargetFacts,
    *,
    taken: Collection[str] = (),
    members: Collection[str] | None = None,
    rows: Sequence[Row] = (),
    forum: str = "the forum",
) -> Applied:
    """Note what the lines say that is not so yet, and join and part people accordingly.

    `facts` has the forum's limits; `taken` are lower-case names of its accounts and groups, `members` those of its
    members, None where nobody was asked. What no line speaks of stays. `rows` are what the file would say if
    it were written now, `forum` is what the one that was asked is called. Raises PeopleFileError.
    """
    with archive.transaction() as db:
        desk = _Desk(db, lines)
        problems = [*desk.problems(facts, taken), *desk.strangers(members, forum)]
        if problems:
            raise PeopleFileError(problems)
        asked = members is not None
        notes = [*notes_on(lines, rows, asked=asked), *desk.notes(asked=asked)]
        desk.store()
        join_people(archive)
    return Applied(len(desk.changed()), notes)


class _Desk:
    """The file beside what the archive says."""

    def __init__(self, db: sqlite3.Connection, lines: Sequence[Line]) -> None:
        self._db = db
        self._lines = lines
        self._now = _choices(db)
        self._ids = {choice.key: person for person, choice in self._now.items()}
        known = [line for line in lines if line.person in self._ids]
        self._line = {self._ids[line.person]: line for line in known}
        self._above = {person: self._wanted_head(person) for person in self._now}
        self._heads = {person: self._root(person) for person in self._now}
        self._groups: dict[int, list[int]] = {}
        for person, head in self._heads.items():
            self._groups.setdefault(head, []).append(person)

    def changed(self) -> set[int]:
        """The people whose row says something else than the archive."""
        return {
            person
            for person, line in self._line.items()
            if self._above[person] != self._now[person].head
            or any(
                self._value(person, name) != self._now[person].values[name] for name in _VALUES if name in line.cells
            )
        }

    def problems(self, facts: TargetFacts, taken: Collection[str]) -> Iterator[str]:
        """What is wrong, line by line."""
        for line in self._lines:
            for problem in self._faults_of(line, facts, taken):
                yield f"Line {line.number}: {problem}"

    def strangers(self, members: Collection[str] | None, forum: str) -> Iterator[str]:
        """Accounts that the forum does not have, if it was asked."""
        for person, line in self._line.items() if members is not None else ():
            account = self._value(person, "account")
            if account and members is not None and account.lower() not in members:
                yield f'Line {line.number}: in "account" stands {account}; there is no such member on {forum}.'

    def notes(self, *, asked: bool) -> Iterator[str]:
        """What is still open, and what a change does not reach: a sentence for each forum."""
        for person in sorted(self.changed()):
            account = self._value(person, "account")
            if account and not asked and account != self._now[person].values["account"]:
                yield (
                    f"Line {self._line[person].number}: the push will look whether {account} is a member there; to know"
                    " it now, add --to URL."
                )
        query = (
            "SELECT DISTINCT url FROM operation JOIN target ON target.id = target_id"
            " WHERE kind = 'user' AND operation.state = 'done' AND operation.generation = target.generation AND ref = ?"
        )
        frozen: dict[tuple[str, str], list[int]] = {}
        for person in sorted(self.changed()):
            heads = {person, self._now[person].head}
            for url in {url for head in heads for (url,) in self._db.execute(query, (head,))}:
                frozen.setdefault((url, self._frozen(person)), []).append(self._line[person].number)
        for (url, what), numbers in sorted(frozen.items()):
            yield (
                f"{_lines(numbers)}: on {url}, and only there, the account was made before; {what} On a forum that"
                " nothing was sent to yet the change holds."
            )

    def store(self) -> None:
        """Write the choices."""
        parents = self._parents()
        for person in self.changed() | parents.keys():
            values = [self._value(person, name) or None for name in _VALUES]
            self._db.execute(
                "INSERT INTO person_choice (person_id, name, username, account, withheld, same_as)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name,"
                " username = excluded.username, account = excluded.account, withheld = excluded.withheld,"
                " same_as = coalesce(excluded.same_as, same_as)",
                (person, *values, parents.get(person)),
            )
        self._db.execute("DELETE FROM person_choice WHERE coalesce(name, username, account, withheld, same_as) IS NULL")

    def _parents(self) -> dict[int, int]:
        """Who is said to be whom from now on.

        Once people took a group apart or put one together, all of its members are said: what settling had joined them
        by may not hold without the others.
        """
        moved = {person for person in self._now if self._above[person] != self._now[person].head}
        touched = {self._heads[person] for person in moved} | {self._now[person].head for person in moved}
        parents = {person: self._above[person] for person in moved}
        for person, head in self._heads.items():
            if head != person and (head in touched or self._now[person].head in touched):
                parents[person] = head
        return parents

    def _frozen(self, person: int) -> str:
        if self._above[person] != self._now[person].head:
            return "its posts stay under the account they were sent with."
        if self._value(person, "withhold") != self._now[person].values["withhold"]:
            return "take the name out there with: migrate forget."
        return "it keeps its name, and can be renamed there by hand."

    def _faults_of(self, line: Line, facts: TargetFacts, taken: Collection[str]) -> Iterator[str]:
        person = self._ids.get(line.person)
        if person is None:
            yield f"nobody here is {line.person}; remove the line, or write the file anew with --csv."
            return
        above = line.cells.get("same_as", "")
        if above and above not in self._ids:
            yield f'in "same_as" stands {above}, which is nobody\'s key; copy it from the column "person".'
        elif self._is_circle(person):
            yield 'following "same_as" leads back here; one of these rows must have none.'
        else:
            yield from self._faults_among(person, line)
        yield from self._name_faults(person)
        yield from self._username_faults(person, facts, taken)
        yield from self._withhold_faults(person)

    def _faults_among(self, person: int, line: Line) -> Iterator[str]:
        """Where several rows are one person, they must not want different things."""
        for name in ("name", "username", "account"):
            value = self._value(person, name)
            others = {
                self._value(other, name): other
                for other in (self._groups[self._heads[person]] if value else ())
                if other < person and self._value(other, name)
            }
            for other in (other for text, other in others.items() if text != value):
                yield f'it is one person with {self._now[other].key}, and both have a "{name}"; keep one.'
        username = self._value(person, "username").lower()
        for other in self._wishes.get(username, ()) if "username" in line.cells else ():
            if other != person and self._heads[other] != self._heads[person]:
                yield f'{self._now[other].key} has the same "username"; give one of them another.'

    @cached_property
    def _wishes(self) -> dict[str, list[int]]:
        """Who wishes for a user name."""
        found: dict[str, list[int]] = {}
        for person in self._now:
            if name := self._value(person, "username").lower():
                found.setdefault(name, []).append(person)
        return found

    def _name_faults(self, person: int) -> Iterator[str]:
        name = self._value(person, "name")
        if name != display_name(name):
            yield 'the "name" must be one line of at most 255 characters, without an address.'

    def _username_faults(self, person: int, facts: TargetFacts, taken: Collection[str]) -> Iterator[str]:
        name = self._value(person, "username")
        if not name or name == self._now[person].values["username"]:
            return
        if all(self._now[other].anonymous for other in self._groups[self._heads[person]]):
            yield 'who had no account gets none, so no "username" either; if it is somebody known, say so in "same_as".'
        if fault := username_fault(name, facts.min_username_length, facts.max_username_length):
            yield f'the "username" {name} {fault}.'
        elif name.lower() in RESERVED_USERNAMES | {reserved.lower() for reserved in facts.reserved_usernames}:
            yield f'the "username" {name} is reserved on forums; choose another.'
        elif name.lower() in taken:
            yield f'the "username" {name} belongs to somebody or a group on the forum; choose another.'

    def _withhold_faults(self, person: int) -> Iterator[str]:
        value = self._value(person, "withhold")
        if value and value not in WITHHELD:
            yield f'"withhold" must be empty, name or words, not {value}.'
        elif value and any(self._value(person, name) for name in ("name", "username", "account")):
            yield 'who is withheld gets a neutral name; empty "name", "username" and "account".'

    def _is_circle(self, person: int) -> bool:
        seen = {person}
        while (above := self._above[person]) != person:
            if above in seen:
                return True
            seen.add(above)
            person = above
        return False

    def _root(self, person: int) -> int:
        seen = {person}
        while (above := self._above[person]) not in seen:
            seen.add(above)
            person = above
        return person

    def _wanted_head(self, person: int) -> int:
        line = self._line.get(person)
        if line is None or "same_as" not in line.cells:
            return self._now[person].head
        return self._ids.get(line.cells["same_as"], person)

    def _value(self, person: int, name: str) -> str:
        line = self._line.get(person)
        value = line.cells.get(name) if line else None
        if value is None:
            return self._now[person].values[name]
        return value.lower() if name == "withhold" else value


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, sorted(numbers)[:_LINES_SHOWN]))
    more = f" and {len(numbers) - _LINES_SHOWN:,} more" if len(numbers) > _LINES_SHOWN else ""
    return f"{'Line' if len(numbers) == 1 else 'Lines'} {shown}{more}"


def _choices(db: sqlite3.Connection) -> dict[int, _Choice]:
    query = (
        "SELECT person.id, key, coalesce(person.same_as, person.id), name, username, account, withheld"
        ", anonymous FROM person LEFT JOIN person_choice ON person_id = person.id"
    )
    return {
        row[0]: _Choice(
            person_key(row[1]), row[2], {name: row[3 + at] or "" for at, name in enumerate(_VALUES)}, bool(row[-1])
        )
        for row in db.execute(query)
    }

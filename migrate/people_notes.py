"""What people wrote into a people file that does not do what they may expect of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from migrate.people_file import Line, Row

_USES = re.compile(r" \(\d+\)$")
_NUMBER = re.compile(r"_?\d*$")  # behind a user name that others have, too


def notes_on(lines: Sequence[Line], rows: Sequence[Row], *, asked: bool) -> Iterator[str]:
    """A sentence for each cell that was changed and is not read, and each user name that was meant for another person.

    `rows` are what the file would say now, `asked` whether a forum was asked for its members. An old file, that says
    less than is known by now, is none of this.
    """
    known = {row.person: row for row in rows}
    for line in lines:
        if row := known.get(line.person):
            for column, instead in _unread(line.cells, row, asked):
                yield f'Line {line.number}: the column "{column}" is not read; use "{instead}".'
    yield from _given_away(lines, rows)


def _unread(cells: Mapping[str, str], row: Row, asked: bool) -> Iterator[tuple[str, str]]:
    """The columns that were changed, each with the one to use."""
    if cells.get("address", row.address).lower() != row.address.lower():
        yield "address", "same_as"
    if not _names(cells.get("names", "")) <= _names(row.names):
        yield "names", "name"
    proposed = cells.get("proposed_username", "")
    # What was chosen has changed the proposal since the file was written.
    is_chosen = any(cells.get(name, getattr(row, name)) for name in ("name", "username", "same_as", "withhold"))
    if proposed and not is_chosen and _NUMBER.sub("", proposed) != _NUMBER.sub("", row.proposed_username):
        yield "proposed_username", "username"
    if asked and cells.get("existing_account", row.existing_account) != row.existing_account:
        yield "existing_account", "account"


def _names(cell: str) -> set[str]:
    return {_USES.sub("", name.strip()) for name in cell.split(";") if name.strip()}


def _given_away(lines: Sequence[Line], rows: Sequence[Row]) -> Iterator[str]:
    """User names that were proposed for somebody else, who has no wish: that one gets another."""
    at = {line.person: line for line in lines}
    proposed = {row.proposed_username.lower(): row for row in rows if row.proposed_username}
    same_as = {row.person: row.same_as or row.person for row in rows}
    for line in lines:
        name = line.cells.get("username", "")
        other = proposed.get(name.lower())
        if not name or other is None or same_as.get(line.person, line.person) == other.person:
            continue
        theirs = at.get(other.person)
        wish, joined = (theirs.cells.get(column, "") if theirs else "" for column in ("username", "same_as"))
        if wish or other.username or joined or line.cells.get("same_as") == other.person:
            continue
        where = f"line {theirs.number}" if theirs else other.person
        yield f"Line {line.number}: {name} was proposed for {where}, who now gets another user name, with a number."

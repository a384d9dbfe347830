"""The people file: who is who, as a table that people can check and change in a spreadsheet before a push.

A row is an address, or a name without one, since that is what can be put together and taken apart. Nothing of a file
is used unless all of it is right.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType

from migrate.archive import Archive
from migrate.archive.dates import from_milliseconds
from migrate.archive.forgotten import PREFIX
from migrate.archive.store import whole_file
from migrate.errors import InputError, MigrateError
from migrate.plan import Plan

# A spreadsheet takes a cell that begins so for a formula; the apostrophe stays visible, and is taken off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_DISARMED = re.compile(r"'+[=+\-@\t\r\n]")
_MOST_PLACES = 3  # named of one person
NO_MEMBERS: Mapping[str, str] = MappingProxyType({})
_MARK = "\ufeff"  # tells a spreadsheet that this is UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One address of a person, or one name without address. The last five are for people to fill in."""

    person: str  # what it is called in `same_as`; stable
    address: str = ""
    names: str = ""  # each with the number of messages signed with it; where, if it tells nobody apart
    messages: str = ""
    first: str = ""  # dates
    last: str = ""
    proposed_username: str = ""  # of the account it becomes; empty where it is the same as another
    existing_account: str = ""  # of a member with this address
    same_as: str = ""
    name: str = ""
    username: str = ""
    account: str = ""
    withhold: str = ""


COLUMNS = tuple(item.name for item in fields(Row))
CHOSEN = COLUMNS[-5:]


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was read from a file."""

    number: int  # of its last line in the file, from 1
    cells: Mapping[str, str] = field(repr=False)

    @property
    def person(self) -> str:
        """The key of the row."""
        return self.cells["person"]


class PeopleFileError(MigrateError):
    """A people file says what cannot be. `problems` has a sentence for each, with the number of its line."""

    def __init__(self, problems: list[str]) -> None:
        more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more} Nothing was changed.")
        self.problems = problems


def person_key(key: str) -> str:
    """What a person is called in the file: the same every time, also once forgotten, and no address."""
    if key.startswith(PREFIX):
        return f"p{key.removeprefix(PREFIX)[:16]}"
    return f"p{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def people(
    archive: Archive, plan: Plan, *, taken: Collection[str] = (), members: Mapping[str, str] = NO_MEMBERS
) -> list[Row]:
    """All who wrote, get an account all the same, or were chosen something for, in the order they appeared.

    `taken` are the names of a forum's accounts and groups, `members` its members' user names by lower-case address.
    """
    proposed = {user.person_id: user.username for user in plan.users(taken)}
    is_listed = {*proposed, *(person for (person,) in archive.db.execute(_KNOWN_ONES))}
    rows = [row for row in archive.db.execute(_PEOPLE).fetchall() if row[0] in is_listed or row[3] in is_listed]
    keys = {row[0]: person_key(row[1]) for row in rows}
    names = _names(archive)
    return [
        Row(
            person=keys[person_id],
            address=email or "",
            names="; ".join(names.get(person_id, ())),
            messages=str(messages),
            first=_day(first),
            last=_day(last),
            proposed_username=proposed.get(person_id, "") if same_as is None else "",
            existing_account=members.get((email or "").lower(), ""),
            same_as=keys.get(same_as, ""),
            name=name or "",
            username=username or "",
            account=account or "",
            withhold=withheld or "",
        )
        for person_id, _, email, same_as, messages, first, last, name, username, account, withheld in rows
    ]


def write_people(rows: list[Row], path: Path) -> None:
    """Write the rows as CSV in UTF-8. Raises InputError."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([_disarmed(getattr(row, column)) for column in COLUMNS] for row in rows)
    try:
        with whole_file(path, private=True) as file:
            file.write((_MARK + text.getvalue()).encode())
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}.") from error


def read_lines(path: Path) -> list[Line]:
    """The rows of a file, as people left them. Raises InputError, PeopleFileError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not in UTF-8; save it as CSV in UTF-8.") from error
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from error
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)  # some spreadsheets write another one
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [cell.strip() for cell in next(table, [])]
        _check_columns(columns)
        lines = [
            Line(table.line_num, {name: _armed(cell).strip() for name, cell in zip(columns, row, strict=False)})
            for row in table
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise PeopleFileError([f"Line {table.line_num}: this is no CSV ({error})."]) from error
    return _checked(lines)


def _check_columns(columns: list[str]) -> None:
    unknown = [name for name in columns if name and name not in COLUMNS]
    twice = [name for name in COLUMNS if columns.count(name) > 1]
    problems = [f'Line 1: there is no column "{name}" here. Use: {", ".join(COLUMNS)}.' for name in unknown]
    problems += [f'Line 1: the column "{name}" stands there twice.' for name in twice]
    if "person" not in columns:
        problems.append('Line 1: the column "person" is missing; it says who a row is about.')
    if problems:
        raise PeopleFileError(problems)


def _checked(lines: list[Line]) -> list[Line]:
    problems = []
    seen: dict[str, int] = {}
    for line in lines:
        key = line.cells.get("person", "")
        if not key:
            problems.append(f'Line {line.number}: the column "person" is empty; put its key back, or remove the line.')
        elif key in seen:
            problems.append(f"Line {line.number}: {key} stands in line {seen[key]}, too; keep one of them.")
        seen.setdefault(key, line.number)
    if problems:
        raise PeopleFileError(problems)
    return lines


def _disarmed(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _armed(cell: str) -> str:
    return cell[1:] if _DISARMED.match(cell) else cell


def _names(archive: Archive) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = "SELECT person_id, name, uses FROM person_name ORDER BY person_id, uses DESC, id"
    for person_id, name, uses in archive.db.execute(query):
        # Nobody reads these back. A semicolon is where some spreadsheets begin another cell, perhaps with a formula.
        found.setdefault(person_id, []).append(f"{name.replace(';', ',')} ({uses})")
    places: dict[int, list[str]] = {}
    for person_id, place in archive.db.execute(_PLACES_OF_NAMESAKES):
        places.setdefault(person_id, []).append(f"in {place.replace(';', ',')}")
    for person_id, several in places.items():
        found[person_id] += several[:_MOST_PLACES]
    return found


def _day(milliseconds: int | None) -> str:
    date = from_milliseconds(milliseconds)
    return date.date().isoformat() if date else ""


_PEOPLE = """
    SELECT person.id, key, email, person.same_as, count(message.id), min(sent_at), max(sent_at),
           choice.name, choice.username, choice.account, choice.withheld
    FROM person LEFT JOIN message ON author_id = person.id LEFT JOIN person_choice AS choice ON person_id = person.id
    WHERE member = 'account' OR person.id IN (SELECT author_id FROM message) OR choice.person_id IS NOT NULL
    GROUP BY person.id ORDER BY person.id
"""
# Those who have nothing but a name, which others have, too: where they wrote tells them apart.
_PLACES_OF_NAMESAKES = """
    SELECT DISTINCT author_id, source.name FROM message JOIN source ON source.id = source_id
    WHERE author_id IN (
        SELECT person_id FROM person_name JOIN person ON person.id = person_id WHERE email IS NULL
        AND person_name.name IN (SELECT name FROM person_name GROUP BY name HAVING count(DISTINCT person_id) > 1)
    )
    ORDER BY author_id, source.id
"""
_KNOWN_ONES = "SELECT author_id FROM message UNION SELECT person_id FROM person_choice"

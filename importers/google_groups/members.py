"""Who belongs to a group, by its table of members: counted, and made people of only where that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from importers.google_groups import words
from importers.google_groups.naming import PUBLIC
from importers.google_groups.tables import Table, address_columns, folded, has_any, is_address, shown
from migrate.mail.addresses import is_masked
from migrate.model import Member, Person

LONGEST_NAME = 120
UNKNOWN = "unknown"
_TOLD = {
    "owner": "owners",
    "manager": "managers",
    "member": "members",
    "waiting": "invited, pending or unreachable",
    "gone": "banned or left",
    UNKNOWN: "unclear",
}
SHORT = 3  # letters; such a word begins others by chance
LONGEST_ENDING = 5  # letters, of scripts that know small ones: elsewhere what follows is another word


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the table."""

    address: str  # in lower case
    name: str
    role: str  # owner, manager, member, waiting, gone, or UNKNOWN
    group: str = ""  # the address of the group, where the table is of several


def read_members(table: Table, group: str = "") -> Iterator[Listed]:
    """The members in a table; `group` is the address of the group it is of, "" where the table says that itself.

    Somebody of whom nothing understood says that they are a member is of UNKNOWN role, unless the table has but names
    and addresses.
    """
    columns = address_columns(table)
    if not columns:
        return
    column, of_group = columns[0], columns[1] if len(columns) > 1 and not group else None
    first = next(number for number, row in enumerate(table) if column < len(row) and is_address(row[column]))
    headings = [folded(cell) for cell in table[first - 1]] if first else []
    named = _name_column(headings, columns)
    telling = [at for at in range(max(map(len, table))) if at not in (column, of_group, named)]
    for row in table[first:]:
        if column < len(row) and is_address(row[column]):
            address = row[column].lower()
            said = {_said(row[at]) for at in telling if at < len(row) and row[at]}
            name = shown(row[named], LONGEST_NAME) if named is not None and named < len(row) else ""
            belongs = row[of_group].lower() if of_group is not None and of_group < len(row) else group
            yield Listed(address, "" if "@" in name else name, _role(said, bool(telling)), belongs)


def _name_column(headings: list[str], addresses: list[int]) -> int | None:
    """By its heading, or else the one right behind the first address."""
    for at, heading in enumerate(headings):
        if at not in addresses and (heading in words.NAME or "nick" in heading or "name" in heading):
            return at
    behind = min(addresses) + 1
    known = behind < len(headings) and has_any(headings[behind], words.STATUS)
    return behind if behind < len(headings) and behind not in addresses and not known else None


def _role(said: set[str], more: bool) -> str:
    """What all cells together say. Whoever is gone or waiting is no member, whatever else stands in the row."""
    return next((role for role in ("gone", "waiting", *words.ROLES) if role in said), UNKNOWN if more else "member")


@lru_cache(maxsize=1000)  # the same few stand in all rows
def _said(cell: str) -> str:
    """The role that one cell speaks of; UNKNOWN where it is none."""
    text = folded(cell)
    if has_any(text, words.GONE):
        return "gone"
    if has_any(text, words.WAITING):
        return "waiting"
    return next((role for role, spellings in words.ROLES.items() if _is_role(text, spellings)), UNKNOWN)


def _is_role(cell: str, spellings: tuple[str, ...]) -> bool:
    """Whether a cell says that role and nothing else, but perhaps of what: "Propietario del grupo"."""
    others = [word for word in cell.split() if word not in words.BESIDE_ROLES]
    roles = [word for word in others if any(_is_form(word, spelling) for spelling in spellings)]
    return len(roles) == 1 and all(word in roles or has_any(word, words.OF_GROUP) for word in others)


def _is_form(word: str, spelling: str) -> bool:
    """Whether it is the spelling with an ending, "proprietari" and "o", or behind "group" in one word."""
    before, found, ending = word.partition(spelling)
    if not found or (before and not has_any(before, words.OF_GROUP)):
        return False
    return not ending or (len(spelling) > SHORT and len(ending) <= LONGEST_ENDING and ending.islower())


def told(members: Iterable[Listed]) -> str:
    """How many there are of each role, in words."""
    counts = Counter(member.role for member in members)
    return ", ".join(f"{word} {counts[role]:,}" for role, word in _TOLD.items() if counts[role])


def persons(members: Iterable[Listed], groups: frozenset[str]) -> Iterator[Person]:
    """Members as people with an account, and those who are gone as people who never get one; nobody else.

    `groups` are addresses of groups: a group may be another's member, and is no person.
    """
    for member in members:
        standing: Member | None = "never" if member.role == "gone" else None
        if member.role in words.ROLES:
            standing = "account"
        is_group = member.address in groups or member.address.endswith(f"@{PUBLIC}")
        if standing is None or is_group or is_masked(member.address):
            continue
        names = (member.name,) if member.name and standing == "account" else ()
        yield Person(key=member.address, name="".join(names), names=names, email=member.address, member=standing)

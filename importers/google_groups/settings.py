"""What a group's own settings say: its name, its description, and who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from importers.google_groups import words
from importers.google_groups.tables import Table, folded, has_any, is_address, shown

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 2000


@dataclass(frozen=True, slots=True)
class Settings:
    """As far as they are understood."""

    name: str = ""
    description: str = ""
    public: bool | None = (
        None  # whether everybody may read the conversations; None: it is not said, or not in known words
    )


def is_settings(table: Table, group: str) -> bool:
    """Whether a table holds the settings of the group with that address rather than its members."""
    rows = sum(1 for row in table if any(is_address(cell) and cell.lower() != group for cell in row))
    if rows > 1:
        return False
    said = dict(_pairs(table))
    return rows == 0 or any(value.lower() == group for value in said.values()) or _public(said) is not None


def read_settings(table: Table) -> Settings:
    """The settings: a heading and a value in each row, or all headings in the first row and the values below."""
    said = dict(_pairs(table))
    name = next((value for heading, value in said.items() if heading in words.NAME and not is_address(value)), "")
    about = next((value for heading, value in said.items() if has_any(heading, words.DESCRIPTION)), "")
    return Settings(shown(name, LONGEST_NAME), shown(about, LONGEST_DESCRIPTION), _public(said))


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    """Each heading and its value: below it, or beside it where the first column has more known headings."""
    if not table:
        return
    if sum(_is_known(row[0]) for row in table) > sum(map(_is_known, table[0])):
        yield from ((folded(row[0]), row[1]) for row in reversed(table) if len(row) > 1)
    elif len(table) > 1:
        yield from ((folded(heading), value) for heading, value in zip(table[0], table[1], strict=False))


def _is_known(cell: str) -> bool:
    heading = folded(cell)
    return heading in words.NAME or has_any(heading, words.DESCRIPTION) or _is_of_reading(heading)


def _public(said: dict[str, str]) -> bool | None:
    """Whether everybody may read the conversations. Every setting that speaks of it must say so."""
    values = [folded(value) for heading, value in said.items() if value and _is_of_reading(heading)]
    return all(_is_everybody(value) for value in values) if values else None


def _is_of_reading(heading: str) -> bool:
    if heading.replace(" ", "") == words.VIEW_SETTING:
        return True
    reading = has_any(heading, words.VIEW) and has_any(heading, words.CONVERSATIONS)
    return reading and not has_any(heading, words.MEMBERS)


def _is_everybody(value: str) -> bool:
    if value.replace(" ", "_") == words.ANYONE:
        return True
    narrowed = has_any(value, words.NARROWED) or "." in value.strip(".")
    said = value.split()
    on_the_web = any(word in (said if word.isascii() else value) for word in words.ON_THE_WEB)
    everybody = on_the_web and has_any(value, words.EVERYBODY)  # "everyone at Contoso" are not
    return (everybody or value in words.EVERYBODY) and not narrowed

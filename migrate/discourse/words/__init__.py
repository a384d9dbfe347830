"""The words that this tool itself puts on a forum, in the forum's language: one TOML file for each.

A key that a file lacks is English, as is a language without a file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's. `byline` holds {name} and {date}, `date` {day}, {month}, {number} (of the month) and {year},
    `credit` {source}, {author}, {date} and {licence}, or some of them."""

    byline: str
    unknown_author: str
    importer: str  # the name of the account that posts for those who have none
    continued: str
    no_text: str  # Discourse takes no post without one, and there are mails that have nothing but a header
    no_title: str
    not_accepted: str  # of a file
    former_member: str  # whose name is withheld; holds {number}
    credit: str  # whom a post is owed to, where its source says under which licence
    removed: str  # in place of what somebody wrote
    date: str
    months: tuple[str, ...]  # as they stand in a date

    def day(self, milliseconds: int) -> str:
        """The date, in UTC, of a moment given in milliseconds since 1970-01-01 UTC."""
        at = _EPOCH + timedelta(milliseconds=milliseconds)
        return self.date.format(day=at.day, month=self.months[at.month - 1], number=at.month, year=at.year)


@cache
def words_of(locale: str) -> Words:
    """The words for a locale as Discourse writes it (`en_GB`, `zh_CN`): its own, else its language's, else English."""
    values = _read(_FALLBACK)
    for name in (locale.partition("_")[0].lower(), locale):
        if name in languages():
            values = values | _read(name)
    return Words(**(values | {"months": tuple(values["months"])}))


@cache
def languages() -> frozenset[str]:
    """The languages that there are words in."""
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


ENGLISH = words_of(_FALLBACK)

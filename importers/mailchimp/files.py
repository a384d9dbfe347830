"""The files of an export that hold one campaign each, and whose they are: no file says it by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importers.mailchimp.contents import ids_in, title_of
from importers.mailchimp.known import CAMPAIGN_ID, Register, folded, line
from importers.mailchimp.places import Stands
from migrate.model import Finding

_ID = re.compile(CAMPAIGN_ID.pattern, re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_LEADING = re.compile(r"\A\d+\s")
_VARIANT = re.compile(r"\s(?:variant|version|variation|combination)?\s?(?:[a-h]|\d)\Z")
_FIRST_NUMBER = re.compile(r"\A\d{1,6}(?!\d)")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file with a campaign's text."""

    stands: Stands
    stem: str  # its path without the ending: an HTML and a text file of one campaign share it
    words: str
    ids: frozenset[str]  # of campaigns, as its name and its text tell
    title: str

    @classmethod
    def of(cls, stands: Stands, html: str) -> TextFile:
        """What a file tells; `html` is "" where it is plain text."""
        file = stands.place.file
        name = file.name.rpartition(".")[0]
        title = title_of(html) if html else ""
        return cls(
            stands=stands,
            stem=f"{file.folder}/{name}",
            words=line(_ID.sub(" ", name).replace("_", " ")),
            ids=frozenset(CAMPAIGN_ID.findall(name.lower())) or frozenset(ids_in(html) if html else ()),
            title="" if "*|" in title else title,
        )

    @property
    def only_id(self) -> str:
        """The id, where there is just one."""
        return next(iter(self.ids)) if len(self.ids) == 1 else ""


def joined(
    files: Sequence[TextFile], register: Register, findings: list[Finding]
) -> Iterator[tuple[int | None, list[TextFile]]]:
    """The files of each campaign, by the number it has in the register; None where none fits."""
    stems: dict[str, list[TextFile]] = {}
    for file in sorted(files, key=lambda each: each.stem):
        stems.setdefault(file.stem, []).append(file)
    found: dict[int, list[TextFile]] = {}
    left: list[list[TextFile]] = []
    for unit in stems.values():
        number = _by_id(unit, register)
        if number is None:
            left.append(unit)
        else:
            found.setdefault(number, []).extend(unit)
    left = _by_words(left, register, found, findings)
    left = _by_order(left, register, found, findings)
    yield from found.items()
    yield from ((None, unit) for unit in left)


def _by_id(unit: Sequence[TextFile], register: Register) -> int | None:
    number = register.by_id({each for file in unit for each in file.ids})
    if number is not None:
        return number
    in_name = set(_NUMBER.findall(unit[0].words))
    alike = [at for at, campaign in enumerate(register) if campaign.web_id and campaign.web_id in in_name]
    return alike[0] if len(alike) == 1 else None


def _by_words(
    left: Sequence[list[TextFile]], register: Register, found: dict[int, list[TextFile]], findings: list[Finding]
) -> list[list[TextFile]]:
    """Join by title or subject; where several campaigns have the same, each file in its turn."""
    by_words: dict[tuple[int, ...], list[list[TextFile]]] = {}
    rest = []
    for unit in left:
        numbers = next((tuple(at) for words in _names(unit) if (at := register.by_words(words))), ())
        if numbers:
            by_words.setdefault(numbers, []).append(unit)
        else:
            rest.append(unit)
    for numbers, units in by_words.items():
        free = [number for number in numbers if number not in found]
        if len(numbers) == 1:  # variants of one campaign, or files of it beside those found by id
            found.setdefault(numbers[0], []).extend(file for unit in units for file in unit)
        elif len(units) == len(free):
            found.update(zip(free, units, strict=True))
            findings += map(_guessed, units if len(units) > 1 else ())
        else:
            rest += units
    return sorted(rest, key=lambda unit: unit[0].stem)


def _names(unit: Sequence[TextFile]) -> Iterator[str]:
    words = folded(unit[0].words)
    yield words
    yield _LEADING.sub("", words)
    yield _VARIANT.sub("", words)
    yield _VARIANT.sub("", _LEADING.sub("", words))
    yield from (file.title for file in unit if file.title)


def _by_order(
    left: list[list[TextFile]], register: Register, found: dict[int, list[TextFile]], findings: list[Finding]
) -> list[list[TextFile]]:
    """Join by order, where nothing else tells and the files are numbered: as many of each must be left."""
    free = [number for number in range(len(register)) if number not in found]
    starts = [int(start[0]) for unit in left if (start := _FIRST_NUMBER.match(unit[0].words))]
    if not left or len(left) != len(free) or len(starts) != len(left):
        return left
    in_order = sorted(zip(starts, left, strict=True), key=lambda pair: pair[0])
    for campaign, (_, unit) in zip(free, in_order, strict=True):
        found[campaign] = unit
        findings.append(_guessed(unit))
    return []


def _guessed(unit: Sequence[TextFile]) -> Finding:
    text = "Nothing but its number says which campaign this text is of; see that it is the right one."
    place = unit[0].stands.place.locator
    return Finding(stage="read", severity="warning", code="campaign-joined-by-order", text=text, locator=place)

"""Which importer a file or folder is for, found out by looking."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from migrate.errors import InputError
from migrate.files import existing
from migrate.foreign import foreign
from migrate.sources import Importer, all_importers
from migrate.text import printable
from migrate.tree import read_tree


def detect_importer(locations: Sequence[str]) -> Importer:
    """The importer that recognises what lies there.

    Of several that do, the one that reads more of it. What nobody recognises goes along with what somebody does: the
    second part of a download may hold nothing but pictures. Raises InputError where none or several do.
    """
    found: dict[Path, Importer] = {}
    if address := next((location for location in locations if "://" in location), ""):
        words = "is an address, and cannot be looked at first: say which source it is. `migrate sources` lists them."
        raise InputError(f"{printable(address)} {words}")
    paths = _paths(locations)
    if not paths:
        raise InputError("What comes from standard input cannot be looked at first: say which source it is.")
    for path in paths:
        if importer := _recognised(path):
            found[path] = importer
    if not found:
        raise InputError(_unknown(paths[0]))
    if len({importer.name for importer in found.values()}) > 1:
        each = "; ".join(f"migrate import {importer.name} {_typed(path)}" for path, importer in found.items())
        raise InputError(f"These are of several kinds. Read each kind by itself: {each}.")
    return next(iter(found.values()))


def looks_like(locations: Sequence[str], other: Importer) -> str:
    """Of what `other` cannot read: what it looks like, and what to do with it; "" where that is not known."""
    for path in _there(locations):
        recognising = _recognising(path)
        if any(importer.name == other.name for importer in recognising):
            return ""
        if recognising:
            return _advice(_most_specific(recognising))
        unpacks = getattr(other, "opens", ())  # endings of archives that nobody need unpack for it
        if path.suffix.lower() not in unpacks and (words := foreign(path)):
            return words
    return ""


def better_for(locations: Sequence[str], chosen: Importer) -> str:
    """Of what `chosen` can read: that another importer reads more of what is in it; "" where none does."""
    for path in _there(locations):
        for importer in all_importers():
            if chosen.name in importer.refines and _recognises(importer, path):
                more = f"It reads more of what is in it; with `{chosen.name}` what it says of who may read it is lost."
                return f"{_advice([importer])} {more}"
    return ""


def _recognised(path: Path) -> Importer | None:
    recognising = _most_specific(_recognising(path))
    if len(recognising) > 1:
        names = " or ".join(importer.name for importer in recognising)
        what = printable(str(path))
        raise InputError(f"{what}: several importers recognise this; say which: migrate import {names} …")
    return recognising[0] if recognising else None


def _most_specific(recognising: Sequence[Importer]) -> list[Importer]:
    refined = {name for importer in recognising for name in importer.refines}
    return [importer for importer in recognising if importer.name not in refined]


def _recognising(path: Path) -> list[Importer]:
    return [importer for importer in all_importers() if _recognises(importer, path)]


def _recognises(importer: Importer, path: Path) -> bool:
    try:
        return importer.detect(path)
    except Exception:  # what one importer stumbles over, another may know
        return False


def _advice(importers: Sequence[Importer]) -> str:
    names = " or ".join(f"`migrate import {importer.name} …`" for importer in importers)
    return f"This looks like {' or '.join(importer.title for importer in importers)}: use {names}."


def _unknown(path: Path) -> str:
    words = _unreadable(path) or foreign(path) or "`migrate sources` lists what can be read."
    return f"{printable(str(path))}: no importer recognises this. {words}"


def _unreadable(path: Path) -> str:
    """Why nothing in it can be looked at: it is encrypted, say, or empty; "" where something can."""
    if path.is_file() and not path.stat().st_size:
        return "The file is empty: it was probably not copied or downloaded whole."
    try:
        tree = read_tree([str(path)])
    except InputError as error:
        return str(error)
    return "" if len(tree) or not tree.findings else tree.findings[0].text


def _paths(locations: Sequence[str]) -> list[Path]:
    """The files and folders that are named. Standard input is not among them: it can be read but once."""
    return [path for location in locations for path in existing(location) if path is not None]


def _there(locations: Sequence[str]) -> list[Path]:
    """The same, without what is not there, or is no file at all but the address of something."""
    found = []
    for location in locations:
        with suppress(InputError):
            found += _paths([location])
    return found


def _typed(path: Path) -> str:
    return printable(shlex.quote(str(path)))

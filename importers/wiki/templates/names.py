"""Which templates are known, by all their names in many languages: the table in names.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SHOWN = "shown"  # the kind of templates that stand for a sign or a word


@dataclass(frozen=True, slots=True)
class Known:
    """A template that is known: what kind it is, and for signs and words the wikitext that stands for it."""

    kind: str
    shown: str = ""


def known(name: str, language: str) -> Known | None:
    """What is known of a template on a wiki in that language (a code: "pt-br"); None for nothing.
    `name` has spaces for underscores, and no namespace."""
    return _names(language.lower().partition("-")[0]).get(name.lower())


@cache
def _table() -> Mapping[str, Any]:
    """As TOML has it; a test looks at its shape."""
    with (Path(__file__).parent / "names.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _names(language: str) -> Mapping[str, Known]:
    names: dict[str, Known] = {}
    table = _table()
    for part in (table, table["in"].get(language, {})):
        kinds, shown = part.get("kinds", {}), part.get("shown", {})
        names |= {name: Known(kind) for kind, listed in kinds.items() for name in listed}
        names |= {name: Known(SHOWN, text) for name, text in shown.items()}
    return names

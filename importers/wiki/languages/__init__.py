"""What is known of every language MediaWiki has: its words for months and namespaces, and how it writes dates.

The table lists facts that MediaWiki 1.39.17 (Debian 12) answered in November 2026; `from_mediawiki.php` makes it anew.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importers.wiki.site import ENGLISH, DateStyle, Namespace

_TABLE = Path(__file__).parent / "table.jsonl"
# Pages of these can be written, and read, in several scripts; signatures come in each of them.
_WITH_VARIANTS = frozenset({"ban", "crh", "gan", "iu", "kk", "ku", "sh", "shi", "sr", "tg", "tly", "uz", "zh"})
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Language:
    """One language."""

    code: str
    dates: tuple[DateStyle, ...]  # the format of signatures first
    namespaces: tuple[Namespace, ...]  # those that every wiki has; the English names last
    contributions: tuple[str, ...]  # names of Special:Contributions


def all_languages() -> list[str]:
    """The codes of all languages that MediaWiki has."""
    return list(_lines())


def is_language(code: str) -> bool:
    """Whether MediaWiki has a language of that code, in any case and with "_" for "-"."""
    return _plain(code) in _lines()


@functools.lru_cache(maxsize=16)
def language(code: str) -> Language:
    """That language, or the one its code begins with ("de" for "de-ch-1996"), or else English."""
    plain = _plain(code)
    while plain not in _lines():
        plain, dash, _ = plain.rpartition("-")
        if not dash:
            plain = "en"
    variants = [each for each in _lines() if each.startswith(f"{plain}-")] if plain in _WITH_VARIANTS else []
    languages = [_facts(each) for each in (plain, *variants)]
    return Language(
        code=plain,
        dates=tuple(dict.fromkeys(style for each in languages for style in _styles(each))),
        namespaces=_namespaces([*languages, _facts("en")]),
        contributions=tuple(dict.fromkeys(name for each in (*languages, _facts("en")) for name in each["c"])),
    )


def _plain(code: str) -> str:
    return code[:_LONGEST_CODE].strip().lower().replace("_", "-")


@functools.cache
def _lines() -> Mapping[str, str]:
    """Code of a language: its line, not parsed yet."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {line[len('{"l":"') :].partition('"')[0]: line for line in lines}


@functools.lru_cache(maxsize=16)
def _facts(code: str) -> Mapping[str, Any]:
    """All that holds for a language: what its line says, else the line of the other language that it names."""
    own: dict[str, Any] = json.loads(_lines()[code])
    facts = own
    if code != "en":
        other = _facts(own.get("f", "en"))
        names = {number: [*own.get("n", {}).get(number, ()), *others] for number, others in other["n"].items()}
        facts = {**other, **own, "n": {**own.get("n", {}), **names}}
    for key in ("g", "s"):
        facts[key] = facts["m"] if facts[key] == "m" else facts[key]
    return facts


def _styles(facts: Mapping[str, Any]) -> list[DateStyle]:
    return [
        DateStyle(
            each,
            months=tuple(facts["m"]),
            genitive=tuple(facts["g"]),
            short=tuple(facts["s"]),
            digits=facts["d"] or ENGLISH.digits,
            zones=() if facts["z"] == "UTC" else ((facts["z"], "UTC"),),
        )
        for each in facts["t"]
    ]


def _namespaces(languages: Sequence[Mapping[str, Any]]) -> tuple[Namespace, ...]:
    names: dict[int, list[str]] = {}
    for facts in languages:
        for number, each in facts["n"].items():
            names.setdefault(int(number), []).extend(each)
    return tuple(Namespace(number, tuple(dict.fromkeys(each))) for number, each in sorted(names.items()))

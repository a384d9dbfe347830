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
    chain = _chain(plain)
    variants = [each for each in _lines() if each.startswith(f"{plain}-")] if plain in _WITH_VARIANTS else []
    styles = [style for each in (chain, *map(_chain, variants)) for style in _styles(each)]
    contributions = [name for line in chain for name in line.get("c", ())]
    return Language(plain, tuple(dict.fromkeys(styles)), _namespaces(chain), tuple(dict.fromkeys(contributions)))


def _plain(code: str) -> str:
    return code[:_LONGEST_CODE].strip().lower().replace("_", "-")


@functools.cache
def _lines() -> Mapping[str, str]:
    """Code of a language: its line, not parsed yet."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {line[len('{"l":"') :].partition('"')[0]: line for line in lines}


def _chain(code: str) -> list[dict[str, Any]]:
    """What the language says, what those say that it falls back to, and English."""
    own = json.loads(_lines()[code])
    others = [json.loads(_lines()[each]) for each in own.get("f", ()) if each in _lines()]
    return [own, *others, json.loads(_lines()["en"])]


def _styles(chain: Sequence[dict[str, Any]]) -> list[DateStyle]:
    formats = next(line["t"] for line in chain if "t" in line)
    digits = next((line["d"] for line in chain if line.get("d")), ENGLISH.digits)
    utc = next((line["z"] for line in chain if "z" in line), "UTC")
    return [
        DateStyle(
            each,
            months=_words(chain, "m"),
            genitive=_words(chain, "g"),
            short=_words(chain, "s"),
            digits=digits,
            zones=() if utc == "UTC" else ((utc, "UTC"),),
        )
        for each in formats
    ]


def _words(chain: Sequence[dict[str, Any]], key: str) -> tuple[str, ...]:
    """Twelve names of months, each as the first says that has it."""
    lists = [line.get(key) or line.get("m") or [""] * 12 for line in chain]
    return tuple(next(filter(None, names), "") for names in zip(*lists, strict=True))


def _namespaces(chain: Sequence[dict[str, Any]]) -> tuple[Namespace, ...]:
    names: dict[int, list[str]] = {}
    for line in chain:
        for number, each in line.get("n", {}).items():
            names.setdefault(int(number), []).extend(each)
    return tuple(Namespace(number, tuple(dict.fromkeys(each))) for number, each in sorted(names.items()))

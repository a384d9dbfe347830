"""Wikis as the test data of DiscussionTools describes them, where that data lies on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from importers.wiki.site import DateStyle, Namespace, Site

CORPORA = Path(__file__).resolve().parents[4] / "shared" / "corpora" / "wiki"
_MONTHS = [
    *("january", "february", "march", "april", "may_long", "june", "july", "august", "september", "october"),
    *("november", "december"),
]
_SHORT = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def site_from_files(data: Path, config: Path) -> Site:
    """The wiki of these two files: the dates it writes ("…-data.json"), and its namespaces ("…-config.json")."""
    settings = json.loads(config.read_text(encoding="utf-8"))
    facts = json.loads(data.read_text(encoding="utf-8"))
    language = settings["wgContentLanguage"]
    host = config.name.removesuffix("wiki-config.json") + ".wikipedia.org"
    return Site(
        key=host,
        name=host,
        language=language,
        article_url=f"https://{host}{settings['wgArticlePath']}",
        script_url=f"https://{host}/w/index.php",
        namespaces=_namespaces(settings),
        contributions=(facts["specialContributionsName"], "Contributions"),
        dates=date_styles(facts),
        timezone=facts["localTimezone"],
    )


def wikipedia(language: str) -> Site:
    """One of those the published cases come from: ar, en, fr, hu, nl, pl."""
    sites = CORPORA / "sites"
    return site_from_files(sites / f"{language}wiki-data.json", sites / f"{language}wiki-config.json")


def date_styles(facts: dict[str, Any]) -> tuple[DateStyle, ...]:
    """How that wiki dates signatures, per variant of its language."""
    return tuple(
        DateStyle(
            form,
            months=tuple(facts["contLangMessages"][variant][name] for name in _MONTHS),
            genitive=tuple(facts["contLangMessages"][variant][name.removesuffix("_long") + "-gen"] for name in _MONTHS),
            short=tuple(facts["contLangMessages"][variant][name] for name in _SHORT),
            digits="".join(facts["digits"][variant]),
            zones=tuple(facts["timezones"][variant].items()),
        )
        for variant, form in facts["dateFormat"].items()
    )


def _namespaces(settings: dict[str, Any]) -> tuple[Namespace, ...]:
    shown = {int(number): name for number, name in settings["wgFormattedNamespaces"].items()}
    names: dict[int, list[str]] = {number: [name] for number, name in shown.items()}
    for name, number in settings["wgNamespaceIds"].items():
        names.setdefault(number, []).append(name.replace("_", " "))
    return tuple(Namespace(number, tuple(dict.fromkeys(each))) for number, each in sorted(names.items()))

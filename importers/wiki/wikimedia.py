"""What is known of Wikimedia's wikis that their dumps do not say: licences, and time zones where signatures leave a
doubt."""

from __future__ import annotations

from collections.abc import Mapping

_PROJECTS = (
    "wikipedia",
    "wiktionary",
    "wikibooks",
    "wikiquote",
    "wikisource",
    "wikiversity",
    "wikivoyage",
    "wikimedia",
)
_OTHERS = ("www.mediawiki.org", "www.wikidata.org", "www.wikifunctions.org")
# Zones whose abbreviation means something else elsewhere (IST, CST, PST), by language. Source: $wgLocaltimezone in
# wmf-config/InitialiseSettings.php of Wikimedia's operations/mediawiki-config, looked up in November 2026. All other
# wikis write abbreviations that say it themselves (CET, WIB, +03).
_ZONES = {
    **dict.fromkeys(("he",), "Asia/Jerusalem"),
    **dict.fromkeys(("anp", "as", "awa", "gom", "gu", "hi", "kn", "mni", "mr", "or", "pa"), "Asia/Kolkata"),
    **dict.fromkeys(("ami", "pwn"), "Asia/Taipei"),
    **dict.fromkeys(("bcl",), "Asia/Manila"),
}

# What Wikipedias call the namespaces of users (2) and of their talk pages (3) where MediaWiki's language does not, the
# usual name first, and short names that signatures have. Source: wmf-config/core-Namespaces.php of that repository.
_NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cs": (("Wikipedista", "Wikipedistka"), ("Diskuse s wikipedistou", "Diskuse s wikipedistkou")),
    "pl": (("Wikipedysta", "Wikipedystka"), ("Dyskusja wikipedysty", "Dyskusja wikipedystki")),
    "pt": (("Usuário(a)",), ("Usuário(a) Discussão",)),
    "sk": (("Redaktor",), ("Diskusia s redaktorom",)),
}
_SHORT_NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": ((), ("BD",)),
    "fa": (("كاربر",), ("بحث كاربر", "بک")),
    "he": (("מש",), ("שמש",)),
    "ko": (("사",), ("사토",)),
    "ru": (("У", "U", "Участница"), ("ОУ", "UT", "Обсуждение участницы")),
    "zh": (("U",), ("UT",)),
}


def is_wikimedia(host: str) -> bool:
    """Whether the host ("fr.wikipedia.org") is one of Wikimedia's wikis, beyond those for news."""
    return host in _OTHERS or host.endswith(tuple(f".{project}.org" for project in _PROJECTS))


def wikimedia_zone(host: str, language: str) -> str:
    """The time zone (IANA) of that wiki's signatures; "UTC" where their abbreviations tell, and for other wikis."""
    return _ZONES.get(language, "UTC") if is_wikimedia(host) else "UTC"


def wikimedia_licence(host: str) -> tuple[str, str]:
    """The licence of the texts there and its address (terms of use of June 2023); "" for other wikis."""
    if not is_wikimedia(host):
        return "", ""
    return "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"


def wikipedia_names(language: str) -> Mapping[int, tuple[str, ...]]:
    """What the Wikipedia in that language calls users' pages (2) and their talk pages (3), besides the names that all
    wikis in it have: its own names, then the short ones."""
    own, short = (table.get(language.partition("-")[0], ((), ())) for table in (_NAMES, _SHORT_NAMES))
    return {number: (*own[number - 2], *short[number - 2]) for number in (2, 3)}


def goes_by_own_names(host: str, language: str) -> bool:
    """Whether that wiki is the Wikipedia whose names stand before those of its language."""
    return host == f"{language}.wikipedia.org" and language in _NAMES

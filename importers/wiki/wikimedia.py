"""What is known of Wikimedia's wikis that their dumps do not say: licences, and time zones where signatures leave a
doubt."""

from __future__ import annotations

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

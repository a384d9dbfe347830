"""The licence of a wiki's texts, where the user says it: files do not tell, and not every wiki does."""

from __future__ import annotations

import re
from dataclasses import replace

from importers.wiki.site import Site
from importers.wiki.wishes import Wishes
from migrate.text import printable

_LONGEST = 255  # characters
_WITH_URL = re.compile(r"(?P<name>.+?)\s+<?(?P<url>https?://[^\s<>]+)>?")
_COMMONS = re.compile(r"CC[ -](?P<kind>BY(?:-(?:SA|NC|ND|NC-SA|NC-ND))?)[ -](?P<version>\d\.\d)", re.IGNORECASE)


def licensed(site: Site, wishes: Wishes) -> Site:
    """The wiki, with the licence that the user named in place of its own: "CC BY-SA 4.0", or a name and its address."""
    said = " ".join(printable(wishes.licence).split())[:_LONGEST]
    if not said:
        return site
    if match := _WITH_URL.fullmatch(said):
        return replace(site, licence=match["name"], licence_url=match["url"])
    known = _COMMONS.fullmatch(said)
    url = f"https://creativecommons.org/licenses/{known['kind'].lower()}/{known['version']}/" if known else ""
    return replace(site, licence=said, licence_url=url)

"""Sources without what is not to be seen: names of those who asked for it, and addresses in all their spellings."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote

from migrate.archive import Archive
from migrate.plan import Plan
from migrate.text import mask_addresses, mask_query

_LONGEST_URL = 500  # characters
_HOST = r"(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}"
# As links and HTML write the sign, and behind what RFC 5322 3.4.1 allows before it.
_CODED = re.compile(
    rf"(?<=[\w.+%'-])(%40|&#0{{0,20}}64;?|&#x0{{0,20}}40;|&commat;){_HOST}"
    rf"|(?<=[\w\"!#$%&'*+/=?^`{{|}}~.-])(@)(?:{_HOST}|\[[^\]\s]{{1,60}}\])",
    re.IGNORECASE,
)
_ENTITIES = re.compile(r"(?:&#x?[0-9a-f]{1,6};|[\w.+@:-]){6,400}", re.IGNORECASE)
_LOCAL = re.compile(r"(?<![\w.+-])[\w.+%'=/!~-]{1,64}@[\w.-]{1,255}")
_BEGINS = re.compile(r"(?<![\w.+-])[\w.+-]")  # in what stands before the @: behind "/" and "=" may begin another one
# As people write their own in signatures, and web archives anybody's.
_SPOKEN = re.compile(
    rf"(?<![\w.+-])([\w.+-]{{1,64}})( at | ?(?:[\[(<]|&lt;) ?at ?(?:[\])>]|&gt;) ?)({_HOST})", re.IGNORECASE
)


class Redacted:
    """Texts of an archive's sources as they may be shown."""

    def __init__(self, archive: Archive, plan: Plan) -> None:
        self._db, self._withheld = archive.db, plan.withheld

    def source(self, text: str, person: int) -> str:
        """A source, or a part of one, that this person wrote."""
        return self._without_addresses(self._withheld.in_source(person, text))

    def url(self, url: str, person: int) -> str:
        """The address of what this person wrote; "" for what is none of the web, or names somebody."""
        if len(url) > _LONGEST_URL or not url.lower().startswith(("https://", "http://")):
            return ""
        spoken = unquote(url, errors="replace")
        if any(self._is_known(match[0]) for match in _LOCAL.finditer(spoken)):
            return ""
        return self._withheld.in_url(person, mask_query(url))

    def line(self, text: str) -> str:
        """Where something stands in an export, and what a finding says: both may name files and pages."""
        return mask_addresses(self._withheld.in_place(text))

    def _without_addresses(self, text: str) -> str:
        if "&#" in text:
            text = _ENTITIES.sub(_spelt_out, text)
        text = _CODED.sub(lambda match: f"{match[1] or match[2]}…", mask_addresses(text))
        text = _LOCAL.sub(self._masked_if_known, text) if "@" in text else text
        return _SPOKEN.sub(self._silenced_if_known, text)

    def _masked_if_known(self, match: re.Match[str]) -> str:
        """An address without a dot in its host, if it is somebody's: others are words of programs."""
        return match[0].partition("@")[0] + "@…" if self._is_known(match[0]) else match[0]

    def _silenced_if_known(self, match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}…" if self._is_known(f"{match[1]}@{match[3]}") else match[0]

    def _is_known(self, address: str) -> bool:
        """Whether somebody has that address, or one that it ends with: "/by/ann@example.org"."""
        address = address.rstrip(".-").lower()
        starts = {0, *(match.start() for match in _BEGINS.finditer(address.partition("@")[0]))}
        query = "SELECT 1 FROM person WHERE key IN (SELECT value FROM json_each(?))"
        return self._db.execute(query, (json.dumps([address[start:] for start in starts]),)).fetchone() is not None


def _spelt_out(match: re.Match[str]) -> str:
    """An address that is written in numbers, as pages hide them from machines, is masked like others."""
    if "&#" not in match[0]:
        return match[0]
    plain = unescape(match[0])
    masked = mask_addresses(plain)
    return match[0] if plain == masked else masked

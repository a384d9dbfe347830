"""The dates of signatures: found in text in whatever form the wiki has written them, and turned into instants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from importers.wiki.date_formats import INVISIBLE, DateFormat, date_format, plain_table, plain_text
from importers.wiki.site import ENGLISH, DateStyle, Site, per_site

# Seen in signatures of any wiki before it got its format, and in copies from others; months may be short as well.
_USUAL = ("H:i, j. F, Y", "H:i, F j., Y", "H:i, Y. F j.", "j. F, Y, H:i", "F j., Y, H:i", "Y. F j., H:i")
# Hours from UTC of the abbreviations that wikis write; those with several meanings are read as the wiki's own zone.
_ZONES = """
    0 UTC GMT WET, 1 CET WEST MEZ BST WAT, 2 CEST EET MESZ SAST CAT, 3 EEST MSK TRT EAT, 3.5 IRST, 4 MSD, 4.5 IRDT,
    5 PKT, 5.75 NPT, 7 ICT WIB, 8 HKT SGT PHT AWST WITA, 9 JST KST WIT, 9.5 ACST, 10 AEST, 10.5 ACDT, 11 AEDT,
    12 NZST, 13 NZDT, -2.5 NDT, -3 BRT ART ADT, -3.5 NST, -4 AST EDT, -5 EST CDT, -6 CST MDT, -7 MST PDT,
    -8 PST AKDT, -9 AKST, -10 HST"""
_HOURS: Mapping[str, float] = {
    name: float(hours) for hours, *names in map(str.split, _ZONES.split(",")) for name in names
}
# An abbreviation that is not known is the wiki's own time; a number says it all.
_UNNAMED = r"(?-i:[A-Z]{2,5})|(?:UTC|GMT)? ?[+-]\d{1,2}(?::?[0-5]\d)?"
_OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])(\d{1,2}):?([0-5]\d)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A date in a text, with its zone and the brackets around that."""

    start: int  # place in the text: characters from 0
    end: int  # behind the closing bracket
    at: datetime  # aware, UTC


@dataclass(frozen=True, slots=True)
class _Dates:
    """What is compiled of a wiki."""

    centuries: tuple[str, ...]  # one of these stands in every date
    table: Mapping[int, str | None]
    zone: re.Pattern[str]
    formats: tuple[tuple[re.Pattern[str], DateFormat], ...]
    abbreviations: Mapping[str, str]  # as written, in lower case: as it is called elsewhere
    local: tzinfo


def timestamps_in(site: Site, text: str) -> list[Timestamp]:
    """All dates with a time and, in brackets, a zone that the text has, in its order: in the wiki's own formats, older
    and English ones; only dates that exist, of the years from 2000 to 2199."""
    dates = _dates(site)
    if "(" not in text or not any(century in text for century in dates.centuries):
        return []
    plain = text.translate(dates.table)
    places = None
    if len(plain) != len(text):
        places = [place for place, char in enumerate(text) if char not in INVISIBLE]
    found = sorted(_found(dates, plain), key=lambda stamp: stamp.start)
    if places is None:
        return found
    return [replace(stamp, start=places[stamp.start], end=places[stamp.end - 1] + 1) for stamp in found]


def _found(dates: _Dates, plain: str) -> Iterator[Timestamp]:
    ends = {match.end() for match in dates.zone.finditer(plain)}
    for pattern, form in dates.formats:
        if not ends:
            return
        for match in pattern.finditer(plain):
            local = form.read(match.groupdict()) if match.end() in ends else None
            if local is not None:
                ends.discard(match.end())
                yield Timestamp(match.start(), match.end(), _instant(dates, local, match["zone"]))


def _instant(dates: _Dates, local: datetime, written: str) -> datetime:
    """The abbreviation decides where the wiki's clock shows an hour twice, and where it is one of another zone."""
    zone = dates.abbreviations.get(_folded(written), written).upper()
    for fold in (0, 1):
        aware = local.replace(tzinfo=dates.local, fold=fold)
        if (aware.tzname() or "").upper() == zone:
            return aware.astimezone(UTC)
    if zone in _HOURS:
        return (local - timedelta(hours=_HOURS[zone])).replace(tzinfo=UTC)
    if offset := _OFFSET.fullmatch(zone):
        hours = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return (local + (hours if offset[1] == "-" else -hours)).replace(tzinfo=UTC)
    return local.replace(tzinfo=dates.local).astimezone(UTC)


@per_site
def _dates(site: Site) -> _Dates:
    local = _time_zone(site.timezone)
    abbreviations = {name.lower(): name for name in (*_HOURS, *_names_of(local))}
    for style in site.dates:
        abbreviations |= {_folded(shown): zone for shown, zone in style.zones if _folded(shown)}
    names = sorted(abbreviations, key=len, reverse=True)
    zone = rf"\( ?(?P<zone>{'|'.join(map(re.escape, names))}|{_UNNAMED}) ?\)"
    formats: dict[tuple[str, int], DateFormat] = {}
    for form in filter(None, map(date_format, _styles(site))):
        formats.setdefault((form.pattern, form.era), form)
    digits = sorted({style.digits for style in (*site.dates, ENGLISH) if len(style.digits) == len(ENGLISH.digits)})
    return _Dates(
        centuries=tuple(own[2] + own[after] for own in digits for after in (0, 5)),  # 20…, and 25… of the Thai calendar
        table=plain_table("".join(digits)),
        zone=re.compile(zone, re.IGNORECASE),
        formats=tuple((re.compile(f"{form.pattern} {{0,3}}{zone}", re.IGNORECASE), form) for form in formats.values()),
        abbreviations=abbreviations,
        local=local,
    )


def _styles(site: Site) -> Iterator[DateStyle]:
    """The wiki's own, then the usual ones with its words for the months."""
    yield from site.dates
    words: dict[tuple[str, ...], DateStyle] = {}
    for style in site.dates or (ENGLISH,):
        words.setdefault(style.months, style)
    for style in words.values():
        for form in _USUAL:
            yield replace(style, format=form)


def _folded(abbreviation: str) -> str:
    return " ".join(plain_text(abbreviation, ENGLISH.digits).lower().split())


def _time_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # none of that name, or none at all where the system has no list of them
        return UTC


def _names_of(local: tzinfo) -> set[str]:
    """Abbreviations in use in that zone since there are wikis, winter and summer."""
    days = (datetime(year, month, 1, tzinfo=local) for year in range(2001, 2038) for month in (1, 7))
    return {name for day in days if (name := day.tzname())}

"""Calendar invitations as text: the few properties of the first event that people read (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

LONGEST = 1 << 20  # characters of a calendar that are looked at
MOST_NAMES = 50

_FOLD = re.compile(r"\n[ \t]")
_VALUE = r"(?:\"[^\"]*+\"|[^\":;,]*+)"
_PROPERTY = re.compile(rf"([A-Za-z0-9-]{{1,40}})((?:;[A-Za-z0-9-]{{1,40}}={_VALUE}(?:,{_VALUE})*+)*+):")
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,40})=(?:\"([^\"]*)\"|([^\":;]*))")
_ESCAPED = re.compile(r"\\([nN,;:\\\"])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d{1,4}S)?)?")
_UNITS = ("w", "d", "h", "min")


class _Property(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


def as_text(calendar: str) -> str:
    """What, when, where, who and the description, a line each; empty where there is no event. No e-mail addresses."""
    method = ""
    event: dict[str, list[_Property]] = {}
    for item in _of_first_event(calendar):
        if item.name == "METHOD":
            method = item.value.upper()
        event.setdefault(item.name, []).append(item)
    if "SUMMARY" not in event and "DTSTART" not in event:
        return ""
    people = [_person(item, replying=method == "REPLY") for item in event.get("ATTENDEE", [])[:MOST_NAMES]]
    lines = [
        ("", _first(event, "SUMMARY")),
        ("Status: ", "cancelled" if "CANCEL" in (method, _first(event, "STATUS").upper()[:6]) else ""),
        ("When: ", _when(event)),
        ("Repeats: ", _first(event, "RRULE")),
        ("Where: ", _first(event, "LOCATION")),
        ("Organizer: ", ", ".join(filter(None, map(_person, event.get("ORGANIZER", [])[:1])))),
        ("Attendees: ", ", ".join(filter(None, people))),
        ("\n", _first(event, "DESCRIPTION")),
    ]
    return "\n".join(label + value for label, value in lines if value)


def _of_first_event(calendar: str) -> Iterator[_Property]:
    """The properties of the calendar and of its first event, without those of the alarms in it."""
    text = calendar[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    inside: list[str] = []
    for line in _FOLD.sub("", text).split("\n"):
        head = _PROPERTY.match(line)
        if head is None:
            continue
        item = _Property(head[1].upper(), _parameters(head[2]), line[head.end() :])
        if item.name == "BEGIN":
            inside.append(item.value.strip().upper())
        elif item.name == "END":
            if inside[-1:] == ["VEVENT"]:
                return
            inside[-1:] = []
        elif inside in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            yield item


def _parameters(text: str) -> dict[str, str]:
    return {name.upper(): quoted or bare for name, quoted, bare in _PARAMETER.findall(text)}


def _first(event: dict[str, list[_Property]], name: str) -> str:
    items = event.get(name)
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], items[0].value).strip() if items else ""


def _when(event: dict[str, list[_Property]]) -> str:
    start, end = event.get("DTSTART"), event.get("DTEND")
    if not start:
        return ""
    began = _moment(start[0])
    if end:
        ended = _moment(end[0], ends=True)
        if ended <= began and len(began) == len(ended) == len("2024-01-05"):
            return began
        day, _, time = ended.partition(" ")
        # Within one day and zone the day need not be said twice.
        return f"{began} – {time if time and began.startswith(day) else ended}"
    duration = _duration(_first(event, "DURATION"))
    return f"{began} ({duration})" if duration else began


def _moment(item: _Property, ends: bool = False) -> str:
    """ "2024-01-05 10:00 Europe/Berlin", or the value as it stands. `ends`: a day is the first that is free again."""
    found = _TIME.fullmatch(item.value.strip())
    if found is None:
        return item.value.strip()
    year, month, day, hour, minute, utc = found.groups()
    if ends and not hour:
        return _day_before(int(year), int(month), int(day)) or item.value.strip()
    zone = "UTC" if utc else item.parameters.get("TZID", "")
    time = f" {hour}:{minute}" if hour else ""
    return f"{year}-{month}-{day}{time}" + (f" {zone}" if zone and time else "")


def _day_before(year: int, month: int, day: int) -> str:
    """RFC 5545 3.6.1: DTEND is not part of the event. Empty where there is no such day."""
    try:
        return (date(year, month, day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _duration(value: str) -> str:
    found = _DURATION.fullmatch(value)
    if found is None:
        return ""
    return " ".join(f"{count} {unit}" for count, unit in zip(found.groups(), _UNITS, strict=True) if count)


def _person(item: _Property, replying: bool = False) -> str:
    """The name, never the address; and in a reply what was answered."""
    name = item.parameters.get("CN", "").strip("' ")
    if not name or "@" in name:
        return ""
    answer = item.parameters.get("PARTSTAT", "").lower() if replying else ""
    return f"{name} ({answer})" if answer else name

"""What a JSON file of the Marketing API holds, one thing at a time, whatever its size: answers as they came, lists of
them, JSON Lines, or objects by id."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

import ijson  # type: ignore[import-untyped]  # has no types

from importers.mailchimp.known import CAMPAIGN_ID, campaign_id, child, line

LONGEST_ENTRY = 64 << 20  # bytes
DEEPEST = 40  # brackets within one entry
_READ = 1 << 16
_LISTS = frozenset(("campaigns", "members", "contents", "content", "folders", "data", "results", "items"))
_TEXTS = ("archive_html", "html", "plain_text", "variate_contents")

Json = Any  # what JSON holds; every use of it asks for the type first
What = Literal["campaign", "content", "member", "folder", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a file."""

    what: What
    id: str  # of the campaign, where it is told
    value: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Broken:
    """What cannot be read."""

    reason: str


class _TooLongError(Exception):
    pass


class _Guarded:
    """A stream that ends with an error where one entry takes more bytes than any has."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.since = 0  # bytes read since the last entry ended

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(_READ if size < 0 else size)
        self.since += len(data)
        if self.since > LONGEST_ENTRY:
            raise _TooLongError
        return data


def entries(stream: io.BufferedReader | io.BufferedRandom, file_id: str = "") -> Iterator[Entry | Broken]:
    """Everything in a file, in its order; the same each time. `file_id`: a campaign's id in the file's name.

    Nothing follows what breaks off.
    """
    if stream.peek(3)[:3] == b"\xef\xbb\xbf":
        stream.read(3)
    guarded = _Guarded(stream)
    try:
        for value in _values(guarded):
            guarded.since = 0
            if isinstance(value, Broken):
                yield value
            else:
                yield from _told(value, file_id)
    except _TooLongError:
        yield Broken("an entry has no end")
    except (ijson.JSONError, ValueError, OverflowError) as error:  # numbers of thousands of digits, broken UTF-8
        is_cut = isinstance(error, ijson.IncompleteJSONError)
        yield Broken("the file breaks off" if is_cut else "the file is no valid JSON")


@dataclass(slots=True)
class _Value:
    """A value that is being put together; nothing is kept of one that is nested too deep."""

    builder: ijson.ObjectBuilder | None
    depth: int = 0

    def take(self, event: str, value: Json) -> bool:
        """Add to it; whether it is complete."""
        self.depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        if self.depth > DEEPEST:
            self.builder = None
        if self.builder is not None:
            self.builder.event(event, value)
        return self.depth == 0

    @property
    def result(self) -> Json | Broken:
        return Broken("an entry is nested too deep") if self.builder is None else self.builder.value


def _values(stream: _Guarded) -> Iterator[Json | Broken]:
    """The outermost objects; of lists at the top, or under a name that the API has for lists, their members."""
    events = ijson.basic_parse(stream, buf_size=_READ, multiple_values=True)
    for event, _ in events:
        if event == "start_array":
            yield from _members(events)
        elif event == "start_map":
            yield from _of_map(events)


def _members(events: Iterator[tuple[str, Json]]) -> Iterator[Json | Broken]:
    for event, value in events:
        if event == "end_array":
            return
        yield _whole(event, value, events)


def _of_map(events: Iterator[tuple[str, Json]]) -> Iterator[Json | Broken]:
    rest: dict[str, Json] = {}
    broken: Broken | None = None
    has_list = False
    for at_key, key in events:
        if at_key == "end_map":
            break
        event, value = next(events)
        if event == "start_array" and key in _LISTS:
            has_list = True
            yield from _members(events)
            continue
        rest[key] = _whole(event, value, events)
        broken = broken or (rest[key] if isinstance(rest[key], Broken) else None)
    if broken:
        yield broken
    elif not has_list:
        yield rest


def _whole(event: str, value: Json, events: Iterator[tuple[str, Json]]) -> Json | Broken:
    taken = _Value(ijson.ObjectBuilder())
    while not taken.take(event, value):
        event, value = next(events)
    return taken.result


def _told(value: Json, outer_id: str) -> Iterator[Entry]:
    """What an object is; one that holds others, by id or in a list, is all of these."""
    if not isinstance(value, Mapping):
        return
    what = _what(value)
    if what != "other":
        yield Entry(what, _id(value) or outer_id, value)
        return
    for key, inner in value.items():
        if isinstance(inner, list) and key in _LISTS:
            for each in inner:
                yield from _told(each, "")
        elif isinstance(inner, Mapping) and campaign_id(key):
            yield from _told(inner, key)


def _what(value: Mapping[str, Json]) -> What:
    if "email_address" in value:
        return "member"
    if "settings" in value or "long_archive_url" in value or "send_time" in value:
        return "campaign"
    if any(name in value for name in _TEXTS):
        return "content"
    if isinstance(value.get("campaign"), Mapping):
        return "campaign"
    return "folder" if {"id", "name", "count"} <= value.keys() else "other"


def campaign_of(value: Mapping[str, Json]) -> Mapping[str, Json]:
    """The description of a campaign within an entry, which may hold its content beside it."""
    return child(value, "campaign") or value


def content_of(value: Mapping[str, Json]) -> Mapping[str, Json]:
    """The content within an entry; empty where it holds none."""
    if any(name in value for name in _TEXTS):
        return value
    return child(value, "content")


def _id(value: Mapping[str, Json]) -> str:
    found = campaign_id(campaign_of(value).get("id")) or campaign_id(value.get("campaign_id"))
    if found:
        return found
    links = value.get("_links")
    for link in links if isinstance(links, list) else ():
        address = line(link.get("href")) if isinstance(link, Mapping) else ""
        before, _, after = address.partition("/campaigns/")
        if before and (match := CAMPAIGN_ID.match(after)):
            return match[0]
    return ""

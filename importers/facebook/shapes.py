"""One entry of a download, whatever shape it has: the classic one, and the generic one of labelled values.

Nothing here relies on a value's type: whatever is not what it should be counts as missing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from importers.facebook.bodies import Contents, Event, Link, Poll, Shared, body_of
from importers.facebook.groups import folded
from importers.facebook.links import LONGEST_URL, is_url
from importers.facebook.streaming import Json
from importers.facebook.text import mended, one_line
from migrate.text import printable

LATEST = 2**33  # seconds since 1970 that a date can have: the year 2242
_MILLISECONDS = 10**11  # from here on a number counts milliseconds
EARLIEST = 10**9  # an epoch among labelled values is not before 2001
MOST_PARTS = 1000  # attachments, values, options of one entry
MOST_VALUES = 40_000  # strings, numbers, lists and objects of one entry
SHORTEST_PROSE = 60  # characters from which a labelled value is no name
_GROUP_URL = re.compile(r"https?://(?:[\w-]{1,20}\.)?facebook\.com/groups/[^/?#\s]{1,200}/?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or video of an entry: its place in the download, or a page on the web."""

    uri: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A post or a comment, mended."""

    is_comment: bool
    title: str  # what Facebook says that somebody did, in the account's language
    contents: Contents
    sent_at: datetime | None
    author: str = ""  # as stated; of posts it is not
    media: tuple[Media, ...] = ()
    url: str | None = None


def title_in(raw: Json) -> str:
    """The title of an entry, as it stands."""
    return _text(_get(raw, "title"))


def stated_group(raw: Json) -> str:
    """The group that an entry itself names, as it stands; only comments do."""
    return _text(_get(_comment(raw), "group"))


def stated_author(raw: Json) -> str:
    """The author that an entry itself names, as it stands; only comments do."""
    return _text(_get(_comment(raw), "author"))


def is_comment(raw: Json) -> bool:
    """Whether an entry of the classic shape says that it is a comment."""
    return _comment(raw) is not None


def short_values(raw: Json) -> Iterator[str]:
    """The labelled values that may be names, as they stand: one of them may be the group's."""
    if isinstance(_get(raw, "label_values"), list):
        yield from (text for text in strings(raw) if len(text) < 4 * SHORTEST_PROSE and not is_url(text))


def uris(raw: Json, *, spoilt: bool) -> Iterator[str]:
    """Where its pictures and videos are said to lie, mended."""
    return (item.uri for item in _media(raw, spoilt=spoilt))


def read_entry(raw: Json, *, comments: bool, spoilt: bool, names: Iterable[str] = ()) -> Entry | None:
    """One entry; `comments`: its file holds nothing else; `names`: of groups and people, which are no prose.

    None where it has neither words nor anything else.
    """
    if not isinstance(raw, dict):
        return None
    if isinstance(raw.get("label_values"), list):
        entry = _labelled(raw, comments, spoilt, set(map(folded, names)))
    else:
        entry = _classic(raw, comments, spoilt)
    return entry if _says_something(entry) else None


def moment(value: Json) -> datetime | None:
    """Seconds or milliseconds since 1970 as a date in UTC; None where that is no date."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LATEST * 1000:
        return None
    seconds = value / 1000 if value >= _MILLISECONDS else value
    return datetime.fromtimestamp(int(seconds), UTC)


def _says_something(entry: Entry) -> bool:
    return bool(entry.media or entry.contents.text or body_of(entry.contents))


def _classic(raw: Json, comments: bool, spoilt: bool) -> Entry:
    comment = _comment(raw)
    words = partial(_mended, spoilt=spoilt)
    line = partial(_line, spoilt=spoilt)
    text = words(_get(comment, "comment")) or next(
        filter(None, (words(_get(it, "post")) for it in _list(raw, "data"))), ""
    )
    parts = list(_parts(raw))
    notes = [f"For sale: {sale}" for part in parts if (sale := _for_sale(_get(part, "for_sale_item"), spoilt))]
    return Entry(
        is_comment=comments or comment is not None,
        title=line(_get(raw, "title")),
        contents=Contents(
            text=text,
            shared=tuple(Shared(said) for part in parts if (said := words(_get(part, "text"))) and said != text),
            links=tuple(link for part in parts if (link := _link(_get(part, "external_context"), spoilt))),
            places=tuple(dict.fromkeys(name for part in parts if (name := line(_get(_get(part, "place"), "name"))))),
            people=tuple(name for tag in _list(raw, "tags") if (name := line(_get(tag, "name") or tag))),
            polls=tuple(poll for part in parts if (poll := _poll(_get(part, "poll"), spoilt))),
            events=tuple(event for part in parts if (event := _event(_get(part, "event"), spoilt))),
            notes=tuple(notes),
        ),
        sent_at=moment(_get(raw, "timestamp")) or moment(_get(comment, "timestamp")),
        author=line(_get(comment, "author")),
        media=tuple(_media(raw, spoilt=spoilt)),
    )


def _labelled(raw: Json, comments: bool, spoilt: bool, names: Container[str]) -> Entry:
    """Labels are translated, so what a value looks like says what it is: a page, a date, prose, or a name."""
    values = [_mended(text, spoilt=spoilt) for text in strings(raw.get("label_values"), values_only=True)]
    pages = [text for text in values if is_url(text)]
    own = next((url for url in pages if "facebook.com/" in url and not _GROUP_URL.match(url)), None)
    dates = (number for number in _numbers(raw.get("label_values")) if number >= EARLIEST)
    outer = [_mended(_get(item, "value"), spoilt=spoilt) for item in _list(raw, "label_values")]
    prose = [text for text in values if len(text) >= SHORTEST_PROSE]  # what is nested is mostly the name of something
    return Entry(
        is_comment=comments or "comment_id=" in (own or ""),
        title=_line(raw.get("title") or raw.get("ent_name"), spoilt=spoilt),
        contents=Contents(
            text=next((max(texts, key=len) for found in (outer, prose) if (texts := _words(found, names))), ""),
            links=tuple(Link(url) for url in dict.fromkeys(pages) if "facebook.com/" not in url),
        ),
        sent_at=moment(raw.get("timestamp")) or next(map(moment, dates), None),
        media=tuple(_media(raw, spoilt=spoilt)),
        url=own,
    )


def _words(values: Sequence[str], names: Container[str]) -> list[str]:
    return [text for text in values if text and not is_url(text) and moment(text) is None and folded(text) not in names]


def _media(raw: Json, *, spoilt: bool) -> Iterator[Media]:
    direct = _list(raw, "media")
    nested = (_get(part, "media") for part in _parts(raw))
    for item in [*direct, *nested]:
        if uri := printable(_mended(_text(_get(item, "uri"))[:LONGEST_URL], spoilt=spoilt)):
            yield Media(uri, _mended(_get(item, "description"), spoilt=spoilt))


def _link(raw: Json, spoilt: bool) -> Link | None:
    url = _text(_get(raw, "url"))
    return Link(url, _line(_get(raw, "name") or _get(raw, "source"), spoilt=spoilt)) if url else None


def _poll(raw: Json, spoilt: bool) -> Poll | None:
    answers = (
        (_line(_get(item, "option"), spoilt=spoilt), _count(_get(item, "votes"))) for item in _list(raw, "options")
    )
    question = _line(_get(raw, "question"), spoilt=spoilt)
    listed = tuple((name, votes) for name, votes in answers if name)
    return Poll(question, listed) if question or listed else None


def _event(raw: Json, spoilt: bool) -> Event | None:
    name = _line(_get(raw, "name"), spoilt=spoilt)
    if not name:
        return None
    return Event(
        name=name,
        start=moment(_get(raw, "start_timestamp")),
        end=moment(_get(raw, "end_timestamp")),
        place=_line(_get(_get(raw, "place"), "name"), spoilt=spoilt),
        description=_mended(_get(raw, "description"), spoilt=spoilt),
    )


def _for_sale(raw: Json, spoilt: bool) -> str:
    named = (_line(_get(raw, key), spoilt=spoilt) for key in ("title", "price"))
    return ", ".join(filter(None, named))


def _comment(raw: Json) -> Json:
    found = (_get(item, "comment") for item in _list(raw, "data"))
    return next((item for item in found if isinstance(item, dict)), None)


def _parts(raw: Json) -> Iterator[Json]:
    return (part for attachment in _list(raw, "attachments") for part in _list(attachment, "data"))


def strings(raw: Json, *, values_only: bool = False) -> Iterator[str]:
    """All strings of an entry in their order, but labels, addresses of files and what cameras wrote."""
    waiting = [raw]
    seen = 0
    while waiting and seen < MOST_VALUES:
        item = waiting.pop()
        seen += 1
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting += reversed(item)
        elif isinstance(item, dict):
            waiting += [value for key, value in reversed(item.items()) if _is_said(key, values_only)]


def _is_said(key: str, values_only: bool) -> bool:
    return key not in ("label", "uri", "media_metadata") and not (values_only and key == "title")


def _numbers(raw: Json) -> Iterator[float]:
    waiting = [raw]
    seen = 0
    while waiting and seen < MOST_VALUES:
        item = waiting.pop()
        seen += 1
        if isinstance(item, int | float) and not isinstance(item, bool):
            yield item
        elif isinstance(item, list | dict):
            waiting += reversed(list(item.values()) if isinstance(item, dict) else item)


def _get(raw: Json, key: str) -> Json:
    return raw.get(key) if isinstance(raw, dict) else None


def _list(raw: Json, key: str) -> list[Json]:
    found = _get(raw, key)
    return found[:MOST_PARTS] if isinstance(found, list) else []


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _mended(value: Json, *, spoilt: bool) -> str:
    return mended(_text(value), spoilt=spoilt).strip()


def _line(value: Json, *, spoilt: bool) -> str:
    return one_line(_text(value), spoilt=spoilt)


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None

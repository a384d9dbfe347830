"""The addresses of an archive's messages and threads in the places they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote, urldefrag, urlsplit

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.old_urls.comments import by_id, with_codes
from migrate.old_urls.pipermail import pages

Value = TypeVar("Value")

_GOOGLE = ".googlegroups.com"
# What may stand in a URL (RFC 3986) and would be asked for as it is. (The rules for nginx stand in quotes, in which `;`
# and `$` mean nothing; "'" does in other places.)
_SAFE = "/:?@!$&()*+,;=~%-._[]"
# A rule of nginx that begins with ~ is a regular expression: no host does.
_HOST = re.compile(r"[a-z0-9_][a-z0-9_.-]*(:[0-9]+)?")


@dataclass(frozen=True, slots=True)
class OldUrl:
    """An address, and whose it was: percent-encoded, in ASCII, with a host.

    With a place on its page ("#…") only a browser knows it all: what is asked of a server ends before that.
    """

    url: str
    kind: Literal["message", "thread", "source", "page"]
    ref: int  # id of the message, thread or source; of a page its first thread's
    threads: tuple[int, ...] = ()  # of a page: all that stand there


@dataclass(frozen=True, slots=True)
class Options:
    """What the archive does not say.

    Both are by the source's key, its name, or the first label of its key, in any case; "" means the only source.
    """

    base_urls: Mapping[str, str] = field(default_factory=dict)  # of a pipermail archive: `https://…/pipermail/LIST`
    indexes: Mapping[str, Path] = field(default_factory=dict)  # folder with its saved `date.html` pages


def old_urls(archive: Archive, options: Options) -> Iterator[OldUrl]:
    """Every known old address once, be it http or https: sources, threads, messages in the order of the archive.

    One that several messages of a thread have is the thread's; one that several threads have is left out, unless each
    has a place of its own there: then it is a page's, and the places are told, too. Raises InputError for a source
    that is not there, or whose pages cannot be told.
    """
    addresses = _Addresses(archive)
    for found in _all(archive, options):
        if not (url := clean(found.url)):
            continue
        place = quote(urldefrag(found.url.strip()).fragment, safe=_SAFE)
        here = replace(found, url=url)
        addresses.add(here, is_place=bool(place))
        if place:
            addresses.add(replace(here, url=f"{url}#{place}"))
    return addresses.told()


class _Addresses:
    """Whose each address was, as far as that can be told."""

    def __init__(self, archive: Archive) -> None:
        self._db = archive.db
        self._known: dict[str, OldUrl | None] = {}  # None: nobody can tell
        self._pages: dict[str, dict[int, None]] = {}  # the threads that have places on a page, in order

    def add(self, here: OldUrl, *, is_place: bool = False) -> None:
        """Whose an address was, or only a place on its page."""
        address = here.url.partition("://")[2]
        before = self._known.get(address)
        if is_place or address in self._pages:
            threads = (self._thread(found) for found in (before, here) if found)
            self._pages.setdefault(address, {}).update(dict.fromkeys(filter(None, threads)))
        self._known[address] = self._either(before, here) if address in self._known else here

    def told(self) -> Iterator[OldUrl]:
        """Every address that leads somewhere."""
        for address, found in self._known.items():
            threads = tuple(self._pages.get(address, ()))
            here = found or (OldUrl(f"https://{address}", "page", threads[0], threads) if threads else None)
            if here is None:
                continue
            yield here
            if threads and (encoded := with_codes(here.url)).partition("://")[2] not in self._known:
                yield replace(here, url=encoded)

    def _either(self, one: OldUrl | None, other: OldUrl) -> OldUrl | None:
        """What an address leads to that two have: none where nobody can tell."""
        if one is None or (one.kind, one.ref) == (other.kind, other.ref):
            return one
        if "source" in (one.kind, other.kind):  # a list's own address is in its messages, too
            return one if other.kind != "source" else None
        thread_id = self._thread(one)
        if thread_id is None or thread_id != self._thread(other):
            return None
        return OldUrl(one.url, "thread", thread_id)

    def _thread(self, found: OldUrl) -> int | None:
        if found.kind != "message":
            return found.ref if found.kind == "thread" else None
        row = self._db.execute("SELECT thread_id FROM message WHERE id = ?", (found.ref,)).fetchone()
        return row[0] if row else None


def clean(url: str) -> str | None:
    """The address as a web server sees it asked for; None for what is no http(s) address with a path."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.lower().encode("ascii").decode()
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    path, query = quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE)
    if path in ("", "/") and not query:  # the front page of a site is not ours to move
        return None
    return f"{parts.scheme}://{host}{path}{f'?{query}' if query else ''}"


def _all(archive: Archive, options: Options) -> Iterator[OldUrl]:
    db = archive.db
    based = _by_source(archive, options.base_urls)
    indexes = _by_source(archive, options.indexes)
    for source_id, url in db.execute("SELECT id, url FROM source WHERE url IS NOT NULL ORDER BY id").fetchall():
        yield OldUrl(url, "source", source_id)
    for source_id, base in based.items():
        yield OldUrl(f"{base.rstrip('/')}/", "source", source_id)
    for thread_id, url in db.execute("SELECT id, url FROM thread WHERE url IS NOT NULL ORDER BY id").fetchall():
        yield OldUrl(url, "thread", thread_id)
    for message_id, url in db.execute("SELECT id, url FROM message WHERE url IS NOT NULL ORDER BY id").fetchall():
        yield OldUrl(url, "message", message_id)
        if comment := by_id(url):
            yield OldUrl(comment, "message", message_id)
    for source_id, key in db.execute("SELECT id, key FROM source ORDER BY id").fetchall():
        if key.endswith(_GOOGLE):
            yield from _google(archive, source_id, key.removesuffix(_GOOGLE))
    for source_id, base in based.items():
        for message_id, page in pages(archive, source_id, indexes.get(source_id)):
            yield OldUrl(f"{base.rstrip('/')}/{page}", "message", message_id)


def _google(archive: Archive, source_id: int, group: str) -> Iterator[OldUrl]:
    """Google Groups shows a message under its Message-ID; the addresses stand in the footers of its mails."""
    query = (
        "SELECT message.id, key FROM message JOIN container USING (id) WHERE source_id = ? AND url IS NULL"
        " AND key NOT LIKE 'none.%' ORDER BY id"
    )
    for message_id, key in archive.db.execute(query, (source_id,)).fetchall():
        yield OldUrl(f"https://groups.google.com/d/msgid/{quote(group)}/{quote(key, safe='')}", "message", message_id)


def _by_source(archive: Archive, given: Mapping[str, Value]) -> dict[int, Value]:
    """The same by source id. Raises InputError where there is no such source, or several and none is named."""
    rows = archive.db.execute("SELECT id, key, name FROM source ORDER BY id").fetchall()
    labels = Counter(_label(key) for _, key, _ in rows)
    ids = {_label(key): source_id for source_id, key, _ in rows if labels[_label(key)] == 1}
    ids |= {name.casefold(): source_id for source_id, _, name in rows}
    ids |= {key.casefold(): source_id for source_id, key, _ in rows}
    if "" in given and len(rows) != 1:
        names = ", ".join(key for _, key, _ in rows)
        raise InputError(f"This archive holds several sources; say which one is meant, NAME=…: {names}")
    if unknown := [name for name in given if name and name.casefold() not in ids]:
        raise InputError(f"The archive has no source {unknown[0]!r}. It has: {', '.join(key for _, key, _ in rows)}")
    return {ids[name.casefold()] if name else rows[0][0]: value for name, value in given.items()}


def _label(key: str) -> str:
    """The first label of a source's key: "gardeners" of gardeners.example.org."""
    return key.casefold().partition(".")[0]

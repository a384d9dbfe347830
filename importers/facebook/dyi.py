"""What members download of themselves: "Download your information", as JSON or HTML, of all layouts since 2018.

Of all the files in it only those about groups are opened, the pictures of what was posted in the wanted ones, and the
profile for the name of the member.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

from importers.facebook.groups import Wanted, folded
from importers.facebook.layout import downloads, holds, is_html, is_private
from importers.facebook.posts import PostsChunk, records_of
from importers.facebook.shapes import uris
from importers.facebook.streaming import Broken, Json
from importers.facebook.survey import Download, Surveyed, file_entries, survey
from migrate.model import Finding, Record
from migrate.sources import Chunk
from migrate.tree import Tree, TreeFile

__all__ = ["CHUNK", "downloads", "look", "recognises", "records"]

CHUNK: type[Chunk] = PostsChunk
READER = "facebook-dyi-1"  # raise when `read` yields something else for the same entries
ENTRIES = 1 << 20  # bytes of entries in a chunk, about
MOST_ENTRIES = 1000  # in a chunk: each may have pictures


def recognises(file: TreeFile, head: bytes) -> bool:
    """Whether it is a file of a download that is opened; `head` is not needed for that."""
    return holds(file) is not None


def look(tree: Tree, files: Sequence[TreeFile], asked: Sequence[str]) -> Looked:
    """Look through the files of all downloads in the tree."""
    return Looked(tree, survey(files, asked))


def records(chunk: Chunk) -> Iterator[Record]:
    """The records of one chunk."""
    assert isinstance(chunk, PostsChunk)
    return records_of(chunk)


class Looked:
    """The downloads in a tree, looked through."""

    def __init__(self, tree: Tree, found: Sequence[Download]) -> None:
        self._tree = tree
        self._downloads = found
        self._counts: Counter[str] = Counter()
        for download in found:
            self._counts.update(download.counts())
        self._spelling = {folded(name): name for name, _ in reversed(self._counts.most_common())}

    @property
    def groups(self) -> Mapping[str, int]:
        """The groups, by name, with how many posts and comments each has."""
        return self._counts

    def chunks(self, wanted: Wanted) -> Iterator[Chunk | Finding]:
        """About a megabyte of entries each."""
        for download in self._downloads:
            for surveyed in download.files:
                yield from self._of_file(download, surveyed, wanted)
        others = [count for group, count in self._counts.items() if not wanted.includes(group)]
        if others:
            text = f"{sum(others)} posts and comments in {len(others)} other groups were not asked for and not read."
            yield Finding(stage="read", severity="info", code="other-groups", text=text)

    def _of_file(self, download: Download, surveyed: Surveyed, wanted: Wanted) -> Iterator[Chunk | Finding]:
        batch = _Batch(self._tree, download, surveyed)
        label = surveyed.file.label
        if is_html(surveyed.file):
            yield _finding("html-download", _ASK_FOR_JSON, label)
        for number, raw in enumerate(file_entries(surveyed.file), 1):
            if isinstance(raw, Finding):
                yield raw
            elif isinstance(raw, Broken):
                yield _broken(raw, f"{label}:{number}")
            elif not (group := download.group_of(raw, surveyed)):
                yield _finding("group-unknown", _UNKNOWN, f"{label}:{number}", lost=1)
            elif wanted.includes(group):
                batch.add(number, self._spelling.get(folded(group), group), raw)
                if batch.is_full:
                    yield batch.chunk()
        if batch.holds_any:
            yield batch.chunk()


_ASK_FOR_JSON = (
    "This is the HTML variant of a download: its times are taken for UTC since it does not say their zone,"
    " and the same post in a JSON variant is not known again. Ask Facebook for JSON if you can."
)
_UNKNOWN = "It cannot be told in which group this was posted; if you know it, say it with --group NAME."


class _Batch:
    """Entries of one file on their way into a chunk."""

    def __init__(self, tree: Tree, download: Download, surveyed: Surveyed) -> None:
        self._tree = tree
        self._download = download
        self._surveyed = surveyed
        self._entries: list[str] = []
        self._size = 0
        self._first = 1
        self._media: dict[str, TreeFile] = {}

    @property
    def holds_any(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._entries)

    @property
    def is_full(self) -> bool:
        """Whether it is time for a chunk."""
        return self._size > ENTRIES or len(self._entries) >= MOST_ENTRIES

    def add(self, number: int, group: str, raw: Json) -> None:
        """Put in one entry, and where its pictures lie."""
        if not self._entries:
            self._first = number
        entry = json.dumps([number, group, raw], separators=(",", ":"))
        self._entries.append(entry)
        self._size += len(entry)
        for uri in uris(raw, spoilt=self._surveyed.spoilt):
            file = None if uri in self._media else self._tree.beside(self._surveyed.file, uri)
            if file is not None and not is_private(file):
                self._media[uri] = file

    def chunk(self) -> PostsChunk:
        """What was put in; afterwards it is empty."""
        surveyed, titles = self._surveyed, self._download.titles
        entries = f"[{','.join(self._entries)}]".encode()
        media = tuple(sorted(self._media.items()))
        listing = [(uri, file.size, file.path) for uri, file in media]
        decides = (READER, surveyed.holds, surveyed.spoilt, titles.owner, titles.people, listing)
        digest = blake2b(repr(decides).encode("utf-8", "backslashreplace") + entries, digest_size=20).hexdigest()
        label = surveyed.file.label
        chunk = PostsChunk(
            label=label if self._first == 1 else f"{label}, from entry {self._first}",
            fingerprint=f"{READER}-{digest}",
            size=len(entries),
            file=label,
            comments=surveyed.holds == "comments",
            spoilt=surveyed.spoilt,
            owner=titles.owner,
            people=titles.people,
            entries=entries,
            media=media,
        )
        self._entries, self._size, self._media = [], 0, {}
        return chunk


def _broken(broken: Broken, place: str) -> Finding:
    code = "entries-cut-off" if broken.at_end else "entry-broken"
    after = "; what comes after is lost" if broken.at_end else ""
    return _finding(code, f"An entry cannot be read: {broken.reason}{after}.", place, lost=1)


def _finding(code: str, text: str, locator: str, *, lost: int = 0) -> Finding:
    return Finding(stage="read", severity="warning", code=code, text=text, locator=locator, lost=lost)

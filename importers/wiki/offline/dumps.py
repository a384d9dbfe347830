"""One XML export after the other: its pages in chunks, what was passed over, and where it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from importers.wiki.chunks import Pages
from importers.wiki.licence import licensed
from importers.wiki.offline.found import FlowElement, FoundPage
from importers.wiki.offline.newest import Newest
from importers.wiki.offline.pages import Batch, Sorting, finding, shown
from importers.wiki.offline.reader import DumpReader
from importers.wiki.offline.selection import Asked, Selection
from importers.wiki.offline.values import SiteInfo
from importers.wiki.offline.xml import Break, Trouble, parsed
from importers.wiki.site import Site
from importers.wiki.sites import site_from_dump
from importers.wiki.structured import TopicBatch
from importers.wiki.wishes import Wishes
from migrate.files import Input
from migrate.model import Finding, Severity
from migrate.sources import Chunk

_FILES_APART = 40  # bits for the pages of one file
# "frwiki-20260101-pages-meta-history1.xml-p1p857.bz2": Wikimedia's parts hold different pages.
_PART = re.compile(r"(?P<run>.*?)\d*\.xml-p(?P<first>\d{1,18})p(?P<last>\d{1,18})(?:\.\w+)?(?:/.*)?")
_BREAKS: dict[Trouble, tuple[str, Severity, str]] = {
    "damaged": ("wiki-xml-damaged", "error", "The XML is damaged at byte {byte:,}{where}; {then}."),
    "cut-off": ("wiki-xml-cut-off", "error", "The XML ends too early, at byte {byte:,}{where}; {then}."),
    "doctype": ("wiki-xml-doctype", "error", "The XML has a DTD, which no export of a wiki has; {then}."),
    "hostile": ("wiki-xml-damaged", "error", "The XML cannot be an export of a wiki, seen at byte {byte:,}; {then}."),
    "joined": ("wiki-xml-joined", "info", "The export ends at byte {byte:,}, and something follows; {then}."),
}


class Dumps:
    """What was asked for, over all files; reads one after the other."""

    def __init__(self, wishes: Wishes, asked: Asked) -> None:
        self._batch = Batch(wishes)
        self._topics = TopicBatch(wishes)
        self._wishes = wishes
        self._asked = asked
        self._newest = Newest()
        self._names: dict[str, dict[int, str]] = {}
        self._sites: dict[str, Site] = {}  # those that the files tell of

    def survey(self, item: Input, number: int) -> None:
        """Note the newest version of each page of a file, so that the best copy of it can be known; and the users'
        numbers, since a dump of Flow names nobody."""
        reader = self._reader(texts=False)
        reader.names = self._names
        for found in parsed(item.stream, reader):
            if isinstance(found, FoundPage) and found.latest and found.state != "missing":
                time, revision, _ = found.latest
                key = found.selection.site.key, found.shown
                self._newest.note(*key, time, revision, _place(number, found))

    def read(self, item: Input, number: int) -> Iterator[Chunk | Finding]:
        """The chunks of a file, and what there is to say about it."""
        sorting = Sorting(item.label, bool(self._wishes.titles))
        for found in parsed(item.stream, self._reader(texts=True)):
            if isinstance(found, Break):
                yield _broken(found, item.label)
            elif isinstance(found, FlowElement):
                yield from self._of_flow(found, item.label)
            else:
                yield from self._read(found, number, sorting)
        yield from sorting.counted()

    def flush(self) -> Iterator[Chunk]:
        """The chunks that are not full yet."""
        yield from self._batch.flush()
        yield from self._topics.flush()

    def _reader(self, *, texts: bool) -> DumpReader:
        return DumpReader(self._chosen, texts=texts)

    def _chosen(self, info: SiteInfo) -> Selection:
        return Selection(self._site(info), self._wishes, self._asked)

    def _site(self, info: SiteInfo) -> Site:
        is_told = bool(info.sitename or info.dbname or info.base)
        if not is_told and len(self._sites) == 1:  # Flow's own dumps do not say which wiki they are of
            return next(iter(self._sites.values()))
        site = site_from_dump(
            code=self._wishes.language or info.language,
            name=info.sitename,
            database=info.dbname,
            base=info.base,
            namespaces=info.namespaces,
            address=self._wishes.site,
        )
        site = licensed(site, self._wishes)
        if is_told:
            self._sites[site.key] = site
        return site

    def _read(self, found: FoundPage, number: int, sorting: Sorting) -> Iterator[Pages | Finding]:
        site = found.selection.site
        if found.state != "missing" and not self._newest.is_best(site.key, found.shown, _place(number, found)):
            sorting.counts["wiki-pages-twice"] += 1
            return
        page = sorting.page(found)
        if isinstance(page, Finding):
            yield page
        elif page is not None:
            yield from self._batch.add(page, site, sorting.label)

    def _of_flow(self, found: FlowElement, label: str) -> Iterator[Chunk | Finding]:
        if found.element is None:
            title = shown(found.board.get("title", "").replace("_", " "))
            text = "A topic of a Flow board is longer than can be and was left out."
            yield finding("wiki-page-too-long", "error", text, f"{label}:{title}" if title else label, lost=1)
            return
        site = found.selection.site
        yield from self._topics.add(found.element, found.board, site, label, found.size, self._names.get(site.key, {}))


def _place(number: int, found: FoundPage) -> int:
    return (number << _FILES_APART) + found.place


def _broken(broken: Break, label: str) -> Finding:
    code, severity, text = _BREAKS[broken.trouble]
    place = shown(broken.place)
    then = "it was read on from the next page" if broken.goes_on else "what came before was read"
    if place and not broken.goes_on:
        then += ", of the last page what was whole"
    where = f", in the page {place!r}" if place else ""
    return finding(code, severity, text.format(byte=broken.byte, where=where, then=then), label)


def may_overlap(labels: Sequence[str]) -> bool:
    """Whether files of these names may hold the same pages."""
    parts = [_PART.fullmatch(label.rpartition("/")[2]) for label in labels]
    known = [part for part in parts if part]
    if len(known) < len(labels) or len({part["run"] for part in known}) > 1:
        return len(labels) > 1
    ranges = sorted((int(part["first"]), int(part["last"])) for part in known)
    return any(before[1] >= after[0] for before, after in pairwise(ranges))

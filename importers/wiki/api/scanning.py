"""From the address of a wiki to the pieces that its discussions are read in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b

from importers.wiki.api.address import Place, clean_address, find_api, title_in
from importers.wiki.api.boards import flow_chunks, liquid_chunks
from importers.wiki.api.client import BATCH, PASSWORD, USERNAME, Answer, RefusedError, Wiki, things
from importers.wiki.api.listing import Listing
from importers.wiki.api.pieces import Listed, LivePages
from importers.wiki.api.reading import connected, locator_of
from importers.wiki.chunks import READER
from importers.wiki.licence import licensed
from importers.wiki.site import Site
from importers.wiki.sites import MESSAGES, PROPERTIES, site_from_siteinfo
from importers.wiki.structured.values import inside, mapping, text
from importers.wiki.wishes import Wishes, check_news
from migrate.errors import InputError
from migrate.model import Finding, Severity
from migrate.sources import Chunk
from migrate.text import printable

_TARGET = 1 << 20  # bytes of text in a chunk
_ONE_IN = 25  # pages to a chunk, on average
_WIKITEXT = "wikitext"
_FLOW = "flow-board"
_MOST_TOLD = 5  # of what is not there, in an error


def scan_wiki(address: str, wishes: Wishes) -> Iterator[Chunk | Finding]:
    """The pages that were asked for, in chunks. Raises InputError where there is nothing to read."""
    parts = clean_address(address)
    place = find_api(parts)
    wiki = connected(place.api)
    if place.private and not wiki.logged_in:
        raise InputError(
            f"Only who is logged in may read {wiki.host}. Make a bot password there, on the page Special:BotPasswords,"
            f" then: export {USERNAME}=Ann@migrate {PASSWORD}=…"
        )
    answer, site = _site(wiki, place)
    site = licensed(site, wishes)
    general = mapping(inside(answer, "query", "general"))
    title = title_in(parts, place, text(general.get("articlepath")), text(general.get("mainpage")))
    if title:
        wishes = replace(wishes, titles=tuple(dict.fromkeys((title, *wishes.titles))))
    check_news(wishes)
    cutting = _Cutting(wiki, site, wishes, with_threads=_has_extension(answer, "LiquidThreads"))
    try:
        yield from _something(wiki.host, cutting.chunks(Listing(wiki, site, wishes).pages()))
    except RefusedError as error:
        raise InputError(f"{wiki.host} does not list its pages ({error.code}).") from None


def _something(host: str, pieces: Iterator[Chunk | Finding]) -> Iterator[Chunk | Finding]:
    """The pieces. Raises InputError where nothing is among them that can be read."""
    missing: list[str] = []
    found = False
    for piece in pieces:
        if isinstance(piece, Finding) and not found:
            missing.append(piece.text)
        found = found or not isinstance(piece, Finding)
        yield piece
    if not found:
        raise InputError(
            f"{host}: {' '.join(missing[:_MOST_TOLD]) or 'there are no pages that discussions are held on.'}"
        )


def _has_extension(answer: Answer, name: str) -> bool:
    found = things(inside(answer, "query", "extensions"))
    return any(text(each.get("name")).replace(" ", "") == name for each in found)


def _site(wiki: Wiki, place: Place) -> tuple[Answer, Site]:
    try:
        answer = wiki.ask("query", meta="siteinfo", siprop=PROPERTIES)
    except RefusedError as error:
        raise InputError(f"{wiki.host} does not let its pages be read ({error.code}).") from None
    general = mapping(inside(answer, "query", "general"))
    if not text(general.get("generator")).startswith("MediaWiki"):
        raise InputError(f"{wiki.host} answers what no MediaWiki does. Is the address right?")
    site = site_from_siteinfo(answer, _messages(wiki, text(general.get("lang"))), place.api)
    return answer, replace(site, private=place.private)


def _messages(wiki: Wiki, language: str) -> Mapping[str, str]:
    try:
        answer = wiki.ask("query", meta="allmessages", ammessages="|".join(MESSAGES), amlang=language or None)
    except RefusedError:
        return {}
    said = things(inside(answer, "query", "allmessages"))
    return {text(each.get("name")): text(each.get("content", each.get("*"))) for each in said if "missing" not in each}


class _Cutting:
    """Gathers pages to chunks."""

    def __init__(self, wiki: Wiki, site: Site, wishes: Wishes, *, with_threads: bool) -> None:
        self._wiki = wiki
        self._site = site
        # Which pages were asked for does not change what is in them.
        self._wishes = Wishes(newsletters=wishes.newsletters, show_ips=wishes.show_ips)
        self._with_threads = with_threads
        self._others: Counter[str] = Counter()

    def chunks(self, pages: Iterator[Listed | Finding]) -> Iterator[Chunk | Finding]:
        """What ends a chunk is in its last page, so that a new page moves few others."""
        batch: list[Listed] = []
        for page in pages:
            if isinstance(page, Finding):
                yield page
                continue
            if page.model == _FLOW:
                yield from flow_chunks(self._wiki, self._site, self._wishes, page.title)
            elif page.model != _WIKITEXT:
                self._others[printable(page.model)[:40]] += 1
            else:
                batch.append(page)
            if batch and (page.id % _ONE_IN == 0 or len(batch) >= BATCH or sum(each.size for each in batch) >= _TARGET):
                yield from self._pages(batch)
                batch = []
        if batch:
            yield from self._pages(batch)
        if self._others:
            kinds = ", ".join(f"{model} {count:,}" for model, count in sorted(self._others.items())[:20])
            words = f"Pages that hold no wikitext were passed over ({kinds})."
            yield _finding("wiki-other-content", "info", words, self._site.key)

    def _pages(self, pages: list[Listed]) -> Iterator[Chunk | Finding]:
        if self._with_threads:
            yield from liquid_chunks(self._wiki, self._site, self._wishes, [page.title for page in pages])
        first = printable(locator_of(self._site, pages[0].title))
        yield LivePages(
            label=first if len(pages) == 1 else f"{len(pages)} pages from {first}",
            fingerprint=fingerprint(self._site, self._wishes, tuple(pages)),
            size=sum(page.size for page in pages),
            api=self._wiki.api,
            site=self._site,
            wishes=self._wishes,
            pages=tuple(pages),
        )


def _finding(code: str, severity: Severity, words: str, locator: str, lost: int = 0) -> Finding:
    return Finding(stage="read", severity=severity, code=code, text=words, locator=locator, lost=lost)


def fingerprint(site: Site, wishes: Wishes, decides: object) -> str:
    """Of what decides on the records: not of the wiki's interwiki table and the like, which change every week."""
    told = repr((READER, site.key, site.private, site.comment_anchors, wishes, decides))
    return f"{READER}-live-{blake2b(told.encode('utf-8', 'backslashreplace'), digest_size=16).hexdigest()}"

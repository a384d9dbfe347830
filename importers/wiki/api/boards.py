"""Topics of Flow and threads of LiquidThreads, asked of a live wiki."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from importers.wiki.api.client import RefusedError, Wiki
from importers.wiki.api.reading import connected, locator_of
from importers.wiki.api.texts import Expansions
from importers.wiki.site import Site
from importers.wiki.structured.live import LiveTopics, board_chunks, live_records, thread_chunks
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Record
from migrate.sources import Chunk


def flow_chunks(wiki: Wiki, site: Site, wishes: Wishes, board: str) -> Iterator[Chunk | Finding]:
    """The topics of a Flow board, without their texts. Raises InputError where the wiki cannot be read."""
    try:
        yield from board_chunks(wiki.ask, wiki.api, site, wishes, board)
    except RefusedError as error:
        yield _unreadable(error, locator_of(site, board))


def liquid_chunks(wiki: Wiki, site: Site, wishes: Wishes, pages: Sequence[str]) -> Iterator[Chunk | Finding]:
    """The threads of LiquidThreads on these pages (at most 50). Raises InputError where the wiki cannot be read."""
    try:
        yield from thread_chunks(wiki.ask, wiki.api, site, wishes, pages)
    except RefusedError as error:
        yield _unreadable(error, locator_of(site, pages[0]))


def read_live_topics(chunk: LiveTopics) -> Iterator[Record]:
    """The records of these topics. Raises InputError where the wiki cannot be read."""
    wiki = connected(chunk.api)
    expansions = Expansions(wiki)
    board = chunk.board or chunk.threads[0].board

    def expand(source: str) -> str | None:
        return expansions.one(board, source)

    try:
        try:
            records = list(live_records(chunk, wiki.ask, expand))
        except RefusedError:
            if not chunk.listed:
                raise
            records = list(live_records(chunk, wiki.ask, expand, "fixed-html"))
        yield from records
    except RefusedError as error:
        count = len(chunk.listed.topics) if chunk.listed else sum(len(each.posts) for each in chunk.threads)
        yield _unreadable(error, locator_of(chunk.place.site, board), count)


def _unreadable(error: RefusedError, locator: str, count: int = 1) -> Finding:
    words = f"The wiki does not show topics of a page ({error.code}); they are left out."
    return Finding(
        stage="read", severity="error", code="wiki-board-unreadable", text=words, locator=locator, lost=count
    )

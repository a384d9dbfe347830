"""The pieces that the input is cut into, and what reads each kind. A page is small, so it travels whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.wishes import Wishes
from migrate.model import Record
from migrate.sources import Chunk

# Part of every fingerprint: raise it whenever what comes out of the same text changes.
READER = "wiki-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages(Chunk):
    """Pages with their texts, from a file."""

    site: Site
    wishes: Wishes
    pages: tuple[Page, ...]


def _read_pages(chunk: Pages) -> Iterator[Record]:
    from importers.wiki.conversation import page_records

    for page in chunk.pages:
        yield from page_records(page, chunk.site, chunk.wishes)


READERS: Mapping[type[Chunk], Callable[[Any], Iterator[Record]]] = {Pages: _read_pages}

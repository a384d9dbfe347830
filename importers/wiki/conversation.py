"""From a page to the records of what was said on it."""

from __future__ import annotations

from collections.abc import Iterator

from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.wishes import Wishes
from migrate.model import Record


def page_records(page: Page, site: Site, wishes: Wishes) -> Iterator[Record]:
    """The source, people, threads and messages of one page; findings for what is no message."""
    raise NotImplementedError

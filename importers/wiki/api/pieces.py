"""What a live wiki is cut into: lists of pages. Their texts are asked for when a piece is read."""

from __future__ import annotations

from dataclasses import dataclass

from importers.wiki.site import Site
from importers.wiki.wishes import Wishes
from migrate.sources import Chunk


@dataclass(frozen=True, slots=True)
class Listed:
    """A page whose text is still to be asked for."""

    id: int
    revision: int  # the newest version
    title: str  # as the wiki writes it
    size: int  # bytes
    model: str  # "wikitext", "flow-board", …
    asked_for: bool  # it was named, or is a talk page; else it holds a discussion only if somebody has signed there


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePages(Chunk):
    """Some pages of a wiki that is asked over its API. Site.comment_anchors tells whether it has DiscussionTools."""

    api: str  # "https://wiki.example.org/w/api.php"
    site: Site
    wishes: Wishes
    pages: tuple[Listed, ...]

"""Headings and comments in the HTML of a page, found by the rules of DiscussionTools."""

from __future__ import annotations

from importers.wiki.dates import timestamps_in
from importers.wiki.discussion.assemble import assemble
from importers.wiki.discussion.comments import Cutter
from importers.wiki.discussion.model import Comment, Discussion, Heading, Signature
from importers.wiki.discussion.signatures import Dates
from importers.wiki.discussion.tree import parse
from importers.wiki.site import Site
from importers.wiki.titles import Title

__all__ = ["Comment", "Discussion", "Heading", "Signature", "discussion"]


def discussion(html: str, site: Site, title: Title, dates: Dates = timestamps_in) -> Discussion:
    """What was said on the page `title`, from its HTML: every word of it is in a heading, a comment or a signature.

    `dates` tells what counts as a date. Whatever the HTML is, it takes time in proportion to its length.
    """
    nodes = parse(html)
    return assemble(nodes, list(Cutter(nodes, site, title, dates).items()))

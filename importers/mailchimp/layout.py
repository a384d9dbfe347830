"""The page of a campaign made ready to be read: what only arranged it is told from what was said with it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.mailchimp.links import is_icon, picture_target

PARTS = "\ufddb"  # stands where one block ends and the next begins

_RULED = re.compile(
    r"(?:^|[;\s])border(?:-(?:top|bottom|left|right|width|style))?:\s*(?!0|none|hidden|inherit|initial|unset)[^;]",
    re.IGNORECASE,
)
_NESTED = "table, h1, h2, h3, h4, ul, ol, img"
_MOST_TABLES = 5000


def mark_layout(tree: LexborHTMLParser) -> None:
    """Say of each table that only arranges the page that it does, and put `PARTS` where its blocks part."""
    for table in tree.css("table")[:_MOST_TABLES]:
        if table.attributes.get("role") != "presentation" and _arranges(table):
            table.attrs["role"] = "presentation"
        if table.attributes.get("role") == "presentation":
            _part(table)


def _arranges(table: LexborNode) -> bool:
    """Whether a table arranges the page: it holds a table, a heading or a picture; has one column; or has a width, but
    neither a head nor lines."""
    if table.css_matches("th"):
        return len(table.css("table")) > 1  # the table itself is one
    if any(node.mem_id != table.mem_id for node in table.css(_NESTED)[:2]):
        return True
    rows = table.css("tr")
    if all(len(row.css("td")) < 2 for row in rows):
        return True
    if (table.attributes.get("border") or "0") != "0":
        return False
    cells = table.css("td")
    if any(_RULED.search(cell.attributes.get("style") or "") for cell in cells[:3]):
        return False
    return len(rows) < 2 or any("width" in node.attributes for node in (table, *cells[:20]))


def _part(table: LexborNode) -> None:
    table.insert_before(PARTS)
    table.insert_after(PARTS)
    rows = [
        node for body in table.iter() for node in (body.iter() if body.tag in ("tbody", "thead", "tfoot") else [body])
    ]
    for row in rows:
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")] if row.tag == "tr" else []
        if len(cells) == 1:
            first = cells[0].child
            if first is not None:
                first.insert_before(PARTS)


def with_pictures(tree: LexborHTMLParser, images: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Let pictures that the export holds refer to their file.

    Returns what `html_to_markdown` takes as `inline`, and how many are missing; Mailchimp's own icons are not missed.
    """
    inline: dict[str, str] = {}
    missing = 0
    for picture in tree.css("img"):
        source = (picture.attributes.get("src") or "").strip()
        target = picture_target(source, images)
        if target:
            name = f"{len(inline)}@campaign"
            inline[name] = target
            picture.attrs["src"] = f"cid:{name}"
        elif source[:4].lower() == "http" and not is_icon(source):
            missing += 1
            link = picture.parent
            if link is not None and link.tag == "a" and not picture.attributes.get("alt"):
                picture.attrs["alt"] = link.attributes.get("title") or ""
    return inline, missing

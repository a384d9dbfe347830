"""Which tables of an HTML mail hold data; the others only arrange the page."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

LAYOUT = "data-layout"

_MOST_TABLES = 300  # looked at; a mail with more uses them for its layout
_BLOCKS = "table, ul, ol, blockquote, pre, hr, h1, h2, h3, h4, p + p, div + div"


def mark_layout_tables(tree: LexborHTMLParser) -> None:
    """Give every table that is not one of data the attribute `data-layout`."""
    for number, table in enumerate(tree.css("table")):
        if number >= _MOST_TABLES or not _holds_data(table):
            table.attrs[LAYOUT] = "1"


def _holds_data(table: LexborNode) -> bool:
    if table.attributes.get("role") == "presentation" or len(table.css(_BLOCKS)) > 1:  # the table itself is one
        return False
    rows = [len(row.css("td, th")) for row in table.css("tr")]
    return len(rows) > 1 and rows[0] > 1 and len(set(rows)) == 1

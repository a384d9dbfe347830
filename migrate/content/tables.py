"""Tables of an HTML mail: which ones hold data, and the rows of those; the others only arrange the page."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

DATA = "data-is-table"  # marks a table that holds data
SIDE_BY_SIDE = "data-is-line"  # marks a row of another table whose cells make one line

_MOST_TABLES = 300  # looked at; a mail with more uses them for its layout
_MOST_COLUMNS = 60
_LONGEST_CELL = 200  # characters; more is text beside other text
_LONGEST_LINE = 120  # characters of cells side by side

_BLOCKS = "table, ul, ol, blockquote, pre, hr, h1, h2, h3, h4, h5, h6"
_LINES = "p + p, div + div, br"


def mark_tables(tree: LexborHTMLParser, *, ruled: bool = False) -> None:
    """Give each table of data the attribute `DATA`, and rows of short cells in others `SIDE_BY_SIDE`.

    `ruled`: all are known to be drawn with lines between their cells.
    """
    for table in tree.css("table")[:_MOST_TABLES]:
        if len(table.css(_BLOCKS)) > 1:  # the table itself is one
            continue
        if _holds_data(table, ruled):
            table.attrs[DATA] = "1"
            continue
        for row in table.css("tr"):
            if len(row.text()) <= _LONGEST_LINE and not row.css_matches(_LINES):
                row.attrs[SIDE_BY_SIDE] = "1"


def _holds_data(table: LexborNode, ruled: bool) -> bool:
    """Whether it looks like one: a head, lines between the cells, or many cells with little in each."""
    if table.attributes.get("role") == "presentation":
        return False
    rows = [row.css("td, th") for row in table.css("tr")]
    widths = [sum(_span(cell.attributes.get("colspan")) for cell in row) for row in rows]
    if len(rows) < 2 or not 1 < max(widths) <= _MOST_COLUMNS:
        return False
    if table.css_matches("th") and table.css_matches("td"):
        return True
    cells = [cell for row in rows for cell in row]
    texts = [cell.text(strip=True) for cell in cells]
    if ruled:
        return any(texts)
    if max(widths) == 2 and all(row[0].text(strip=True).endswith(":") for row in rows if row):
        return False  # names and values, which read well as lines
    border = (table.attributes.get("border") or "0") != "0"
    if border or "border" in (cells[0].attributes.get("style") or ""):
        return any(texts)
    filled = sum(1 for text in texts if text)
    regular = len(set(widths)) == 1 and not table.css_matches(_LINES) and filled * 2 > len(texts)
    return regular and all(len(text) <= _LONGEST_CELL for text in texts)


def _span(value: str | None) -> int:
    return min(int(value), _MOST_COLUMNS) if value and value.isascii() and value.isdigit() and value != "0" else 1


class DataTable:
    """Collects the cells of a table row by row; cells that reach over several are followed by empty ones."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._hanging: dict[int, int] = {}  # column → how many more rows a cell above reaches into it

    def begin_row(self) -> None:
        self.rows.append([])

    def add(self, text: str, columns: str | None, rows: str | None) -> None:
        """Add a cell; `columns` and `rows` are its attributes `colspan` and `rowspan`."""
        if not self.rows:
            self.begin_row()
        self._fill()
        row = self.rows[-1]
        for offset in range(_span(columns)):
            if _span(rows) > 1:
                self._hanging[len(row)] = _span(rows) - 1
            row.append("" if offset else text)

    def _fill(self) -> None:
        row = self.rows[-1]
        while self._hanging.get(len(row)):
            self._hanging[len(row)] -= 1
            row.append("")

    def finished(self) -> list[list[str]]:
        """The rows that hold anything, all of one length."""
        rows = [row for row in self.rows if any(row)]
        width = max(map(len, rows), default=0)
        return [row + [""] * (width - len(row)) for row in rows]

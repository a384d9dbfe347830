"""The CSV files of an export, in any language, encoding and dialect."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from migrate.model import Finding
from migrate.text import printable
from migrate.tree import TreeFile, read_file

LARGEST = 64 << 20  # bytes of a table
MAX_ROWS = 500_000
MAX_COLUMNS = 200
LONGEST_CELL = 20_000  # characters

Table = Sequence[Sequence[str]]

_ADDRESS = re.compile(r"[^\s@<>,;\"()]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def read_table(file: TreeFile) -> tuple[Table, list[Finding]]:
    """The rows of a CSV file, empty ones left out, and what was wrong with it. Cells hold no NULs and no surrogates."""
    data, trouble = read_file(file, LARGEST)
    findings = [trouble] if trouble else []
    text = _NO_TEXT.sub("", _decoded(data))
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            cells = [cell.strip()[:LONGEST_CELL] for cell in row[:MAX_COLUMNS]]
            if any(cells):
                rows.append(cells)
            if len(rows) >= MAX_ROWS:
                findings.append(_finding(file, f"{file.label} has more than {MAX_ROWS:,} rows; the rest was left out."))
                break
    except csv.Error:
        findings.append(_finding(file, f"{file.label} is damaged; it was read to there."))
    return rows, findings


def _finding(file: TreeFile, text: str) -> Finding:
    return Finding(stage="read", severity="warning", code="table-damaged", text=text, locator=file.label)


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """What parts the cells in the first lines: a spreadsheet saves a table as its country has it."""
    head = text[:4000]
    return max(",;\t", key=head.count)


def folded(text: str) -> str:
    """A heading as it is compared: in lower case, one space between words, no marks round it."""
    text = unicodedata.normalize("NFKC", text[:300]).casefold().replace("_", " ")
    return " ".join(text.split()).strip(" :*?¿\"'")


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words, or parts of words, is in the text."""
    return any(word in text for word in words)


def is_address(cell: str) -> bool:
    """Whether a cell holds an e-mail address and nothing else."""
    return len(cell) <= 254 and _ADDRESS.fullmatch(cell) is not None


def address_columns(table: Table) -> list[int]:
    """The columns in which half of the rows or more, headings aside, have an address; most distinct ones first."""
    width = max((len(row) for row in table), default=0)
    found = []
    for column in range(width):
        cells = [row[column].lower() for row in table if column < len(row) and row[column]]
        addresses = [cell for cell in cells if is_address(cell)]
        if addresses and 2 * len(addresses) >= len(cells) - 1:
            found.append((-len(set(addresses)), column))
    return [column for _, column in sorted(found)]


def shown(text: str, limit: int) -> str:
    """Text from a table as a name or title: one line, printable, not longer than that."""
    return printable(" ".join(text[: 4 * limit].split())).replace("\ufffd", "")[:limit].strip()

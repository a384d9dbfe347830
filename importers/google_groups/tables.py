"""The CSV files of an export, in any language, encoding and dialect."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from migrate.model import Finding
from migrate.text import printable
from migrate.tree import TreeFile, read_file

LARGEST = 12 << 20  # bytes of a table
MAX_CELLS = 2_000_000
MAX_COLUMNS = 200
LONGEST_LINE = 200_000  # characters
LONGEST_CELL = 20_000  # characters
DELIMITERS = ",;\t"

Table = Sequence[Sequence[str]]

_ADDRESS = re.compile(r"[^\s@<>,;\"()]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SAYS_DELIMITER = re.compile(r"\A\s*\"?sep=.\"?\r?\n")  # for Excel
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def read_table(file: TreeFile) -> tuple[Table, list[Finding]]:
    """The rows of a CSV file, empty ones left out, and what was wrong with it. Cells hold no NULs and no surrogates."""
    data, trouble = read_file(file, LARGEST)
    findings = [trouble] if trouble else []
    text = _SAYS_DELIMITER.sub("", _NO_TEXT.sub("", _decoded(data)))
    rows: list[list[str]] = []
    left = MAX_CELLS
    try:
        for row in csv.reader(_lines(text), delimiter=_delimiter(text)):
            cells = [cell.strip()[:LONGEST_CELL] for cell in row[:MAX_COLUMNS]]
            if any(cells):
                rows.append(cells)
                left -= len(cells)
            if left < 0:
                findings.append(
                    _finding(file, f"{file.label} is longer than {len(rows):,} rows; the rest was left out.")
                )
                break
    except csv.Error:
        findings.append(_finding(file, f"{file.label} is damaged; it was read to there."))
    return rows, findings


def _lines(text: str) -> Iterator[str]:
    """Raises csv.Error where one is too long: the reader makes all of its cells before any can be left out."""
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise csv.Error
        yield line


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
    """What parts the cells, by the first line that is of several: a spreadsheet saves a table as its country has it.

    That line has the headings, and below it stand sentences.
    """
    lines = (line for line in text[:4000].splitlines() if any(mark in line for mark in DELIMITERS))
    return max(DELIMITERS, key=next(lines, "").count)


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

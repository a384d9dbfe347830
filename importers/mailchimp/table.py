"""The rows of a CSV file as Mailchimp and spreadsheets write it: any usual charset and separator, of any size."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

LONGEST_LINE = 1 << 20  # characters
LONGEST_CELL = 131_072  # characters
MOST_CELLS = 2000
_HEAD = 1 << 16


def rows(stream: io.BufferedReader | io.BufferedRandom) -> Iterator[list[str]]:
    """The rows, the header first; a row that cannot be read is an empty list. Blank lines are left out."""
    head = stream.peek(_HEAD)[:_HEAD]
    text = _Text(stream, _charset(head))
    first = head.decode("latin-1").lstrip("\xff\xfe\xef\xbb\xbf\0")
    csv.field_size_limit(LONGEST_CELL)  # of the whole process: another importer may have set its own
    reader = csv.reader(text.lines(), delimiter=_separator(first))
    while True:
        try:
            row = next(reader, None)
        except csv.Error:  # a cell without end
            yield []
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield row[:MOST_CELLS]


class _Text:
    """A stream of bytes as lines of bounded length; what cannot be decoded becomes replacement characters."""

    def __init__(self, stream: BinaryIO, charset: str) -> None:
        self._file = io.TextIOWrapper(stream, encoding=charset, errors="replace", newline="")

    def lines(self) -> Iterator[str]:
        """The lines; one that is longer than any has is cut into several."""
        while text := self._file.readline(LONGEST_LINE):
            yield text.replace("\0", "")
        self._file.detach()  # the stream is closed by who opened it


def _charset(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(head: str) -> str:
    """What stands between the cells of the first line, outside of quotes."""
    line = head.replace("\0", "").split("\n", 1)[0]
    bare = "".join(line.split('"')[::2])
    return max(",;\t", key=bare.count)

"""Tables (CSV) of posts and comments: a row each, or the post beside each of its comments."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import BinaryIO, cast

from importers.facebook.bodies import Contents
from importers.facebook.groups import GROUP_COMMAND, Wanted
from importers.facebook.headers import WANTED, Column, Columns, columns_of
from importers.facebook.keys import source_key
from importers.facebook.links import direct
from importers.facebook.nodes import KIND, Author, Node, group_records
from importers.facebook.text import LONGEST_TEXT, mended, one_line
from importers.facebook.values import DayOrder, moment, order_of_days
from migrate.errors import InputError
from migrate.model import Finding, Record, Source
from migrate.sources import Chunk
from migrate.tree import Tree, TreeFile, opened, read_file

READER = "facebook-table-1"  # raise when `records` yields something else for the same rows
ROWS = 1024 * 1024  # characters in a chunk, about; it ends with a post's comments
MOST_ROWS = 4 * ROWS  # unless these are so many
HEAD = 64 * 1024  # bytes that hold the headers

_SUFFIXES = (".csv", ".tsv", ".txt")
_DELIMITERS = ",;\t|"

Row = dict[str, str]  # by the field's name, of comments with a dot before it


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChunk(Chunk):
    """Rows of a table."""

    file: str  # its label, for locators
    group: Source
    days: DayOrder
    rows: bytes  # JSON: a list of [number from 1, row]


CHUNK: type[Chunk] = TableChunk


@dataclass(slots=True)
class _Table:
    """One file, looked through."""

    file: TreeFile
    columns: Columns
    encoding: str
    delimiter: str
    groups: Counter[str] = field(default_factory=Counter)  # by name, "" where none is said
    days: DayOrder = ""


def recognises(file: TreeFile, head: bytes) -> bool:
    """Whether a file is such a table, by the headers in its first bytes."""
    return file.name.lower().endswith(_SUFFIXES) and _table(file, head).columns.looks_right


def look(tree: Tree, files: Sequence[TreeFile], asked: Sequence[str]) -> Looked:
    """Look through the files. Raises InputError where columns are missing or nobody says which group it is."""
    return Looked([_looked(file, asked) for file in files], asked)


def records(chunk: Chunk) -> Iterator[Record]:
    """The records of one chunk."""
    assert isinstance(chunk, TableChunk)
    findings: list[Finding] = []
    rows: list[tuple[int, Row]] = json.loads(chunk.rows)
    yield from group_records(chunk.group, _nodes(chunk, rows, findings), f"{chunk.file}:{rows[0][0]}")
    yield from findings


class Looked:
    """The tables, and of which groups they are."""

    def __init__(self, tables: Sequence[_Table], asked: Sequence[str]) -> None:
        self._tables = tables
        self._fallback = asked[0] if len(asked) == 1 else ""
        self._counts: Counter[str] = Counter()
        for table in tables:
            for name, count in table.groups.items():
                self._counts[name or self._fallback] += count

    @property
    def groups(self) -> Mapping[str, int]:
        """The groups, by name, with how many posts and comments each has."""
        return self._counts

    def chunks(self, wanted: Wanted) -> Iterator[Chunk | Finding]:
        """About a megabyte of rows each."""
        for table in self._tables:
            for name in table.groups:
                if wanted.includes(name or self._fallback):
                    yield from _chunks(table, name, name or self._fallback)


def _table(file: TreeFile, head: bytes) -> _Table:
    """How a table is written: its encoding, and the delimiter that gives the most columns that are understood."""
    encoding = _encoding(head)
    lines = head.decode(encoding, "replace").splitlines()
    first = next((line for line in lines if line.strip()), "")[:HEAD]
    found = [(columns_of(next(csv.reader([first], delimiter=sign), [])), sign) for sign in _DELIMITERS]
    columns, delimiter = max(found, key=lambda item: len(item[0].at))
    return _Table(file, columns, encoding, delimiter)


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[: max(0, len(head) - 4)].decode()
    except UnicodeDecodeError as error:
        if error.end < len(head) - 8:
            return "cp1252"
    return "utf-8-sig"


def _looked(file: TreeFile, asked: Sequence[str]) -> _Table:
    head, _ = read_file(file, HEAD)
    table = _table(file, head)
    if table.columns.missing:
        first = next(iter(head.decode(table.encoding, "replace").splitlines()), "")
        raise InputError(
            f"{file.label}: no column for {' and '.join(table.columns.missing)} was found. "
            f"Wanted are headers for {WANTED}. Its headers: {one_line(first)}"
        )
    dates: list[str] = []
    with opened(file) as content:
        for _, row in _rows(table, cast(BinaryIO, content.stream)):
            if isinstance(row, dict):
                table.groups[row.get("group", "")] += 1
                dates += [date for name in ("date", ".date") if (date := row.get(name)) and "/" in date][
                    : 1000 - len(dates)
                ]
    table.days = order_of_days(dates)
    if table.groups[""] and len(asked) != 1:
        raise InputError(f"{file.label} does not say of which group it is. Say it: {GROUP_COMMAND}.")
    table.groups = +table.groups
    return table


def _rows(table: _Table, stream: BinaryIO) -> Iterator[tuple[int, Row | None]]:
    """The rows below the headers with their numbers; None for one that cannot be read."""
    csv.field_size_limit(LONGEST_TEXT)
    text = io.TextIOWrapper(stream, table.encoding, "replace", newline="")
    reader = csv.reader(text, delimiter=table.delimiter)
    number = -1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            number += 1
            yield number, None
            continue
        if any(map(str.strip, cells)):
            number += 1
            if number:
                yield number, _row(table.columns, cells)
    text.detach()  # it would close the stream


def _row(columns: Columns, cells: Sequence[str]) -> Row:
    row: Row = {}
    for column, at in columns.at.items():
        value = mended(cells[at], spoilt=False).strip() if at < len(cells) else ""
        if value:
            row[_name(column)] = value if column.field == "text" else one_line(value)
    return row


def _name(column: Column) -> str:
    return f".{column.field}" if column.of_comment else column.field


def _chunks(table: _Table, name: str, group: str) -> Iterator[Chunk | Finding]:
    label = table.file.label
    source = Source(key=source_key(group), kind=KIND, name=group, private=True)
    rows: list[tuple[int, Row]] = []
    size = 0
    with opened(table.file) as content:
        for number, row in _rows(table, cast(BinaryIO, content.stream)):
            if row is None:
                text = "A row cannot be read: a quotation mark in it may be missing."
                yield _lost(text, f"{label}:{number}", "entry-broken")
            elif row.get("group", "") == name:
                if size > MOST_ROWS or (size > ROWS and _thread_id(row) != _thread_id(rows[-1][1])):
                    yield _chunk(table, source, rows)
                    rows, size = [], 0
                rows.append((number, row))
                size += sum(map(len, row.values()))
        if rows:
            yield _chunk(table, source, rows)
        if content.finding:
            yield content.finding


def _chunk(table: _Table, group: Source, rows: Sequence[tuple[int, Row]]) -> TableChunk:
    data = json.dumps(rows).encode()
    digest = blake2b(repr((READER, group, table.days)).encode("utf-8", "backslashreplace") + data, digest_size=20)
    label, first = table.file.label, rows[0][0]
    return TableChunk(
        label=label if first == 1 else f"{label}, from row {first}",
        fingerprint=f"{READER}-{digest.hexdigest()}",
        size=len(data),
        file=label,
        group=group,
        days=table.days,
        rows=data,
    )


def _post_id(row: Row) -> str:
    """What the post of a row is known by, within the table."""
    return row.get("id") or row.get("url") or json.dumps([row.get(name) for name in ("author", "date", "text")])


def _thread_id(row: Row) -> str:
    """What the post that a row is of is known by; of an answer to a comment, where only that is said, the comment."""
    return row.get("parent", "") if ".id" not in row and row.get("parent") else _post_id(row)


def _nodes(chunk: TableChunk, rows: Sequence[tuple[int, Row]], findings: list[Finding]) -> Iterator[tuple[str, Node]]:
    """The posts with those of their comments that stand in the chunk, and the comments whose post does not."""
    tops: dict[str, tuple[str, Node]] = {}
    inner: dict[str, Node] = {}  # comments by id
    for number, row in rows:
        place = f"{chunk.file}:{number}"
        post, comment = _split(row)
        if not (post or comment):
            findings.append(_lost("This row has no text.", place, "row-incomplete"))
            continue
        known = _thread_id(row)
        if post and known not in tops:
            tops[known] = place, _node(post, chunk, known)
        if comment is None:
            continue
        node = _node(comment, chunk, known)
        above = inner.get(node.answers) or (tops[known][1] if known in tops else None)
        if above is None:
            node.is_loose = True
            tops[f"{known} {place}"] = place, node
        else:
            above.comments.append(node)
        if node.id:
            inner[node.id] = node
    yield from tops.values()


def _split(row: Row) -> tuple[Row | None, Row | None]:
    """The post and the comment of a row."""
    below = {name[1:]: value for name, value in row.items() if name.startswith(".")}
    own = {name: value for name, value in row.items() if not name.startswith(".")}
    parent = {"parent": own["parent"]} if "parent" in own else {}
    if "text" in below:
        return (own if "text" in own or "author" in own else None), below | parent
    is_comment = bool(below.get("id") or parent) or any(
        word in own.get("kind", "").lower() for word in ("comment", "repl")
    )
    if is_comment:
        return None, own | below | parent if "text" in own else None
    return (own if "text" in own else None), None


def _node(row: Row, chunk: TableChunk, post: str) -> Node:
    return Node(
        author=Author(name=row.get("author", ""), id=row.get("author_id", "")),
        sent=moment(row.get("date"), chunk.days),
        contents=Contents(text=row.get("text", "")),
        id=row.get("id", ""),
        answers=row.get("parent", ""),
        url=direct(row.get("url", "")) or None,
        conversation=f"{chunk.group.key}:post:{blake2b(post.encode(), digest_size=12).hexdigest()}",
    )


def _lost(text: str, locator: str, code: str) -> Finding:
    return Finding(stage="read", severity="warning", code=code, text=text, locator=locator, lost=1)

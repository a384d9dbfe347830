"""The intermediate format as JSON Lines: a header line, then an object a line (docs/intermediate-format.md)."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, get_args

from migrate import __version__
from migrate.archive import Archive
from migrate.archive.store import attachment_path, attachments_folder, make_private_folder, whole_file
from migrate.errors import ArchiveError, InputError
from migrate.model import (
    Attachment,
    AttachmentRef,
    Finding,
    Member,
    Message,
    NativeFormat,
    Origin,
    Person,
    Record,
    Severity,
    Source,
    Stage,
    Thread,
)

VERSION = 1
TYPES: dict[str, type[Record]] = {
    "source": Source,
    "person": Person,
    "thread": Thread,
    "attachment": Attachment,
    "message": Message,
    "finding": Finding,
}
_NAMES = {kind: name for name, kind in TYPES.items()}
_LEFT_OUT = frozenset({"native", "content"})  # bytes: the evidence stays in the archive, the files in their folder
_LISTS = {"attachments": AttachmentRef, "origins": Origin}
_CHOICES = {"severity": get_args(Severity), "stage": get_args(Stage), "native_format": get_args(NativeFormat)}
_CHOICES["member"] = get_args(Member)
_UNWANTED = re.compile("[\x00\ud800-\udfff]")
_SHA256 = re.compile("[0-9a-f]{64}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


def export(archive: Archive, file: TextIO) -> int:
    """Write header and records; returns how many records. The attachments are not copied: see `copy_attachments`."""
    from migrate.archive.reader import read_records  # heavy, and not needed to read

    header = {"type": "archive", "version": VERSION, "created_by": f"migrate {__version__}"}
    file.write(json.dumps(header) + "\n")
    count = 0
    for record in read_records(archive, with_natives=False):
        file.write(json.dumps(to_object(record), ensure_ascii=False) + "\n")
        count += 1
    return count


def export_to(archive: Archive, target: Path) -> tuple[int, int]:
    """Write the file `target` and the attachments folder beside it, whole or not at all.

    Returns how many records were written, and how many attachments could not be: their bytes are not in the folder.

    Raises ArchiveError where they cannot be written, or where `target` is the archive itself.
    """
    if target.exists() and target.samefile(archive.path):
        raise ArchiveError(f"{target} is the archive itself. Name another file with -o.")
    try:
        with whole_file(target, private=True) as file, io.TextIOWrapper(file, encoding="utf-8", newline="\n") as text:
            with archive.snapshot():
                count = export(archive, text)
            missing = copy_attachments(archive, target)
    except OSError as error:
        raise ArchiveError(f"Cannot write {target}: {error.strerror}.") from error
    return count, missing


def copy_attachments(archive: Archive, target: Path) -> int:
    """Put the archive's attachments into the folder beside `target`, as links where that is possible.

    Returns how many are missing: neither here nor there.
    """
    folder = attachments_folder(target)
    missing = 0
    for (sha256,) in archive.db.execute("SELECT sha256 FROM attachment"):
        source, copy = archive.attachment_path(sha256), attachment_path(folder, sha256)
        if copy.exists():
            continue
        if not source.exists():
            missing += 1
            continue
        make_private_folder(copy.parent, within=folder)
        try:
            os.link(source, copy)
        except OSError:  # another disk, or one without links
            with source.open("rb") as content, whole_file(copy, private=True) as file:
                shutil.copyfileobj(content, file)
    return missing


def to_object(record: Record) -> dict[str, Any]:
    """A record as the JSON object that stands for it."""
    result: dict[str, Any] = {"type": _NAMES[type(record)]}
    for field in fields(record):
        if field.name not in _LEFT_OUT:
            result[field.name] = _to_json(getattr(record, field.name))
    return result


def from_object(item: dict[str, Any]) -> Record:
    """The record a JSON object stands for; unknown keys are ignored. Raises ValueError where it is malformed."""
    kind = TYPES.get(str(item.get("type")))
    if kind is None:
        raise ValueError(f"unknown type {str(item.get('type'))[:40]!r}")
    record: Record = _build(kind, item)
    return record


def records(lines: Iterable[bytes], first: int) -> Iterator[tuple[int, Record | ValueError]]:
    """Number and record of each line after the header, or what is wrong with it; `first` numbers the first of them."""
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            if not isinstance(item, dict):
                raise ValueError("not an object")
            yield number, from_object(item)
        except (ValueError, RecursionError) as error:
            yield number, ValueError(str(error))


def is_header(line: bytes) -> bool:
    """Whether a first line is the header of an exported archive, of any version."""
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and header.get("type") == "archive"


def check_header(line: bytes) -> None:
    """Raises InputError where a first line is not the header of an archive we can read."""
    if not is_header(line):
        raise InputError('This is no exported archive: its first line is not {"type":"archive",…}.')
    version = json.loads(line).get("version")
    if version != VERSION:
        raise InputError(f"This archive was exported in version {version!r}; this migrate reads version {VERSION}.")


def _to_json(value: Any) -> Any:  # noqa: ANN401 - any field of any record
    if isinstance(value, datetime):
        milliseconds = f".{value.microsecond // 1000:03}" if value.microsecond >= 1000 else ""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + milliseconds + "Z"
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, AttachmentRef | Origin):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value


def _build(kind: type[Any], item: dict[str, Any]) -> Any:  # noqa: ANN401 - one of the record types
    values = {}
    for field in fields(kind):
        if field.name in item and field.name not in _LEFT_OUT:
            values[field.name] = _from_json(field.name, field.type, item[field.name])
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"a field is missing: {error}") from error


def _from_json(name: str, annotation: Any, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ValueError(f"{name} is not a list of objects")
        return tuple(_build(_LISTS[name], item) for item in value)
    if name in ("sent_at", "arrived_at"):
        return _date(name, value)
    if annotation == "tuple[str, ...]":
        if not isinstance(value, list):
            raise ValueError(f"{name} is not a list")
        return tuple(_text(name, item) for item in value)
    if value is None and "None" in annotation:
        return None
    if annotation == "bool":
        return _truth(name, value)
    return _number(name, value) if annotation == "int" else _text(name, value)


def _truth(name: str, value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value


def _number(name: str, value: Any) -> int:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f"{name} is not a number from 0")
    return value


def _text(name: str, value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    if value not in _CHOICES.get(name, (value,)):
        raise ValueError(f"{name} is not one of {', '.join(_CHOICES[name])}")
    if name == "key" and not value:
        raise ValueError("key is empty")
    if name == "sha256" and not _SHA256.fullmatch(value):  # it becomes part of a path
        raise ValueError("sha256 is not 64 lower-case hex digits")
    if _UNWANTED.search(value):
        raise ValueError(f"{name} holds half a character (a surrogate) or a NUL")
    return value


def _date(name: str, value: Any) -> datetime | None:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return None
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(f"{name} is not a date like 2003-02-01T10:00:00Z")
    return datetime.fromisoformat(value)

"""Reading an archive back that `migrate export jsonl` wrote, or that another program wrote in that form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, ClassVar

from migrate.archive.store import attachment_path, attachments_folder, digest
from migrate.errors import InputError
from migrate.jsonl import check_header, is_header, records
from migrate.model import Attachment, Finding, Record
from migrate.sources import Chunk, Option, Options
from migrate.text import printable

LONGEST_LINE = 64 * 1024 * 1024  # bytes; a message body is far below
LONGEST_PART = 1024 * 1024  # bytes after which the next line begins a new part


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlPart(Chunk):
    """Consecutive lines of a file. Parts are written in their order, for lines build on those before."""

    path: Path
    file: str  # its name, for locators
    offset: int  # in bytes
    first: int  # number of its first line, from 1


class JsonlImporter:
    """The intermediate format as JSON Lines, with the attachments in the folder beside it."""

    name: ClassVar[str] = "jsonl"
    summary: ClassVar[str] = "an archive written by `migrate export jsonl`, or by another program in the same form"
    title: ClassVar[str] = "an archive written by `migrate export jsonl`"
    refines: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Option]] = {}

    def detect(self, path: Path) -> bool:
        """Whether the first line is the header of an exported archive."""
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_header(file.readline(4096))

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """About a megabyte of lines a chunk. Raises InputError where a file is missing or no exported archive."""
        for path in map(Path, locations):
            try:
                if not self.detect(path):
                    reason = "is no exported archive" if path.is_file() else "is not a file"
                    raise InputError(f"{path} {reason}. `migrate export jsonl -o FILE` writes one.")
                yield from _parts(path)
            except OSError as error:
                raise InputError(f"{path} cannot be read: {error.strerror}.") from error

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The records as they stand, files with their bytes; a line that cannot be read costs that line."""
        assert isinstance(chunk, JsonlPart)
        with chunk.path.open("rb") as file:
            file.seek(chunk.offset)
            data = file.read(chunk.size)
        if len(data) < chunk.size:
            raise InputError(f"{chunk.file} has become shorter while it was read. Start the import again.")
        for number, record in records(BytesIO(data), chunk.first):
            place = f"{chunk.file}:{number}"
            if isinstance(record, ValueError):
                yield _finding("bad-line", f"This line is left out: {record}.", place, lost=1)
            elif isinstance(record, Attachment):
                yield from self._attachment(record, attachments_folder(chunk.path), place)
            else:
                yield record

    def _attachment(self, record: Attachment, folder: Path, place: str) -> Iterator[Record]:
        try:
            content = attachment_path(folder, record.sha256).read_bytes()
        except (OSError, ValueError):
            yield _finding("attachment-missing", "The bytes of an attachment are not in the folder beside it.", place)
            yield record
            return
        if digest(content) != record.sha256:
            yield _finding("attachment-changed", "The bytes of an attachment are not those that its hash names.", place)
            yield record
            return
        yield Attachment(sha256=record.sha256, media_type=record.media_type, size=len(content), content=content)


def _parts(path: Path) -> Iterator[JsonlPart]:
    label = printable(path.name)
    folder = _listing(attachments_folder(path))
    with path.open("rb") as file:
        check_header(file.readline(LONGEST_LINE))
        first = 2
        while lines := list(_some_lines(file)):
            data = b"".join(lines)
            # An attachment that was missing is looked for again when the folder has changed.
            digest = blake2b(data + folder if b'"attachment"' in data else data, digest_size=20).hexdigest()
            yield JsonlPart(
                label=label if first == 2 else f"{label}, from line {first}",
                fingerprint=f"jsonl-2-{digest}",
                size=len(data),
                path=path,
                file=label,
                offset=file.tell() - len(data),
                first=first,
            )
            first += len(lines)


def _some_lines(file: BinaryIO) -> Iterator[bytes]:
    size = 0
    while size < LONGEST_PART and (line := file.readline(LONGEST_LINE)):
        size += len(line)
        yield line


def _listing(folder: Path) -> bytes:
    """The names and sizes of all files in a folder."""
    files = sorted((path.name, path.stat().st_size) for path in folder.rglob("*") if path.is_file())
    return repr(files).encode("utf-8", "surrogateescape")


def _finding(code: str, text: str, locator: str, *, lost: int = 0) -> Finding:
    return Finding(stage="read", severity="warning", code=code, text=text, locator=locator, lost=lost)

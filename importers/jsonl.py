"""Reading an archive back that `migrate export jsonl` wrote, or that another program wrote in that form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar

from migrate.archive.store import attachment_path, attachments_folder, digest
from migrate.errors import InputError
from migrate.jsonl import is_header, records
from migrate.model import Attachment, Finding, Record
from migrate.sources import Chunk

LONGEST_LINE = 64 * 1024 * 1024  # bytes; a message body is far below


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlFile(Chunk):
    """A whole file: its lines build on one another."""

    path: Path


class JsonlImporter:
    """The intermediate format as JSON Lines, with the attachments in the folder beside it."""

    name: ClassVar[str] = "jsonl"
    summary: ClassVar[str] = "an archive written by `migrate export jsonl`, or by another program in the same form"
    options: ClassVar[Mapping[str, str]] = {}

    def detect(self, path: Path) -> bool:
        """Whether the first line is the header of an exported archive."""
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_header(file.readline(4096))

    def scan(self, locations: Sequence[str], options: Mapping[str, str]) -> Iterator[Chunk | Finding]:
        """One chunk a file. Raises InputError where a file is missing or no exported archive."""
        for path in map(Path, locations):
            try:
                if not self.detect(path):
                    reason = "is no exported archive" if path.is_file() else "is not a file"
                    raise InputError(f"{path} {reason}. `migrate export jsonl -o FILE` writes one.")
                size = path.stat().st_size
                fingerprint = _fingerprint(path)
            except OSError as error:
                raise InputError(f"{path} cannot be read: {error.strerror}.") from error
            yield JsonlFile(label=path.name, fingerprint=f"jsonl-1-{fingerprint}", size=size, path=path)

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The records as they stand, files with their bytes; a line that cannot be read costs that line."""
        assert isinstance(chunk, JsonlFile)
        with chunk.path.open("rb") as file:
            for number, record in records(iter(lambda: file.readline(LONGEST_LINE), b"")):
                place = f"{chunk.label}:{number}"
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


def _fingerprint(path: Path) -> str:
    hashed = blake2b(digest_size=20)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


def _finding(code: str, text: str, locator: str, *, lost: int = 0) -> Finding:
    return Finding(stage="read", severity="warning", code=code, text=text, locator=locator, lost=lost)

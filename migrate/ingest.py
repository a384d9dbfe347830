"""Drives an importer into the archive: chunks to worker processes, their records to the one writer, in order.

A chunk and the note that it is done are committed together, so that an import can be killed at any instant and goes on
with the first chunk that is not in the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path

from migrate.archive import Archive
from migrate.archive.files import drop_unused
from migrate.archive.packed import Packed, PackedChunk, pack_all
from migrate.archive.store import store_attachment
from migrate.archive.writer import Counts, Writer
from migrate.errors import ArchiveError, InputError, MigrateError
from migrate.model import Attachment, Finding, Record
from migrate.sources import Chunk, Importer, Options, get_importer
from migrate.text import printable
from migrate.workers import in_order, pool

CHUNK_FAILED = "chunk-failed"
# What opening a file tells of the whole of it; none of it holds any longer once a better copy was read.
_OF_A_FILE = ("file-unreadable", "read-damaged", "read-truncated")
_PARTS = 8  # of a label
_NO_OPTIONS = Options()
Progress = Callable[[int, Counts], None]  # called with the bytes of a chunk that is done and the counts so far


def ingest(
    archive: Archive,
    importer: Importer,
    locations: Sequence[str],
    options: Options = _NO_OPTIONS,
    *,
    progress: Progress = lambda size, counts: None,
    workers: int | None = None,
) -> Counts:
    """Read `locations` into the archive and return what became of the messages.

    `workers` are processes, by default one a core. Raises InputError where nothing can be read, ArchiveError where the
    archive cannot be written.
    """
    unknown = set(options.values) - set(importer.options)
    if unknown:
        known = ", ".join(importer.options) or "none"
        raise InputError(f"{importer.name} has no option {sorted(unknown)[0]!r}. It has: {known}.")
    run = _Run(archive, importer, progress)
    pieces = importer.scan(locations, options)
    first = list(islice(pieces, 2))
    try:
        with pool(workers, inline=len(first) < 2) as submit:
            read = partial(submit, read_packed, importer.name, archive.attachments)
            for chunk, future in in_order(run.unread(chain(first, pieces)), read):
                run.write(chunk, future)
    finally:
        run.tidy()
    run.check()
    run.take_back()
    return run.counts


class _Run:
    """One import: what it has counted, and the writer that remembers ids."""

    def __init__(self, archive: Archive, importer: Importer, progress: Progress) -> None:
        self.counts = Counts()
        self._expected = 0  # what the importer handed over or had in the archive, counted apart from the writer
        self._archive = archive
        self._importer = importer
        self._progress = progress
        self._writer = Writer(archive)
        self._before = self._messages()
        self._spared: set[str] = set()
        self._found: set[tuple[str, str]] = set()  # code and place of what is wrong with files, as it is now
        self._opened: set[str] = set()  # files of which something was read that was not read before

    def unread(self, pieces: Iterable[Chunk | Finding]) -> Iterator[Chunk]:
        """The chunks that are not in the archive yet; counts the others and stores the findings of the scan."""
        for piece in pieces:
            if isinstance(piece, Finding):
                self._note(piece)
                self._archive.add_finding(piece)
                self._skip(0, Counts(read=piece.lost, lost=piece.lost))
            elif (known := self._known(piece)) is not None:
                messages, lost = known
                self._skip(piece.size, Counts(read=messages + lost, duplicates=messages, lost=lost))
            else:
                yield piece

    def write(self, chunk: Chunk, future: Future[PackedChunk]) -> None:
        """Commit the records of a chunk together with the note that it is done."""
        try:
            packed = future.result()
            counts = self._commit(chunk, packed)
        except (MigrateError, BrokenProcessPool):
            raise
        except Exception as error:  # whatever goes wrong in an importer costs this chunk, not the run
            self._writer = Writer(self._archive)  # the old one remembers ids that were rolled back
            self._archive.add_finding(_failed(chunk, error))
            self._done(chunk.size, Counts())
            return
        self._opened.update(_beginnings(chunk.label))
        for record in packed.records:
            if isinstance(record, Finding):
                self._note(record)
        self._expected += sum(
            1 if isinstance(record, Packed) else getattr(record, "lost", 0) for record in packed.records
        )
        self._done(chunk.size, counts)

    def _commit(self, chunk: Chunk, packed: PackedChunk) -> Counts:
        with self._archive.transaction() as db:
            counts = self._writer.write_packed(packed)
            self._spared |= self._writer.spared
            label = printable(chunk.label)
            row = (chunk.fingerprint, self._importer.name, label, counts.new, counts.duplicates, counts.lost)
            db.execute("INSERT OR IGNORE INTO chunk VALUES (?, ?, ?, ?, ?, ?)", row)
            query = "DELETE FROM finding WHERE stage = 'read' AND code = ? AND locator = ?"
            db.execute(query, (CHUNK_FAILED, label))
        return counts

    def tidy(self) -> None:
        """Remove the files that were put away and not kept; not before the end, others may carry the same."""
        if self._spared:
            with self._archive.transaction():
                drop_unused(self._archive, self._spared)

    def _note(self, finding: Finding) -> None:
        if finding.code in _OF_A_FILE:
            self._found.add((finding.code, finding.locator))

    def take_back(self) -> None:
        """Remove what was said of files that have been read anew, without it being said again."""
        marks = ", ".join("?" * len(_OF_A_FILE))
        query = f"SELECT id, code, locator FROM finding WHERE stage = 'read' AND lost = 0 AND code IN ({marks})"  # noqa: S608 - question marks
        told = self._archive.db.execute(query, _OF_A_FILE).fetchall()
        cured = [
            (number,) for number, code, place in told if place in self._opened and (code, place) not in self._found
        ]
        if cured:
            with self._archive.transaction() as db:
                db.executemany("DELETE FROM finding WHERE id = ?", cured)

    def check(self) -> None:
        """Count in = count out + findings, against the table itself. Raises ArchiveError: that is our mistake."""
        counts = self.counts
        gained = self._messages() - self._before
        if counts.new + counts.duplicates + counts.lost != self._expected or counts.new != gained:
            raise ArchiveError(
                f"Internal error: {self._expected} messages were read, but {gained} new, {counts.duplicates} known and"
                f" {counts.lost} lost ones are accounted for. Please report this; the archive is not to be trusted."
            )

    def _known(self, chunk: Chunk) -> tuple[int, int] | None:
        query = "SELECT new + duplicates, lost FROM chunk WHERE fingerprint = ?"
        row: tuple[int, int] | None = self._archive.db.execute(query, (chunk.fingerprint,)).fetchone()
        return row

    def _messages(self) -> int:
        (count,) = self._archive.db.execute("SELECT count(*) FROM message").fetchone()
        return int(count)

    def _skip(self, size: int, counts: Counts) -> None:
        self._expected += counts.read
        self._done(size, counts)

    def _done(self, size: int, counts: Counts) -> None:
        self.counts += counts
        self._progress(size, self.counts)


def read_packed(importer_name: str, attachments: Path, chunk: Chunk) -> PackedChunk:
    """Runs in a worker: the records of a chunk as the writer takes them. Raises as `read_chunk` does."""
    records = read_chunk(importer_name, chunk, attachments)
    try:
        return pack_all(records)
    except UnicodeError as error:
        raise ReadError(type(error).__name__) from None


def read_chunk(importer_name: str, chunk: Chunk, attachments: Path) -> list[Record]:
    """The records of a chunk, with the bytes of its attachments put away in the folder.

    Raises MigrateError where nothing can go on, ReadError for whatever else goes wrong in an importer.
    """
    try:
        return [_put_away(record, attachments) for record in _importer(importer_name).read(chunk)]
    except MigrateError:
        raise
    except Exception as error:  # by name only: not every exception survives the way to another process
        raise ReadError(type(error).__name__) from None


class ReadError(Exception):
    """An importer failed; the argument is the name of the exception it raised."""


_importer = cache(get_importer)  # looking through the installed packages takes milliseconds, once a process is enough


def _put_away(record: Record, attachments: Path) -> Record:
    if not isinstance(record, Attachment) or record.content is None:
        return record
    store_attachment(attachments, record.sha256, record.content)
    return replace(record, content=None)


def _beginnings(label: str) -> Iterator[str]:
    """A chunk's label, and what it may be a part of: "a.mbox, from byte 17" is one of "a.mbox"."""
    label = printable(label)
    yield label
    parts = label.split(", ", _PARTS)
    for count in range(1, len(parts)):
        yield ", ".join(parts[:count])


def _failed(chunk: Chunk, error: Exception) -> Finding:
    reason = str(error) if isinstance(error, ReadError) else type(error).__name__
    text = f"This part could not be read ({reason}); it is tried again at the next import."
    return Finding(stage="read", severity="error", code=CHUNK_FAILED, text=text, locator=printable(chunk.label))

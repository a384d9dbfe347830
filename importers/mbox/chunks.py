"""Cutting inputs into chunks at message boundaries, so that a file that has grown is cut at the same places again."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO
from weakref import finalize

from importers.mbox.kinds import SAMPLE, Kind, is_undelivered, kind_of, list_name
from migrate.errors import InputError
from migrate.files import Input
from migrate.mail.lists import ListName
from migrate.mail.splitter import LONGEST_BODY, LOOKAHEAD, Format, cut_at
from migrate.model import Finding
from migrate.sources import Chunk

READER = "mbox-13"  # to be raised when the same bytes would yield other records
TARGET = 1 << 20  # bytes after which the next message begins a new chunk
LARGEST_READ = 32 << 20  # bytes read at once while a message does not end
LARGEST = 4 << 20  # bytes of single messages in one chunk
ONE_IN = 64  # single messages to a chunk, on average


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Piece:
    """A range of an input: its bytes, or the file where they can be read."""

    label: str
    offset: int
    size: int
    path: Path | None = None
    data: bytes | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChunk(Chunk):
    """Consecutive messages of one mailbox (`form` is set), or single messages, one a piece."""

    list: ListName  # for messages that do not name theirs
    form: Format | None
    pieces: tuple[Piece, ...]


def chunks_of(inputs: Iterable[Input | Finding], named: str) -> Iterator[MailChunk | Finding]:
    """The chunks of all inputs, in order; a finding for each input that is no mail."""
    batch = _Batch()
    for item in inputs:
        if isinstance(item, Finding):
            yield item
            continue
        if is_undelivered(item):
            text = f"{item.label} was never delivered into its Maildir; it was passed over."
            yield Finding(stage="read", severity="warning", code="not-mail", text=text, locator=item.label)
            continue
        try:
            yield from _chunks_of_one(item, named, batch)
        except OSError as error:
            text = f"{item.label} cannot be read to its end: {error.strerror}."
            yield Finding(stage="read", severity="error", code="file-unreadable", text=text, locator=item.label)
    yield from batch.flush()


def _chunks_of_one(item: Input, named: str, batch: _Batch) -> Iterator[MailChunk | Finding]:
    sample = item.stream.read(SAMPLE)
    kind = kind_of(item, sample) if sample.strip(b" \t\r\n\0") else None
    if kind is None:
        yield _no_mail(item, sample)
        return
    name = list_name(item, sample, named, kind.form is None)
    if name is None:
        raise InputError("Standard input does not say which list it is: add --list NAME.")
    if kind.form is None:
        yield from batch.add(item, sample, kind, name)
    else:
        yield from batch.flush()
        yield from _mailbox(item, sample, kind.form, name)


def _no_mail(item: Input, sample: bytes) -> Finding:
    code, words = ("not-mail", "is no mail") if sample else ("empty-file", "is empty")
    text = f"{item.label} {words}; it was passed over."
    return Finding(stage="read", severity="warning", code=code, text=text, locator=item.label)


def _mailbox(item: Input, sample: bytes, form: Format, name: ListName) -> Iterator[MailChunk | Finding]:
    """The chunks of a mailbox, and findings on messages within which it had to be cut."""
    buffer = bytearray(sample)
    offset = 0
    complete = False
    while buffer:
        stop = cut_at(buffer.replace(b"\r", b"\n") if form.cr_only else buffer, form, TARGET, complete)
        broken = stop is None and len(buffer) > LONGEST_BODY
        if stop is None and not complete and not broken:
            more = item.stream.read(min(max(len(buffer), TARGET + 2 * LOOKAHEAD), LARGEST_READ))
            complete = not more
            buffer += more
            continue
        with memoryview(buffer)[:stop] as data:
            chunk = _chunk((_piece(item.label, offset, data, item.path),), [data], form, name)
        del buffer[:stop]  # before the chunk is read: it may be as large
        yield chunk
        if broken:
            text = f"A message of more than {LONGEST_BODY >> 20} MB was cut; the rest of it is no message."
            locator = f"{item.label}@{offset}"
            yield Finding(stage="read", severity="error", code="message-too-long", text=text, locator=locator)
        offset += chunk.size


@dataclass(slots=True)
class _Batch:
    """Single messages, gathered into chunks. What ends a chunk is in the message, so that one more moves no others."""

    name: ListName | None = None
    pieces: list[Piece] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)  # of the pieces

    def add(self, item: Input, sample: bytes, kind: Kind, name: ListName) -> Iterator[MailChunk | Finding]:
        """Take one message in; the chunk that is full by now, if any."""
        if self.name != name:
            yield from self.flush()
        data = sample + item.stream.read(LONGEST_BODY)
        if item.stream.read(1):
            text = f"{item.label} is longer than {LONGEST_BODY >> 20} MB; it was read to there."
            yield Finding(stage="read", severity="error", code="message-too-long", text=text, locator=item.label)
        self.name = name
        path = item.path if len(data) > LARGEST else None  # small ones are at hand, no file is opened twice for them
        self.pieces.append(_piece(item.label, 0, data, path, kind.marks))
        self.contents.append(data)
        digest = blake2b(data, digest_size=4).digest()
        del data
        if int.from_bytes(digest, "big") % ONE_IN == 0 or sum(piece.size for piece in self.pieces) > LARGEST:
            yield from self.flush()

    def flush(self) -> Iterator[MailChunk]:
        """The chunk gathered so far, if there is any."""
        if self.pieces and self.name:
            chunk = _chunk(tuple(self.pieces), self.contents, None, self.name)
            self.pieces, self.contents = [], []
            yield chunk


def _piece(label: str, offset: int, data: bytes | memoryview, path: Path | None, marks: tuple[str, ...] = ()) -> Piece:
    """The range as another process reads it: from the file at `path`, or the bytes themselves unless they are many."""
    spool = _spooled(offset, data) if path is None and len(data) > LARGEST else None
    if spool:
        path = Path(f"/proc/{os.getpid()}/fd/{spool.fileno()}")
    kept = None if path else bytes(data)
    piece = Piece(label=label, offset=offset, size=len(data), path=path, data=kept, marks=marks)
    if spool:
        finalize(piece, spool.close)
    return piece


def _spooled(offset: int, data: bytes | memoryview) -> IO[bytes] | None:
    """A temporary file without a name, so that it is gone with us.

    None where no other process could open that, or where there is no room for it.
    """
    if sys.platform != "linux":
        return None
    try:
        with ExitStack() as undo:
            spool = undo.enter_context(tempfile.TemporaryFile())
            spool.seek(offset)  # nothing is stored for what lies before
            spool.write(data)
            spool.flush()
            undo.pop_all()  # closed when nobody holds its piece any more
    except OSError:
        return None
    return spool


def _chunk(
    pieces: tuple[Piece, ...], contents: Sequence[bytes | memoryview], form: Format | None, name: ListName
) -> MailChunk:
    digest = blake2b(digest_size=16)
    digest.update(f"{READER}\0{form}\0{name.key}\0{name.name}".encode())
    for piece, data in zip(pieces, contents, strict=True):
        digest.update(f"\0{len(data)}\0{','.join(piece.marks)}\0".encode())
        digest.update(data)
    first = pieces[0]
    label = first.label if first.offset == 0 else f"{first.label}, from byte {first.offset}"
    size = sum(piece.size for piece in pieces)
    fingerprint = f"{READER}-{digest.hexdigest()}"
    return MailChunk(label=label, fingerprint=fingerprint, size=size, list=name, form=form, pieces=pieces)

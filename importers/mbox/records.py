"""The records of one chunk of mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from importers.mbox.bodies import Attached, body_and_elided
from importers.mbox.chunks import MailChunk, Piece
from importers.mbox.kinds import BLANK, without_separator
from migrate.errors import InputError
from migrate.mail.addresses import Mailbox, is_masked
from migrate.mail.lists import ListName
from migrate.mail.message import Mail, read_mail
from migrate.mail.pieces import File
from migrate.mail.problems import Problem
from migrate.mail.splitter import Format, Segment, is_header, split, unescape, with_newlines
from migrate.mail.two_headers import with_one_header
from migrate.model import Attachment, AttachmentRef, Finding, Message, NativeFormat, Origin, Person, Record, Source
from migrate.people import MASKED

KIND = "mbox"
MAX_DIGEST_DEPTH = 2  # a digest may hold another list's


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is particular about the mail of one kind of export."""

    kind: str = KIND
    one_list: bool = False  # every message belongs to the chunk's list, whatever list it names itself
    addresses: tuple[str, ...] = ()  # the list's own: nobody writes from them
    left_out: Callable[[bytes], Problem | None] = lambda raw: None  # why a message is not to be read


class _Raw(NamedTuple):
    """One message as it lies in the input."""

    data: bytes
    envelope: bytes
    locator: str
    marks: tuple[str, ...] = ()


_ORDINARY = Habits()


def records_of(chunk: MailChunk, habits: Habits = _ORDINARY) -> Iterator[Record]:
    """Every message of the chunk after what it needs: its list, its author, its files."""
    named: set[str] = set()
    reading = _Reading(chunk.list, habits, datetime.now(UTC))
    for raw in _messages(chunk):
        if isinstance(raw, Finding):
            yield raw
            continue
        for listed, records in reading.read(raw):
            if listed.key not in named:
                named.add(listed.key)
                yield Source(key=listed.key, kind=habits.kind, name=listed.name)
            yield from records


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads the messages of one chunk."""

    known: ListName  # of messages that name none
    habits: Habits
    now: datetime

    def read(self, raw: _Raw) -> Iterator[tuple[ListName, list[Record]]]:
        """The list and the records of a message, or of each message within it where it is a digest."""
        if reason := self.habits.left_out(raw.data):
            yield self.known, [replace(_finding(reason, raw, self.known.key, None), lost=1)]
            return
        data, problem = with_one_header(raw.data)
        yield from self._read(raw._replace(data=data) if problem else raw, self.known, problem)

    def _read(
        self, raw: _Raw, known: ListName, problem: Problem | None = None, depth: int = 0
    ) -> Iterator[tuple[ListName, list[Record]]]:
        listed = known
        names = (*known.short_names, *self.habits.addresses)
        try:
            mail = read_mail(raw.data, envelope=raw.envelope, list_names=names, now=self.now)
            listed = known if self.habits.one_list else mail.list or known
            within = mail.contained if depth < MAX_DIGEST_DEPTH else ()
            records = [_split(raw, listed.key, len(within))] if within else list(_mail_records(mail, raw, listed.key))
        except Exception as error:  # one message that nobody foresaw must not cost the others
            text = f"This message could not be read ({type(error).__name__}); please report it."
            problem = Problem("message-unreadable", "error", text)
            yield listed, [replace(_finding(problem, raw, None, None), lost=1)]
            return
        if problem:
            records.append(_finding(problem, raw, listed.key, None if within else mail.key))
        yield listed, records
        for number, data in enumerate(within, start=1):
            inner = _Raw(data, b"", f"{raw.locator}#{number}", raw.marks)
            yield from self._read(inner, listed, None, depth + 1)


def _finding(problem: Problem, raw: _Raw, source: str | None, message: str | None) -> Finding:
    return Finding(
        stage="read",
        severity=problem.severity,
        code=problem.code,
        text=problem.text,
        source=source,
        message=message,
        locator=raw.locator,
    )


def _split(raw: _Raw, source: str, count: int) -> Record:
    text = f"A digest was taken apart into its {count} messages; its table of contents was left out."
    return Finding(stage="read", severity="info", code="digest-split", text=text, source=source, locator=raw.locator)


def _messages(chunk: MailChunk) -> Iterator[_Raw | Finding]:
    for piece in chunk.pieces:
        if chunk.form is None:
            yield _single(piece)
        else:
            yield from _of_mailbox(piece, chunk.form)


def bytes_of(piece: Piece) -> bytes:
    """The bytes of a piece. Raises InputError where its file is gone or has become shorter."""
    if piece.data is not None:
        return piece.data
    assert piece.path is not None
    try:
        with piece.path.open("rb") as file:
            file.seek(piece.offset)
            data = file.read(piece.size)
    except OSError as error:
        raise InputError(f"{piece.label} can no longer be read: {error.strerror}.") from error
    if len(data) < piece.size:
        raise InputError(f"{piece.label} has become shorter while it was read. Start the import again.")
    return data


def _single(piece: Piece) -> _Raw:
    envelope, message = without_separator(with_newlines(bytes_of(piece)).lstrip(BLANK))
    return _Raw(message, envelope, f"{piece.label}@0", piece.marks)


def _of_mailbox(piece: Piece, form: Format) -> Iterator[_Raw | Finding]:
    data = bytes_of(piece)
    if form.cr_only:
        data = data.replace(b"\r", b"\n")
    places = list(_places(piece, data, form))
    for number, place in enumerate(places, start=1):
        if not isinstance(place, Segment):
            yield place
            continue
        message = unescape(data[place.content : place.end], form)
        if number == len(places):
            data = b""  # a very long message is the last one of its piece: not twice in memory
        yield _Raw(message, place.envelope, f"{piece.label}@{piece.offset + place.start}")


def _places(piece: Piece, data: bytes, form: Format) -> Iterator[Segment | _Raw | Finding]:
    """What is to be read, in order."""
    position = 0
    for segment in split(data, form):
        yield from _between(piece, data, position, segment.start)
        yield segment
        yield from _between(piece, data, segment.end, segment.stop, after=True)
        position = segment.stop
    yield from _between(piece, data, position, len(data))


def _between(piece: Piece, data: bytes, start: int, stop: int, after: bool = False) -> Iterator[_Raw | Finding]:
    """What lies outside of all messages: nothing, junk, or at the very beginning a message without its separator."""
    between = data[start:stop].strip(BLANK + b"\x01")
    if not between:
        return
    locator = f"{piece.label}@{piece.offset + start}"
    if not after and is_header(between):
        yield _Raw(between, b"", locator)
        return
    text = f"{len(between)} bytes that are no mail were passed over."
    yield Finding(stage="read", severity="warning", code="junk-between-messages", text=text, locator=locator)


def _mail_records(mail: Mail, raw: _Raw, source: str) -> Iterator[Record]:
    person = _person(mail.author)
    yield person
    files = {file.content: sha256(file.content).hexdigest() for file in mail.files}
    for content, digest in files.items():
        media_type = next(file.media_type for file in mail.files if file.content == content)
        yield Attachment(sha256=digest, media_type=media_type, size=len(content), content=content)
    references = tuple(_reference(file, files[file.content]) for file in mail.files)
    attached = [Attached(file, f"attachment:{files[file.content]}") for file in mail.files]
    body, elided = body_and_elided(mail, attached)
    texts = mail.texts
    native_format: NativeFormat = "text/html" if texts and texts[0].html else "text/plain"
    yield Message(
        key=mail.key,
        source=source,
        author=person.key,
        title=mail.subject,
        body=body,
        elided=elided,
        sent_at=mail.sent_at,
        date_source=mail.date_source,
        arrived_at=mail.arrived_at,
        native_format=native_format,
        native=mail.native,
        references=mail.references,
        conversation=mail.conversation,
        attachments=references,
        origins=(Origin(source=source, locator=raw.locator),),
        flags=tuple(sorted({*mail.flags, *raw.marks})),
        url=mail.url,
        locator=raw.locator,
    )
    for problem in mail.problems:
        yield _finding(problem, raw, source, mail.key)


def _person(author: Mailbox) -> Person:
    name = author.name or ("" if author.address else "unknown")
    if is_masked(author.address):  # several may share what is left of it
        name = name or author.address.partition("@")[0]
        return Person(key=f"{MASKED}{author.address} {name.lower()}", name=name, names=(name,))
    key = author.address or f"name:{name.lower()}"
    return Person(key=key, name=name, names=(name,) if name else (), email=author.address or None)


def _reference(file: File, digest: str) -> AttachmentRef:
    return AttachmentRef(
        sha256=digest,
        filename=file.filename,
        media_type=file.media_type,
        size=len(file.content),
        content_id=file.content_id,
    )

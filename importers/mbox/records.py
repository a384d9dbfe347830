"""The records of one chunk of mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from importers.mbox.bodies import Attached, body_and_elided
from importers.mbox.chunks import MailChunk, Piece
from importers.mbox.kinds import BLANK, without_separator
from migrate.errors import InputError
from migrate.mail.addresses import Mailbox
from migrate.mail.lists import ListName
from migrate.mail.message import Mail, read_mail
from migrate.mail.pieces import File
from migrate.mail.splitter import Format, is_header, split, unescape, with_newlines
from migrate.model import Attachment, AttachmentRef, Finding, Message, NativeFormat, Origin, Person, Record, Source

KIND = "mbox"
MAX_DIGEST_DEPTH = 2  # a digest may hold another list's


@dataclass(frozen=True, slots=True)
class _Raw:
    """One message as it lies in the input."""

    data: bytes
    envelope: bytes
    locator: str
    marks: tuple[str, ...] = ()


def records_of(chunk: MailChunk) -> Iterator[Record]:
    """Every message of the chunk after what it needs: its list, its author, its files."""
    named: set[str] = set()
    now = datetime.now(UTC)
    for raw in _messages(chunk):
        if isinstance(raw, Finding):
            yield raw
            continue
        for listed, records in _read(raw, chunk.list, now):
            if listed.key not in named:
                named.add(listed.key)
                yield Source(key=listed.key, kind=KIND, name=listed.name)
            yield from records


def _read(raw: _Raw, known: ListName, now: datetime, depth: int = 0) -> Iterator[tuple[ListName, list[Record]]]:
    """The list and the records of a message, or of each message within it where it is a digest."""
    listed = known
    try:
        mail = read_mail(raw.data, envelope=raw.envelope, list_names=known.short_names, now=now)
        listed = mail.list or known
        within = mail.contained if depth < MAX_DIGEST_DEPTH else ()
        records = [_split(raw, listed.key, len(within))] if within else list(_mail_records(mail, raw, listed.key))
    except Exception as error:  # one message that nobody foresaw must not cost the others
        text = f"This message could not be read ({type(error).__name__}); please report it."
        yield listed, [_lost(raw, text)]
        return
    yield listed, records
    for number, data in enumerate(within, start=1):
        yield from _read(_Raw(data, b"", f"{raw.locator}#{number}", raw.marks), listed, now, depth + 1)


def _lost(raw: _Raw, text: str) -> Record:
    return Finding(stage="read", severity="error", code="message-unreadable", text=text, locator=raw.locator, lost=1)


def _split(raw: _Raw, source: str, count: int) -> Record:
    text = f"A digest was taken apart into its {count} messages; its table of contents was left out."
    return Finding(stage="read", severity="info", code="digest-split", text=text, source=source, locator=raw.locator)


def _messages(chunk: MailChunk) -> Iterator[_Raw | Finding]:
    for piece in chunk.pieces:
        data = _bytes_of(piece)
        if chunk.form is None:
            yield _single(piece, data)
        else:
            yield from _of_mailbox(piece, data, chunk.form)


def _bytes_of(piece: Piece) -> bytes:
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


def _single(piece: Piece, data: bytes) -> _Raw:
    envelope, message = without_separator(with_newlines(data).lstrip(BLANK))
    return _Raw(message, envelope, f"{piece.label}@0", piece.marks)


def _of_mailbox(piece: Piece, data: bytes, form: Format) -> Iterator[_Raw | Finding]:
    if form.cr_only:
        data = data.replace(b"\r", b"\n")
    position = 0
    for segment in split(data, form):
        yield from _between(piece, data, position, segment.start)
        message = unescape(data[segment.content : segment.end], form)
        yield _Raw(message, segment.envelope, f"{piece.label}@{piece.offset + segment.start}")
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
    native_format: NativeFormat = "text/html" if mail.texts and mail.texts[0].html else "text/plain"
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
        yield Finding(
            stage="read",
            severity=problem.severity,
            code=problem.code,
            text=problem.text,
            source=source,
            message=mail.key,
            locator=raw.locator,
        )


def _person(author: Mailbox) -> Person:
    name = author.name or ("" if author.address else "unknown")
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

"""Records made ready to be written where they were read: the one writer would spend most of its time on that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from migrate.archive.copies import body_digest
from migrate.archive.dates import from_milliseconds, to_milliseconds
from migrate.archive.natives import Block, Packer, Place
from migrate.model import Attachment, AttachmentRef, Finding, Message, NativeFormat, Origin, Person, Source, Thread


class Packed(NamedTuple):
    """A message as its rows say it: dates in milliseconds since the epoch, the source's bytes in a block."""

    key: str
    source: str
    author: str
    title: str
    body: str
    elided: str
    digest: int  # of the body as it was read: of copies it stays the same
    sent_at: int | None
    date_source: str | None
    arrived_at: int | None
    native_format: NativeFormat
    native: Place | None
    thread: str | None
    parent: str | None
    answers: str | None
    references: tuple[str, ...]
    conversation: str | None
    attachments: tuple[AttachmentRef, ...]
    origins: tuple[tuple[str, str], ...]  # source and locator
    flags: tuple[str, ...]
    url: str | None
    locator: str


Written = Source | Person | Thread | Attachment | Packed | Finding


class PackedChunk(NamedTuple):
    """The records of a chunk, and the bytes that its messages had in the source."""

    records: list[Written]
    blocks: list[Block]


def pack_all(records: Iterable[Source | Person | Thread | Attachment | Message | Finding]) -> PackedChunk:
    """Pack a chunk; a person who is told again with nothing new is left out. Raises UnicodeError for surrogates."""
    told: dict[str, Person] = {}
    written: list[Written] = []
    packer = Packer()
    for record in records:
        if isinstance(record, Message):
            written.append(pack(record, None if record.native is None else packer.add(record.native)))
        elif not isinstance(record, Person):
            written.append(record)
        elif told.get(record.key) != record:
            told[record.key] = record
            written.append(record)
    return PackedChunk(written, packer.blocks())


def pack(message: Message, native: Place | None) -> Packed:
    """The message, packed; its bytes are at that place. Raises UnicodeError where its body holds surrogates."""
    return Packed(
        key=message.key,
        source=message.source,
        author=message.author,
        title=message.title,
        body=message.body,
        elided=message.elided,
        digest=body_digest(message.body),
        sent_at=to_milliseconds(message.sent_at),
        date_source=message.date_source,
        arrived_at=to_milliseconds(message.arrived_at),
        native_format=message.native_format,
        native=native,
        thread=message.thread,
        parent=message.parent,
        answers=message.answers,
        references=message.references,
        conversation=message.conversation,
        attachments=message.attachments,
        origins=tuple((origin.source, origin.locator) for origin in message.origins),
        flags=message.flags,
        url=message.url,
        locator=message.locator,
    )


def unpack(packed: Packed, native: bytes | None) -> Message:
    """The inverse of `pack`; dates are exact to the millisecond."""
    said = packed._asdict() | {
        "sent_at": from_milliseconds(packed.sent_at),
        "arrived_at": from_milliseconds(packed.arrived_at),
        "native": native,
        "origins": tuple(Origin(source=source, locator=locator) for source, locator in packed.origins),
    }
    del said["digest"]
    return Message(**said)

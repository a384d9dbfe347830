"""Getting the source-side records out of an archive again, streamed, in an order in which they can be written back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from migrate.archive.dates import from_milliseconds
from migrate.archive.natives import Natives
from migrate.archive.store import Archive
from migrate.errors import ArchiveError
from migrate.model import Attachment, AttachmentRef, Finding, Message, Origin, Person, Record, Source, Thread

_MESSAGES = """
SELECT message.id, container.key, source.key, person.key, thread.key, parent.key, conversation.key, message.title,
       message.sent_at, message.date_source, message.flags, message.url, message.locator,
       content.body, content.elided, content.native_format, message.arrived_at, answered.key,
       native, native_id, native_at, native_size
FROM message
JOIN container ON container.id = message.id
JOIN source ON source.id = message.source_id
JOIN person ON person.id = message.author_id
JOIN content ON content.message_id = message.id
LEFT JOIN thread ON thread.id = message.thread_id
LEFT JOIN container AS parent ON parent.id = message.parent_id
LEFT JOIN container AS conversation ON conversation.id = message.conversation_id
LEFT JOIN person AS answered ON answered.id = message.answers_id
"""
_REFERENCES = """
SELECT key FROM reference JOIN container ON container.id = container_id WHERE message_id = ? ORDER BY position
"""
_ATTACHMENTS = """
SELECT sha256, filename, message_attachment.media_type, size, content_id
FROM message_attachment JOIN attachment ON attachment.id = attachment_id WHERE message_id = ? ORDER BY position
"""
_ORIGINS = """
SELECT source.key, origin.locator FROM origin JOIN source ON source.id = source_id
WHERE message_id = ? ORDER BY source.key, origin.locator
"""
_FINDINGS = """
SELECT stage, severity, code, text, source.key, container.key, locator, lost
FROM finding LEFT JOIN source ON source.id = source_id LEFT JOIN container ON container.id = message_id
ORDER BY finding.id
"""


def read_records(archive: Archive, *, with_natives: bool = True) -> Iterator[Record]:
    """Every source-side record: sources, persons, threads, attachments, messages (parents first), findings."""
    yield from read_sources(archive)
    yield from read_persons(archive)
    yield from read_threads(archive)
    yield from read_attachments(archive)
    yield from read_messages(archive, with_natives=with_natives)
    yield from read_findings(archive)


def read_sources(archive: Archive) -> Iterator[Source]:
    """All sources, in order of appearance."""
    columns = ("key", "kind", "name", "description", "url", "private", "licence", "licence_url")
    for row in archive.db.execute(f"SELECT {', '.join(columns)} FROM source ORDER BY id"):  # noqa: S608 - names of ours
        said = dict(zip(columns, row, strict=True))
        yield Source(**{**said, "private": bool(said["private"])})


def read_persons(archive: Archive) -> Iterator[Person]:
    """All persons, in order of appearance; `name` is the most frequent of `names`."""
    for key, email, member, anonymous, listed in archive.db.execute(
        "SELECT key, email, member, anonymous, (SELECT json_group_array(name) FROM (SELECT name FROM person_name"
        " WHERE person_id = person.id ORDER BY uses DESC, id)) FROM person ORDER BY id"
    ):
        names = tuple(json.loads(listed))
        yield Person(
            key=key,
            name=names[0] if names else "",
            names=names,
            email=email,
            member=member,
            anonymous=bool(anonymous),
        )


def read_threads(archive: Archive) -> Iterator[Thread]:
    """All threads, in the order they were settled."""
    for key, source, title, labels, url in archive.db.execute(
        "SELECT thread.key, source.key, title, labels, thread.url"
        " FROM thread JOIN source ON source.id = source_id ORDER BY thread.id"
    ):
        yield Thread(key=key, source=source, title=title, labels=tuple(json.loads(labels)), url=url)


def read_attachments(archive: Archive) -> Iterator[Attachment]:
    """All attachments, without their bytes."""
    for sha256, media_type, size in archive.db.execute("SELECT sha256, media_type, size FROM attachment ORDER BY id"):
        yield Attachment(sha256=sha256, media_type=media_type, size=size)


def read_messages(archive: Archive, *, with_natives: bool = True) -> Iterator[Message]:
    """All messages, thread by thread and in their order there; unsettled ones last."""
    order = "ORDER BY message.thread_id IS NULL, message.thread_id, message.position, message.id"
    natives = Natives(archive.db)
    for *row, native, block, at, size in archive.db.execute(_MESSAGES + order):
        held = (native, block, at, size) if with_natives else (None,) * 4
        yield _message(archive, row, _native(archive, natives, *held))


def read_findings(archive: Archive) -> Iterator[Finding]:
    """All findings, in the order they were made."""
    for stage, severity, code, text, source, message, locator, lost in archive.db.execute(_FINDINGS):
        yield Finding(
            stage=stage,
            severity=severity,
            code=code,
            text=text,
            source=source,
            message=message,
            locator=locator,
            lost=lost,
        )


def _native(archive: Archive, natives: Natives, *held: Any) -> bytes | None:  # noqa: ANN401 - four columns
    try:
        return natives.read(*held)
    except zlib.error as error:
        raise ArchiveError(f"{archive.path}: the archive is damaged: {error}.") from error


def _message(archive: Archive, row: Sequence[Any], native: bytes | None) -> Message:
    (message_id, key, source, author, thread, parent, conversation, title) = row[:8]
    (sent_at, date_source, flags, url, locator, body, elided, native_format, arrived_at, answers) = row[8:]
    db = archive.db
    return Message(
        key=key,
        source=source,
        author=author,
        title=title,
        body=body,
        elided=elided,
        sent_at=from_milliseconds(sent_at),
        date_source=date_source,
        arrived_at=from_milliseconds(arrived_at),
        native_format=native_format,
        native=native,
        thread=thread,
        parent=parent,
        answers=answers,
        references=tuple(item for (item,) in db.execute(_REFERENCES, (message_id,))),
        conversation=conversation,
        attachments=tuple(
            AttachmentRef(sha256=sha256, filename=filename, media_type=media_type, size=size, content_id=content_id)
            for sha256, filename, media_type, size, content_id in db.execute(_ATTACHMENTS, (message_id,))
        ),
        origins=tuple(Origin(source=origin, locator=place) for origin, place in db.execute(_ORIGINS, (message_id,))),
        flags=tuple(json.loads(flags)),
        url=url,
        locator=locator,
    )

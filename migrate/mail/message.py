"""One message: from raw bytes to everything an importer makes records of. Every importer of mail calls `read_mail`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from migrate.mail.addresses import Mailbox, author
from migrate.mail.body import read_body
from migrate.mail.dates import read_dates
from migrate.mail.digests import contained
from migrate.mail.headers import Headers, decode_header, parse_headers
from migrate.mail.ids import conversation, made_id, own_id, references
from migrate.mail.lists import ListName, flags_of, list_of
from migrate.mail.machines import MACHINE_MADE, is_bounce, may_be_bounce, text_flags
from migrate.mail.mime import Part, parse_parts
from migrate.mail.pieces import File, Piece, Text
from migrate.mail.problems import Problem, Problems
from migrate.mail.scrubbed import taken_apart

_URL = re.compile(r"<?(https?://[^\s<>\"]{1,2000})>?\s*\Z")


class Mail(NamedTuple):
    """A message, decoded but not converted."""

    key: str  # the bare Message-ID, or "none." and a digest
    subject: str
    author: Mailbox
    sent_at: datetime | None  # UTC
    date_source: str | None  # header, resent, received, envelope
    arrived_at: datetime | None  # UTC, by the last server or by who wrote the mailbox
    references: tuple[str, ...]
    conversation: str | None
    list: ListName | None
    pieces: tuple[Piece, ...]  # to be shown, in order
    footers: tuple[Text, ...]  # parts that a list appended
    files: tuple[File, ...]
    flags: frozenset[str]
    url: str | None
    native: bytes  # the raw message without the content of its attachments
    contained: tuple[bytes, ...]  # the messages in a digest, raw; what else is in it is no contribution of anybody
    problems: tuple[Problem, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts among the pieces."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Text))


def read_mail(
    raw: bytes, *, envelope: bytes = b"", list_names: Iterable[str] = (), now: datetime | None = None
) -> Mail:
    """Read one message. `envelope` is its separator line, if any; dates after `now` are not believed; `list_names` are
    those of the list it is known to belong to.

    Never raises for what the bytes are: whatever is repaired or given up is among the problems.
    """
    problems: Problems = []
    headers, body = parse_headers(raw, 0, len(raw), problems)
    if not headers:
        problems.append(Problem("header-missing", "warning", "The message has no header."))
    root = parse_parts(raw, headers, body, problems)
    written = headers.first(b"subject")
    subject = decode_header(written, problems, None if written.isascii() else _charset(root))
    flags = flags_of(headers, root.media_type)
    suspected = may_be_bounce(headers, subject)
    shown = read_body(raw, root, problems, returned=suspected or MACHINE_MADE in flags)
    texts = [piece for piece in shown.pieces if isinstance(piece, Text)]
    flags |= text_flags(subject, next((text.text for text in texts if not text.html), ""))
    if suspected and texts and is_bounce(texts[0].text):
        flags.add(MACHINE_MADE)
    within = contained(raw, headers, root, subject, texts)
    dates = read_dates(headers, envelope, now or datetime.now(UTC), problems)
    own = own_id(headers)
    if own is None:
        problems.append(Problem("id-missing", "info", "The message has no Message-ID; one was made from its content."))
    return Mail(
        key=own or made_id(headers, raw, body, envelope),
        subject=subject,
        author=author(headers, envelope, list_names, problems),
        sent_at=dates.sent,
        date_source=dates.source,
        arrived_at=dates.arrived,
        references=references(headers, own, problems),
        conversation=conversation(headers),
        list=list_of(headers, problems),
        pieces=tuple(_without_notices(shown.pieces)),
        footers=tuple(shown.footers),
        files=tuple(shown.files),
        flags=frozenset(flags),
        url=_archived_at(headers),
        native=_without(raw, shown.attached),
        contained=tuple(within),
        problems=tuple(dict.fromkeys(problems)),
    )


def _without_notices(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if isinstance(piece, Text):
            yield from taken_apart(piece)
        else:
            yield piece


def _charset(root: Part) -> str | None:
    """What the first text with a label is labelled with."""
    return next((part.parameters["charset"] for part in root.leaves() if "charset" in part.parameters), None)


def _archived_at(headers: Headers) -> str | None:
    match = _URL.match(headers.text(b"archived-at"))
    return match[1] if match else None


def _without(raw: bytes, parts: Iterable[Part]) -> bytes:
    pieces = []
    position = 0
    for part in sorted(parts, key=lambda part: part.start):
        pieces.append(raw[position : part.start])
        position = part.stop
    return b"".join([*pieces, raw[position:]]) if pieces else raw

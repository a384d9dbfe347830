"""The records of one chunk of a group's mail: what the mail says, and what the group's own export adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from urllib.parse import quote

from importers.google_groups.naming import PUBLIC, left_out
from importers.google_groups.states import labels, shown, states
from importers.mbox.chunks import MailChunk
from importers.mbox.records import Habits, records_of
from migrate.mail.headers import Headers, parse_headers
from migrate.mail.ids import GROUP_THREAD
from migrate.mail.lists import ListName
from migrate.model import Finding, Message, Record, Source

KIND = "google-groups"
READER = "google-groups-4"  # to be raised when the same bytes would yield other records

_THREAD = re.compile(r"\w{1,40}\Z", re.ASCII)
_MADE = "none."  # how a key begins that no Message-ID is


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChunk(MailChunk):
    """Mail of one group. `address` is that of the group whose own export it is of; "" for what came from elsewhere.

    `own`: it is the group's copy and not a member's, who may have private mail among it. `vault`: an organisation's
    administrator exported it.
    """

    address: str = ""
    own: bool = False
    vault: bool = False


def group_chunk(
    chunk: MailChunk, known: ListName, address: str, *, own: bool = True, vault: bool = False
) -> GroupChunk:
    """The same piece of mail as that of a group."""
    values = {field.name: getattr(chunk, field.name) for field in fields(chunk)}
    values["list"] = known
    values["fingerprint"] = f"{READER}-{known.key}-{bool(address)}-{own}-{vault}-{chunk.fingerprint}"
    return GroupChunk(**values, address=address, own=own, vault=vault)


def group_records(chunk: GroupChunk) -> Iterator[Record]:
    """Every message of the chunk after what it needs."""
    addresses = (chunk.address,) if chunk.address else ()
    habits = Habits(kind=KIND, one_list=bool(chunk.address), addresses=addresses)
    if not (chunk.own or chunk.vault):
        habits = replace(habits, left_out=partial(left_out, chunk.list))
    told: set[str] = set()
    for record in records_of(chunk, habits):
        if isinstance(record, Source) and not chunk.address:
            yield replace(record, private=True)
            yield _nothing_said(record.key)
            continue
        if not isinstance(record, Message):
            yield record
            continue
        headers, _ = parse_headers(record.native or b"", 0, len(record.native or b""), [])
        yield _with_group(record, headers, chunk)
        for label in labels(headers) if chunk.address else ():
            if label not in told and not any(states(label)):
                told.add(label)
                yield _unknown_label(label, record.source)


def _with_group(message: Message, headers: Headers, chunk: GroupChunk) -> Message:
    """The message with what Google says of it. Elsewhere than in the group's own copy labels and threads are of the
    mailbox of whoever received it."""
    message = replace(message, url=message.url or _permalink(message, chunk.address))
    if not chunk.own or (not chunk.address and (b"delivered-to" in headers or b"list-id" in headers)):
        return message
    found = {state for label in labels(headers) for state in states(label)}
    message = replace(message, flags=tuple(sorted({*message.flags, *found})))
    thread = headers.text(b"x-gm-thrid").strip().lower()
    if not _THREAD.match(thread):
        return message
    return replace(message, thread=f"{GROUP_THREAD}{message.source}:{thread}", conversation=None)


def _permalink(message: Message, address: str) -> str | None:
    """Where the group's page shows the message, as the footers of its mails have it: by its Message-ID."""
    if not address and message.source.endswith(f".{PUBLIC}"):
        address = f"{message.source.removesuffix(f'.{PUBLIC}')}@{PUBLIC}"
    group, _, domain = address.partition("@")
    if not group or message.key.startswith(_MADE):
        return None
    site = "https://groups.google.com" if domain == PUBLIC else f"https://groups.google.com/a/{domain}"
    return f"{site}/d/msgid/{quote(group)}/{quote(message.key, safe='')}"


def _nothing_said(source: str) -> Finding:
    """Mail from elsewhere than the group's own export comes without its settings."""
    text = "Nothing here says who could read this group; it is taken as private until a mapping says otherwise."
    return Finding(stage="read", severity="info", code="visibility-unknown", text=text, source=source, locator=source)


def _unknown_label(label: str, source: str) -> Finding:
    text = (
        f'Messages are labelled "{shown(label)}"; what that says of their topic is not known here, so it was left out.'
    )
    return Finding(
        stage="read",
        severity="info",
        code="label-unknown",
        text=text,
        source=source,
        locator=f"{source}#{shown(label)}",
    )

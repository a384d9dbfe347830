"""The records of the intermediate format: the conversation as it was, before any forum knows of it.

Importers yield them, the archive stores them, `migrate export jsonl` writes them. The prose, field by field, stands in
docs/intermediate-format.md. All text is Unicode without surrogates and NULs; all dates are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Severity = Literal["info", "warning", "error"]
Stage = Literal["read", "settle", "plan", "push", "verify"]
NativeFormat = Literal["text/plain", "text/html", "text/x-wiki", "text/markdown"]
# What is to become of somebody who belongs to the community and may never have written: an account, a line in the list
# for invitations, or (who left, bounced or never confirmed) neither, whatever another export says.
Member = Literal["account", "invite", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place the conversation stood in: a mailing list, a group, a wiki namespace."""

    key: str  # for a list its List-Id ("gardeners.example.org"), else the name of the file or folder
    kind: str  # the importer's name: "mbox"
    name: str  # for people: "gardeners"
    description: str = ""
    url: str | None = None
    private: bool = False  # only its members could read it
    licence: str = ""  # under which its texts may be shown, as people call it: "CC BY-SA 4.0"
    licence_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who wrote. Yielded once per message is fine: the archive counts the names it sees."""

    key: str  # for mail the lower-cased address; where there is none, "name:" and the lower-cased name
    name: str = ""  # as shown; of several the most frequent
    names: tuple[str, ...] = ()  # every name seen, most frequent first
    email: str | None = None
    member: Member | None = None  # None: whoever wrote gets an account, nobody else
    anonymous: bool = False  # had no account in the source (an IP address, a temporary one): never gets one


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation. Importers yield it only where the source says what a thread is; mail is threaded later."""

    key: str
    source: str
    title: str
    labels: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRef:
    """A file as one message carries it; the bytes are the `Attachment` of the same `sha256`."""

    sha256: str
    filename: str
    media_type: str
    size: int  # bytes
    content_id: str | None = None  # RFC 2392, without angle brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """The bytes of a file, known by their SHA-256. `content` is None once they lie in the attachments folder."""

    sha256: str
    media_type: str
    size: int  # bytes
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One place a message was seen in. A cross-post has several."""

    source: str
    locator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One contribution by one person."""

    key: str  # stable over re-reads; for mail the bare Message-ID, or "none." and a digest where it has none
    source: str
    author: str  # person key
    title: str  # the subject as written: decoded and unfolded, prefixes kept
    body: str  # neutral Markdown (docs/intermediate-format.md says which)
    elided: str = ""  # Markdown cut from view: trailing quotes, signatures; never thrown away
    sent_at: datetime | None = None
    date_source: str | None = (
        None  # header, resent, received, envelope, neighbours, source; None while there is no date
    )
    arrived_at: datetime | None = None  # when the list or the last server had it, where the source tells
    native_format: NativeFormat = "text/plain"
    native: bytes | None = None  # the message as the source had it, without its attachments; not exported as JSON Lines
    thread: str | None = None  # None: settling decides
    parent: str | None = None  # message key; None: settling decides by `references` and `answers`
    answers: str | None = None  # person key: whose message this answers, where the source does not say which
    references: tuple[str, ...] = ()  # message keys, oldest first (RFC 5322 3.6.4: References, else In-Reply-To)
    conversation: str | None = (
        None  # the source's own thread id, where it is weaker than `thread` (X-GM-THRID, Thread-Index)
    )
    attachments: tuple[AttachmentRef, ...] = ()
    origins: tuple[Origin, ...] = ()
    flags: tuple[str, ...] = ()  # sorted; "machine-made", "pinned", …
    url: str | None = None
    locator: str = ""  # where the source has it: file and byte offset, URL, revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the user should know: nothing is dropped or repaired without one."""

    stage: Stage
    severity: Severity
    code: str  # stable, lower-case words joined by "-"
    text: str  # one sentence, no addresses
    source: str | None = None
    message: str | None = None  # message key
    locator: str = ""
    lost: int = 0  # how many items of the input this finding stands for that did not become a message


Record = Source | Person | Thread | Attachment | Message | Finding

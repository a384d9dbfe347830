"""One message: from raw bytes to everything an importer makes records of. Every importer of mail calls `read_mail`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from migrate.mail.addresses import Mailbox, author
from migrate.mail.charsets import decode
from migrate.mail.dates import sent_at
from migrate.mail.headers import Headers, decode_header, parse_headers
from migrate.mail.ids import conversation, made_id, own_id, references
from migrate.mail.lists import ListName, flags_of, list_of
from migrate.mail.mime import Part, content, parse_parts
from migrate.mail.problems import Problem, Problems

_FOOTER_RULE = re.compile(r"\A\s*(?:_{20,}|-- ?|-{20,})\s*\n")
_FOOTER_WORDS = re.compile(r"mailing list|unsubscribe|listinfo|/lists?/", re.IGNORECASE)
LONGEST_FOOTER = 4000
_VIEW_ELSEWHERE = re.compile(
    rb"view (?:this|it|the) (?:e-?mail|message)|in (?:your|a) browser|html[- ]capable", re.IGNORECASE
)
LONGEST_EXCUSE = 400  # bytes of a text part that only says that there is HTML
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_URL = re.compile(r"<?(https?://[^\s<>\"]{1,2000})>?\s*\Z")
_LINE_END = re.compile(r"\r\n?")
BODIES = ("text/plain", "text/html")
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
LONGEST_FILENAME = 200
NAMES = {
    "application/pdf": "attachment.pdf",
    "image/gif": "image.gif",
    "image/jpeg": "image.jpg",
    "image/png": "image.png",
    "message/delivery-status": "delivery-status.txt",
    "message/rfc822": "message.eml",
    "text/calendar": "invitation.ics",
    "text/csv": "attachment.csv",
    "text/html": "attachment.html",
    "text/plain": "attachment.txt",
    "text/rfc822-headers": "headers.txt",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a message, decoded, with line ends as "\\n"."""

    text: str
    html: bool = False
    flowed: bool = False  # RFC 3676
    delsp: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One attachment with its exact bytes."""

    filename: str  # empty where the mail gives none
    media_type: str
    content: bytes
    content_id: str | None  # without angle brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message, decoded but not converted."""

    key: str  # the bare Message-ID, or "none." and a digest
    subject: str
    author: Mailbox
    sent_at: datetime | None  # UTC
    date_source: str | None  # header, resent, received, envelope
    references: tuple[str, ...]
    conversation: str | None
    list: ListName | None
    texts: tuple[Text, ...]  # to be shown, in order
    footers: tuple[Text, ...]  # parts that a list appended
    files: tuple[File, ...]
    flags: frozenset[str]
    url: str | None
    native: bytes  # the raw message without the content of its attachments
    problems: tuple[Problem, ...]


def read_mail(
    raw: bytes, *, envelope: bytes = b"", list_names: Iterable[str] = (), now: datetime | None = None
) -> Mail:
    """Read one message. `envelope` is its separator line, if any; dates after `now` are not believed; `list_names` are
    those of the list it is known to belong to.

    Never raises for what the bytes are: whatever is repaired or given up is among the problems.
    """
    problems: Problems = []
    headers, body = parse_headers(raw, 0, len(raw), problems)
    if not headers.fields:
        problems.append(Problem("header-missing", "warning", "The message has no header."))
    root = parse_parts(raw, headers, body, problems)
    shown, footers, attached = _sort_parts(raw, root, problems)
    subject = decode_header(headers.first(b"subject"), problems)
    date, date_source = sent_at(headers, envelope, now or datetime.now(UTC), problems)
    own = own_id(headers)
    if own is None:
        problems.append(Problem("id-missing", "info", "The message has no Message-ID; one was made from its content."))
    return Mail(
        key=own or made_id(headers, raw[body:], raw, envelope),
        subject=subject,
        author=author(headers, envelope, list_names, problems),
        sent_at=date,
        date_source=date_source,
        references=references(headers, own, problems),
        conversation=conversation(headers),
        list=list_of(headers, problems),
        texts=tuple(_text(raw, part, problems) for part in shown),
        footers=tuple(_text(raw, part, problems) for part in footers),
        files=tuple(_file(raw, part, problems) for part in attached),
        flags=frozenset(flags_of(headers, subject, root.media_type)),
        url=_archived_at(headers),
        native=_without(raw, attached),
        problems=tuple(dict.fromkeys(problems)),
    )


def _sort_parts(raw: bytes, root: Part, problems: Problems) -> tuple[list[Part], list[Part], list[Part]]:
    """The parts to be shown, the footers that a list appended, and the parts to be attached."""
    shown: list[Part] = []
    attached: list[Part] = []
    for part in _chosen_leaves(raw, root):
        if _is_body(part, root):
            shown.append(part)
        elif part.media_type in SIGNATURES:
            problems.append(Problem("signature-removed", "info", "A cryptographic signature was left out."))
        elif part.stop > part.start or _has_name(part):
            attached.append(part)
    footers = [part for part in shown[1:] if _is_footer(raw, part)]
    return [part for part in shown if part not in footers], footers, attached


def _chosen_leaves(raw: bytes, root: Part) -> Iterator[Part]:
    """The leaves in order, of alternative texts only the better one."""
    stack = [root]
    while stack:
        part = stack.pop()
        if part.media_type == "multipart/alternative" and part.children:
            stack.extend(reversed(_better_alternative(raw, part)))
        elif part.children:
            stack.extend(reversed(part.children))
        else:
            yield part


def _better_alternative(raw: bytes, part: Part) -> list[Part]:
    """The plain text unless it is empty, an excuse, or lacks the pictures that stand in the HTML; and other files."""
    leaves = [leaf for child in part.children for leaf in child.leaves()]
    plain = next((leaf for leaf in leaves if leaf.media_type == "text/plain"), None)
    html = next((leaf for leaf in leaves if leaf.media_type == "text/html"), None)
    others = [leaf for leaf in leaves if leaf.media_type not in BODIES]
    if plain is None or (
        html is not None and (_is_excuse(raw, plain) or b"cid:" in raw[html.start : html.stop].lower())
    ):
        plain = html
    return [*([plain] if plain else []), *others]


def _is_excuse(raw: bytes, part: Part) -> bool:
    text = raw[part.start : part.stop].strip()
    return not text or (len(text) < LONGEST_EXCUSE and _VIEW_ELSEWHERE.search(text) is not None)


def _is_body(part: Part, root: Part) -> bool:
    if part is root:
        return part.media_type.startswith("text/") and part.media_type != "text/calendar"
    if part.media_type not in BODIES or part.disposition == "attachment":
        return False
    return not _has_name(part)


def _has_name(part: Part) -> bool:
    return "name" in part.parameters or b"filename" in part.headers.first(b"content-disposition").lower()


def _is_footer(raw: bytes, part: Part) -> bool:
    """Whether a text part is what Mailman appends: a rule, then the list's name and addresses."""
    if part.media_type != "text/plain" or part.stop - part.start > LONGEST_FOOTER:
        return False
    text = content(raw, part, []).decode("latin-1").replace("\r", "")
    return bool(_FOOTER_RULE.match(text) and _FOOTER_WORDS.search(text))


def _text(raw: bytes, part: Part, problems: Problems) -> Text:
    data = content(raw, part, problems)
    html = part.media_type == "text/html"
    charset = part.parameters.get("charset")
    if html and not charset and (meta := _META_CHARSET.search(data[:2048])):
        charset = meta[1].decode("ascii")
    text = _LINE_END.sub("\n", decode(data, charset, problems).removeprefix("\ufeff"))
    if "\0" in text:
        problems.append(
            Problem("nul-removed", "warning", f"{text.count(chr(0))} NUL characters were removed from the text.")
        )
        text = text.replace("\0", "")
    flowed = part.parameters.get("format", "").lower() == "flowed"
    return Text(text, html, flowed, flowed and part.parameters.get("delsp", "").lower() == "yes")


def _file(raw: bytes, part: Part, problems: Problems) -> File:
    name = _safe_filename(part.filename(problems)) or NAMES.get(part.media_type, "attachment.bin")
    content_id = part.headers.text(b"content-id").strip().strip("<>") or None
    return File(name, part.media_type, content(raw, part, problems), content_id)


def _safe_filename(name: str) -> str:
    """The last component, printable and of bearable length."""
    name = "".join(character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable())
    stem, dot, extension = name.strip(" .").rpartition(".")
    if not dot or len(extension) > 20:
        return name.strip(" .")[:LONGEST_FILENAME]
    return f"{stem[:LONGEST_FILENAME]}.{extension}"


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

"""Whether the text of real and of malformed mail comes out at all, and machine-made mail is recognised."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from email import policy
from email.message import Message as StdlibMessage
from importlib import import_module

from fidelity import ours
from fidelity.corpora import Mail, MailSet
from fidelity.peers import load
from fidelity.table import ABSENT, Row, share
from migrate.model import Message

COUNTED = "read / lost / undecoded / crashed"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MACHINE_MADE = "machine-made"

Reader = Callable[[Mail], str]  # a message to its subject, a newline, and its text; may raise anything


def stdlib_email() -> Reader:
    """The standard library as its documentation reads mail today: policy.default and get_body."""

    def read(mail: Mail) -> str:
        message = email.message_from_bytes(mail.raw, policy=policy.default)
        body = message.get_body(("plain", "html"))
        return f"{message['subject'] or ''}\n{body.get_content() if body else ''}"

    return read


def mail_parser() -> Reader:
    """SpamScope's mail-parser."""
    parse = import_module("mailparser").parse_from_bytes

    def read(mail: Mail) -> str:
        message = parse(mail.raw)
        return f"{message.subject or ''}\n{message.body}"

    return read


READERS: dict[str, Callable[[], Reader]] = {"stdlib email": stdlib_email, "mail-parser": mail_parser}


def rows(sets: list[MailSet]) -> Iterator[Row]:
    """How much mail is read, set by set, and how much of it is taken for machine-made."""
    readers = {name: load(factory) for name, factory in READERS.items()}
    flagged: list[Row] = []
    ordinary = recognised = 0
    for mails in sets:
        reading = ours.read(mails.path)
        yield _row(mails, _our_reader(reading), readers)
        machine_made = [place for place, message in reading.messages.items() if MACHINE_MADE in message.flags]
        if mails.name == "mail/bounces":
            flagged.append(_bounces(mails, set(machine_made)))
        elif not mails.name.startswith("mail/"):
            ordinary += len(mails.mails)
            recognised += len(machine_made)
    yield from flagged
    if ordinary:
        counted = "list mail taken for machine-made (no truth: few should be)"
        yield Row(name="groups, mbox", cases=ordinary, counted=counted, ours=share(recognised, ordinary))


def has_text(raw: bytes) -> bool:
    """Whether the message has text of its own: not in an attachment, nor in a message it carries."""
    return any(
        part.get_content_maintype() == "text"
        and part.get_content_disposition() != "attachment"
        and _payload(part).strip()
        for part in _own_parts(email.message_from_bytes(raw))
    )


def holds_replacement(raw: bytes) -> bool:
    """Whether the sender's own program had put U+FFFD into the text or the subject."""
    message = email.message_from_bytes(raw)
    sent = [raw, *map(_payload, message.walk())]
    return any(REPLACEMENT.encode() in content for content in sent) or b"=EF=BF=BD" in raw.upper()


def _own_parts(part: StdlibMessage) -> Iterator[StdlibMessage]:
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
        return
    for child in part.get_payload():
        if isinstance(child, StdlibMessage):
            yield from _own_parts(child)


def _payload(part: StdlibMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _our_reader(reading: ours.Reading) -> Reader:
    def read(mail: Mail) -> str:
        if mail.place in reading.failed:
            raise ValueError(mail.place)
        message = reading.messages.get(mail.place)
        return _text(message) if message else ""

    return read


def _text(message: Message) -> str:
    return f"{message.title}\n{message.body}\n{message.elided}"


def _row(mails: MailSet, our_reader: Reader, readers: dict[str, Reader | None]) -> Row:
    score, missed = _score(mails, our_reader)
    peers = [(name, _score(mails, reader)[0] if reader else ABSENT) for name, reader in readers.items()]
    return Row(
        name=mails.name, cases=len(mails.mails), counted=COUNTED, ours=score, peers=tuple(peers), missed=tuple(missed)
    )


def _score(mails: MailSet, reader: Reader) -> tuple[str, list[str]]:
    lost, undecoded, crashed = [], [], []
    for mail in mails.mails:
        try:
            subject, _, text = reader(mail).partition("\n")
        except Exception:  # whatever a reader dies of, the message is gone
            crashed.append(f"{mail.place} (crashed)")
            continue
        if not text.strip() and has_text(mail.raw):
            lost.append(f"{mail.place} (lost)")
        if _is_damaged(subject + text) and not holds_replacement(mail.raw):
            undecoded.append(f"{mail.place} (undecoded)")
    read = len(mails.mails) - len(lost) - len(crashed)
    return f"{read} / {len(lost)} / {len(undecoded)} / {len(crashed)}", lost + undecoded + crashed


def _is_damaged(text: str) -> bool:
    return REPLACEMENT in text or any("\ud800" <= character <= "\udfff" for character in text)


def _bounces(mails: MailSet, machine_made: set[str]) -> Row:
    missed = [mail.place for mail in mails.mails if mail.place not in machine_made]
    return Row(
        name=mails.name,
        cases=len(mails.mails),
        counted="recognised as machine-made",
        ours=share(len(mails.mails) - len(missed), len(mails.mails)),
        missed=tuple(missed),
    )

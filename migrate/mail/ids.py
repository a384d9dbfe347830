"""Message-IDs and the other names a conversation has in mail."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from hashlib import blake2b

from migrate.mail.headers import Headers
from migrate.mail.problems import Problem, Problems

LONGEST_ID = 998  # RFC 5322 2.1.1: no line is longer
MAX_REFERENCES = 100
GMAIL_THREAD = "x-gm-thrid:"  # how the name of a conversation begins that the server itself calls one thread
GROUP_THREAD = "google-groups:"  # how the key of a thread begins that a group's own page shows as one

_INDEX_CHARACTERS = 30  # 22 bytes in base64

_BLOCK = 1 << 20  # bytes; all words of a long message at once would be many
_BRACKETED = re.compile(rb"<([^<>]*)(?:>|(?=<)|\Z)")
_WHITE = re.compile(rb"\s+")
_PLAIN = re.compile(rb"(?:<[!-;=?-~]{1,%d}+>\s*+)++" % LONGEST_ID)
_WITHOUT_BRACKETS = bytes.maketrans(b"<>", b"  ")


def message_ids(value: bytes) -> list[str]:
    """The bare ids of a Message-ID, In-Reply-To or References field, in order; empty and overlong ones left out.

    Only what stands in angle brackets counts, so that words around it ("Your message of …") do no harm; without any
    brackets a single word is the id, as Mailman archives have it.
    """
    if _PLAIN.fullmatch(value):  # as nearly all are
        return value.translate(_WITHOUT_BRACKETS).decode("ascii").split()
    tokens = _BRACKETED.findall(value)
    if not tokens and value and len(value.split()) == 1:
        tokens = [value]
    return [bare for bare in map(_bare, tokens) if 0 < len(bare) <= LONGEST_ID]


def _bare(token: bytes) -> str:
    text = b"".join(token.split()).strip(b"<>").decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(character for character in text if character.isprintable())


def own_id(headers: Headers) -> str | None:
    """The message's own bare id: of several, the first usable one."""
    for value in headers.all(b"message-id"):
        if ids := message_ids(value):
            return ids[0]
    return None


def made_id(headers: Headers, raw: bytes, body: int, envelope: bytes) -> str:
    """A key for a message without Message-ID: the same whenever the same message is read, wherever it stood.

    The body begins at `body`. Without a date in the header the separator line tells apart two people's "+1".
    """
    fields = [headers.first(b"from"), headers.first(b"date") or envelope, headers.first(b"subject")]
    size = sum(map(len, _words(raw, body)))
    digest = blake2b(digest_size=16)
    for part in fields if size or any(fields) else [raw]:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    if size or any(fields):
        digest.update(size.to_bytes(8, "big"))
        for block in _words(raw, body):
            digest.update(block)
    return f"none.{digest.hexdigest()}"


def _words(raw: bytes, start: int) -> Iterator[bytes]:
    """What follows `start`, with a line end between any two words and nothing else; in blocks."""
    lead = b""
    while start < len(raw):
        white = _WHITE.search(raw, start + _BLOCK)
        stop = white.start() if white else len(raw)
        if block := b"\n".join(raw[start:stop].split()):
            yield lead + block
            lead = b"\n"
        start = stop


def references(headers: Headers, own: str | None, problems: Problems) -> tuple[str, ...]:
    """The ids this message answers to, oldest first (RFC 5322 3.6.4).

    Where In-Reply-To names another message than References do, it goes before the last of them: that stays the parent,
    and should it be lost the other one takes its place.
    """
    found = [identifier for value in headers.all(b"references") for identifier in message_ids(value)]
    answered = [identifier for value in headers.all(b"in-reply-to") for identifier in message_ids(value)[:1]]
    if len(found) > 1 and answered == found[:1] and answered[0] != found[-1]:
        found.reverse()  # written newest first: what is answered would be the oldest otherwise
    known = set(found)
    others = [identifier for identifier in answered if identifier not in known]
    found[-1:] = [*others, *found[-1:]]
    ids = [identifier for identifier in dict.fromkeys(found) if identifier != own]
    if len(ids) > MAX_REFERENCES:
        text = f"{len(ids)} references were cut to the first and last {MAX_REFERENCES // 2}."
        problems.append(Problem("references-cut", "warning", text))
        ids = ids[: MAX_REFERENCES // 2] + ids[-MAX_REFERENCES // 2 :]
    return tuple(ids)


def conversation(headers: Headers) -> str | None:
    """The server's or client's own name for the thread: Gmail's X-GM-THRID, or the common part of a Thread-Index."""
    if gmail := headers.text(b"x-gm-thrid"):
        return f"{GMAIL_THREAD}{gmail[:40]}" if gmail.isalnum() else None
    index = headers.first(b"thread-index")
    if len(index) < _INDEX_CHARACTERS:
        return None
    try:
        decoded = base64.b64decode(_WHITE.sub(b"", index), validate=True)
    except (binascii.Error, ValueError):
        return None
    # MS-OXOMSG 2.2.1.3: a reserved byte 1, five bytes of time and a GUID, then five bytes for each reply.
    return f"thread-index:{decoded[:22].hex()}" if decoded[:1] == b"\x01" and (len(decoded) - 22) % 5 == 0 else None

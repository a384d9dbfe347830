"""Digests: many messages of a list in one mail, as MIME (RFC 2046 5.1.5) or as plain text (RFC 1153).

Only a mail that is a digest through and through is taken apart: somebody who quotes or forwards one has words of
their own in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from migrate.mail.headers import KNOWN_FIELD, Headers, parse_headers
from migrate.mail.mime import Part
from migrate.mail.pieces import Text
from migrate.mail.subjects import base_subject
from migrate.mail.transfer import content

MOST_MESSAGES = 2000

_SAYS_DIGEST = re.compile(
    r"\bdigest\b|\bvol(?:ume|\.)? ?\d+.{0,3}\b(?:issue|no\.?|number|#) ?#?\d+|\bv\d+ #\d+", re.IGNORECASE
)
_PREAMBLE_END = re.compile(r"\n-{60,80}[ \t]*\n(?=\s)")  # RFC 1153: 70 hyphens and an empty line
_BETWEEN = re.compile(r"\n[ \t]*\n-{30}[ \t]*\n(?=\s|\Z)")  # 30 between empty lines
_NUMBER = re.compile(r"\s*Message: \d+[ \t]*\n")
_TRAILER = re.compile(r"^End of .{1,200}\n\*{5,}\s*\Z", re.MULTILINE)
_NO_TEXT_TYPE = re.compile(
    rb"^content-(?:transfer-encoding|type:(?!\s*text/plain))[^\n]*(?:\n[ \t][^\n]*)*\n?", re.I | re.M
)
_CHARSET = re.compile(rb"(charset\s*=\s*)(?:\"[^\"\n]*\"|[^\s;]+)", re.IGNORECASE)
_FOOTER = re.compile(r"\s*Subject: Digest Footer[ \t]*\n")  # a section of its own since Mailman 2.1.14
ENOUGH_FIELDS = 2


def contained(raw: bytes, headers: Headers, root: Part, subject: str, texts: Sequence[Text]) -> list[bytes]:
    """The messages within a digest, each with its header; empty where the mail is none, or where that is uncertain."""
    if root.children:
        return _of_mime(raw, headers, root, subject)
    if len(texts) == 1 and root.media_type == "text/plain" and "-" * 60 in texts[0].text:
        return _of_text(texts[0].text) if _may_be_digest(headers, subject) and _SAYS_DIGEST.search(subject) else []
    return []


def _of_mime(raw: bytes, headers: Headers, root: Part, subject: str) -> list[bytes]:
    digest = root if root.media_type == "multipart/digest" else None
    if digest is None:
        digests = [part for part in root.children if part.media_type == "multipart/digest"]
        others = [part for part in root.children if part not in digests]
        certain = _SAYS_DIGEST.search(subject) is not None and all(part.media_type == "text/plain" for part in others)
        digest = digests[0] if len(digests) == 1 and certain else None
    if digest is None or not _may_be_digest(headers, subject):
        return []
    messages = [content(raw, part, []) for part in digest.children if part.media_type == "message/rfc822"]
    return messages if len(messages) == len(digest.children) and all(map(_has_header, messages)) else []


def _may_be_digest(headers: Headers, subject: str) -> bool:
    """Not an answer to anything, and not forwarded."""
    answers = b"in-reply-to" in headers or b"references" in headers
    return not answers and not _is_prefixed(subject)


def _is_prefixed(subject: str) -> bool:
    bare = re.sub(r"\[[^\]]{0,60}\]", "", subject).strip().lower()
    return base_subject(bare) != " ".join(bare.split())


def _of_text(text: str) -> list[bytes]:
    preamble_end = _PREAMBLE_END.search("\n" + text)
    trailer = _TRAILER.search(text)
    if preamble_end is None or trailer is None:
        return []
    # The trailer stands behind a separator of its own.
    *sections, last = _BETWEEN.split(text[preamble_end.end() - 1 : trailer.end()])
    if len(sections) > 1 and _FOOTER.match(sections[-1]):
        sections.pop()
    if not sections or len(sections) > MOST_MESSAGES or not _begins_message(sections[0]):
        return []
    messages: list[str] = []
    for section in sections:
        if _begins_message(section):
            messages.append(section)
        else:  # a line of hyphens that somebody drew
            messages[-1] += f"\n\n{'-' * 30}\n{section}"
    return [] if _begins_message(last) else list(map(_as_message, messages))


def _begins_message(section: str) -> bool:
    head = _NUMBER.sub("", section, count=1).lstrip().partition("\n\n")[0].encode("utf-8", "replace")
    return _has_header(head)


def _has_header(message: bytes) -> bool:
    headers, _ = parse_headers(message, 0, len(message), [])
    known = {name for name, _ in headers.fields} & {b"from", b"date", b"subject"}
    return b"from" in known and len(known) >= ENOUGH_FIELDS and KNOWN_FIELD.match(message) is not None


def _as_message(section: str) -> bytes:
    """A section as a mail of its own, without what it says of an encoding: that of the whole digest is undone."""
    head, mark, body = _NUMBER.sub("", section, count=1).lstrip("\n").partition("\n\n")
    fields = _NO_TEXT_TYPE.sub(b"", head.encode("utf-8", "replace") + b"\n")
    fields = _CHARSET.sub(rb'\1"utf-8"', fields).rstrip(b"\n")
    return fields + (mark + body).encode("utf-8", "replace").rstrip() + b"\n"

"""A message's source as texts to read: mail in its parts, decoded, and all without what traces people.

Of a header only the fields are shown that a reader of mail sees; of others, as of every hop, no more than their names.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from migrate.mail.charsets import decode
from migrate.mail.headers import ID_FIELDS, Headers, decode_header, parse_headers, unfold
from migrate.mail.mime import Part, parse_parts
from migrate.mail.transfer import text_content
from migrate.text import printable

MOST = 200_000  # characters that are shown
_MOST_BYTES = 2 << 20  # that are looked at
_STEP = 1 << 20
_MOST_STEPS = 1000  # that are counted: what grows without end is not waited for
_MOST_PARTS = 40
_DEEPEST = 3  # mails within mails
_LONGEST_FIELD, _LONGEST_NAME = 1000, 40  # characters
_MOST_NAMES = 40
_LONGEST_ADDRESS = 400

_IDS = frozenset({b"message-id", *ID_FIELDS})
_WITH_ADDRESSES = frozenset(
    b"from sender reply-to to cc resent-from resent-to mail-followup-to x-original-from".split()
)
_SHOWN = _WITH_ADDRESSES | frozenset(
    b"date subject resent-date newsgroups list-id user-agent x-mailer x-newsreader mime-version content-type"
    b" content-transfer-encoding content-disposition content-language keywords precedence auto-submitted".split()
)
_NAMES_PEOPLE = re.compile(rf"(?:{'|'.join(map(bytes.decode, _WITH_ADDRESSES))}):", re.IGNORECASE)
# There are no other words behind an @ in these; web archives write " at ".
_HOST = re.compile(r"(@|\sat\s)[^\s<>,;()\"]+", re.IGNORECASE)
_MAILS = frozenset({"message/rfc822", "text/rfc822-headers"})
_PARTIAL_WORD = re.compile(r"(?<!\S)\S+\Z|\A\S+\Z")


@dataclass(frozen=True, slots=True)
class Text:
    """A part of a source, decoded."""

    title: str
    text: str = ""
    note: str = ""
    is_html: bool = False
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class Native:
    """What there is to show of a source, and how many bytes there are besides. Nothing is taken out of it yet."""

    kind: str
    texts: list[Text]
    cut: int


def read_native(
    packed: bytes, native_format: str, *, may_be_mail: bool, at: int = 0, size: int | None = None
) -> Native:
    """The source of a message as the archive holds it: so many bytes of a block, or by itself.

    Raises zlib.error where that is damaged.
    """
    raw, rest = _unpacked(packed) if size is None else _piece(packed, at, size)
    headers, _ = parse_headers(raw, 0, len(raw), [])
    if may_be_mail and headers.fields:
        kind, texts = "E-mail", list(_mail(raw))
    else:
        texts = [Text("", raw.decode("utf-8", "replace"), is_html=native_format == "text/html")]
        kind = _KINDS.get(native_format, "Plain text")
    shown, cut = _cut(texts)
    return Native(kind, shown, cut + rest)


_KINDS = {"text/html": "HTML", "text/x-wiki": "Wikitext", "text/markdown": "Markdown"}


def without_hosts(header: str) -> str:
    """A header as `read_native` gives it, without what stands behind an @ in the fields that name people."""
    lines = header.split("\n")
    return "\n".join(_HOST.sub(r"\1…", line) if _NAMES_PEOPLE.match(line) else line for line in lines)


def _unpacked(packed: bytes) -> tuple[bytes, int]:
    """The first bytes, and how many there are besides."""
    unpacking = zlib.decompressobj()
    first = unpacking.decompress(packed, _MOST_BYTES)
    rest = 0
    for _ in range(_MOST_STEPS):
        if unpacking.eof:
            break
        piece = unpacking.decompress(unpacking.unconsumed_tail, _STEP)
        if not (piece or unpacking.eof):
            raise zlib.error("it is cut off")
        rest += len(piece)
    return first, rest


def _piece(packed: bytes, at: int, size: int) -> tuple[bytes, int]:
    """The first bytes of a piece of what is packed, and how many there are besides."""
    at, most = min(at, _MOST_BYTES), min(size, _MOST_BYTES)
    first = zlib.decompressobj().decompress(packed, at + most or 1)[at:]
    if len(first) < most:
        raise zlib.error("it is cut off")
    return first[:most], size - most


def _cut(texts: list[Text]) -> tuple[list[Text], int]:
    """As much as is shown, and the bytes of what is not."""
    left, cut = MOST, 0
    shown = []
    for one in texts:
        kept = one.text
        if len(kept) > left:
            # An address that is cut in two would not be known for one.
            last = max(0, left - _LONGEST_ADDRESS)
            kept = kept[:last] + _PARTIAL_WORD.sub("", kept[last:left])
            cut += len(one.text[len(kept) :].encode("utf-8", "replace"))
        left -= len(kept)
        shown.append(replace(one, text=kept, is_html=one.is_html and kept == one.text))
    return shown, cut


def _mail(raw: bytes, depth: int = 0) -> Iterator[Text]:
    headers, body = parse_headers(raw, 0, len(raw), [])
    root = parse_parts(raw, headers, body, [])
    yield _header(headers, root.parameters.get("charset"), "Header of the mail within" if depth else "Header")
    leaves = list(root.leaves())
    for part in leaves[:_MOST_PARTS]:
        if part.media_type in _MAILS and depth < _DEEPEST and part.stop > part.start:
            yield from _mail(raw[part.start : part.stop], depth + 1)
        else:
            yield _leaf(raw, part)
    if len(leaves) > _MOST_PARTS:
        yield Text(f"{len(leaves) - _MOST_PARTS:,} more parts", note="not shown")


def _header(headers: Headers, charset: str | None, title: str) -> Text:
    lines = []
    hidden: Counter[str] = Counter()
    for name, value in headers.fields:
        called = name[:_LONGEST_NAME].decode("ascii", "replace").title()
        if name in _IDS:
            lines.append(f"{called}: ({_counted(max(1, value.count(b'<')), 'id')}, not shown)")
        elif name in _SHOWN:
            lines.append(f"{called}: {_value(value, charset)}")
        else:
            hidden[called] += 1
    names = [f"{name} ({count})" if count > 1 else name for name, count in hidden.most_common(_MOST_NAMES)]
    more = f" and {len(hidden) - _MOST_NAMES:,} more" if len(hidden) > _MOST_NAMES else ""
    note = f"Left out: {', '.join(names)}{more}." if names else ""
    return Text(title, "\n".join(lines), note, is_header=True)


def _value(value: bytes, charset: str | None) -> str:
    text = decode_header(unfold(value), [], None if value.isascii() else charset)
    return text[:_LONGEST_FIELD] + ("…" if len(text) > _LONGEST_FIELD else "")


def _leaf(raw: bytes, part: Part) -> Text:
    size = part.stop - part.start
    if not part.media_type.startswith("text/") or part.media_type in _MAILS:
        return Text(part.media_type, note=f"{size:,} bytes, not shown" if size else "kept as a file")
    labels = [part.media_type, part.parameters.get("charset", "").lower()]
    labels.append(part.headers.text(b"content-transfer-encoding").lower())
    title = ", ".join(printable(label[:_LONGEST_NAME]) for label in labels if label)
    if not size:
        return Text(title, note="kept as a file, or empty")
    text = decode(text_content(raw, part, []), part.parameters.get("charset"), [])
    return Text(title, text, is_html=part.media_type == "text/html")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"

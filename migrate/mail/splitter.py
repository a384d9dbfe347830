"""Where one message ends and the next begins: mbox in its dialects (mboxo, mboxrd, mboxcl, mboxcl2) and MMDF.

Works on bytes in memory and gives offsets, so that every byte is accounted for: it belongs to a separator, to a
message, or to the rest after one. Nobody defines mbox (RFC 4155 says so itself); the rules follow what real files hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from migrate.mail.headers import KNOWN_FIELD, WELL_FORMED

BOM = b"\xef\xbb\xbf"
LONGEST_HEADER = 64 << 10  # bytes looked at to judge what is a header
LONGEST_BODY = 256 << 20  # bytes; no longer Content-Length is believed
LOOKAHEAD = LONGEST_HEADER + 4096
LONGEST_SEPARATOR = 1000  # bytes; longer lines are not separators

Data = bytes | bytearray  # while a file is cut, what was read of it grows in place


class Dialect(StrEnum):
    """How a file keeps body lines that begin with "From " apart from separators."""

    MBOXO = "mboxo"  # ">From ", not reversible
    MBOXRD = "mboxrd"  # one more ">" before ">*From "
    MBOXCL = "mboxcl"  # as mboxo, and a true Content-Length
    MBOXCL2 = "mboxcl2"  # nothing escaped, Content-Length says it
    MMDF = "mmdf"  # lines of four ^A around each message


@dataclass(frozen=True, slots=True)
class Format:
    """What holds for a whole file."""

    dialect: Dialect
    patches: bool = False  # git format-patch output: its separators are accepted
    leading_space: bool = False  # Thunderbird's escape: " From " in the body
    cr_only: bool = False  # lines end in CR alone

    def __str__(self) -> str:
        marks = [name for name in ("patches", "leading_space", "cr_only") if getattr(self, name)]
        return " ".join([self.dialect, *marks])


class Segment(NamedTuple):
    """Offsets of one message: separator [start, content), message [content, end), rest [end, stop).

    The rest is the empty line that belongs to the separator, and whatever else is no mail. The next segment starts at
    `stop`; what lies before the first segment belongs to no message.
    """

    start: int
    content: int
    end: int
    stop: int
    envelope: bytes  # the separator line, without its line end; empty in MMDF


_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = rb"\d{1,2}:\d\d(?::\d\d)?"
_ZONE = rb"(?:[A-Z]{1,5}(?:[ ][A-Z]{3,4})?|[+-]\d{4})"
ASCTIME = rb"%b[ ]+%b[ ]+\d{1,2}[ ]+%b(?:[ ]+%b)?[ ]+\d{4}(?:[ ]+%b)?" % (_DAY, _MONTH, _TIME, _ZONE, _ZONE)
RFC822 = rb"(?:%b,[ ]*)?\d{1,2}[ ]+%b[ ]+\d{2,4}[ ]+%b(?:[ ]+%b)?(?:[ ]+\([^()\r\n]{0,40}\))?" % (
    _DAY,
    _MONTH,
    _TIME,
    _ZONE,
)
_STRICT = re.compile(rb"From[ ](?:.*?[ ])??[ ]?(?P<date>%b|%b)[ \t]*\Z" % (ASCTIME, RFC822))
_PATCH = re.compile(rb"From [0-9a-f]{40} Mon Sep 17 00:00:00 2001[ \t]*\Z")
_BARE = re.compile(rb"From[ ](?:-|\?\?\?@\?\?\?)?[ \t]*\Z")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_FIELD_AFTER_ESCAPED = re.compile(rb">From [^\n]{0,998}\n[!-9;-~]+[ \t]*:")
# What follows begins with plain text and not with ^, since that is found many times faster.
_ESCAPED = re.compile(rb">(?<![^\n]>)(>*)From ")
_MAYBE_ESCAPED = re.compile(rb">From ")
_BARE_FROM = re.compile(rb"From (?<![^\n]From )")
_SPACED = re.compile(rb" From (?<![^\n] From )")
_LENGTH = re.compile(rb"\nContent-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\n\r?\n")
_MMDF_MARK = re.compile(rb"^\x01{4}\r?(?:\n|\Z)", re.MULTILINE)
# At the beginning, or behind a line end, the zeros a crash left, or a byte order mark.
_MAYBE_SEPARATOR = re.compile(rb"From (?<![^\n\0\xbf]From )")
# Control characters that no text in any charset of mail holds (ESC does: ISO 2022).
_PRINTABLE = bytes(range(32, 127)) + b"\t\n\r"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def is_header(data: bytes, start: int = 0) -> bool:
    """Whether a mail header begins at `start`: well-formed fields of which one at least is well known."""
    if not _FIELD.match(data, start):
        return False
    end = _HEADER_END.search(data, start, start + LONGEST_HEADER)
    return KNOWN_FIELD.search(data, start, end.start() + 1 if end else start + LONGEST_HEADER) is not None


def split(data: bytes, form: Format) -> Iterator[Segment]:
    """The messages of `data`, in order. Bytes before the first separator are in no segment."""
    if form.dialect is Dialect.MMDF:
        yield from _split_mmdf(data)
        return
    start = next_separator(data, 0, form)
    while start is not None:
        content = _after_separator(data, start)
        stop = message_stop(data, start, form)
        yield Segment(start, content, _message_end(data, content, stop), stop, _line(data, start))
        start = stop if stop < len(data) else None


def message_stop(data: Data, start: int, form: Format) -> int:
    """Where the message whose separator begins at `start` stops: the next separator, or the end of the data."""
    if form.dialect in (Dialect.MBOXCL, Dialect.MBOXCL2) and (landing := _landing(data, start, form)) is not None:
        return landing
    following = next_separator(data, _after_separator(data, start), form)
    return len(data) if following is None else following


def cut_at(data: Data, form: Format, target: int, complete: bool) -> int | None:
    """The first message start at or after `target` that more data could not change; None if there is none (yet).

    `data` begins with a separator and, unless `complete`, goes on. The answer depends on nothing behind the cut but the
    header there, so that a file that grows is cut at the same places again.
    """
    sure = len(data) if complete else len(data) - LOOKAHEAD
    if form.dialect is Dialect.MMDF:
        marks = _MMDF_MARK.finditer(data, target, max(0, sure))
        return next((mark.start() for mark in marks if _begins_message(data, mark.end())), None)
    if form.dialect not in (Dialect.MBOXCL, Dialect.MBOXCL2):
        stop = next_separator(data, target, form) if target < sure else None
        return stop if stop is not None and stop < sure else None
    position = next_separator(data, 0, form)
    while position is not None and position < min(target, len(data)):
        if not complete and _claimed_stop(data, position) > sure:
            return None
        position = message_stop(data, position, form)
    return position if position is not None and position < sure else None


def next_separator(data: Data, position: int, form: Format) -> int | None:
    """The offset of the first separator at or after `position`, which must begin a line; None if there is none."""
    for found in _MAYBE_SEPARATOR.finditer(data, position):
        if is_separator(data, found.start(), form.patches):
            return found.start()
    return None


def is_separator(data: Data, start: int, patches: bool = False) -> bool:
    """Whether the line at `start`, which begins with "From ", separates messages."""
    line = _line(data, start)
    if len(line) > LONGEST_SEPARATOR:
        return False
    if _PATCH.match(line):
        return patches
    strict = _STRICT.match(line) is not None
    following = start + len(line)
    following = len(data) if following >= len(data) else data.find(b"\n", following) + 1 or len(data)
    if _FIELD.match(data, following) or _FIELD_AFTER_ESCAPED.match(data, following):
        return strict or _is_loose_separator(data, start, following)
    # A message without any header: nothing but an empty line, or the end, after a separator beyond doubt.
    headless = following >= len(data) or data.startswith((b"\n", b"\r\n"), following)
    return strict and b":" in line and _blank_before(data, start) and (headless or start <= len(BOM))


def _is_loose_separator(data: Data, start: int, following: int) -> bool:
    """Whether a line without a date in a known form is a separator, as the header after it shows."""
    if data[start - 1 : start] == b"\0":  # may be inside a line: too little to go by
        return False
    if _BARE.match(_line(data, start)):
        return _known_fields(data, following) >= 1
    return _blank_before(data, start) and _known_fields(data, following) >= 2


def _line(data: Data, start: int) -> bytes:
    end = data.find(b"\n", start, start + LONGEST_SEPARATOR + 2)
    return bytes(data[start : end if end >= 0 else start + LONGEST_SEPARATOR + 2]).rstrip(b"\r")


def _blank_before(data: Data, start: int) -> bool:
    before = data[max(0, start - 3) : start]
    return start == 0 or before == BOM or before.endswith((b"\n\n", b"\n\r\n", b"\0")) or before in (b"\n", b"\r\n")


def _known_fields(data: Data, start: int) -> int:
    """How many well-known fields follow before the first line that is no field. No line is looked at for two starts."""
    start = _after_escaped(data, start)
    header = WELL_FORMED.match(data, start, start + LONGEST_HEADER)
    return len(KNOWN_FIELD.findall(data, start, header.end())) if header else 0


def _after_escaped(data: Data, start: int) -> int:
    """Behind the ">From - date" line that one Thunderbird build put before each header."""
    return data.find(b"\n", start) + 1 or len(data) if data.startswith(b">From ", start) else start


def _after_separator(data: Data, start: int) -> int:
    """Where the header begins."""
    return _after_escaped(data, data.find(b"\n", start) + 1 or len(data))


def _claimed_stop(data: Data, start: int) -> int:
    """Where the body ends by Content-Length; 0 where there is none, or one beyond belief."""
    content = _after_separator(data, start)
    header_end = _HEADER_END.search(data, content - 1, content + LONGEST_HEADER)
    length = _LENGTH.search(data, content - 1, header_end.end()) if header_end else None
    if header_end is None or length is None or int(length[1]) > LONGEST_BODY:
        return 0
    return header_end.end() + int(length[1])


def _landing(data: Data, start: int, form: Format) -> int | None:
    """Where Content-Length leads, if that is a separator or the end of the data."""
    stop = _claimed_stop(data, start)
    if not stop or stop > len(data):
        return None
    if not data[stop : stop + 4].strip() and len(data) - stop < 4:
        return len(data)
    for blank in (b"\r\n", b"\n", b""):
        if data.startswith(blank + b"From ", stop) and is_separator(data, stop + len(blank), form.patches):
            return stop + len(blank)
    return None


def _message_end(data: bytes, content: int, stop: int) -> int:
    """Where the message ends: before the empty line that belongs to the separator, and before binary junk."""
    end = _before_junk(data, content, stop)
    for blank in (b"\n\r\n", b"\n\n"):
        if data[max(content, end - len(blank)) : end] == blank:
            return end - len(blank) + 1
    return end


def _before_junk(data: bytes, content: int, stop: int) -> int:
    """Where a run of binary lines at the very end begins; `stop` if there is none, or nothing but it."""
    end = stop
    while end > content:
        line = data.rfind(b"\n", content, end - 1) + 1 or content
        if not _is_binary(data[line:end]):
            return end
        if line <= content:
            break
        end = line
    return stop


def _is_binary(line: bytes) -> bool:
    return bool(_BINARY.search(line)) and len(line.translate(None, _PRINTABLE)) * 4 > len(line)


def _split_mmdf(data: bytes) -> Iterator[Segment]:
    """One mark opens a message and one closes it; where a writer left out the closing ones, the header tells."""
    marks = [mark.span() for mark in _MMDF_MARK.finditer(data)]
    found: list[tuple[int, int, int]] = []
    inside = False
    for (start, content), (end, _) in pairwise([*marks, (len(data), len(data))]):
        inside = bool(data[content:end].strip()) and (not inside or _begins_message(data, content))
        if inside:
            found.append((start, content, end))
    for (start, content, end), (stop, _, _) in pairwise([*found, (len(data), 0, 0)]):
        envelope = _line(data, content) if data.startswith(b"From ", content) else b""
        yield Segment(start, min(end, _after_separator(data, content)) if envelope else content, end, stop, envelope)


def _begins_message(data: Data, start: int) -> bool:
    """Whether a header begins behind an MMDF mark, perhaps after a separator line."""
    return _known_fields(data, _after_separator(data, start) if data.startswith(b"From ", start) else start) >= 1


def with_newlines(data: bytes) -> bytes:
    """The data with line feeds where all its lines end in CR alone, as on old Macs; no offset changes."""
    return data.replace(b"\r", b"\n") if b"\n" not in data else data


def detect_format(sample: bytes) -> Format | None:
    """What kind of mailbox the beginning of a file shows; None if no separator is in it."""
    cr_only = b"\n" not in sample and b"\r" in sample
    sample = with_newlines(sample)
    if _MMDF_MARK.match(sample.lstrip(BOM + b"\r\n\0 ")):
        return Format(Dialect.MMDF, cr_only=cr_only)
    patches = bool(_PATCH.match(_line(sample, 0)))
    plain = Format(Dialect.MBOXO, patches=patches, cr_only=cr_only)
    segments = list(split(sample, plain))
    if not segments:
        return None
    mozilla = any(segment.envelope.startswith(b"From -") or not segment.envelope[5:].strip() for segment in segments)
    return Format(_dialect(sample, plain), patches, mozilla and bool(_SPACED.search(sample)), cr_only)


def _dialect(sample: bytes, plain: Format) -> Dialect:
    if sample.startswith(b"From mboxrd@z "):  # as public-inbox exports
        return Dialect.MBOXRD
    walked = list(split(sample, replace(plain, dialect=Dialect.MBOXCL2))) if _LENGTH.search(sample) else []
    landed = sum(_landing(sample, segment.start, plain) is not None for segment in walked)
    if landed and landed >= (len(walked) - 1) * 0.9:  # the last one may reach beyond the sample
        bare = any(_BARE_FROM.search(sample, segment.content, segment.end) for segment in walked)
        return Dialect.MBOXCL if not bare and _isolated(sample) else Dialect.MBOXCL2
    return Dialect.MBOXRD if any(_isolated(sample)) else Dialect.MBOXO


def _isolated(data: bytes) -> list[int]:
    """How many extra ">" each escaped line has that is no part of a quotation."""
    return [len(match[1]) for match in _ESCAPED.finditer(data) if not _in_quotation(data, match.start())]


def _in_quotation(data: bytes, start: int) -> bool:
    """Whether a line beside the one at `start` is quoted in the same manner: ">" with no space after it."""
    before = data.rfind(b"\n", 0, max(0, start - 1)) + 1
    after = data.find(b"\n", start) + 1 or len(data)
    return any(data.startswith(b">", at) and not data.startswith(b"> ", at) for at in (before, after) if at != start)


def unescape(message: bytes, form: Format) -> bytes:
    """The message as it was before its lines that begin with "From " were escaped."""
    if form.dialect is Dialect.MBOXRD:
        return _ESCAPED.sub(rb"\1From ", message) if _MAYBE_ESCAPED.search(message) else message
    if form.dialect in (Dialect.MBOXO, Dialect.MBOXCL) and _MAYBE_ESCAPED.search(message):
        message = _ESCAPED.sub(lambda m: m[0] if _in_quotation(message, m.start()) else m[0][1:], message)
    if form.leading_space:
        message = _SPACED.sub(b"From ", message)
    return message

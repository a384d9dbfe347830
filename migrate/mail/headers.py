"""The header of a message or of a part: raw fields, unfolded and decoded on demand."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

from migrate.mail.charsets import WEAK, clean_label, decode, is_utf8
from migrate.mail.problems import Problem, Problems

MAX_FIELD = 64 << 10  # bytes of one field that are looked at
MAX_ID_FIELD = 1 << 20  # References may be long: thousands of ids
ID_FIELDS = (b"references", b"in-reply-to")

_CR, _LF = b"\r\n"
_EMPTY_LINE = re.compile(rb"\n\r?\n")
FIELD_NAME = re.compile(rb"([!-9;-~]++)[ \t]*+:")
# Where a line begins that goes on no field, and its name if it is one itself. The line end first: it is found fast.
_NEXT_FIELD = re.compile(rb"\n(?![ \t])(?:([!-9;-~]++)[ \t]*+:|)")
_FIELD = re.compile(FIELD_NAME.pattern + rb"([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
WELL_FORMED = re.compile(rb"(?:[!-9;-~]++[ \t]*+:[^\n]*+\n?(?:[ \t][^\n]*+\n?)*+)*+")
# What tells a mail header from other "Name: value" lines.
KNOWN_FIELD = re.compile(
    rb"^(?:From|Date|Subject|To|Cc|Message-ID|In-Reply-To|References|Received|Return-Path|Sender|Reply-To|MIME-Version"
    rb"|Content-Type|Content-Transfer-Encoding|Delivered-To|X-Mozilla-Status|X-GM-THRID|Status|List-Id|Newsgroups)"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
# RFC 2047 2, with the spaces and question marks inside that broken programs leave, and without the end that others cut
# off; bounded, so that it stays linear.
_WORD = re.compile(
    rb"=\?[ \t]?([^\s?*]{1,60})(?:\*[^\s?]{0,40})?[ \t]?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000})\?="
    rb"|=\?([^\s?*]{1,60})\?([bBqQ])\?([^?]{0,2000})\??\Z"
)
_BETWEEN_WORDS = re.compile(rb"\s*\Z")
MOST_TIMES_ENCODED = 2
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


class Headers:
    """The fields of one header, in order. Names are compared in lower case, values are bytes."""

    def __init__(self, raw: bytes, values: dict[bytes, list[tuple[int, int]]]) -> None:
        """`values`: where those of each lower-case name begin and end in `raw`. They are cut out when asked for."""
        self._raw = raw
        self._values = values

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """All of them: the name in lower case, and the value as it is written."""
        places = sorted((place, name) for name, places in self._values.items() for place in places)
        return [(name, self._raw[slice(*place)]) for place, name in places]

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, name: bytes) -> bool:
        return name in self._values

    def first(self, name: bytes) -> bytes:
        """The unfolded value of the first field of that lower-case name; empty where there is none."""
        places = self._values.get(name)
        if places is None:
            return b""
        begin, end = places[0]
        return unfold(self._raw[begin:end])

    def all(self, name: bytes) -> list[bytes]:
        """The unfolded values of all fields of that lower-case name."""
        return [unfold(self._raw[begin:end]) for begin, end in self._values.get(name, ())]

    def has_any(self, names: frozenset[bytes]) -> bool:
        """Whether there is a field of one of these lower-case names."""
        return not self._values.keys().isdisjoint(names)

    def text(self, name: bytes) -> str:
        """The first field of that name as ASCII text, other bytes replaced: for words of a grammar, not for people."""
        value = self.first(name)
        return value.decode("ascii", "replace") if value else ""


NO_HEADERS = Headers(b"", {})


def unfold(value: bytes) -> bytes:
    """A field's value on one line (RFC 5322 2.2.3); a line end in it stands before a space or a tab."""
    return (value.replace(b"\r\n", b"").replace(b"\n", b"") if _LF in value else value).strip()


def parse_headers(raw: bytes, start: int, stop: int, problems: Problems) -> tuple[Headers, int]:
    """The header that begins at `start` and where the body after it begins."""
    values, end = _well_formed(raw, start, min(stop, start + MAX_FIELD))
    if end == stop or (end - start < MAX_FIELD and raw.startswith((b"\n", b"\r\n"), end, stop)):
        return Headers(raw, values), min(stop, end + (1 if raw.startswith(b"\n", end) else 2))
    end, body = _header_end(raw, start, stop)
    values = {}
    position = start
    while position < end:
        match = _FIELD.match(raw, position, end)
        if match:
            name = match[1].lower()
            values.setdefault(name, []).append(_bounded(name, match.span(2), problems))
            position = match.end()
            continue
        following = _line_end(raw, position, end)
        while raw.startswith((b" ", b"\t"), following) and following < end:
            following = _line_end(raw, following, end)
        if not values or not KNOWN_FIELD.match(raw, following, end):
            return Headers(raw, values), position  # the empty line before the body is missing
        problems.append(
            Problem("header-garbage", "warning", "A line in the header is no header field; it was passed over.")
        )
        position = following
    return Headers(raw, values), body


def _well_formed(raw: bytes, start: int, stop: int) -> tuple[dict[bytes, list[tuple[int, int]]], int]:
    """Where the values of each name begin and end, and where the first line that belongs to no field begins."""
    values: dict[bytes, list[tuple[int, int]]] = {}
    first = FIELD_NAME.match(raw, start, stop)
    if first is None:
        return values, start
    name, begin = first[1], first.end()
    for line in _NEXT_FIELD.finditer(raw, begin, stop):
        end, following = line.span()
        values.setdefault(name.lower(), []).append((begin, end))
        name, begin = line[1], following
        if name is None:
            return values, begin
    values.setdefault(name.lower(), []).append((begin, stop))
    return values, stop


def _header_end(raw: bytes, start: int, stop: int) -> tuple[int, int]:
    """Where the fields end and where the body begins: around the first empty line."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return start, min(stop, start + (1 if raw.startswith(b"\n", start) else 2))
    found = _EMPTY_LINE.search(raw, start, stop)
    return (found.start() + 1, found.end()) if found else (stop, stop)


def empty_line(raw: bytes, start: int, stop: int) -> tuple[int, int] | None:
    """The first two line ends in a row, each "\\n" or "\\r\\n": where they begin and end, within [start, stop)."""
    found = _EMPTY_LINE.search(raw, start, stop)
    if found is None:
        return None
    first, end = found.span()
    return (first - 1 if first > start and raw[first - 1] == _CR else first), end


def _bounded(name: bytes, value: tuple[int, int], problems: Problems) -> tuple[int, int]:
    begin, end = value
    limit = MAX_ID_FIELD if name in ID_FIELDS else MAX_FIELD
    if end - begin <= limit:
        return value
    text = f"A header field of {end - begin} bytes was cut to {limit}."
    problems.append(Problem("header-too-long", "warning", text))
    return begin, begin + limit


def _line_end(raw: bytes, position: int, end: int) -> int:
    found = raw.find(b"\n", position, end)
    return end if found < 0 else found + 1


def decode_header(value: bytes, problems: Problems, charset: str | None = None) -> str:
    """A field's value for people: RFC 2047 words and raw 8-bit text decoded, white space folded to single spaces.

    `charset` is what the text of the message is labelled with: a guess for 8-bit text that has no label of its own.
    """
    if charset and b"=?" not in value and not value.isascii() and (guess := _as_labelled(value, charset)):
        text = guess
    elif b"=?" in value:
        text = _decode_words(value, problems)
    elif value.isascii() and b"\x1b" not in value:
        text = value.decode("ascii")
    else:
        text = decode(value, None, problems, what="header")
    if not text.isprintable() or "  " in text:
        text = _SPACE.sub(" ", text.replace("\0", ""))
    return text.strip()


def _as_labelled(value: bytes, charset: str) -> str | None:
    """Raw 8-bit text that is no UTF-8, in the charset of the message if all of it fits."""
    if is_utf8(value) or clean_label(charset) in WEAK:
        return None
    found: Problems = []
    text = decode(value, charset, found, what="header")
    return None if found else text


def _decode_words(value: bytes, problems: Problems, again: int = MOST_TIMES_ENCODED - 1) -> str:
    """Adjacent words of one charset are joined as bytes first, since characters are split between words in the wild."""
    runs: list[_Run] = []
    position = 0
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        if between and not (runs and runs[-1].charset is not None and _BETWEEN_WORDS.match(between)):
            runs.append(_Run(None, "", between))
        _add_word(runs, *(match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6]))
        position = match.end()
    if rest := value[position:]:
        runs.append(_Run(None, "", rest))
    text = "".join(decode(_content(run), run.charset, problems, what="header") for run in runs)
    if again and "=?" in text and text.isascii() and _WORD.search(inner := text.encode()):
        return _decode_words(inner, problems, again - 1)
    return text


class _Run(NamedTuple):
    """Adjacent encoded words of one charset and encoding ("b" or "q"), or text between words."""

    charset: str | None
    encoding: str
    content: bytes


def _add_word(runs: list[_Run], label: bytes, letter: bytes, content: bytes) -> None:
    charset, encoding = label.decode("ascii", "replace").lower(), letter.decode().lower()
    before = runs[-1] if runs else None
    if before is None or before.charset != charset:
        runs.append(_Run(charset, encoding, content))
    elif before.encoding == encoding == "b" and _is_cut(before.content):
        runs[-1] = _Run(charset, encoding, before.content + content)  # cut as text after it had been encoded
    else:
        runs[-1] = _Run(charset, "", _content(before) + _content(_Run(charset, encoding, content)))


def _is_cut(content: bytes) -> bool:
    return not content.endswith(b"=") and len(content.translate(None, _NOT_BASE64)) % 4 != 0


def _content(run: _Run) -> bytes:
    if run.encoding == "b":
        return decode_base64(run.content)
    return binascii.a2b_qp(run.content, header=True) if run.encoding == "q" else run.content


def decode_base64(data: bytes) -> bytes:
    """What can be decoded, whatever stands between and whether or not it is whole."""
    clean = data.translate(None, _NOT_BASE64)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))

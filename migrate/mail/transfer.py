"""What a part holds: its transfer encoding undone, also where it is damaged, mislabelled or not labelled at all."""

from __future__ import annotations

import binascii
import re

from migrate.mail.headers import decode_base64
from migrate.mail.mime import Part
from migrate.mail.problems import Problem, Problems

SHORTEST_UNLABELLED = 2  # lines of base64 without a label; one line may be a key, or a word

_LABEL_NOISE = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789"))
_BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]*+[ \t]*+\r?\n)*+[A-Za-z0-9+/]*+=*+\s*+")
_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_PADDING = re.compile(rb"=+")
_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)++[A-Za-z0-9+/]{0,76}={0,2}\s*+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)

_PADDED_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")
# Quoted-printable throughout (RFC 2045 6.7): short lines, and each "=" begins a code or ends a line.
_QUOTED_PRINTABLE = re.compile(rb"(?:[^=\n]++|=[0-9A-F]{2}|=[ \t]*+\r?(?:\n|\Z)|\n)*+")
LONGEST_LINE = 78  # RFC 2045 6.7 (5) says 76
_CODE = re.compile(rb"=(?:3D|20\r?\n|\r?\n|[89A-F][0-9A-F])")
# What hardly stands in a text that was never encoded; "=FFaa00" is a colour, and "=CAfe" another number.
_SIGNS = re.compile(
    rb"=(?:3D|20\r?\n|(?<=[^\n=]{50}=)\r?\n|[C-F][0-9A-F]=[89AB][0-9A-F]|[89A-F][0-9A-F](?=[a-z])(?![0-9A-Fa-f]{2}))"
)
# What no encoder writes, as in "?q=20&x=3D", and what is said where encoded text is shown to others.
_AGAINST = re.compile(
    rb"(?<![\n=])=(?:20(?=[!-<>-~])|3[0-9AB]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])|quoted.printable", re.IGNORECASE
)
ENOUGH_SIGNS = 2
_FULL_LINE = re.compile(rb"=(?<=\n[^\n]{75}=)\r?\n")  # broken where encoders break
SHORTEST_FULL_LINE = 60  # characters of a line of base64 that another follows
UUENCODE = (b"xuuencode", b"uuencode", b"xuue", b"uue")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")

_DAMAGED = Problem("encoding-damaged", "warning", "Damaged base64 was decoded as far as it goes.")


def content(raw: bytes, part: Part, problems: Problems) -> bytes:
    """The bytes of a leaf as its label says, for files; where they are damaged, as far as that goes, with a problem."""
    encoding = _encoding(part)
    if encoding == b"base64":
        return _base64(raw, part.start, part.stop, problems)
    data = raw[part.start : part.stop]
    if encoding == b"quotedprintable":
        return _quoted_printable(data)
    return _uuencoded(data, problems) if encoding in UUENCODE else data


def text_content(raw: bytes, part: Part, problems: Problems) -> bytes:
    """The bytes of a leaf that is to be read: decoded also where the label is missing, and left where it is wrong."""
    data = raw[part.start : part.stop]
    encoding = _encoding(part)
    if encoding == b"base64":
        wide = part.parameters.get("charset", "").lower().startswith(("utf-16", "utf-32"))
        return _base64_text(data, wide, problems)
    if encoding in UUENCODE:
        return _uuencoded(data, problems)
    return _unlabelled(_quoted_printable(data) if encoding == b"quotedprintable" else data, problems)


def _encoding(part: Part) -> bytes:
    label = part.headers.first(b"content-transfer-encoding")
    return label.lower().partition(b";")[0].translate(None, _LABEL_NOISE) if label else b""


def _quoted_printable(data: bytes) -> bytes:
    # RFC 2045 6.7 (3): white space at the end of a line does not count.
    return binascii.a2b_qp(_PADDED_BREAK.sub(b"=", data))


def _unlabelled(data: bytes, problems: Problems) -> bytes:
    """A text that is still encoded, because its header lost the label or because it was encoded twice, decoded."""
    decoded = None
    if b" " not in data[:LONGEST_LINE] and len(data) > LONGEST_LINE:
        decoded = _hidden_base64(data)
    if decoded is None and b"=" in data and _CODE.search(data):
        decoded = _hidden_quoted_printable(data)
    if decoded is None:
        return data
    text = "The text was still encoded, though its header does not say so; it was decoded."
    problems.append(Problem("encoding-unlabelled", "info", text))
    return decoded


def _hidden_quoted_printable(data: bytes) -> bytes | None:
    if not _QUOTED_PRINTABLE.fullmatch(data) or _AGAINST.search(data):
        return None
    if sum(1 for _ in _SIGNS.finditer(data)) < ENOUGH_SIGNS and not _FULL_LINE.search(data):
        return None
    if max(map(len, data.split(b"\n"))) > LONGEST_LINE:
        return None
    decoded = _quoted_printable(data)
    return None if _CONTROL.search(decoded) else decoded


def _hidden_base64(data: bytes) -> bytes | None:
    stripped = data.strip()
    if stripped.count(b"\n") + 1 < SHORTEST_UNLABELLED or not _BASE64_LINES.fullmatch(stripped):
        return None
    decoded = decode_base64(stripped)
    if _CONTROL.search(decoded) or b" " not in decoded:
        return None
    return decoded


def _base64(raw: bytes, start: int, stop: int, problems: Problems) -> bytes:
    if _BASE64_RUN.fullmatch(raw, start, stop) and _is_whole(raw, start, stop):
        try:
            return binascii.a2b_base64(memoryview(raw)[start:stop])  # no copy: files are large
        except binascii.Error:  # more padding than there can be
            return _decoded(raw[start:stop])
    problems.append(_DAMAGED)
    return _decoded(raw[start:stop])


def _base64_text(data: bytes, wide: bool, problems: Problems) -> bytes:
    """Decoded base64, and what a list appended in the clear; the data where it is no base64 whatever the label says."""
    run = _BASE64_RUN.match(data)
    end = run.end() if run else 0
    rest = data[end:].strip()
    decoded = decode_base64(data[:end])
    if _CONTROL.search(decoded) and not wide and data.lstrip().find(b"\n") < SHORTEST_FULL_LINE:
        problems.append(_DAMAGED)
        return data
    whole = _is_whole(data, 0, end)
    if whole and not rest:
        return decoded
    problems.append(_DAMAGED)
    if _reads_as_base64(rest):
        return decoded + _decoded(rest)
    # Words that follow on the same line are no footer.
    return b"\n".join(filter(None, (decoded, rest))) if whole and data[end - 1 : end] in b"=\n" else data


def _is_whole(data: bytes, start: int, stop: int) -> bool:
    white = sum(data.count(character, start, stop) for character in (b" ", b"\t", b"\r", b"\n"))
    return (stop - start - white) % 4 == 0


def _reads_as_base64(rest: bytes) -> bool:
    """Whether what follows the first run of base64 is more of it, with a few stray characters, and not words."""
    stray = rest.translate(None, _BASE64_ALPHABET)
    return len(stray) * 20 <= len(rest) and b" " not in rest and not _CONTROL.search(_decoded(rest))


def _decoded(data: bytes) -> bytes:
    """Base64 decoded, also several runs one after the other, each with its padding."""
    return b"".join(map(decode_base64, _PADDING.split(data)))


def _uuencoded(data: bytes, problems: Problems) -> bytes:
    begin = _UU_BEGIN.search(data)
    output: list[bytes] = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() == b"end":
            return b"".join(output)
        try:
            output.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write too many trailing characters.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                output.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                break
    problems.append(Problem("encoding-damaged", "warning", "Damaged uuencoded content was decoded as far as it goes."))
    return b"".join(output) or data

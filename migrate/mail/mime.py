"""The parts of a message: where they lie in its bytes, what they are, what they hold.

Works by offsets into the raw message and without recursion, so that hostile nesting costs nothing and the exact bytes
of everything stay known.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import decode_params

from migrate.mail.charsets import decode
from migrate.mail.headers import Headers, decode_base64, decode_header, parse_headers
from migrate.mail.problems import Problem, Problems

MAX_DEPTH = 40
MAX_PARTS = 2000

_TOO_MANY = Problem("mime-too-deep", "warning", "Parts nested too deep, or too many, were kept as one file.")
_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127})\s*(?:;|\Z|\s)")
_PARAMETER = re.compile(rb"(?<![;\s])[;\s]++([\w*.-]{1,80}+)\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*)\"?|([^;\s]*))")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]*+[ \t]*+\r?\n)*+[A-Za-z0-9+/]*+=*+\s*+")
_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part: its header, and its content as the range [start, stop) of the raw message."""

    headers: Headers
    start: int
    stop: int
    media_type: str
    parameters: dict[str, str]
    depth: int = 0
    children: list[Part] = field(default_factory=list)

    @property
    def disposition(self) -> str:
        """ "inline", "attachment" or "", in lower case."""
        return self.headers.text(b"content-disposition").partition(";")[0].strip().lower()

    def filename(self, problems: Problems) -> str:
        """The file name it carries, decoded from RFC 2231 or RFC 2047; empty where there is none."""
        disposition = parameters(self.headers.first(b"content-disposition"), problems)
        name = disposition.get("filename") or self.parameters.get("name") or ""
        return decode_header(name.encode("utf-8", "replace"), problems) if "=?" in name else name

    def leaves(self) -> Iterator[Part]:
        """The parts that hold content, in the order in which they stand."""
        stack = [self]
        while stack:
            part = stack.pop()
            if part.children:
                stack.extend(reversed(part.children))
            else:
                yield part


def parse_parts(raw: bytes, headers: Headers, start: int, problems: Problems) -> Part:
    """The tree of parts of a message whose body begins at `start`. Multiparts nested too deep are left as one leaf."""
    root = _part(headers, start, len(raw), "text/plain", problems)
    open_parts = [root]
    count = 1
    while open_parts:
        part = open_parts.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        if part.depth >= MAX_DEPTH or count >= MAX_PARTS:
            problems.append(_TOO_MANY)
            part.media_type = "application/octet-stream"
            continue
        part.children = _children(raw, part, problems)
        count += len(part.children)
        open_parts.extend(part.children)
    return root


def _part(headers: Headers, start: int, stop: int, default: str, problems: Problems, depth: int = 0) -> Part:
    value = headers.first(b"content-type")
    match = _TYPE.match(value.decode("latin-1"))
    return Part(headers, start, stop, match[1].lower() if match else default, parameters(value, problems), depth)


def _children(raw: bytes, part: Part, problems: Problems) -> list[Part]:
    marks = _boundaries(raw, part)
    if not marks:
        problems.append(
            Problem("mime-no-boundary", "warning", "A multipart message without parts was read as plain text.")
        )
        part.media_type = "text/plain"
        return []
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    children: list[Part] = []
    for (_, begin), (end, _) in zip(marks, [*marks[1:], (part.stop, 0)], strict=True):
        if begin < 0:
            break
        if len(children) == MAX_PARTS:
            problems.append(_TOO_MANY)
            children.append(Part(Headers([]), begin, part.stop, "application/octet-stream", {}, part.depth + 1))
            break
        content_end = _before_line_end(raw, begin, end) if end < part.stop else end
        headers, body = parse_headers(raw, begin, content_end, problems)
        children.append(_part(headers, body, max(body, content_end), default, problems, part.depth + 1))
    return children


def _boundaries(raw: bytes, part: Part) -> list[tuple[int, int]]:
    """Where each delimiter line begins and where the part after it does; -1 after the last (RFC 2046 5.1.1)."""
    boundary = part.parameters.get("boundary", "").rstrip()
    if not boundary:
        return []
    pattern = rb"^--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*\r?(?:\n|\Z)"
    found = re.compile(pattern, re.MULTILINE).finditer(raw, part.start, part.stop)
    return [(match.start(), -1 if match[1] else match.end()) for match in found]


def _before_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if raw.endswith(b"\r\n", start, end):
        return end - 2
    return end - 1 if raw.endswith(b"\n", start, end) else end


def parameters(value: bytes, problems: Problems) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition field, decoded, by lower-case name; the first of each."""
    if b"=" not in value:
        return {}
    found: list[tuple[str, str]] = []
    for match in _PARAMETER.finditer(value):
        name = match[1].decode("ascii").lower()
        content = match[3] if match[2] is None else _ESCAPE.sub(rb"\1", match[2])
        # RFC 2231 values name their own charset, in ASCII.
        found.append((name, content.decode("latin-1") if "*" in name else decode(content, None, problems, "header")))
    if not any("*" in name for name, _ in found):
        return dict(reversed(found))
    return {name: _rfc2231(content) for name, content in reversed(decode_params([("", ""), *found])[1:])}


def _rfc2231(value: str | tuple[str | None, str | None, str]) -> str:
    """A parameter in the form `decode_params` gives it: with the charset it names, without quotes."""
    if isinstance(value, str):
        return value.removeprefix('"').removesuffix('"')
    charset, _, content = value
    return decode(content.strip('"').encode("latin-1", "replace"), charset, [])


def content(raw: bytes, part: Part, problems: Problems) -> bytes:
    """The decoded bytes of a leaf. What is damaged is decoded as far as it goes, with a problem."""
    data = raw[part.start : part.stop]
    encoding = part.headers.text(b"content-transfer-encoding").partition(";")[0].strip().strip("\"'").lower()
    if encoding == "base64":
        return _base64(data, part.media_type.startswith("text/"), problems)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencoded(data, problems)
    return data


def _base64(data: bytes, is_text: bool, problems: Problems) -> bytes:
    """Decoded base64; also several runs of it one after the other, and what a list appended to a text in the clear."""
    run = _BASE64_RUN.match(data)
    end = run.end() if run else 0
    rest = data[end:].strip()
    decoded = decode_base64(data[:end])
    if not rest and len(data[:end].translate(None, b" \t\r\n")) % 4 == 0:
        return decoded
    problems.append(Problem("encoding-damaged", "warning", "Damaged base64 was decoded as far as it goes."))
    stray = rest.translate(None, _BASE64_ALPHABET)
    if is_text and len(stray) * 20 > len(rest):
        whole = len(data[:end].translate(None, b"\r\n")) % 4 == 0
        return b"\n".join(filter(None, (decoded, rest))) if whole else data
    return decoded + decode_base64(rest)


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

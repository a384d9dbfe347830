"""The parts of a message: where they lie in its bytes and what they are.

Works by offsets into the raw message and without recursion, so that hostile nesting costs nothing and the exact bytes
of everything stay known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import decode_params
from functools import lru_cache

from migrate.mail.charsets import decode
from migrate.mail.headers import NO_HEADERS, Headers, decode_header, parse_headers
from migrate.mail.problems import Problem, Problems

MAX_DEPTH = 40
MAX_PARTS = 2000
LONGEST_PREAMBLE = 1000  # bytes

_TOO_MANY = Problem("mime-too-deep", "warning", "Parts nested too deep, or too many, were kept as one file.")
_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127})\s*(?:;|\Z|\s)")
_PARAMETER = re.compile(rb"(?<![;\s])[;\s]++([\w*.-]{1,80}+)\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*)\"?|([^;\s]*))")
_DELIMITER = re.compile(rb"^--([!-~]{6,70})[ \t]*\r?\nContent-(?:Type|Transfer-Encoding|Disposition):", re.I | re.M)
_MORE_OF_NAME = re.compile(rb"(?:[ \t]++[^;=\s\"]++)++(?=\s*+(?:;|\Z))")  # spaces that want quotes
_REST_OF_DELIMITER = re.compile(rb"(--?)?[ \t]*\r?(?:\n|\Z)")
_ESCAPE = re.compile(rb"\\([\"\\])")  # others were meant: old programs write paths with single backslashes
# What programs write above the parts, for readers that know no MIME.
_FOR_OLD_READERS = re.compile(
    rb"\s*(?:This (?:is an?|message is in|message contains)\b[^\n?]{0,60}\b(?:multi-?part|MIME|S/MIME)\b[^\n?]{0,200}"
    rb"(?:\r?\n(?!--)[^\n?]{0,200}){0,5})?\s*\Z",
    re.IGNORECASE,
)
_ALTERNATIVES = (["text/plain", "text/html"], ["text/plain", "text/enriched"])
_RULE = re.compile(rb"\s*(?:[_*=-]{2,}|\Z)")  # what a list's footer begins with


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
    epilogue: int | None = None  # where in the raw message what stands behind the last delimiter begins

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
    lost_type = b"content-type" not in headers and b"\nContent-" in raw[start : start + LONGEST_PREAMBLE]
    if lost_type:
        _restore_type(raw, root, problems)
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
    if lost_type and [child.media_type for child in root.children] in _ALTERNATIVES:
        root.media_type = "multipart/alternative"
    return root


def _restore_type(raw: bytes, root: Part, problems: Problems) -> None:
    """A body that begins with a delimiter and ends with one is a multipart, though its header lost the type."""
    begin = _DELIMITER.search(raw, root.start, root.start + LONGEST_PREAMBLE)
    if begin is None:
        return
    last = b"\n--" + begin[1] + b"--"
    end = raw.rfind(last, begin.end(1))
    if end < 0:
        return
    if not _FOR_OLD_READERS.match(raw[root.start : begin.start()]) or not _RULE.match(raw, end + len(last)):
        return  # somebody shows a mail to others
    root.parameters["boundary"] = begin[1].decode("latin-1")
    root.media_type = "multipart/mixed"  # what is not known is taken for that (RFC 2046 5.1.7)
    text = "The parts of the message stood in its text, since its header lost their type; they were read as parts."
    problems.append(Problem("mime-type-missing", "info", text))


def _part(headers: Headers, start: int, stop: int, default: str, problems: Problems, depth: int = 0) -> Part:
    media_type, named, found = _content_type(headers.first(b"content-type"))
    problems += found
    return Part(headers, start, stop, media_type or default, dict(named), depth)


@lru_cache(maxsize=256)  # most are the same few
def _content_type(value: bytes) -> tuple[str, dict[str, str], tuple[Problem, ...]]:
    """The media type in lower case, empty where there is none; the parameters; and what is wrong with them."""
    problems: Problems = []
    match = _TYPE.match(value.decode("latin-1"))
    return match[1].lower() if match else "", parameters(value, problems), tuple(problems)


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
    for (_, begin, is_last), (end, _, _) in zip(marks, [*marks[1:], (part.stop, 0, False)], strict=True):
        if is_last:
            part.epilogue = begin
            break
        if len(children) == MAX_PARTS:
            problems.append(_TOO_MANY)
            children.append(Part(NO_HEADERS, begin, part.stop, "application/octet-stream", {}, part.depth + 1))
            break
        content_end = _before_line_end(raw, begin, end) if end < part.stop else end
        headers, body = parse_headers(raw, begin, content_end, problems)
        children.append(_part(headers, body, max(body, content_end), default, problems, part.depth + 1))
    return children


def _boundaries(raw: bytes, part: Part) -> list[tuple[int, int, bool]]:
    """Where each delimiter line begins, where what follows it does, and whether it is the last (RFC 2046 5.1.1).

    Where the last one is missing, the only one that lost a dash of its end stands for it.
    """
    boundary = part.parameters.get("boundary", "").rstrip()
    if not boundary:
        return []
    delimiter = b"--" + boundary.encode("utf-8", "replace")
    found = [
        (at, rest.end(), rest[1])
        for at in _lines_with(delimiter, raw, part.start, part.stop)
        if (rest := _REST_OF_DELIMITER.match(raw, at + len(delimiter), part.stop))
    ]
    ends = [dashes for _, _, dashes in found if dashes]
    last = b"-" if ends == [b"-"] else b"--"
    return [(start, end, dashes == last) for start, end, dashes in found if dashes in (None, last)]


def _lines_with(beginning: bytes, raw: bytes, start: int, stop: int) -> Iterator[int]:
    """Where lines begin that begin so. A pattern would have to be compiled anew for each message."""
    if start == 0 and raw.startswith(beginning, 0, stop):
        yield 0
    at = raw.find(b"\n" + beginning, max(0, start - 1), stop)
    while at >= 0:
        yield at + 1
        at = raw.find(b"\n" + beginning, at + 1, stop)


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
        if match[2] is None and name in ("name", "filename") and (more := _MORE_OF_NAME.match(value, match.end())):
            content += more[0]
        # RFC 2231 values name their own charset, in ASCII.
        found.append((name, content.decode("latin-1") if "*" in name else decode(content, None, problems, "header")))
    plain = [(name, content) for name, content in found if "*" not in name]
    parts = [(name, content) for name, content in found if "*" in name]
    extended = decode_params([("", ""), *parts])[1:] if parts else []
    # What is written twice, for old programs and for new ones, is whole in the extended form (RFC 6266 4.3).
    return dict(reversed(plain)) | {name: _rfc2231(content, problems) for name, content in reversed(extended)}


def _rfc2231(value: str | tuple[str | None, str | None, str], problems: Problems) -> str:
    """A parameter in the form `decode_params` gives it: with the charset it names, without quotes."""
    if isinstance(value, str):
        return value.removeprefix('"').removesuffix('"')
    charset, _, content = value
    return decode(content.strip('"').encode("latin-1", "replace"), charset, problems, "file name")

"""What kind of mail an input is, by its content, and which list it belongs to where the mail does not say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

from migrate.files import STDIN_LABEL, Input
from migrate.mail.headers import parse_headers
from migrate.mail.lists import ListName, list_of
from migrate.mail.splitter import BOM, Format, detect_format, is_header, split, with_newlines

SAMPLE = 1 << 20  # bytes; no more than a chunk, so that what they decide is the same when a file has grown
PEEK = 64 << 10

_LIST_ID = re.compile(rb"\n(list-id:[^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE)
BLANK = b" \t\r\n\0" + BOM  # what may stand before a message
_ENDINGS = re.compile(r"\.(?:gz|bz2|xz|zst|zip|tar|tgz|tbz2?|txz|mbox|mbx|mmdf|txt|eml)\Z", re.IGNORECASE)
# What Mailman calls the files of its archive, by its setting for their span.
_PERIOD = re.compile(r"\d{4}(?:-[^\W\d_]+|-?q[1-4]|-?\d\d|\d{4})?|Week-of-Mon-\d{8}", re.IGNORECASE)
_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)\Z")
COMMON_NAMES = {"mbox", "archive", "messages"}  # of many lists: the folder tells more
MARKS = {"T": "trashed", "D": "draft"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A mailbox of that format; with `form` None, a single message."""

    form: Format | None
    marks: tuple[str, ...] = ()  # "draft" and "trashed", as a Maildir's file names say


def kind_of(item: Input, sample: bytes) -> Kind | None:
    """What the input is; None if it is no mail. `sample` is its beginning."""
    parts = PurePosixPath(item.label).parts
    in_maildir = _in_maildir(parts)
    flags = _MAILDIR_FLAGS.search(parts[-1]) if in_maildir else None
    single = Kind(None, tuple(MARKS[flag] for flag in flags[1] if flag in MARKS) if flags else ())
    one_a_file = in_maildir or item.label.lower().endswith(".eml")
    text = with_newlines(sample).lstrip(BLANK)
    headed = is_header(text)
    if headed and one_a_file:
        return single
    form = detect_format(sample)
    several = form is not None and _holds_several(sample, form)
    if headed and not several:
        return single
    if form and (several or not one_a_file):
        return Kind(form)
    return single if flags or (one_a_file and is_header(without_separator(text)[1])) else None


def without_separator(message: bytes) -> tuple[bytes, bytes]:
    """The separator line that even a single message may begin with (empty if not), and the message after it."""
    if not message.startswith((b"From ", b">From ")):
        return b"", message
    line, _, rest = message.partition(b"\n")
    return line.lstrip(b">").rstrip(b"\r"), rest


def _holds_several(sample: bytes, form: Format) -> bool:
    return len(list(islice(split(sample, form), 2))) > 1


def is_mail(item: Input) -> bool:
    """Whether the input looks like mail; reads only its beginning."""
    return kind_of(item, item.stream.read(PEEK)) is not None


def list_name(item: Input, sample: bytes, named: str, single: bool) -> ListName | None:
    """The list for messages that do not name theirs: most of the others' list, the name given, or the file's.

    A single message, and a month of pipermail's, goes by its folder. None where there is no name (standard input).
    """
    counted = Counter(match[1].lower() for match in _LIST_ID.finditer(b"\n" + sample))
    if counted and not single:
        field = counted.most_common(1)[0][0]
        headers, _ = parse_headers(_original(sample, field), 0, len(field), [])
        if found := list_of(headers, []):
            return found
    name = named or _name_by_place(item, single)
    return ListName(name, name) if name else None


def _original(sample: bytes, lowered: bytes) -> bytes:
    """The field as it is written where it first stands."""
    start = sample.lower().find(lowered)
    return sample[start : start + len(lowered)]


def _name_by_place(item: Input, single: bool) -> str:
    parts = PurePosixPath(item.label).parts
    stem = bare_name(parts[-1])
    if _in_maildir(parts):
        outer = item.path.absolute().parent.parent.name if item.path else parts[-3] if len(parts) > 2 else ""
        name = bare_name(outer.lstrip("."))  # Maildir++ hides its folders
    elif single or _PERIOD.fullmatch(stem) or stem.lower() in COMMON_NAMES:
        name = bare_name(item.folder) or stem
    else:
        name = stem
    return "" if name == STDIN_LABEL else name


def _in_maildir(parts: tuple[str, ...]) -> bool:
    return len(parts) > 1 and parts[-2] in ("cur", "new")


def is_undelivered(item: Input) -> bool:
    """Whether it lies in the `tmp` of a Maildir, where messages stand until they are whole."""
    if item.path is None:
        return False
    folder = item.path.absolute().parent
    return folder.name == "tmp" and folder.with_name("cur").is_dir()


def bare_name(name: str) -> str:
    """A file's name without the endings of mailboxes and compression."""
    while match := _ENDINGS.search(name):
        name = name[: match.start()]
    return name.strip()

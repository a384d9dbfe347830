"""What a mail is made of, as its reader sees it: texts, pictures, forwarded mail, files and links to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a message, decoded, with line ends as "\\n"."""

    text: str
    html: bool = False
    flowed: bool = False  # RFC 3676
    delsp: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One attachment with its exact bytes."""

    filename: str  # empty where the mail gives none
    media_type: str
    content: bytes
    content_id: str | None  # without angle brackets


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands between texts; it is among the files too."""

    file: File


@dataclass(frozen=True, slots=True)
class Linked:
    """A file that an archive of the list took out of the mail and keeps elsewhere."""

    name: str
    url: str  # empty where it was not kept
    about: tuple[str, ...]  # type, size, description, or whatever else the archive says
    notice: str  # the archive's own words, without the address, on one line
    for_readers: bool  # not a signature, nor the same text again as HTML


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message within a message: its From, Date and Subject as far as it has them, and what it holds."""

    fields: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...]


Piece = Text | Picture | Linked | Forwarded

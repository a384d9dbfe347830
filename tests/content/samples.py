"""The text bodies of the real mail among the corpora."""

from __future__ import annotations

import email
import lzma
import re
import tarfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import NamedTuple

_SEPARATOR = re.compile(rb"^From .*\d\d:\d\d:\d\d.*\n", re.MULTILINE)


class Part(NamedTuple):
    """One decoded text part."""

    html: bool
    text: str
    flowed: bool
    delsp: bool


def text_parts(corpora: Path) -> Iterator[Part]:
    """Every text part of the samples of mail, decoded as far as its label goes."""
    for raw in _messages(corpora):
        for part in email.message_from_bytes(raw).walk():
            if part.get_content_type() in ("text/plain", "text/html") and not part.is_multipart():
                yield Part(
                    html=part.get_content_type() == "text/html",
                    text=_decoded(part),
                    flowed=str(part.get_param("format")).lower() == "flowed",
                    delsp=str(part.get_param("delsp")).lower() == "yes",
                )


def _messages(corpora: Path) -> Iterator[bytes]:
    boxes = [lzma.decompress((corpora / "groups/open-iscsi.mbox.xz").read_bytes())]
    boxes += [path.read_bytes() for path in sorted((corpora / "mbox").glob("*/*.txt"))]
    with tarfile.open(corpora / "mbox/twisted-web.tar.xz") as archive:
        boxes += [file.read() for member in archive if (file := archive.extractfile(member))]
    for box in boxes:
        yield from _SEPARATOR.split(box)
    for path in sorted((corpora / "mail").rglob("*.eml")):
        yield path.read_bytes()


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("latin-1")

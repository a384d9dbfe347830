"""Pictures and videos of a download: read one at a time, what tells where and with what they were taken left out."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from migrate.media import HEAD, media_type_of, without_whereabouts
from migrate.model import Attachment, AttachmentRef
from migrate.text import printable
from migrate.tree import TreeFile, read_file

LARGEST = 100 * 1024 * 1024  # bytes: all of a file is held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What became of a picture or video: a file, or a note that says why there is none."""

    file: AttachmentRef | None = None
    content: Attachment | None = None
    note: str = ""
    trouble: tuple[tuple[str, str], ...] = ()  # codes and sentences of findings


def picture_of(file: TreeFile, name: str) -> Picture:
    """Read a file. Raises InputError where the export has gone meanwhile."""
    data, trouble = read_file(file, LARGEST)
    if trouble is not None:
        return Picture(note=f"{printable(name)} (damaged or too large)", trouble=((trouble.code, trouble.text),))
    media_type = media_type_of(data[:HEAD], name)
    data, sure = without_whereabouts(data, media_type)
    unsure = f"{printable(name)} may still tell where or with what it was taken: it could not be cleaned wholly."
    digest = sha256(data).hexdigest()
    return Picture(
        file=AttachmentRef(sha256=digest, filename=printable(name), media_type=media_type, size=len(data)),
        content=Attachment(sha256=digest, media_type=media_type, size=len(data), content=data),
        trouble=() if sure else (("media-not-cleaned", unsure),),
    )

"""Files of posts: under which address they are shown, and how they are handed out.

A browser shows only pictures that cannot hold a script; anything else it is told to save, and to run nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from migrate.archive import Archive
from migrate.discourse.doctor.needs import extension_of
from migrate.discourse.push.uploads import why_refused
from migrate.model import AttachmentRef
from migrate.pages.addresses import Addresses
from migrate.pages.images import dimensions
from migrate.pages.markdown import Upload
from migrate.pages.view import Author
from migrate.plan import TargetFacts
from migrate.text import printable

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
DRAWN = "image/svg+xml"  # browsers run no script of it within a page; opened by itself it is saved instead
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HEAD = 256 * 1024  # bytes that an image's size is looked for in
_LONGEST = 100  # characters of a name
_EXTENSION = re.compile(r"[0-9a-z]{1,10}")


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out."""

    path: Path
    name: str
    media_type: str
    is_shown: bool  # else saved


def file_of(path: Path, name: str, media_type: str) -> File:
    """How a file may be handed out whose sender calls it so, and says that it is of that type."""
    known = media_type if media_type in SHOWN or media_type == DRAWN else "application/octet-stream"
    return File(path, safe_name(name), known, is_shown=media_type in SHOWN)


def safe_name(name: str) -> str:
    """A file's name as the last part of an address or a path: no slash, nothing a terminal would obey, never empty."""
    plain = re.sub(r'[/\\:*?"<>|]', "-", printable(name)).strip(". ")[-_LONGEST:]
    return plain.strip(". ") or "file"


def live_address(file: AttachmentRef) -> str:
    """Where the preview hands it out, as a path from the root."""
    return f"files/{file.sha256}/{quote(safe_name(file.filename), safe='')}"


@dataclass(frozen=True, slots=True)
class Site:
    """What posts may link to: who has a page, by user name, and where pages and files lie."""

    author: Callable[[str], Author | None]
    to: Addresses
    file: Callable[[AttachmentRef], str]  # its address; empty where it is only named


class PostLinks:
    """What one post links to: its own files, and people (migrate.pages.markdown.Links)."""

    def __init__(self, archive: Archive, facts: TargetFacts, site: Site, files: Iterable[AttachmentRef]) -> None:
        self._archive, self._facts, self._site = archive, facts, site
        self._files = {file.sha256: file for file in files}

    def resolve(self, sha256: str) -> str | None:
        """The short URL of a file; None where it is missing, or a forum would not take it."""
        file = self._files.get(sha256)
        if file is None or why_refused(self._facts, file) or not self._archive.attachment_path(sha256).is_file():
            return None
        extension = extension_of(file.filename)
        return f"upload://{sha256}.{extension}" if _EXTENSION.fullmatch(extension) else f"upload://{sha256}"

    def upload(self, short_name: str) -> Upload | None:
        """The file behind `upload://` + `short_name`."""
        file = self._files.get(short_name.partition(".")[0])
        if file is None:
            return None
        url = self._site.file(file)
        size = _dimensions(self._archive.attachment_path(file.sha256)) if url and file.media_type in SHOWN else None
        return Upload(url, *size) if size else Upload(url)

    def mention(self, name: str) -> str | None:
        """The address of a user's page."""
        author = self._site.author(name)
        return self._site.to.user(author) if author else None


@lru_cache(maxsize=2000)
def _dimensions(path: Path) -> tuple[int, int] | None:
    try:
        with path.open("rb") as file:
            return dimensions(file.read(_HEAD))
    except OSError:
        return None

"""Which files lie in a zip or tar, and in the zips and tars within it, without unpacking them."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.model import Finding
from migrate.unpack.decompress import compression_of
from migrate.unpack.directory import EMPTY_ZIP_MAGIC, LOCAL_HEADER, ZIP_MAGIC, Entry, parts_of_split_zip, zip_entries
from migrate.unpack.limits import Budget, Peekable, finding
from migrate.unpack.places import Container, Place, broke_off, opened_container
from migrate.unpack.tars import READ_ERRORS, is_tar, tar_headers
from migrate.unpack.zips import METHODS

_PASSED_OVER = {
    "archive-encrypted": "Files in {label} are encrypted ({count}): unpack it with its password and name the folder.",
    "archive-member-skipped": "Links and devices in {label} were passed over ({count}).",
    "archive-format-unknown": "Files in {label} are compressed in a way that is not supported ({count}): unpack it.",
    "archive-unsafe-name": "Files in {label} have names that lead out of it ({count}); they were read under safe ones.",
    "archive-bomb": "Files in {label} share their bytes or grow without end ({count}); they were left out.",
}


class TooManyFilesError(Exception):
    """More files than an export may have."""


@dataclass(slots=True)
class Listing:
    """The files of one archive, in its order; `passed_over` counts by finding code what was left out or renamed."""

    container: Container
    top: str  # where the archive lies within another: "" or "files/old.zip/"
    files_left: int
    found: list[tuple[str, str, Place]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, name: str, place: Place) -> None:
        """Take up a file under a safe name, unless it is rubbish of an operating system."""
        path, safe = safe_path(name)
        if is_rubbish(path):
            return
        if not safe:
            self.passed_over["archive-unsafe-name"] += 1
        if len(self.found) >= self.files_left:
            raise TooManyFilesError
        self.found.append((self.top, path, place))

    def told(self) -> Iterator[Finding]:
        """What there is to say about the archive, once listed."""
        yield from self.findings
        for code, count in self.passed_over.items():
            label = self.container.label
            yield finding(code, _PASSED_OVER[code].format(count=count, label=label), label)


def archive_kind(head: bytes) -> str | None:
    """ "zip", "tar" or the name of a compression, by the first kilobyte of a file; None for anything else."""
    if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        return "zip"
    return "tar" if is_tar(head) else compression_of(head)


def listed(container: Container, top: str, files_left: int) -> Listing:
    """The files of a zip or tar that lies at `top` in the part ("" for the part itself).

    Raises TooManyFilesError, TooLargeError, and InputError where it cannot be opened.
    """
    listing = Listing(container, top, files_left)
    with opened_container(container) as file:
        if container.kind == "zip":
            _list_zip(file, listing)
        else:
            _list_tar(file, listing)
    return listing


def _list_zip(file: Peekable, listing: Listing) -> None:
    label = listing.container.label
    if parts_of_split_zip(file):
        text = f"{label} is the last part of a zip that was split: join its parts, or unpack it and name the folder."
        listing.findings.append(finding("archive-format-unknown", text, label))
        return
    size = file.seek(0, io.SEEK_END)
    for entry in zip_entries(file, label):
        if isinstance(entry, Finding):
            listing.findings.append(entry)
        elif reason := _unusable(entry):
            listing.passed_over[reason] += 1
        else:
            method = METHODS[entry.method]
            place = Place(
                listing.container, entry.size, offset=entry.offset, packed=entry.packed, method=method, crc=entry.crc
            )
            listing.add(entry.name, place)
    _without_bombs(listing, size)


def _unusable(entry: Entry) -> str | None:
    if entry.encrypted:
        return "archive-encrypted"
    if entry.link:
        return "archive-member-skipped"
    if entry.method not in METHODS or (entry.method == 0 and entry.packed is None):
        return "archive-format-unknown"
    return None


def _without_bombs(listing: Listing, size: int) -> None:
    """Leave out members that share bytes with an earlier one, and those beyond what the zip may grow to."""
    bytes_left = Budget(size).bytes_left
    end = 0
    bad = set()
    for number, place in sorted(enumerate(place for *_, place in listing.found), key=lambda item: item[1].offset):
        if place.offset < end or place.size > bytes_left:
            bad.add(number)
        else:
            bytes_left -= place.size
            end = place.offset + LOCAL_HEADER.size + (place.packed or 0)
    if bad:
        listing.found = [item for number, item in enumerate(listing.found) if number not in bad]
        listing.passed_over["archive-bomb"] += len(bad)


def _list_tar(file: Peekable, listing: Listing) -> None:
    label = listing.container.label
    try:
        for info in tar_headers(file):
            if info.isreg() and not info.issparse() and info.size >= 0:
                listing.add(
                    unicodedata.normalize("NFC", info.name),
                    Place(listing.container, info.size, offset=info.offset_data, packed=info.size),
                )
            elif not info.isdir():
                listing.passed_over["archive-member-skipped"] += 1
    except READ_ERRORS:
        code, words = broke_off(file) or ("read-damaged", "is damaged or cut off; what came before was read")
        listing.findings.append(finding(code, f"{label} {words}.", label))


def safe_path(name: str) -> tuple[str, bool]:
    """A path below the archive's top, of printable characters; and whether the name led nowhere else to begin with."""
    if name.isascii() and name.isprintable() and "\\" not in name and name[:1] != "/" and name[:1] != ".":
        parts = [name] if "//" not in name and "/." not in name else name.split("/")
    else:
        shown = "".join(character if character.isprintable() else "?" for character in name)
        parts = shown.replace("\\", "/").split("/")
    kept = [part for part in parts if part not in ("", ".", "..")]
    return "/".join(kept) or "unnamed", ".." not in parts and not name.startswith(("/", "\\"))


_RUBBISH = frozenset((".ds_store", "thumbs.db", "desktop.ini"))


def is_rubbish(path: str) -> bool:
    """Whether the operating system put it there and not the export."""
    return path.startswith("__MACOSX/") or "/__MACOSX/" in path or path.rpartition("/")[2].lower() in _RUBBISH

"""The parts an export came in: which files lie in the folders, zips and tars that the user named."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from migrate.errors import InputError
from migrate.files import distinct_labels, existing, once
from migrate.model import Finding
from migrate.unpack import FOREIGN, printable
from migrate.unpack.limits import finding
from migrate.unpack.listing import TooManyFilesError, archive_kind, is_rubbish, listed, safe_path
from migrate.unpack.places import Container, Place, TooLargeError, opened_container, opened_place, stamp
from migrate.unpack.tars import is_tar

MAX_NESTING = 2  # archives within archives
MAX_FOLDERS = 2  # deeper down an archive is somebody's attachment, and only that
_ARCHIVE_NAME = re.compile(r"\.(?:zip|tar|tgz|tbz2?|txz|tzst|tar\.(?:gz|bz2|xz|zst))$", re.IGNORECASE)
_COMPRESSED_NAME = re.compile(r"\.(?:gz|bz2|xz|zst)$", re.IGNORECASE)
# What tells one part of a download from the next: "…-001", "… (2)", "Takeout 2", "…-part-3", "…-4-001".
_PART_NUMBER = re.compile(
    r"(?:[ ._-]++(?:part)?+[ ._-]*+\(?\d{1,4}\)?)?(?:[ ._-]*+(?:part)?+[ ._-]*+\(?\d{1,4}\)?)$", re.IGNORECASE
)
# Facebook ends on random letters: "facebook-NAME-2026-01-31-aB3dE9fG".
_FACEBOOK_PART = re.compile(r"^(facebook-.+[-_]\d{1,4}[-_.]?\d{2}[-_.]?\d{2,4})-[A-Za-z0-9]{4,12}$", re.IGNORECASE)
_HEAD = 1024


@dataclass(slots=True)
class Part:
    """One folder, archive or file that the user named or that lies in a folder the user named."""

    top: str  # its name, told apart from the others'
    download: str  # parts of one download share it
    # Safe paths, cut where an archive within begins: ("", "a/b.json", …), ("files/old.zip/", "c.txt", …).
    files: list[tuple[str, str, Place]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # What it may cost to look into the archives within it.
    inner_left: int = 5000
    bytes_left: int = 8 << 30


def parts_of(locations: Sequence[str], files_left: Callable[[], int]) -> Iterator[Part]:
    """The parts in the order named, those in a folder sorted by name. Raises InputError where a location does not
    exist, TooManyFilesError once a part has more than are left."""
    paths = []
    for path in once(path for location in locations for path in existing(location)):
        if path is None:
            raise InputError("Standard input cannot be read here: name a file or a folder.")
        paths.append(path.resolve() if path.is_dir() else path)
    labels = distinct_labels(paths)
    for path in paths:
        if path.is_dir():
            yield from _folder(path, labels[path] or "folder", files_left)
        else:
            yield _named(path, labels[path], files_left())


def download_of(name: str) -> str:
    """What parts of one download have in common in their names: "takeout-2026" of "takeout-2026-001.zip"."""
    stem = _ARCHIVE_NAME.sub("", name)
    if facebook := _FACEBOOK_PART.match(stem):
        return facebook[1]
    return _PART_NUMBER.sub("", stem) or stem


def _named(path: Path, label: str, files_left: int) -> Part:
    folder = label.rpartition("/")[0]
    part = Part(folder or label, download_of(label))
    try:
        if not path.is_file():
            raise OSError(errno.EINVAL, "it is neither a file nor a folder")
        with path.open("rb") as file:
            head = file.read(_HEAD)
            size, time = stamp(os.fstat(file.fileno()))
    except OSError as error:
        part.findings.append(_unreadable(label, error))
        return part
    container = Container("folder", str(path), folder, part.download, (size, time))
    if foreign := next((name for magic, name in FOREIGN.items() if head.startswith(magic)), None):
        text = f"{label} is a {foreign} archive: unpack it and name the folder."
        part.findings.append(finding("archive-format-unknown", text, label))
    elif archive := _archive(Place(container, size), label, head):
        part.top = label
        _list(archive, part, "", files_left)
    else:
        compression = archive_kind(head)
        name = _COMPRESSED_NAME.sub("", path.name) if compression else path.name
        part.files.append(("", _safe(name), Place(replace(container, compression=compression), size)))
    return part


def _unreadable(label: str, error: OSError) -> Finding:
    return finding("file-unreadable", f"{label} cannot be read: {error.strerror}.", label)


def _safe(path: str) -> str:
    return safe_path(unicodedata.normalize("NFC", path))[0]


def _archive(place: Place, label: str, head: bytes) -> Container | None:
    """The file at this place as something that holds files, if it is a zip or tar."""
    kind, outer = archive_kind(head), place.container
    if kind is None:
        return None
    if outer.kind == "folder":
        path = Path(outer.path, place.name)
        found = Container("tar", str(path), label, outer.download, stamp(path.stat()))
    else:
        found = Container("tar", outer.path, label, outer.download, outer.stamp, place)
    if kind in ("zip", "tar"):
        return replace(found, kind="zip") if kind == "zip" else found
    packed = replace(found, compression=kind)
    with opened_container(packed) as file:
        return packed if is_tar(file.read(512)) else None


def _list(archive: Container, part: Part, top: str, files_left: int, depth: int = 0) -> None:
    """Add the files of an archive to the part, and those of the archives in it."""
    try:
        listing = listed(archive, top, files_left - len(part.files))
    except OSError as error:
        part.findings.append(_unreadable(archive.label, error))
        return
    part.findings += listing.told()
    part.files += listing.found
    for _, path, place in listing.found:
        if _to_be_looked_into(path) and not archive.compression:  # a compressed tar is slow to go to and fro in
            _list_inner(place, f"{archive.label}/{path}", part, f"{top}{path}/", files_left, depth + 1)


def _to_be_looked_into(path: str) -> bool:
    return bool(_ARCHIVE_NAME.search(path)) and path.count("/") <= MAX_FOLDERS


def _list_inner(place: Place, label: str, part: Part, top: str, files_left: int, depth: int) -> None:
    """The same for an archive within; what is wrong with it costs nothing else."""
    before = len(part.files)
    part.inner_left -= 1
    part.bytes_left -= 0 if place.method == "stored" else place.size
    try:
        if min(part.inner_left, part.bytes_left) < 0:
            raise TooLargeError
        with opened_place(place, label) as content:
            head = content.stream.read(_HEAD)
        archive = _archive(place, label, head)
        if archive and depth > MAX_NESTING:
            text = f"{label} is packed more than {MAX_NESTING} times over and was kept packed."
            part.findings.append(finding("archive-too-deep", text, label))
        elif archive:
            _list(archive, part, top, files_left, depth)
    except TooLargeError:
        text = f"{label} is too large to be looked into and was kept packed: unpack it, or name it by itself."
        part.findings.append(finding("archive-too-large", text, label))
    except TooManyFilesError:
        del part.files[before:]
        text = f"{label} holds too many files and was kept packed."
        part.findings.append(finding("archive-too-many-members", text, label))


def _folder(top: Path, label: str, files_left: Callable[[], int]) -> Iterator[Part]:
    """The folder itself, then the archives that lie in it."""
    part = Part(label, download_of(label))
    container = Container("folder", str(top), label, part.download)
    archives = []
    for path, size in _walk(top, part):
        name = str(path.relative_to(top))
        inner = _safe(name)
        if is_rubbish(inner):
            continue
        if _ARCHIVE_NAME.search(name) and path.parent == top and archive_kind(_head(path)):
            archives.append(path)
            continue
        if len(part.files) >= files_left():
            raise TooManyFilesError
        place = Place(container, size, name if name != inner else inner)
        part.files.append(("", inner, place))
    for _, inner, place in list(part.files):
        if _to_be_looked_into(inner):
            _list_inner(place, f"{label}/{inner}", part, f"{inner}/", files_left(), 1)
    yield part
    for path in archives:
        yield _named(path, f"{label}/{printable(path.name)}", files_left())


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _walk(top: Path, part: Part) -> Iterator[tuple[Path, int]]:
    """The readable files in a folder and their sizes, sorted by folder and name; links are not followed."""
    unreadable: list[OSError] = []
    passed_over = 0
    for folder, subfolders, names in os.walk(top, onerror=unreadable.append):
        subfolders.sort()
        passed_over += sum(Path(folder, name).is_symlink() for name in subfolders)
        for path in (Path(folder, name) for name in sorted(names)):
            try:
                found = path.lstat()
                if not stat.S_ISREG(found.st_mode):
                    passed_over += 1
                    continue
                if not os.access(path, os.R_OK):
                    raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            except OSError as error:
                unreadable.append(error)
                continue
            yield path, found.st_size
    for trouble in unreadable:
        name = Path(trouble.filename).relative_to(top)
        part.findings.append(_unreadable(f"{part.top}/{_safe(str(name))}", trouble))
    if passed_over:
        text = f"{passed_over} links or devices in {part.top} were passed over: name what they lead to by itself."
        part.findings.append(finding("not-a-file", text, part.top))

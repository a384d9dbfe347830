"""Opening what users have: files, folders, globs and standard input; plain, compressed or packed.

Everything is recognised by its first bytes, never by its name, and read as a stream. What had to be left out, and what
broke off, comes as a finding in the same iterator.
"""

from __future__ import annotations

import errno
import glob
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from migrate.errors import InputError
from migrate.model import Finding
from migrate.unpack import MAX_RATIO, Budget, Peekable, Unpacked, finding, printable, unpack

STDIN = "-"
STDIN_LABEL = "standard input"


@dataclass(frozen=True, slots=True)
class Input:
    """One stream of bytes that the user named or that lies in a folder or archive the user named."""

    label: str  # for people: relative to what was named, "lists.zip/2004-March.txt"; never an absolute path
    folder: str  # the name of the folder or archive it lies in; "" for standard input
    path: Path | None  # where the very same bytes can be read again by offset; None for what is compressed or packed
    stream: Peekable  # at its beginning; to be read before the next input is asked for


@dataclass(frozen=True, slots=True)
class _Named:
    path: Path | None  # None is standard input
    label: str
    folder: str


def open_inputs(locations: Sequence[str], *, ratio: int = MAX_RATIO) -> Iterator[Input | Finding]:
    """All inputs at these locations: in the order named, folders sorted by name, archives in their own order.

    A finding about an input (broken off, damaged, stopped at a limit) follows it. What is unpacked may be `ratio` times
    as large. Raises InputError, before anything is read, where a location does not exist.
    """
    paths = once(path for location in locations for path in existing(location))
    labels = distinct_labels([path for path in paths if path is not None and not path.is_dir()])
    for path in paths:
        for named in _files(path, labels):
            if isinstance(named, Finding):
                yield named
                continue
            try:
                yield from _open(named, ratio)
            except OSError as error:
                yield _unreadable(named.label, error)


def _unreadable(label: str, error: OSError) -> Finding:
    return finding("file-unreadable", f"{label} cannot be read: {error.strerror}.", label)


def _files(path: Path | None, labels: Mapping[Path, str]) -> Iterator[_Named | Finding]:
    if path is None:
        yield _Named(None, STDIN_LABEL, "")
    elif path.is_dir():
        yield from _in_folder(path)
    else:
        yield _Named(path, labels[path], path.absolute().parent.name)


def _open(named: _Named, ratio: int) -> Iterator[Input | Finding]:
    with _regular(named) as file:
        budget = Budget(os.fstat(file.fileno()).st_size, ratio)
        for item in unpack(file, named.label, budget):
            if isinstance(item, Unpacked):
                plain = item.stream is file and named.path is not None and named.path.is_file()
                yield Input(item.label, item.folder or named.folder, named.path if plain else None, item.stream)
            else:
                yield item


def _regular(named: _Named) -> Peekable:
    """The file itself, or a temporary copy of what cannot be read twice (standard input, a pipe)."""
    if named.path is None:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "it is closed")
        return _spooled(sys.stdin.buffer)
    mode = named.path.stat().st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):  # may have no end
        raise OSError(errno.EINVAL, "it is a device")
    file = named.path.open("rb")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    with file:
        return _spooled(file)


def _spooled(stream: IO[bytes]) -> Peekable:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the caller)
    shutil.copyfileobj(stream, copy, 1 << 20)
    copy.seek(0)
    return copy


def existing(location: str) -> list[Path | None]:
    """The paths a location stands for; None is standard input. Raises InputError where there is none."""
    if location == STDIN:
        return [None]
    if not location:
        raise InputError("The name of a file or folder is empty.")
    path = Path(location)
    if os.path.lexists(path):
        if not _leads_somewhere(path):
            raise InputError(f"{printable(location)}: this link leads nowhere.")
        return [path]
    if glob.has_magic(location):
        matches = sorted(glob.glob(location, recursive=True))  # noqa: PTH207 (patterns may be absolute)
        if matches:
            return [Path(match) for match in matches]
        raise InputError(f"{printable(location)}: no file matches this pattern.")
    raise InputError(f"{printable(location)}: there is no such file or folder.")


def _leads_somewhere(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a link into a folder that may not be entered
        return False


def once(paths: Iterable[Path | None]) -> list[Path | None]:
    """Each path only once, also where a folder and a file in it are both named."""
    found: dict[Path | None, Path | None] = {}
    for path in paths:
        found.setdefault(path.resolve() if path else None, path)
    folders = {place for place, path in found.items() if place and path and path.is_dir()}
    return [path for place, path in found.items() if place is None or folders.isdisjoint(place.parents)]


def _in_folder(top: Path) -> Iterator[_Named | Finding]:
    name = top.resolve().name

    def label(path: Path) -> str:
        return printable(str(Path(name) / path.relative_to(top)))

    errors: list[OSError] = []
    for folder, subfolders, files in os.walk(top, onerror=errors.append):
        subfolders.sort()
        for link in (path for path in (Path(folder, name) for name in subfolders) if path.is_symlink()):
            text = f"{label(link)} is a link to a folder and was not followed: name that folder itself."
            yield finding("not-a-file", text, label(link))
        for path in (Path(folder, file) for file in sorted(files)):
            if _leads_somewhere(path) and path.is_file():
                yield _Named(path, label(path), name if path.parent == top else path.parent.name)
            else:
                yield finding("not-a-file", f"{label(path)} is a link to nowhere or a device.", label(path))
    for error in errors:
        yield _unreadable(label(Path(error.filename)), error)


def distinct_labels(paths: Sequence[Path]) -> dict[Path, str]:
    """File names, with as many parent folders before them as it takes to tell them apart."""
    namesakes: dict[str, list[Path]] = {}
    for path in paths:
        namesakes.setdefault(path.name, []).append(path)
    return {path: printable(_distinct(path, namesakes[path.name])) for path in paths}


def _distinct(path: Path, namesakes: Sequence[Path]) -> str:
    parts = path.absolute().parts
    others = [other.absolute().parts for other in namesakes if other != path]
    depth = 1
    while depth < len(parts) - 1 and any(other[-depth:] == parts[-depth:] for other in others):
        depth += 1
    return "/".join(parts[-depth:])

"""Opening what the user named: files and folders, compressed or packed in any way, 7z as well."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Generator, Iterator, Sequence
from pathlib import Path
from typing import Literal

from importers.wiki.offline.sevenzip import MAGIC, MAX_RATIO, members
from migrate.files import Input, distinct_labels, existing, open_inputs
from migrate.model import Finding
from migrate.unpack import printable

HEAD = 4096  # bytes
Kind = Literal["dump", "wikitext"]
WIKITEXT_NAMES = (".wikitext", ".wiki", ".mediawiki", ".mw")
_TEXT_NAMES = (*WIKITEXT_NAMES, ".txt")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# What may stand before the root: the declaration, comments, and a DTD, which is refused once it is read.
_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,1000}?-->\s*)*(?:<!DOCTYPE\s+mediawiki\b[^<]{0,500}.*|<mediawiki[\s>/].*)",
    re.DOTALL,
)


def inputs(locations: Sequence[str]) -> Generator[Input | Finding, None, None]:
    """All files, as `migrate.files.open_inputs` gives them, then those in 7z archives. Raises InputError where a
    location does not exist, or the library for 7z is missing."""
    for location in locations:
        existing(location)
    packed = [location for location in locations if is_sevenzip(Path(location))]
    plain = [location for location in locations if location not in packed]
    archives = {path: label for location in plain for path, label in _in_folder(Path(location))}
    for item in open_inputs(plain, ratio=MAX_RATIO):
        if not (isinstance(item, Finding) and item.locator in archives.values()):
            yield item
    archives |= distinct_labels([Path(location) for location in packed])
    for path, label in archives.items():
        for member in members(path, label):
            if isinstance(member, Finding):
                yield member
            else:
                name, stream = member
                yield Input(f"{label}/{printable(name)}", path.name, None, stream)


def is_sevenzip(path: Path) -> bool:
    """Whether it is a file that begins as a 7z archive does."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:  # a folder, or what open_inputs has words for
        return False


def _in_folder(top: Path) -> Iterator[tuple[Path, str]]:
    """The 7z archives in a folder, each with the label that `open_inputs` would give it."""
    if not top.is_dir():
        return
    for folder, subfolders, files in os.walk(top):
        subfolders.sort()
        for path in (Path(folder, name) for name in sorted(files) if name.lower().endswith(".7z")):
            if path.is_file() and is_sevenzip(path):
                yield path, printable(str(Path(top.resolve().name) / path.relative_to(top)))


def kind_of(item: Input, named: Collection[Path] = ()) -> Kind | None:
    """What it is, by its beginning and, for wikitext, its name: also .txt for the files `named` by the user, as there
    are others in the folders of dumps."""
    head = item.stream.peek(HEAD)[:HEAD]
    if is_dump(head):
        return "dump"
    names = _TEXT_NAMES if item.path in named else WIKITEXT_NAMES
    if item.label.lower().endswith(names) and b"\0" not in head and not head.lstrip().startswith(b"<?xml"):
        return "wikitext"
    return None


def dump_labels(locations: Sequence[str]) -> list[str]:
    """The dumps that lie there. 7z archives are not looked into, which takes as long as reading them: they hold one."""
    packed = [location for location in locations if is_sevenzip(Path(location))]
    plain = [location for location in locations if location not in packed]
    labels = packed + [str(path) for location in plain for path, _ in _in_folder(Path(location))]
    items = (item for item in open_inputs(plain, ratio=MAX_RATIO) if isinstance(item, Input))
    return labels + [item.label for item in items if kind_of(item) == "dump"]


def is_dump(head: bytes) -> bool:
    """Whether a file that begins like this is an export of MediaWiki."""
    encoding = "utf-8"
    for bom, named in _BOMS:
        if head.startswith(bom):
            head, encoding = head[len(bom) :], named
    return bool(_ROOT.match(head.decode(encoding, "replace")))

"""The mail of the corpora, cut into messages by this module alone, so that no reader is its own judge."""

from __future__ import annotations

import lzma
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_SEPARATOR = re.compile(rb"^From .*\d\d:\d\d:\d\d.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it lies in a truth set, without its separator line."""

    place: str  # "2003-December.txt@6380": the file, and where its separator line or the message begins
    raw: bytes


@dataclass(frozen=True, slots=True)
class MailSet:
    """One mailing list, or one folder of single messages."""

    name: str  # "mbox/reality"
    path: Path
    mails: tuple[Mail, ...]

    @property
    def truth(self) -> Path | None:
        """The file with the parents another program gives these messages, if there is one."""
        stem = self.path.name.partition(".")[0]
        found = (self.path.with_name(f"{stem}{ending}") for ending in (".threads.jsonl", ".jsonl"))
        return next((path for path in found if path.is_file()), None)


def mail_sets(corpora: Path) -> list[MailSet]:
    """Every set under mbox/, groups/ and mail/, sorted by name."""
    found = []
    for path in sorted(path for kind in ("groups", "mail", "mbox") for path in (corpora / kind).glob("*")):
        if path.suffix != ".jsonl" and "LICENSE" not in path.name:
            mails = tuple(_single(path) if path.parent.name == "mail" else _boxes(path))
            name = f"{path.parent.name}/{path.name.partition('.')[0]}"
            found.append(MailSet(name, path, mails))
    return found


def split(name: str, box: bytes) -> Iterator[Mail]:
    """The messages of an mbox."""
    found = list(_SEPARATOR.finditer(box))
    ends = [match.start() for match in found[1:]] + [len(box)]
    for match, end in zip(found, ends, strict=True):
        yield Mail(f"{name}@{match.start()}", box[match.end() : end])


def place_of(locator: str) -> str:
    """The place of a message from where we say that it lies."""
    return PurePosixPath(locator).name


def _single(folder: Path) -> Iterator[Mail]:
    for path in sorted(folder.iterdir()):
        if path.suffix in (".eml", ".txt"):
            yield Mail(f"{path.name}@0", path.read_bytes())


def _boxes(path: Path) -> Iterator[Mail]:
    if path.is_dir():
        for month in sorted(path.iterdir()):
            yield from split(month.name, month.read_bytes())
    elif ".tar" in path.suffixes:
        with tarfile.open(path) as archive:
            for member in archive:
                if file := archive.extractfile(member):
                    yield from split(PurePosixPath(member.name).name, file.read())
    else:
        content = path.read_bytes()
        yield from split(path.name, lzma.decompress(content) if path.suffix == ".xz" else content)

"""Mailing-list archives: mbox files, pipermail months, Maildir, folders of .eml, MMDF; plain, compressed or packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

from importers.mbox.chunks import MailChunk, chunks_of
from importers.mbox.kinds import is_mail
from migrate.errors import InputError
from migrate.files import Input, open_inputs
from migrate.model import Finding, Record
from migrate.sources import Chunk, Option, Options
from migrate.unpack import printable

ENOUGH_TO_DETECT = 5  # files of a folder that are looked at
HELD_BACK = 1000  # findings kept until it is clear that there is mail at all


class MboxImporter:
    """Mail as lists and mail programs keep it."""

    name: ClassVar[str] = "mbox"
    summary: ClassVar[str] = "mailing lists: mbox, pipermail .txt, Maildir, .eml and MMDF, also compressed or packed"
    title: ClassVar[str] = "mail"
    refines: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Option]] = {
        "list": Option(
            help="The list's name where the mail itself does not say; default: the file's or folder's name.",
            metavar="NAME",
        )
    }

    def detect(self, path: Path) -> bool:
        """Whether there is mail among the first files at this path."""
        inputs = (item for item in open_inputs([str(path)]) if isinstance(item, Input))
        return any(is_mail(item) for item in islice(inputs, ENOUGH_TO_DETECT))

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """Chunks of 1 to 4 MB that begin with a message. Raises InputError where there is no mail at all."""
        import importers.mbox.records  # noqa: F401 - compiled once, for all workers that are forked later

        held: list[Finding] = []
        found_mail = False
        for item in chunks_of(open_inputs(locations), options.one("list")):
            if isinstance(item, MailChunk) and not found_mail:
                found_mail = True
                yield from held
            if found_mail:
                yield item
            elif isinstance(item, Finding) and len(held) < HELD_BACK:
                held.append(item)
        if not found_mail:
            raise InputError(_nothing(locations, held))

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """Lists, persons, files and messages of one chunk. Raises InputError where the file is gone or has changed."""
        from importers.mbox.records import records_of  # heavy, and not needed to list what there is

        assert isinstance(chunk, MailChunk)
        return records_of(chunk)


def _nothing(locations: Sequence[str], findings: Sequence[Finding]) -> str:
    if not findings:
        return f"There is no file in {printable(', '.join(locations))}."
    findings = sorted(findings, key=lambda finding: finding.code == "empty-file")  # a reason says more
    others = f" ({len(findings) - 1} more like it)" if len(findings) > 1 else ""
    return f"There is no mail here: {findings[0].text.rstrip('.')}{others}."

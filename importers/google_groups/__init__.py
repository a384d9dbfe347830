"""Google Groups: what Takeout and Vault export, and mailboxes of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

from migrate.errors import InputError
from migrate.model import Finding, Record
from migrate.sources import Chunk, Option, Options

ENOUGH_TO_DETECT = 5  # files of a folder that are opened


class GoogleGroupsImporter:
    """Groups as their owners, administrators and members have them."""

    name: ClassVar[str] = "google-groups"
    summary: ClassVar[str] = "Google Groups: Takeout and Vault exports, and mailboxes of a group"
    title: ClassVar[str] = "a Google Groups export"
    refines: ClassVar[tuple[str, ...]] = ("mbox",)
    options: ClassVar[Mapping[str, Option]] = {
        "members": Option(
            help="What becomes of members who never wrote: counted (the default), or placeholders: they get accounts.",
            choices=("count", "placeholders"),
            metavar="WHAT",
        )
    }

    def detect(self, path: Path) -> bool:
        """Whether there is the folder of a group, a Vault export, or a mailbox whose mails came through a group."""
        from importers.google_groups.layout import is_export, is_groups_mailbox  # a heavy import, for --help
        from migrate.tree import read_tree

        try:
            tree = read_tree([str(path)])
            return is_export(tree) or any(map(is_groups_mailbox, islice(tree, ENOUGH_TO_DETECT)))
        except InputError:
            return False

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """Settings and members of each group, and its mail in pieces of a few MB. Raises InputError where there is no
        group."""
        from importers.google_groups.scanning import chunks

        return chunks(locations, members=options.one("members") == "placeholders")

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The records of one chunk. Raises InputError where the export is gone or has changed."""
        from importers.google_groups.records import GroupChunk, group_records
        from importers.google_groups.scanning import RecordsChunk

        if isinstance(chunk, RecordsChunk):
            return iter(chunk.records)
        assert isinstance(chunk, GroupChunk)
        return group_records(chunk)

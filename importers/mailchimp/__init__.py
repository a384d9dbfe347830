"""Mailchimp: account exports, audiences, campaign archives, and the Marketing API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from migrate.errors import InputError
from migrate.model import Finding, Record
from migrate.sources import Chunk, Option, Options


class MailchimpImporter:
    """Mailchimp: account exports, audiences, campaign archives."""

    name: ClassVar[str] = "mailchimp"
    summary: ClassVar[str] = "Mailchimp: account exports, audiences, campaign archives"
    options: ClassVar[Mapping[str, Option]] = {}

    def detect(self, path: Path) -> bool:
        """Whether it looks like one."""
        return False

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """Its chunks. Raises InputError where nothing can be read."""
        raise InputError("Not yet.")

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The records of one chunk."""
        raise InputError("Not yet.")

"""Mailchimp: account exports, audiences, campaign archives, and the Marketing API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from migrate.errors import InputError
from migrate.model import Finding, Member, Record
from migrate.sources import Chunk, Option, Options

# What `--members` may say, and what it makes of those who subscribed and confirmed it.
MEMBERS: Mapping[str, Member] = {"placeholders": "account", "invite-list": "invite"}


class MailchimpImporter:
    """What Mailchimp gives out of an account, and what its public archive shows."""

    name: ClassVar[str] = "mailchimp"
    summary: ClassVar[str] = "Mailchimp: account exports, audiences, campaign archives and feeds, and its API"
    title: ClassVar[str] = "a Mailchimp export"
    refines: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Option]] = {
        "members": Option(
            help="What becomes of contacts who subscribed and confirmed it: a placeholder account, or a line in a file"
            " for invitations. Left out: they are only counted.",
            choices=tuple(MEMBERS),
        ),
        "api": Option(
            help="Ask Mailchimp itself; the key of its API stands in MAILCHIMP_API_KEY.",
            kind="flag",
            instead_of_paths=True,
        ),
    }

    def detect(self, path: Path) -> bool:
        """Whether there is a campaign, an audience, a feed or an answer of the API: by names, then by a few heads."""
        from importers.mailchimp.kinds import is_ours
        from migrate.tree import read_tree

        try:
            return is_ours(read_tree([str(path)]))
        except InputError:
            return False

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """Campaigns and audiences. Raises InputError where there are none, or the API does not answer."""
        from importers.mailchimp.account import account_chunks
        from importers.mailchimp.export import export_chunks
        from migrate.tree import read_tree

        wanted = MEMBERS.get(options.one("members"))
        now = datetime.now(UTC)
        if options.is_set("api"):
            yield from account_chunks(wanted, now)
        if locations or not options.is_set("api"):
            yield from export_chunks(read_tree(locations), wanted, now)

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The list, the sender, the pictures and the message of each campaign; of audiences their members."""
        from importers.mailchimp.export import READERS

        return READERS[type(chunk)](chunk)

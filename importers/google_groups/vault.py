"""What a Vault export says beside its mail: who is in the groups, and how many messages there should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from importers.google_groups.layout import addresses_in
from importers.google_groups.members import Listed, read_members
from importers.google_groups.tables import Table, read_table
from importers.mbox.chunks import MailChunk
from importers.mbox.records import bytes_of
from migrate.mail.splitter import split
from migrate.model import Finding
from migrate.tree import TreeFile

LONGEST_NUMBER = 12  # digits


@dataclass(slots=True)
class Vault:
    """The tables of an export, and what was found of what they promise."""

    members: dict[str, list[Listed]] = field(default_factory=dict)  # by address of the group
    expected: int = 0  # messages
    found: int = 0
    locator: str = ""

    def count(self, chunk: MailChunk) -> None:
        """Add the messages of a chunk to those found."""
        for piece in chunk.pieces:
            self.found += sum(1 for _ in split(bytes_of(piece), chunk.form)) if chunk.form else 1

    def missing(self) -> Iterator[Finding]:
        """A finding where there are not as many as Vault counted."""
        if self.expected and self.found != self.expected:
            text = (
                f"Vault counted {self.expected:,} messages, and {self.found:,} are in these files: fetch all parts of"
                " the export, and look at its error report."
            )
            yield Finding(stage="read", severity="warning", code="vault-count-differs", text=text, locator=self.locator)


def read_vault(files: Sequence[TreeFile]) -> tuple[Vault, list[Finding]]:
    """Read the tables of an export; and what was wrong with them."""
    vault, findings = Vault(), []
    for file in files:
        table, found = read_table(file)
        findings += found
        if file.name.lower().endswith("count.csv"):
            vault.expected += _counted(table)
            vault.locator = file.label
        else:
            for member in read_members(table):
                vault.members.setdefault(member.group, []).append(member)
    return vault, findings


def _counted(table: Table) -> int:
    """The sum over the groups: the first number in each row that has an address."""
    groups = addresses_in([table])
    rows = (row for row in table if any(cell.lower() in groups for cell in row))
    return sum(next((int(cell) for cell in row if _is_number(cell)), 0) for row in rows)


def _is_number(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= LONGEST_NUMBER

"""Audiences: who subscribed is counted, and becomes a member only where the user asks for it."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice

from importers.mailchimp.contacts import Contact, Shape, Standing, person_of, shape_of
from importers.mailchimp.table import rows
from migrate.model import Finding, Member, Record, Severity
from migrate.sources import Chunk
from migrate.text import printable
from migrate.tree import TreeFile, opened

READER = "mailchimp-contacts-1"  # raise when `read` yields something else for the same rows
ROWS = 20_000  # in a chunk
_SAYS: Mapping[Member | None, str] = {
    None: "only counted, nobody becomes a person",
    "account": "who confirmed to have subscribed gets a placeholder account",
    "invite": "who confirmed to have subscribed stands in the list for invitations",
}
_NAMES: Mapping[Standing, str] = {
    "subscribed": "subscribed",
    "unconfirmed": "not confirmed",
    "unsubscribed": "unsubscribed",
    "cleaned": "cleaned",
    "other": "not subscribed",
    "unknown": "of unknown status",
    "invalid": "without an address that can be",
}
_HEX = re.compile(r"_export_([0-9a-f]{6,40})", re.IGNORECASE)
_ID_BEFORE = re.compile(r"\A\d+[_ -]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsChunk(Chunk):
    """Some rows of an audience's file."""

    file: TreeFile
    shape: Shape
    first: int  # number of its first row behind the header, from 0
    count: int
    wanted: Member | None


class Audiences:
    """The audiences of an export, counted while their files are cut."""

    def __init__(self, wanted: Member | None) -> None:
        self.wanted = wanted
        self.counts: dict[tuple[str, str], Counter[Standing]] = {}  # by name and place
        self._findings: list[Finding] = []

    def chunks(self, file: TreeFile, shape: Shape) -> Iterator[Chunk]:
        """The rows of one file."""
        counts = self.counts.setdefault(_audience(file), Counter())
        before = counts["unknown"], counts["invalid"]
        with opened(file) as content:
            all_contacts = _contacts(content.stream, shape)
            first = 0
            while contacts := list(islice(all_contacts, ROWS)):
                counts.update(contact.standing for contact in contacts)
                decides = (READER, shape, self.wanted, contacts)
                digest = blake2b(repr(decides).encode("utf-8", "backslashreplace"), digest_size=20).hexdigest()
                yield ContactsChunk(
                    label=file.label if not first else f"{file.label}, from row {first + 1}",
                    fingerprint=f"{READER}-{digest}",
                    size=sum(map(len, (contact.address for contact in contacts))),
                    file=file,
                    shape=shape,
                    first=first,
                    count=len(contacts),
                    wanted=self.wanted,
                )
                first += len(contacts)
            if content.finding:
                self._findings.append(content.finding)
        self._tell(file, counts["unknown"] - before[0], counts["invalid"] - before[1])

    def _tell(self, file: TreeFile, unknown: int, invalid: int) -> None:
        if unknown:
            text = (
                "Nothing tells whether these subscribed, so none of them becomes a person, by no later import into this"
                f" archive either (contacts: {unknown:,}). Read the file as it was exported, under its own name, into a"
                " new archive."
            )
            self._findings.append(_finding("contacts-status-unknown", "warning", text, file.label))
        if invalid:
            text = f"Contacts without an address that can be were left out: {invalid:,}."
            self._findings.append(_finding("contacts-without-address", "warning", text, file.label))

    def add(self, name: str, place: str, counts: Counter[Standing]) -> None:
        """Count contacts that came otherwise."""
        self.counts.setdefault((name, place), Counter()).update(counts)

    def findings(self) -> Iterator[Finding]:
        """What became of each audience, once all files were cut."""
        yield from self._findings
        for (name, place), counts in self.counts.items():
            yield audience_finding(name, place, counts, self.wanted)


def audience_finding(name: str, place: str, counts: Mapping[Standing, int], wanted: Member | None) -> Finding:
    """One sentence about an audience: how many contacts there are of each kind, and what becomes of them."""
    told = ", ".join(f"{counts[each]:,} {words}" for each, words in _NAMES.items() if counts.get(each))
    name = printable(name) or "An audience"
    return _finding("audience", "info", f"{name}: {told or 'no contacts'}; {_SAYS[wanted]}.", place)


def read_contacts(chunk: ContactsChunk) -> Iterator[Record]:
    """The people of one chunk who may become members, and those who never may."""
    with opened(chunk.file) as content:
        contacts = _contacts(content.stream, chunk.shape)
        for contact in islice(contacts, chunk.first, chunk.first + chunk.count):
            person = person_of(contact, chunk.wanted)
            if person is not None:
                yield person


def _contacts(stream: io.BufferedReader | io.BufferedRandom, shape: Shape) -> Iterator[Contact]:
    """All contacts. Behind a row that cannot be read, what looks like a row may be of somebody's note: nobody
    subscribed by it."""
    table = rows(stream)
    next(table, None)
    is_whole = True
    for row in table:
        is_whole = is_whole and bool(row)
        contact = shape.contact(row)
        is_sure = is_whole or contact.standing != "subscribed"
        yield contact if is_sure else replace(contact, standing="unknown")


def audience_shape(file: TreeFile) -> Shape | None:
    """How to read a CSV file; None where it is no audience."""
    with opened(file) as content:
        header = next(rows(content.stream), [])
    return shape_of(file, header)


def _audience(file: TreeFile) -> tuple[str, str]:
    """The name of the audience a file is of, as far as its folders tell, and what tells it from others."""
    parts = file.path.split("/")[:-1]
    name = ""
    lower = [part.lower() for part in parts]
    if "lists" in lower and lower.index("lists") + 1 < len(parts):
        name = _ID_BEFORE.sub("", parts[lower.index("lists") + 1])
    found = _HEX.search(file.name)
    return name, "/".join(filter(None, (file.folder, found[1] if found and not name else "")))


def _finding(code: str, severity: Severity, text: str, locator: str) -> Finding:
    return Finding(stage="read", severity=severity, code=code, text=text, locator=locator)

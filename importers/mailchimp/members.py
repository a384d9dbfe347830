"""Contacts in JSON files of the Marketing API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from importers.mailchimp.audiences import Audiences
from importers.mailchimp.contacts import Contact, Standing, of_api, person_of
from importers.mailchimp.entries import Entry
from importers.mailchimp.places import json_entries
from migrate.model import Member, Record
from migrate.sources import Chunk
from migrate.tree import TreeFile

READER = "mailchimp-members-1"  # raise when `read` yields something else for the same contacts
CONTACTS = 20_000  # in a chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersChunk(Chunk):
    """Some of the contacts in a file."""

    file: TreeFile
    first: int  # numbers of things in the file, from 0
    last: int
    wanted: Member | None


def member_chunks(file: TreeFile, audiences: Audiences) -> Iterator[Chunk]:
    """The contacts of a file; counts them on the way."""
    batch: list[Contact] = []
    counts: Counter[Standing] = Counter()
    first = last = 0
    for number, entry in json_entries(file):
        if not (isinstance(entry, Entry) and entry.what == "member"):
            continue
        first = first if batch else number
        last = number
        contact = of_api(entry.value)
        batch.append(contact)
        counts[contact.standing] += 1
        if len(batch) == CONTACTS:
            yield _chunk(file, batch, first, last, audiences.wanted)
            batch = []
    if batch:
        yield _chunk(file, batch, first, last, audiences.wanted)
    audiences.add("", file.label, counts)


def _chunk(file: TreeFile, batch: list[Contact], first: int, last: int, wanted: Member | None) -> MembersChunk:
    digest = blake2b(repr((wanted, batch)).encode("utf-8", "backslashreplace"), digest_size=20).hexdigest()
    label = file.label if not first else f"{file.label}, from entry {first + 1}"
    return MembersChunk(
        label=label,
        fingerprint=f"{READER}-{digest}",
        size=sum(len(contact.address) for contact in batch),
        file=file,
        first=first,
        last=last,
        wanted=wanted,
    )


def read_members(chunk: MembersChunk) -> Iterator[Record]:
    """The people of one chunk who may become members, and those who never may."""
    for number, entry in json_entries(chunk.file, chunk.last):
        if number >= chunk.first and isinstance(entry, Entry) and entry.what == "member":
            person = person_of(of_api(entry.value), chunk.wanted)
            if person is not None:
                yield person

"""From the files of an export to chunks: of each group its settings, its members if they are wanted, and its mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import groupby

from importers.google_groups.layout import Group, Layout, as_input, look
from importers.google_groups.members import UNKNOWN, Listed, persons, read_members, told
from importers.google_groups.naming import PUBLIC, group_in
from importers.google_groups.records import KIND, READER, group_chunk
from importers.google_groups.settings import Settings, is_settings, read_settings
from importers.google_groups.tables import read_table
from importers.google_groups.vault import Vault, read_vault
from importers.mbox.chunks import MailChunk, chunks_of
from importers.mbox.kinds import PEEK
from migrate.errors import InputError
from migrate.files import Input
from migrate.mail.lists import ListName
from migrate.model import Finding, Person, Severity, Source
from migrate.sources import Chunk
from migrate.text import printable
from migrate.tree import Tree, TreeFile, opened, read_tree

PEOPLE_A_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsChunk(Chunk):
    """What was small enough to be read while scanning: a group's settings, or some of its members."""

    records: tuple[Source | Person, ...]


def chunks(locations: Sequence[str], *, members: bool) -> Iterator[Chunk | Finding]:
    """Everything that is to be read; `members`: those of a group become people. Raises InputError where no group is."""
    tree = read_tree(locations)
    layout = look(tree)
    if not (layout.mailboxes or any(group.mailboxes or group.tables for group in layout.groups.values())):
        raise InputError(_nothing(locations, tree, layout))
    yield from tree.findings
    vault = None
    if layout.is_vault:
        vault, findings = read_vault(layout.vault)
        yield from findings
        for address, listed in sorted(vault.members.items()):
            yield from _members(address, listed, frozenset(vault.members), members=members)
    for address in sorted(layout.groups):
        yield from _group(layout.groups[address], frozenset(layout.groups), vault, members=members)
    for files in _together(layout.mailboxes):
        yield from _loose(files, vault)
    if vault:
        yield from vault.missing()
    yield from _left_out(layout)


def _nothing(locations: Sequence[str], tree: Tree, layout: Layout) -> str:
    if layout.outlook:
        return _pst(layout.outlook[0])
    where = printable(", ".join(locations))
    if tree.findings and not len(tree):
        return tree.findings[0].text
    return f"There is no Google group in {where}: no mail, and no folder that is called like a group's address."


def _pst(file: TreeFile) -> str:
    return f"{file.label} is an Outlook mailbox (PST), which cannot be read: export it from Vault again as MBOX."


def _left_out(layout: Layout) -> Iterator[Finding]:
    for file in layout.outlook:
        yield _finding("error", "mailbox-is-pst", _pst(file), file.label)
    for file in layout.error_pages:
        text = "This file is not a message but the error page that was saved in its place."
        yield replace(_finding("warning", "error-page", text, file.label), lost=1)
    if layout.others:
        first = layout.others[0].label
        text = f"{len(layout.others):,} files of the export belong to no group, or hold nothing of one; not read."
        yield _finding("info", "files-of-no-group", text, first)


def _group(group: Group, groups: frozenset[str], vault: Vault | None, *, members: bool) -> Iterator[Chunk | Finding]:
    if not (group.mailboxes or group.tables):
        return
    settings: list[Settings] = []
    listed: list[Listed] = []
    for file in group.tables:
        table, findings = read_table(file)
        yield from findings
        if is_settings(table, group.address):
            settings.append(read_settings(table))
        else:
            listed += read_members(table, group.address)
    yield from _about(group, settings)
    yield from _members(group.address, listed, groups, members=members)
    if not group.mailboxes:
        text = "The export holds no messages of this group."
        yield _finding("warning", "group-without-messages", text, group.list_name.key)
    for chunk in _mail(group.mailboxes, group.list_name):
        if vault and isinstance(chunk, MailChunk):
            vault.count(chunk)
        yield group_chunk(chunk, group.list_name, group.address) if isinstance(chunk, MailChunk) else chunk


def _about(group: Group, settings: Sequence[Settings]) -> Iterator[Chunk | Finding]:
    """Who may read it is said by its settings; what does not clearly say that everybody may is private."""
    key, local = group.list_name
    said = [found.public for found in settings if found.public is not None]
    public = bool(said) and all(said)
    if not said:
        text = (
            "The export does not say in words known here who may read this group, so it counts as private; if everybody"
            " may, say so in the mapping."
        )
        yield _finding("warning", "visibility-unknown", text, key)
    name = next((found.name for found in settings if found.name), local)
    domain = group.address.partition("@")[2]
    source = Source(
        key=key,
        kind=KIND,
        name=name,
        description=next((found.description for found in settings if found.description), ""),
        url=f"https://groups.google.com/{'' if domain == PUBLIC else f'a/{domain}/'}g/{local}",
        private=not public,
    )
    yield _records_chunk(f"settings of {key}", [source])


def _records_chunk(label: str, records: Sequence[Source | Person]) -> RecordsChunk:
    digest = blake2b("\0".join(map(repr, records)).encode("utf-8", "replace"), digest_size=16).hexdigest()
    return RecordsChunk(label=label, fingerprint=f"{READER}-{digest}", size=0, records=tuple(records))


def _members(
    group: str, listed: Sequence[Listed], groups: frozenset[str], *, members: bool
) -> Iterator[Chunk | Finding]:
    if not listed:
        return
    key = ".".join(group.split("@"))
    text = f"The export lists {len(listed):,} people in this group: {told(listed)}."
    yield _finding("info", "members-listed", text, key)
    unclear = sum(member.role == UNKNOWN for member in listed)
    if unclear and members:
        text = f"Of {unclear:,} people it is not clear whether they are members; they get no account by that."
        yield _finding("warning", "members-unclear", text, key)
    people = list(persons(listed, groups)) if members else []
    for start in range(0, len(people), PEOPLE_A_CHUNK):
        yield _records_chunk(f"members of {key}", people[start : start + PEOPLE_A_CHUNK])


def _mail(files: Sequence[TreeFile], named: ListName | None) -> Iterator[MailChunk | Finding]:
    return chunks_of(_inputs(files), named.key if named else "")


def _inputs(files: Sequence[TreeFile]) -> Iterator[Input | Finding]:
    for file in files:
        with opened(file) as content:
            yield as_input(file, content.stream)
            if trouble := content.finding:
                yield trouble


def _together(files: Sequence[TreeFile]) -> Iterator[Sequence[TreeFile]]:
    """Each mailbox by itself, and all single messages of a folder."""

    def place(file: TreeFile) -> tuple[str, str]:
        return file.folder, "" if file.name.lower().endswith(".eml") else file.name

    for _, group in groupby(sorted(files, key=place), key=place):
        yield list(group)


def _loose(files: Sequence[TreeFile], vault: Vault | None) -> Iterator[Chunk | Finding]:
    """Mail that lies in no group's folder: of the list that it names itself, or else called as its file or folder."""
    with opened(files[0]) as content:
        named = group_in(content.stream.read(PEEK))
    for chunk in _mail(files, named):
        if isinstance(chunk, Finding):
            yield chunk
            continue
        if vault:
            vault.count(chunk)
        yield group_chunk(chunk, named or chunk.list, "", own=named is not None, vault=vault is not None)


def _finding(severity: Severity, code: str, text: str, locator: str) -> Finding:
    return Finding(stage="read", severity=severity, code=code, text=text, locator=locator)

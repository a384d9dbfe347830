"""Which files of an export belong to which group: by the folders they lie in and by what is in them, never by names."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from importers.google_groups.mending import is_error_page
from importers.google_groups.naming import PUBLIC, is_of_groups
from importers.google_groups.tables import Table, address_columns, is_address, read_table
from importers.mbox.kinds import PEEK, is_mail
from migrate.files import Input
from migrate.mail.lists import ListName
from migrate.tree import Tree, TreeFile, opened
from migrate.unpack import Peekable

_GROUP = re.compile(r"([^@/\s]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})(?: ?\(\d+\))?\Z")
_PACKED = re.compile(r"\.(?:zip|tgz|tar(?:\.\w{2,4})?)\Z", re.IGNORECASE)  # somebody packed the folder of one group
_VAULT = re.compile(r"-(metadata\.xml|group-membership\.csv|results-count\.csv)\Z", re.IGNORECASE)
_OF_VAULT = re.compile(r"-(?:group-membership|results-count)\.csv\Z", re.IGNORECASE)
_PST = b"!BDN"  # MS-PST 2.2.2.6
ENOUGH = 50  # files in folders of groups that are opened to recognise an export
_TABLE = (".csv", ".tsv")
_NO_MAIL = (*_TABLE, ".xml", ".json", ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".mp4", ".md5")


@dataclass(slots=True)
class Group:
    """What an export holds of one group."""

    address: str  # in lower case: "gardeners@googlegroups.com"
    mailboxes: list[TreeFile] = field(default_factory=list)
    tables: list[TreeFile] = field(default_factory=list)

    @property
    def list_name(self) -> ListName:
        """As its mails have it in List-Id, so that a member's mailbox is of the same list."""
        return list_of(self.address)


@dataclass(slots=True)
class Layout:
    """The files of an export, sorted out."""

    groups: dict[str, Group] = field(default_factory=dict)  # by address
    is_vault: bool = False
    vault: list[TreeFile] = field(default_factory=list)  # the tables of a Vault export
    mailboxes: list[TreeFile] = field(default_factory=list)  # of no known group
    outlook: list[TreeFile] = field(default_factory=list)  # PST files
    error_pages: list[TreeFile] = field(default_factory=list)  # that old programs saved as messages
    others: list[TreeFile] = field(default_factory=list)


def list_of(address: str) -> ListName:
    """The list of a group with that address."""
    local, _, domain = address.partition("@")
    return ListName(f"{local}.{domain}", local)


def look(tree: Tree) -> Layout:
    """Sort the files of an export by group. Of a Takeout nothing else is opened: it may hold its owner's own mail."""
    vault = any(_VAULT.search(file.name) for file in tree)
    layout = Layout(is_vault=vault)
    elsewhere = []
    for file in tree:
        if address := group_of(file):
            _add(layout.groups.setdefault(address, Group(address)), file, layout)
        elif vault and _OF_VAULT.search(file.name):
            layout.vault.append(file)
        elif not (vault and _VAULT.search(file.name)):  # Vault's XML says of each message what that says itself
            elsewhere.append(file)
    if layout.groups:
        layout.others += elsewhere
    else:
        for file in elsewhere:
            _place(file, layout.mailboxes, layout)
    if vault:
        _sort_by_address(layout)
    return layout


def _add(group: Group, file: TreeFile, layout: Layout) -> None:
    if file.name.lower().endswith(_TABLE):
        group.tables.append(file)
    else:
        _place(file, group.mailboxes, layout)


def _place(file: TreeFile, mailboxes: list[TreeFile], layout: Layout) -> None:
    """By its first bytes."""
    head = b"" if file.name.lower().endswith(_NO_MAIL) else _head(file)
    if head.startswith(_PST):
        layout.outlook.append(file)
    elif head and _begins_mail(file, head):
        mailboxes.append(file)
    elif is_error_page(head):
        layout.error_pages.append(file)
    else:
        layout.others.append(file)


def group_of(file: TreeFile) -> str | None:
    """The address that the folder is called in which the file lies; None where it is called otherwise."""
    *folders, _ = PurePosixPath(file.label).parts
    container = file.place.container
    if container.kind == "folder" and not folders:  # a file that was named by itself
        folders = [Path(container.path).parent.name]
    match = _GROUP.match(_PACKED.sub("", folders[-1])) if folders else None
    return match[1].lower() if match else None


def is_export(tree: Tree) -> bool:
    """Whether Google wrote it: by names alone, or the mailbox in a group's folder."""
    if any(_OF_VAULT.search(file.name) for file in tree):
        return True
    in_folders = (file for file in tree if group_of(file) and not file.name.lower().endswith(_NO_MAIL))
    return any(_is_groups_own(file) for file in islice(in_folders, ENOUGH))


def _is_groups_own(file: TreeFile) -> bool:
    """People's folders are called after addresses, too: Google's domain tells, the domain's folder, or the mail."""
    domain = (group_of(file) or "").partition("@")[2]
    head = _head(file)
    of_groups = domain == PUBLIC or domain in file.label.lower().split("/") or is_of_groups(head)
    return of_groups and _begins_mail(file, head)


def is_groups_mailbox(file: TreeFile) -> bool:
    """Whether it is a mailbox most of whose first mails came through a group."""
    head = _head(file)
    return _begins_mail(file, head) and is_of_groups(head)


def _begins_mail(file: TreeFile, head: bytes) -> bool:
    return is_mail(as_input(file, io.BufferedReader(io.BytesIO(head))))


def _head(file: TreeFile) -> bytes:
    with opened(file) as content:
        return content.stream.read(PEEK)


def as_input(file: TreeFile, stream: Peekable) -> Input:
    """The file as one that is opened by itself; what lies on disk as it is can be read again by offset."""
    container = file.place.container
    plain = container.kind == "folder" and not container.compression
    path = Path(container.path, file.place.name) if plain else None
    return Input(file.label, file.folder.rpartition("/")[2], path, stream)


def addresses_in(tables: Iterable[Table]) -> set[str]:
    """The groups that the tables of a Vault export name: in each the column of addresses with the fewest."""
    found: set[str] = set()
    for table in tables:
        if columns := address_columns(table):
            column = columns[-1]
            found |= {row[column].lower() for row in table if column < len(row) and is_address(row[column])}
    return found


def _sort_by_address(layout: Layout) -> None:
    """Vault puts the address of the group into the name of the file, with other words around it."""
    known = addresses_in(read_table(file)[0] for file in layout.vault if file.name.lower().endswith("count.csv"))
    left = []
    for file in layout.mailboxes:
        name = file.name.lower()
        matching = [address for address in known if address in name]
        if not matching and len(known) == 1:
            matching = list(known)
        if matching:
            address = max(matching, key=len)
            layout.groups.setdefault(address, Group(address)).mailboxes.append(file)
        else:
            left.append(file)
    layout.mailboxes = left

"""Pipermail's pages, `2004-March/000123.html`: numbered in the order in which mail came, kept by month.

The number of a mail stands nowhere in an export. In the list's raw mbox it is the mail's place. The monthly text files
do not tell: mail that was removed leaves a gap, and late mail stands in an earlier month. There the archive's own index
pages, saved beside, are laid alongside the files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from selectolax.lexbor import LexborHTMLParser, LexborNode

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.mail.subjects import base_subject

_LOCATOR = re.compile(r"(?P<file>.*)@(?P<byte>\d+)(?:#\d+)?", re.DOTALL)
_PERIOD = re.compile(
    r"\d{4}-[A-Z][a-z]+|\d{4}q[1-4]|\d{8}|Week-of-Mon-\d{8}|\d{4}"
)  # as a list's archive volumes are named
_NUMBERED = re.compile(r"(\d{6,9})\.html")
_INDEX = "date.html"
_LARGEST_INDEX = 50_000_000  # bytes
# The month is that of the list server's clock, whose zone nobody knows: near its ends a mail may stand in either.
_ZONES = (timedelta(hours=-12), timedelta(0), timedelta(hours=14))
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Mail:
    """A message as it lies in the list's archive."""

    message_id: int
    file: str
    byte: int
    title: str
    sent_at: int | None
    authors: frozenset[str]  # every name of its author's, in lower case

    @property
    def period(self) -> str | None:
        """The archive volume its file is, where the file is named as one."""
        stem = PurePosixPath(self.file).name.partition(".")[0]
        return stem if _PERIOD.fullmatch(stem) else None

    @property
    def months(self) -> list[str]:
        """The volumes its date may have put it in."""
        if self.sent_at is None:
            return []
        date = datetime.fromtimestamp(self.sent_at / 1000, UTC)
        found = [date + zone for zone in _ZONES]
        return list(dict.fromkeys(f"{day.year:04}-{_MONTHS[day.month - 1]}" for day in found))


@dataclass(frozen=True, slots=True)
class _Page:
    """An entry of an index page."""

    number: int
    subject: str
    author: str


def pages(archive: Archive, source_id: int, index: Path | None) -> Iterator[tuple[int, str]]:
    """Message ids and the pages they stood on, below the archive's address.

    `index` is a folder with the archive's saved `date.html` pages, each in its volume's folder. Without one the mails
    of a raw mbox are counted. Raises InputError where that is impossible, or the folder holds no such page.
    """
    mails = _mails(archive, source_id)
    if index is not None:
        yield from _indexed(mails, _read_index(index))
        return
    if any(mail.period for mail in mails) or len({mail.file for mail in mails}) > 1:
        raise InputError(
            "The page numbers cannot be counted in monthly files. Save the archive's index pages, for example with"
            f" `wget -r -l 1 -np -A {_INDEX} ADDRESS`, and name their folder with --index."
        )
    for number, mail in enumerate(mails):
        for month in mail.months:
            yield mail.message_id, f"{month}/{number:06}.html"


def _mails(archive: Archive, source_id: int) -> list[_Mail]:
    """Every mail in the files of a list, in their order; of a digest the first of the mails it holds."""
    rows = archive.db.execute(
        "SELECT message_id, origin.locator, title, sent_at, author_id FROM origin"
        " JOIN message ON message.id = message_id WHERE origin.source_id = ?",
        (source_id,),
    )
    names: defaultdict[int, set[str]] = defaultdict(set)
    for person_id, name in archive.db.execute("SELECT person_id, name FROM person_name"):
        names[person_id].add(name.casefold())
    # Who gave no name stands there with the address, written as pipermail does.
    for person_id, email in archive.db.execute("SELECT id, email FROM person WHERE email IS NOT NULL"):
        names[person_id].add(email.casefold().replace("@", " at "))
    found: dict[tuple[str, int], _Mail] = {}
    for message_id, locator, title, sent_at, author_id in rows.fetchall():
        match = _LOCATOR.fullmatch(locator)
        if match is not None:
            place = match["file"], int(match["byte"])
            mail = _Mail(message_id, *place, title, sent_at, frozenset(names[author_id]))
            found[place] = min(mail, found.get(place, mail), key=lambda item: item.message_id)
    return [found[place] for place in sorted(found)]


def _read_index(folder: Path) -> dict[str, list[_Page]]:
    """The pages of each volume in their order."""
    volumes = {}
    for path in sorted(folder.rglob(_INDEX)):
        if path.stat().st_size > _LARGEST_INDEX:
            raise InputError(f"{path} is too large for an index page.")
        found = [page for item in LexborHTMLParser(path.read_bytes()).css("li") if (page := _page(item))]
        if found:
            volumes[path.parent.name] = sorted(found, key=lambda page: page.number)
    if not volumes:
        raise InputError(f"{folder} holds no {_INDEX} with pages of an archive.")
    return volumes


def _page(item: LexborNode) -> _Page | None:
    """An entry of an index: a link with the subject, then the author in italics."""
    link, author = item.css_first("a[href]"), item.css_first("i")
    match = _NUMBERED.fullmatch((link.attributes.get("href") or "") if link else "")
    if link is None or match is None:
        return None
    return _Page(int(match[1]), base_subject(link.text()), " ".join(author.text().split()) if author else "")


def _indexed(mails: Sequence[_Mail], volumes: dict[str, list[_Page]]) -> Iterator[tuple[int, str]]:
    """Each page's mail: of that volume and subject the first one by the same author, else the first that is left."""
    waiting: defaultdict[tuple[str, str], list[_Mail]] = defaultdict(list)
    for mail in mails:
        for volume in [mail.period] if mail.period else mail.months:
            waiting[volume, base_subject(mail.title)].append(mail)
    taken: set[int] = set()
    for volume, listed in volumes.items():
        by_subject: defaultdict[str, list[_Page]] = defaultdict(list)
        for page in listed:
            by_subject[page.subject].append(page)
        for subject, same in by_subject.items():
            there = [mail for mail in waiting[volume, subject] if mail.message_id not in taken]
            for page, mail in _pairs(same, there):
                taken.add(mail.message_id)
                yield mail.message_id, f"{volume}/{page.number:06}.html"


def _pairs(listed: Sequence[_Page], mails: list[_Mail]) -> Iterator[tuple[_Page, _Mail]]:
    """Pages and mails of one subject, both in their order; what only the order tells comes last."""
    left, rest = list(mails), []
    for page in listed:
        mail = next((mail for mail in left if page.author.casefold() in mail.authors), None)
        if mail is None:
            rest.append(page)
            continue
        left.remove(mail)
        yield page, mail
    yield from zip(rest, left, strict=False)

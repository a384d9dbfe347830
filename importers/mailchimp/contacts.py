"""Who of an audience may be written to: those alone who subscribed, confirmed it, and neither left nor bounced.

Whatever is in doubt counts as no. Of a contact nothing is read but the address, the name and what tells its status.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from importers.mailchimp.known import child, folded, line
from migrate.model import Member, Person
from migrate.tree import TreeFile

# How a contact stands in an audience; "unknown" is what nothing tells, "unconfirmed" who never answered the question.
Standing = Literal["subscribed", "unconfirmed", "unsubscribed", "cleaned", "other", "unknown", "invalid"]

_ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[\w-]{2,59}|[^\W\d_]{2,63})"
)
# Columns that are called the same in every language.
_SYSTEM = {
    *("MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF"),
    *("DSTOFF", "LAST_CHANGED", "LEID", "EUID", "UNSUB_TIME", "UNSUB_CAMPAIGN_ID", "CLEAN_TIME", "CLEAN_CAMPAIGN_ID"),
}
_EXPORT = re.compile(r"(?:members|audience)_export", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_NOT = frozenset(("un", "non", "not", "never", "no", "sms", "formerly", "previously"))
# What the columns of the name are called, in the languages of Mailchimp's own forms.
_FIRST = (
    "first name|firstname|fname|given name|vorname|prénom|prenom|nombre|nome|voornaam|imię|förnamn|fornavn|etunimi"
    "|jméno|имя|ad|adı|名|名前"
)
_LAST = (
    "last name|lastname|lname|surname|family name|nachname|familienname|nom|nom de famille|apellido|apellidos|cognome"
    "|sobrenome|apelido|achternaam|nazwisko|efternamn|etternavn|efternavn|sukunimi|příjmení|фамилия|soyad|soyadı|姓"
)
_STANDINGS: Mapping[str, Standing] = {
    "subscribed": "subscribed",
    "unsubscribed": "unsubscribed",
    "cleaned": "cleaned",
    "pending": "other",
    "unconfirmed": "other",
    "archived": "other",
    "transactional": "other",
    "nonsubscribed": "other",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of an audience."""

    address: str  # lower-case; "" where it is none
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Shape:
    """How the rows of an audience's file are to be read."""

    standing: Standing  # of all rows, where none says otherwise
    first_name: int | None = None
    last_name: int | None = None
    confirmed: int | None = None
    status: int | None = None

    def contact(self, row: Sequence[str]) -> Contact:
        """One row. The first cell is the address, whatever the column is called."""
        address = address_of(row[0] if row else "")
        name = " ".join(filter(None, (_cell(row, self.first_name), _cell(row, self.last_name))))
        return Contact(address, line(name, 100), self._standing(row) if address else "invalid")

    def _standing(self, row: Sequence[str]) -> Standing:
        standing = self.standing
        if self.status is not None and standing in ("subscribed", "unknown"):
            standing = _STANDINGS.get(_cell(row, self.status).casefold(), "unknown")
        if standing == "subscribed" and not _is_moment(_cell(row, self.confirmed)):
            return "unconfirmed"
        return standing


def shape_of(file: TreeFile, header: Sequence[str]) -> Shape | None:
    """How to read a file with that header; None where it is no audience."""
    names = [cell.strip().strip("\ufeff") for cell in header]
    columns = {name.upper(): number for number, name in reversed(list(enumerate(names)))}
    if len(_SYSTEM & columns.keys()) < 2 and not _EXPORT.search(file.name):
        return None
    status = columns.get("STATUS", columns.get("MEMBER_STATUS"))
    return Shape(
        standing=_by_columns(columns) or _by_name(file),
        first_name=_labelled(names, _FIRST),
        last_name=_labelled(names, _LAST),
        confirmed=columns.get("CONFIRM_TIME"),
        status=status or None,  # the first column is the address
    )


def _by_columns(columns: Mapping[str, int]) -> Standing | None:
    """Who left and who bounced have columns that nobody else has, whatever the file is called."""
    if any(name.startswith("CLEAN_") for name in columns):
        return "cleaned"
    if any(name.startswith("UNSUB_") for name in columns):
        return "unsubscribed"
    return None


def _by_name(file: TreeFile) -> Standing:
    """What the file's name says, or its folder's; one word against it is enough."""
    words = [*_WORDS.findall(file.name.lower()), *_WORDS.findall(file.folder.rpartition("/")[2].lower())]
    against: list[Standing] = [_STANDINGS[word] for word in words if _STANDINGS.get(word, "subscribed") != "subscribed"]
    if against:
        return against[0]
    if "subscribed" not in words:
        return "unknown"
    return "other" if _NOT.intersection(words) else "subscribed"


def of_api(entry: Mapping[str, Any]) -> Contact:
    """A member as the Marketing API describes one."""
    address = address_of(line(entry.get("email_address")))
    fields = child(entry, "merge_fields")
    name = " ".join(filter(None, (line(fields.get("FNAME"), 100), line(fields.get("LNAME"), 100))))
    standing = _STANDINGS.get(line(entry.get("status")).lower(), "unknown")
    if standing == "subscribed" and not _is_moment(line(entry.get("timestamp_opt"))):
        standing = "unconfirmed"
    return Contact(address, name, standing if address else "invalid")


def address_of(text: str) -> str:
    """An address in lower case, or "" where it is none."""
    text = text.strip().lower()
    return text if len(text) <= 254 and text.isprintable() and _ADDRESS.fullmatch(text) else ""


def person_of(contact: Contact, wanted: Member | None) -> Person | None:
    """What becomes of a contact; `wanted`: of those who subscribed. None: nothing.

    Who did not subscribe is suppressed in any case, so that no other export makes a member of them.
    """
    if not contact.address:
        return None
    if contact.standing != "subscribed":
        return Person(key=contact.address, member="never")
    if wanted is None:
        return None
    names = (contact.name,) if contact.name else ()
    return Person(key=contact.address, name=contact.name, names=names, email=contact.address, member=wanted)


def _cell(row: Sequence[str], number: int | None) -> str:
    return row[number].strip() if number is not None and number < len(row) else ""


def _is_moment(text: str) -> bool:
    """Whether there is a date at all; "0000-00-00 00:00:00" is none."""
    return any(digit in text for digit in "123456789")


def _labelled(names: Sequence[str], labels: str) -> int | None:
    wanted = {folded(label) for label in labels.split("|")}
    return next((number for number, name in enumerate(names) if number and folded(name) in wanted), None)

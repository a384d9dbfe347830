"""People who are forgotten: only digests are kept of them, so that reading an export again does not bring them back."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from migrate.archive.members import digest_of
from migrate.content.mentions import KEY, PERSON, person_key
from migrate.model import Finding, Message, Origin, Person, Thread
from migrate.people import place_of
from migrate.redact import NO_ADDRESS, Redaction, Withheld

PREFIX = "forgotten:"  # of a person's key; the rest is the digest of the key it had
_MESSAGE_PREFIX = "forgotten."
_BETWEEN = re.compile(r"[:/#?&=]")  # parts of titles
_COMMENT = re.compile(r"(?:^|#|:)c-([^#:]{1,255}?)-\d{8,14}")
_MENTIONED = re.compile(rf"\(({PERSON}{KEY})\)")
_ADDRESS = re.compile(r"[\w.+%'=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def forgotten_key(person_key: str) -> str:
    """The key of a person who is forgotten."""
    return person_key if person_key.startswith(PREFIX) else PREFIX + digest_of(person_key)


def forgotten_message_key(key: str) -> str:
    """The key of a message whose own holds an address that is not to be found any more."""
    return _MESSAGE_PREFIX + hashlib.sha256(key.encode()).hexdigest()[:40]


def stand_in(person_id: int) -> str:
    """What somebody who is forgotten is called in the archive."""
    return f"Former member {person_id}"


class Forgotten:
    """Takes out of new records whoever is to stay forgotten. Costs nothing where nobody is."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known = dict(db.execute("SELECT key_digest, words FROM forgotten").fetchall())
        self._people: dict[str, Withheld] = {}  # who turned up, by the digest of the key
        self._redaction = Redaction(())

    @property
    def anybody(self) -> bool:
        """Whether there is somebody to be looked for."""
        return bool(self._known)

    def person(self, person: Person) -> Person:
        """The person, or what is left of one."""
        digest = digest_of(person.key) if self._known else ""
        if digest not in self._known:
            return person
        self._note(digest, (person.name, *person.names), (person.key, person.email or ""), person.key)
        return Person(key=forgotten_key(person.key))

    def thread(self, thread: Thread) -> Thread:
        """The thread, or what is left of it."""
        if not self._known:
            return thread
        self._look_for(thread.key, (thread.key, thread.url or ""))
        return replace(
            thread,
            key=self._key(thread.key),
            title=self._redaction.in_place(thread.title),
            labels=tuple(self._redaction.in_place(f":{label}")[1:] for label in thread.labels),
            url=self._url(thread.url),
        )

    def finding(self, finding: Finding) -> Finding:
        """The finding, without who is to stay forgotten."""
        if not self._known:
            return finding
        self._look_for(f"{finding.source or ''}:", (finding.locator,))
        return replace(
            finding, text=self._redaction.in_place(finding.text), locator=self._redaction.in_place(finding.locator)
        )

    def message(self, message: Message) -> Message:
        """The message, or what is left of it."""
        if not self._known:
            return message
        self._look_for(message.key, (message.key, message.thread or "", message.url or "", message.locator))
        self._look_for(message.key, (person_key(found) for found in _MENTIONED.findall(message.body)))
        keys = (message.key, message.parent or "", message.answers or "", *message.references)
        texts = (message.author, message.title, message.body, message.elided, message.locator, message.url or "")
        for address in _addresses((*keys, *texts)):
            if (digest := digest_of(address)) in self._known and digest not in self._people:
                self._note(digest, (), (address,))
        if digest_of(message.author) in self._known:
            return self._own(message)
        text, native = self._redaction.utterly, message.native
        if native is not None and self._holds_address(native):
            native = None
        return replace(
            self._renamed(message),
            title=text(message.title),
            url=self._url(message.url),
            body=text(message.body),
            elided=text(message.elided),
            native=native,
            attachments=tuple(replace(file, filename=text(file.filename)) for file in message.attachments),
        )

    def _own(self, message: Message) -> Message:
        """A message of somebody who is forgotten."""
        left = replace(
            self._renamed(message),
            author=forgotten_key(message.author),
            title=self._redaction.utterly(message.title),
            url=None,
            native=None,
        )
        if self._known[digest_of(message.author)]:
            return replace(left, body="", elided="", attachments=())
        text = self._redaction.utterly
        files = tuple(replace(file, filename=text(file.filename)) for file in message.attachments)
        body, elided = (text(self._redaction.in_own_words(part)) for part in (message.body, message.elided))
        return replace(left, body=body, elided=elided, attachments=files)

    def _renamed(self, message: Message) -> Message:
        """The message with the keys that it and those it names have in the archive, and without addresses in places."""
        return replace(
            message,
            key=self._key(message.key),
            thread=self._key(message.thread) if message.thread else None,
            parent=self._key(message.parent) if message.parent else None,
            answers=self._person_key(message.answers) if message.answers else None,
            references=tuple(map(self._key, message.references)),
            locator=self._redaction.in_place(message.locator),
            origins=tuple(
                Origin(source=origin.source, locator=self._redaction.in_place(origin.locator))
                for origin in message.origins
            ),
        )

    def _person_key(self, key: str) -> str:
        return forgotten_key(key) if digest_of(key) in self._known else key

    def _key(self, key: str) -> str:
        other = forgotten_message_key(key)
        query = (
            "SELECT EXISTS (SELECT 1 FROM container WHERE key = :key) OR EXISTS (SELECT 1 FROM thread WHERE key = :key)"
        )
        is_theirs = self._redaction.holds_address(key) or (bool(place_of(key)) and self._redaction.holds_handle(key))
        return other if is_theirs or self._db.execute(query, {"key": other}).fetchone()[0] else key

    def _url(self, url: str | None) -> str | None:
        if not url:
            return url
        url = self._redaction.utterly(url)
        return (self._redaction.in_url(url) or None) if self._redaction.holds_handle(url) else url

    def _look_for(self, key: str, texts: Iterable[str]) -> None:
        """Note whom of a wiki's users keys, titles and ids of comments name; `key` says which wiki."""
        place = place_of(key)
        for name in _names_in(texts) if place else ():
            if (digest := digest_of(place + name)) in self._known and digest not in self._people:
                self._note(digest, (name,), (), place + name)

    def _holds_address(self, native: bytes) -> bool:
        return any(digest_of(address) in self._known for address in _addresses([native.decode("latin-1")]))

    def _note(self, digest: str, names: Iterable[str], addresses: Iterable[str], key: str = "") -> None:
        row = self._db.execute("SELECT id FROM person WHERE key = ?", (PREFIX + digest,)).fetchone()
        before = self._people.get(digest, Withheld("", ()))
        found = Withheld(
            stand_in(row[0]) if row else NO_ADDRESS,
            tuple(dict.fromkeys((*before.names, *filter(None, names)))),
            tuple(dict.fromkeys((*before.addresses, *(address for address in addresses if "@" in address)))),
            tuple(dict.fromkeys((*before.keys, *filter(None, [key])))),
        )
        if found != before:
            self._people[digest] = found
            self._redaction = Redaction(self._people.values())


def _names_in(texts: Iterable[str]) -> set[str]:
    """All that may be a user's name in titles of pages, addresses of them and ids of comments."""
    spoken = [unquote(text, errors="replace").replace("_", " ") for text in texts]
    return {part for text in spoken for part in (*_BETWEEN.split(text), *_COMMENT.findall(text)) if part}


def _addresses(texts: Iterable[str]) -> set[str]:
    """All that may be an address in some texts, lower-case, also within longer ones, paths and ids."""
    found = set()
    for match in (match for text in texts if "@" in text for match in _ADDRESS.finditer(text)):
        local, _, host = match[0].lower().rpartition("@")
        locals_ = [local[at:] for at in range(len(local)) if at == 0 or not local[at - 1].isalnum()]
        labels = host.split(".")
        hosts = [".".join(labels[:count]) for count in range(2, len(labels) + 1)]
        found |= {f"{before}@{behind}" for before in locals_ for behind in hosts}
    return found

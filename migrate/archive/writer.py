"""Putting records into the archive: what is new is added, what is there already gains an origin."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from migrate.archive.copies import Copy, collision_key
from migrate.archive.dates import from_milliseconds
from migrate.archive.forgotten import Forgotten
from migrate.archive.ids import Ids
from migrate.archive.members import digest_of, drop, is_unwilling, suppress
from migrate.archive.missing import Missing
from migrate.archive.natives import Arriving
from migrate.archive.news import news_of
from migrate.archive.packed import Packed, PackedChunk, Written, pack, pack_all, unpack
from migrate.archive.rows import Rows
from migrate.archive.sources import write_source
from migrate.archive.store import Archive
from migrate.model import Attachment, AttachmentRef, Finding, Person, Record, Source, Thread

_CACHED_PEOPLE = 20_000
# Under a key, or one made of it for a message that is no copy.
_SAME_ID = """
    SELECT message.id, source_id, person.key, title, digest, body, elided,
           iif(given_source = 'header', given_at, NULL)
    FROM container JOIN message USING (id) JOIN content ON message_id = message.id JOIN person ON person.id = author_id
    WHERE container.key = :key OR (container.key > :key || '#' AND container.key < :key || '$'
                                   AND length(container.key) = length(:key) + :more)
    ORDER BY length(container.key), container.key
"""
_THREAD_KNOWN_BETTER = """
    UPDATE thread SET labels = iif(labels = '[]', ?1, labels), url = coalesce(url, ?2)
    WHERE id = ?3 AND (labels = '[]' AND ?1 <> '[]' OR url IS NULL AND ?2 IS NOT NULL)
"""
_FURTHER = """
    UPDATE message SET flags = coalesce(?1, flags), url = coalesce(url, ?2), arrived_at = coalesce(arrived_at, ?3)
    WHERE id = ?4 AND (?1 IS NOT NULL OR url IS NULL AND ?2 IS NOT NULL OR arrived_at IS NULL AND ?3 IS NOT NULL)
"""


@dataclass(slots=True)
class Counts:
    """What became of the messages that were read: read = new + duplicates + lost."""

    read: int = 0
    new: int = 0
    duplicates: int = 0  # the archive had them: another copy, or the same input again
    lost: int = 0  # did not become a message; each has a finding

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.read + other.read, self.new + other.new, self.duplicates + other.duplicates, self.lost + other.lost
        )


class Writer:
    """Writes records within one transaction of the caller. Keep one for a whole import: it remembers ids."""

    def __init__(self, archive: Archive) -> None:
        self._db = archive.db
        self._rows = Rows(archive.db)
        self._ids = Ids(archive.db, self._rows)
        self._forgotten = Forgotten(archive.db)
        self._missing = Missing(archive.db)
        self._natives = Arriving(archive.db)
        self.spared: set[str] = set()  # SHA-256 of files that were not kept, since whoever sent them is forgotten
        self._people: dict[str, Person] = {}  # as they were told last, by key: so the next message is signed
        self._leaving: list[int] = []  # members who left, as it turned out

    def write(self, records: Iterable[Record]) -> Counts:
        """Add records in their order. Raises ArchiveError; a rolled back transaction needs a new Writer."""
        return self.write_packed(pack_all(records))

    def write_packed(self, chunk: PackedChunk) -> Counts:
        """Add the records of a chunk, as `write` does."""
        counts = Counts()
        self._begin(chunk.records)
        self._natives = Arriving(self._db, chunk.blocks)
        for record in chunk.records:
            match record:
                case Packed():
                    if self._message(record):
                        counts.new += 1
                    else:
                        counts.duplicates += 1
                case Person(member=None):
                    self._person(self._forgotten.person(record))
                case Person():
                    self._member(record)
                case Attachment():
                    self._attachment(record)
                case Source():
                    self._rows.flush()
                    write_source(self._db, self._ids, record)
                case Thread():
                    self._thread(self._forgotten.thread(record))
                case Finding():
                    self._missing.note(record)
                    self._finding(self._forgotten.finding(record))
                    counts.lost += record.lost
        self._rows.flush()
        self._natives.store()
        self._drop_leaving()
        counts.read = counts.new + counts.duplicates + counts.lost
        return counts

    def _begin(self, records: Iterable[Written]) -> None:
        if len(self._people) > _CACHED_PEOPLE:
            self._people.clear()
        keys: set[str | None] = set()
        for record in records:
            if isinstance(record, Packed):
                keys.update((record.key, record.parent, record.conversation, *record.references))
            elif isinstance(record, Finding):
                keys.add(record.message)
        self._ids.begin(key for key in keys if key)

    def _message(self, message: Packed) -> bool:
        """Add a message, or what is new in it. Returns whether it was not there."""
        if self._forgotten.anybody:
            message = self._left_of(message)
        is_whole = self._missing.is_whole(message.key)
        if self._forgotten.anybody or self._ids.is_message(message.key):
            return self._perhaps_copy(message, is_whole=is_whole)
        self._insert(message)
        return True

    def _left_of(self, message: Packed) -> Packed:
        """The message without who is to stay forgotten."""
        found = self._forgotten.message(unpack(message, self._natives.read(message.native)))
        left = pack(found, None if found.native is None else message.native)._replace(digest=message.digest)
        self.spared.update(file.sha256 for file in message.attachments if file not in left.attachments)
        return left

    def _perhaps_copy(self, message: Packed, *, is_whole: bool) -> bool:
        self._rows.flush()
        existing = self._find(message)
        if existing is not None:
            if (is_whole and self._missing.bring(existing, message)) or self._was_cut_off(existing, message):
                self._complete(existing, message)
            self._merge(existing, message)
            return False
        if self._exists(message.key):
            message = message._replace(key=self._unused_key(message))
            self._insert(message)
            text = "Another message has the same Message-ID and is not this one; both are kept."
            self._report(message, "same-id-other-text", text)
        else:
            self._insert(message)
        return True

    def _find(self, message: Packed) -> int | None:
        """The id of the message this is a copy of, under its own key or one it was given for its other words."""
        rows = self._db.execute(_SAME_ID, {"key": message.key, "more": len(collision_key("", ""))}).fetchall()
        for message_id, *_ in rows:
            if self._seen_there(message_id, message):
                return int(message_id)
        if rows and message.date_source == "source":  # such keys are the source's own; only mail programs use one twice
            return int(rows[0][0])
        copy = self._copy(message)
        found = (message_id for message_id, *known in rows if copy.is_of(Copy(self._files(message_id), *known)))
        return next(found, None)

    def _copy(self, message: Packed) -> Copy:
        return Copy(
            files=frozenset((item.sha256, item.filename) for item in message.attachments),
            source=self._named_source(message.source),
            author=message.author,
            title=message.title,
            digest=message.digest,
            body=message.body,
            elided=message.elided,
            header_date=message.sent_at if message.date_source == "header" else None,
        )

    def _files(self, message_id: int) -> frozenset[tuple[str, str]]:
        query = (
            "SELECT sha256, filename FROM message_attachment JOIN attachment ON id = attachment_id WHERE message_id = ?"
        )
        return frozenset(self._db.execute(query, (message_id,)))

    def _unused_key(self, message: Packed) -> str:
        """A key for a message whose key another one has: made from its words, or where that is taken from the rest."""
        words = f"{message.body}\n{message.elided}"
        key = collision_key(message.key, words)
        if not self._exists(key):
            return key
        files = (f"{item.sha256} {item.filename}" for item in message.attachments)
        return collision_key(
            message.key, words, message.author, message.title, str(from_milliseconds(message.sent_at)), *files
        )

    def _seen_there(self, message_id: int, message: Packed) -> bool:
        """The same place read again, by a version that converts texts otherwise."""
        query = "SELECT 1 FROM origin WHERE message_id = ? AND source_id = ? AND locator = ?"
        return any(
            self._db.execute(query, (message_id, self._named_source(source), locator)).fetchone()
            for source, locator in message.origins
        )

    def _was_cut_off(self, message_id: int, message: Packed) -> bool:
        """Whether the file was read while it was still being written: the place of the first copy has more by now."""
        query = "SELECT 1 FROM message WHERE id = ? AND source_id = ? AND locator = ?"
        place = (message_id, self._named_source(message.source), message.locator)
        if message.native is None or not self._db.execute(query, place).fetchone():
            return False
        try:
            known = (self._natives.of(message_id) or b"").rstrip()
        except zlib.error:  # they are damaged: nobody can tell
            return False
        native = self._natives.read(message.native) or b""
        return bool(known) and len(known) < len(native.rstrip()) and native.startswith(known)

    def _complete(self, message_id: int, message: Packed) -> None:
        self._db.execute("UPDATE message SET digest = ? WHERE id = ?", (message.digest, message_id))
        self._natives.drop(message_id)
        self._db.execute("DELETE FROM content WHERE message_id = ?", (message_id,))
        self._content(message_id, message)
        self._db.execute("DELETE FROM message_attachment WHERE message_id = ?", (message_id,))
        self._report(message, "text-completed", "This message was not whole when it was read before; it is now.")

    def _exists(self, key: str) -> bool:
        query = "SELECT 1 FROM container JOIN message USING (id) WHERE key = ?"
        return self._db.execute(query, (key,)).fetchone() is not None

    def _report(self, message: Packed, code: str, text: str) -> None:
        self._finding(
            Finding(
                stage="read",
                severity="info",
                code=code,
                text=text,
                source=message.source,
                message=message.key,
                locator=message.locator,
            )
        )

    def _finding(self, finding: Finding) -> None:
        source = self._ids.find("source", finding.source) if finding.source else None
        message = self._ids.find("container", finding.message) if finding.message else None
        row = (finding.stage, finding.severity, finding.code, finding.text, source, message)
        self._rows.findings.append((*row, finding.locator, finding.lost))

    def _merge(self, message_id: int, message: Packed) -> None:
        self._origins(message_id, message)
        self._learn(message_id, message)
        # A copy through another list may carry the files that this one lost on its way.
        query = "SELECT sha256 FROM message_attachment JOIN attachment ON id = attachment_id WHERE message_id = ?"
        known = {sha256 for (sha256,) in self._db.execute(query, (message_id,))}
        missing = [item for item in message.attachments if item.sha256 not in known]
        self._attach(message_id, missing, first=len(known))

    def _learn(self, message_id: int, message: Packed) -> None:
        """Settle it anew with what its copy says of the thread; flags are only for the plan."""
        news = news_of(self._db, message_id, message)
        ids = {
            "given_thread_id": self._named_thread(message) if news.thread else None,
            "given_parent_id": self._ids.container(news.parent) if news.parent else None,
            "conversation_id": self._ids.container(news.conversation) if news.conversation else None,
            "answers_id": self._named_person(news.answers) if news.answers else None,
        }
        for column, value in ids.items():
            if value is not None:
                query = f"UPDATE message SET {column} = ?, position = NULL WHERE id = ?"  # noqa: S608 - our own names
                self._db.execute(query, (value, message_id))
        self._db.execute(_FURTHER, (news.flags, message.url, message.arrived_at, message_id))

    def _insert(self, message: Packed) -> None:
        message_id = self._ids.message(message.key)
        container = self._ids.container
        source_id = self._named_source(message.source)
        author_id = self._named_person(message.author)
        self._rows.messages.append(
            (
                message_id,
                source_id,
                author_id,
                self._named_thread(message) if message.thread else None,
                container(message.parent) if message.parent else None,
                message.sent_at,
                message.date_source,
                message.arrived_at,
                self._named_person(message.answers) if message.answers else None,
                message.title,
                container(message.conversation) if message.conversation else None,
                json.dumps(message.flags, ensure_ascii=False) if message.flags else "[]",
                message.url,
                message.locator,
                message.digest,
            )
        )
        self._content(message_id, message)
        for place, key in enumerate(message.references):
            self._rows.references.append((message_id, place, container(key)))
        self._sign(author_id, message.author)
        self._origins(message_id, message)
        self._attach(message_id, message.attachments, first=0)

    def _content(self, message_id: int, message: Packed) -> None:
        row = (message_id, message.body, message.elided, message.native_format)
        self._rows.contents.append((*row, *self._natives.keep(message.native)))

    def _origins(self, message_id: int, message: Packed) -> None:
        for source, locator in message.origins:
            self._rows.origins.append((message_id, self._named_source(source), locator))

    def _attach(self, message_id: int, files: Iterable[AttachmentRef], *, first: int) -> None:
        for place, file in enumerate(files, first):
            row = (message_id, place, self._file(file), file.filename, file.media_type, file.content_id)
            self._rows.files.append(row)

    def _person(self, person: Person) -> int:
        person_id = self._ids.find("person", person.key)
        before = self._people.get(person.key)
        if person_id is not None and person == before:
            return person_id
        if person_id is None:
            cursor = self._db.execute("INSERT INTO person (key, email) VALUES (?, ?)", (person.key, person.email))
            person_id = self._ids.inserted("person", person.key, cursor)
        elif person.email is not None:
            self._db.execute("UPDATE person SET email = ? WHERE id = ? AND email IS NULL", (person.email, person_id))
        if person.anonymous:
            self._db.execute("UPDATE person SET anonymous = 1 WHERE id = ? AND NOT anonymous", (person_id,))
        if before is None or before.name != person.name or len(person.names) > 1:
            self._db.executemany(
                "INSERT OR IGNORE INTO person_name (person_id, name, uses) VALUES (?, ?, 0)",
                [(person_id, name) for name in dict.fromkeys((person.name, *person.names)) if name],
            )
        self._people[person.key] = person
        return person_id

    def _member(self, person: Person) -> None:
        """Somebody who belongs to the community, unless another export says that they left it."""
        digest = digest_of(person.key)
        if person.member == "never":
            self._leaving += suppress(self._db, person.key, digest)
        elif not is_unwilling(self._db, digest):
            person_id = self._person(person)
            # One export may list for an invitation whom another one gives an account.
            query = "UPDATE person SET member = ? WHERE id = ? AND member IS NOT 'account'"
            self._db.execute(query, (person.member, person_id))

    def _drop_leaving(self) -> None:
        for key in drop(self._db, self._leaving):
            self._ids.removed("person", key)
            self._people.pop(key, None)
        self._leaving.clear()

    def _sign(self, author_id: int, key: str) -> None:
        person = self._people.get(key)
        if person is not None and person.name:
            self._rows.signed[author_id, person.name] += 1

    def _thread(self, thread: Thread) -> int:
        labels = json.dumps(thread.labels, ensure_ascii=False)
        if (found := self._ids.find("thread", thread.key)) is not None:
            self._db.execute(_THREAD_KNOWN_BETTER, (labels, thread.url, found))
            return found
        cursor = self._db.execute(
            "INSERT INTO thread (key, source_id, title, labels, url) VALUES (?, ?, ?, ?, ?)",
            (thread.key, self._named_source(thread.source), thread.title, labels, thread.url),
        )
        return self._ids.inserted("thread", thread.key, cursor)

    def _attachment(self, attachment: Attachment) -> int:
        if (found := self._ids.find("attachment", attachment.sha256)) is not None:
            return found
        cursor = self._db.execute(
            "INSERT INTO attachment (sha256, media_type, size) VALUES (?, ?, ?)",
            (attachment.sha256, attachment.media_type, attachment.size),
        )
        return self._ids.inserted("attachment", attachment.sha256, cursor)

    # What a message names and nobody yielded is made with what is known of it.

    def _named_source(self, key: str) -> int:
        if (found := self._ids.find("source", key)) is not None:
            return found
        return write_source(self._db, self._ids, Source(key=key, kind="", name=key))

    def _named_person(self, key: str) -> int:
        if (found := self._ids.find("person", key)) is not None:
            return found
        return self._person(Person(key=key))

    def _named_thread(self, message: Packed) -> int:
        assert message.thread is not None
        if (found := self._ids.find("thread", message.thread)) is not None:
            return found
        return self._thread(Thread(key=message.thread, source=message.source, title=message.title))

    def _file(self, item: AttachmentRef) -> int:
        if (found := self._ids.find("attachment", item.sha256)) is not None:
            return found
        return self._attachment(Attachment(sha256=item.sha256, media_type=item.media_type, size=item.size))

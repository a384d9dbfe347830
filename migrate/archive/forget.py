"""Taking one person out of an archive: neither name nor address is found in its file afterwards."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from migrate.archive.files import drop_unused
from migrate.archive.forgotten import forgotten_key, forgotten_message_key
from migrate.archive.forgotten import stand_in as called
from migrate.archive.natives import Natives, drop_natives
from migrate.archive.store import Archive
from migrate.errors import MigrateError
from migrate.people import place_of
from migrate.redact import Redaction, Withheld

_PER_READ = 500
_TEXTS = """
    SELECT message_id, body, elided, native, native_id, native_at, native_size FROM content
    WHERE message_id > ? ORDER BY message_id LIMIT ?
"""
# Where a name or an address may stand beside the texts. Keys of messages and of threads are dealt with apart.
_COLUMNS = (
    ("source", ("description",)),
    ("thread", ("title", "url", "labels")),
    ("message", ("title", "url", "locator")),
    ("message_attachment", ("filename",)),
    ("finding", ("text", "locator")),
    ("origin", ("locator",)),
    ("chunk", ("label",)),
    ("operation", ("remote_name", "details", "refusal")),
)
# User names of accounts that an undo removed, or that the forum refused, and where they are told.
_FORMER = """
    kind = 'user' AND ref = ? AND (state IN ('undone', 'refused')
    OR generation < (SELECT generation FROM target WHERE target.id = target_id))
"""
_FORMER_TOLD = f"""
    UPDATE OR REPLACE finding SET locator = 'user' WHERE locator IN
    (SELECT 'user ' || remote_name FROM operation WHERE {_FORMER})
"""  # noqa: S608 - our own words
_FORMER_NAMES = f"UPDATE operation SET remote_name = NULL WHERE {_FORMER}"  # noqa: S608 - our own words
_IN_DOUBT = """
    SELECT target.url, operation.kind, ref, container.key, thread.key
    FROM operation JOIN target ON target.id = target_id AND target.generation = operation.generation
    LEFT JOIN container ON container.id = ref LEFT JOIN thread ON thread.id = thread_id
    WHERE state = 'sending' AND operation.kind IN ('user', 'post')
"""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What was changed in an archive."""

    messages: int  # of theirs
    mentions: int  # other people's messages that named them
    files: int  # removed


def redaction_of(
    archive: Archive,
    people: Sequence[int],
    *,
    stand_in: str = "",
    names: Iterable[str] = (),
    addresses: Iterable[str] = (),
) -> Redaction:
    """What takes the names and addresses of one person, given by all ids, the head's first, out of texts.

    `names` and `addresses` are known besides those in the archive. `stand_in` is what is put there, as the archive
    calls them unless given.
    """
    marks = ", ".join("?" * len(people))
    query = (
        f"SELECT name FROM person_name WHERE person_id IN ({marks})"  # noqa: S608 - only marks
        f" UNION SELECT name FROM person_choice WHERE name IS NOT NULL AND person_id IN ({marks})"
    )
    own = called(people[0])
    known = [name for (name,) in archive.db.execute(query, (*people, *people)).fetchall() if name != own]
    rows = archive.db.execute(f"SELECT key, email FROM person WHERE id IN ({marks})", people).fetchall()  # noqa: S608 - only marks
    addresses = {text for row in rows for text in row if text and "@" in text}.union(addresses)
    keys = [key for key, _ in rows]
    return Redaction([Withheld(stand_in or own, [*known, *names], sorted(addresses), keys)])


def forget(archive: Archive, people: Sequence[int], *, words: bool) -> Scrubbed:
    """Take a person, given by all ids, the head's first, out of the archive; with `words` what they wrote, too.

    The file is written anew, which needs as much room again. May be repeated. Raises ArchiveError, and MigrateError
    where a push was interrupted that needs what is to go.
    """
    archive.db.execute("PRAGMA secure_delete = ON")
    with archive.transaction():
        done = _Scrub(archive, people, words).run()
    archive.vacuum()
    return done


class _Scrub:
    def __init__(self, archive: Archive, people: Sequence[int], words: bool) -> None:
        self._archive = archive
        self._db = archive.db
        self._people = people
        self._words = words
        self._redaction = redaction_of(archive, people)
        self._natives = Natives(archive.db)

    @property
    def _marks(self) -> str:
        return ", ".join("?" * len(self._people))

    def run(self) -> Scrubbed:
        self._check_doubts()
        own = self._own_messages()
        mentions = self._texts(own)
        changes = {"details": self._details, "labels": self._labels, "url": self._url}
        for table, columns in _COLUMNS:
            for column in columns:
                self._column(table, column, changes.get(column, self._redaction.in_place))
        for table in ("container", "thread"):
            self._column(table, "key", self._key)
        # Made of titles, in letters of the forum's choice; nobody reads them.
        self._db.execute("UPDATE operation SET remote_name = NULL WHERE kind = 'post' AND remote_name IS NOT NULL")
        files = self._files(own) if self._words else 0
        self._person_rows()
        return Scrubbed(len(own), mentions, files)

    def _check_doubts(self) -> None:
        """What was sent without an answer is looked up by keys that must not change before that."""
        for url, kind, ref, *keys in self._db.execute(_IN_DOUBT).fetchall():
            named = any(key and self._is_theirs(key) for key in keys)
            if (kind == "user" and ref in self._people) or (kind == "post" and named):
                raise MigrateError(
                    f"A push to {url} was interrupted just where it sent something of theirs. Finish it first:"
                    f" migrate resume --to {url}"
                )

    def _own_messages(self) -> set[int]:
        query = f"SELECT id FROM message WHERE author_id IN ({self._marks})"  # noqa: S608 - only marks
        return {message for (message,) in self._db.execute(query, self._people)}

    def _texts(self, own: set[int]) -> int:
        """Bodies, and the source's own bytes: these go where a name or an address is in them. Returns the mentions."""
        mentions, after = 0, 0
        while rows := self._db.execute(_TEXTS, (after, _PER_READ)).fetchall():
            after = rows[-1][0]
            telling = []  # whose bytes go
            for message, body, elided, *held in rows:
                is_own = message in own
                left = ("", "") if is_own and self._words else self._text(is_own, body, elided)
                is_changed = left != (body, elided)
                has_native = any(part is not None for part in held)
                tells = has_native and (is_own or is_changed or self._names(*held))
                if tells:
                    telling.append(message)
                if is_changed:
                    self._db.execute("UPDATE content SET body = ?, elided = ? WHERE message_id = ?", (*left, message))
                mentions += (is_changed or tells) and not is_own
            drop_natives(self._db, telling)
        return mentions

    def _text(self, own: bool, body: str, elided: str) -> tuple[str, str]:
        if own:
            body, elided = self._redaction.in_own_words(body), self._redaction.in_own_words(elided)
        return self._redaction.utterly(body), self._redaction.utterly(elided)

    def _names(self, *held: Any) -> bool:  # noqa: ANN401 - four columns
        try:
            content = self._natives.read(*held) or b""
        except zlib.error:  # nobody can read it any more
            return True
        readings = {content.decode("utf-8", "replace"), content.decode("latin-1")}
        return any(self._redaction.mentions(text) or self._redaction.holds_handle(text) for text in readings)

    def _column(self, table: str, column: str, change: Callable[[str], str]) -> None:
        empty = None if column == "url" else ""
        rows = self._db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()  # noqa: S608 - names of our own schema
        changed = [(after or empty, text) for (text,) in rows if (after := change(text)) != text]
        # Two findings may say the same once they name nobody.
        self._db.executemany(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {column} = ?", changed)  # noqa: S608 - the same

    def _details(self, text: str) -> str:
        """JSON, whose words are redacted one by one."""
        found = json.loads(text)
        if not isinstance(found, dict):
            return text
        changed = {
            name: self._redaction.utterly(value) if isinstance(value, str) else value for name, value in found.items()
        }
        return text if changed == found else json.dumps(changed)

    def _labels(self, text: str) -> str:
        """A JSON list, among which a page of theirs may be."""
        found = json.loads(text)
        changed = [self._redaction.in_place(f":{label}")[1:] for label in found]
        return text if changed == found else json.dumps(changed, ensure_ascii=False)

    def _url(self, url: str) -> str:
        url = self._redaction.utterly(url)
        return self._redaction.in_url(url) if self._redaction.holds_handle(url) else url

    def _key(self, key: str) -> str:
        return forgotten_message_key(key) if self._is_theirs(key) else key

    def _is_theirs(self, key: str) -> bool:
        return self._redaction.holds_address(key) or (bool(place_of(key)) and self._redaction.holds_handle(key))

    def _files(self, own: set[int]) -> int:
        rows = [(message,) for message in own]
        query = (
            "SELECT sha256 FROM message_attachment JOIN attachment ON attachment.id = attachment_id"
            " WHERE message_id = ?"
        )
        hashes = [sha256 for row in rows for (sha256,) in self._db.execute(query, row).fetchall()]
        self._db.executemany("DELETE FROM message_attachment WHERE message_id = ?", rows)
        return drop_unused(self._archive, hashes)

    def _person_rows(self) -> None:
        withheld = "words" if self._words else "name"
        for person in self._people:
            (key,) = self._db.execute("SELECT key FROM person WHERE id = ?", (person,)).fetchone()
            digest = forgotten_key(key).partition(":")[2]
            self._note_digest(digest)
            self._db.execute(
                "UPDATE person SET key = ?, email = NULL, member = NULL WHERE id = ?", (forgotten_key(key), person)
            )
            query = "SELECT coalesce(sum(uses), 0) FROM person_name WHERE person_id = ?"
            (uses,) = self._db.execute(query, (person,)).fetchone()
            self._db.execute("DELETE FROM person_name WHERE person_id = ?", (person,))
            # Quotes of them are known by the name that stands above them now.
            name = called(self._people[0])
            self._db.execute("INSERT INTO person_name (person_id, name, uses) VALUES (?, ?, ?)", (person, name, uses))
            for statement in (_FORMER_TOLD, _FORMER_NAMES):
                self._db.execute(statement, (person,))
            self._db.execute(
                "INSERT INTO person_choice (person_id, withheld) VALUES (?, ?) ON CONFLICT DO UPDATE"
                " SET name = NULL, username = NULL, account = NULL, withheld = excluded.withheld",
                (person, withheld),
            )

    def _note_digest(self, digest: str) -> None:
        self._db.execute(
            "INSERT INTO forgotten VALUES (?, ?) ON CONFLICT DO UPDATE SET words = max(words, excluded.words)",
            (digest, int(self._words)),
        )

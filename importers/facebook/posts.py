"""Entries of members' downloads as records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from importers.facebook.bodies import body_of, title_of, unplaced_title
from importers.facebook.keys import message_key, person_key, source_key, unplaced_key
from importers.facebook.links import direct
from importers.facebook.nodes import SOMEBODY
from importers.facebook.pictures import Picture, picture_of
from importers.facebook.shapes import Entry, Media, read_entry
from importers.facebook.titles import Titles, is_reply
from migrate.media import media_type_of
from migrate.model import AttachmentRef, Finding, Message, Origin, Person, Record, Source
from migrate.sources import Chunk
from migrate.tree import TreeFile

KIND = "facebook"
MOST_TITLES = 1000  # that are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsChunk(Chunk):
    """Entries of one file, all of them of wanted groups."""

    file: str  # its label, for locators
    comments: bool  # whether the file holds nothing else
    spoilt: bool
    owner: str  # whose download it is
    people: tuple[str, ...]
    entries: bytes  # JSON: a list of [number in the file from 1, group, entry]
    media: tuple[tuple[str, TreeFile], ...]  # the pictures and videos of these entries, by how they are named there


def records_of(chunk: PostsChunk) -> Iterator[Record]:
    """The records of a chunk: each group and its files before the messages that name them."""
    reader = _Reader(chunk)
    owner = chunk.owner or SOMEBODY
    yield Person(key=person_key(owner), name=owner, names=(owner,))
    groups: set[str] = set()
    for number, group, raw in json.loads(chunk.entries):
        if group not in groups:
            groups.add(group)
            yield Source(key=source_key(group), kind=KIND, name=group, private=True)
        yield from reader.records(number, group, raw)


class _Reader:
    """One chunk being read."""

    def __init__(self, chunk: PostsChunk) -> None:
        self._chunk = chunk
        self._media = dict(chunk.media)
        titles = Titles(owner=chunk.owner, people=chunk.people)
        self._answered = lru_cache(MOST_TITLES)(titles.answered)  # most are of a few people

    def records(self, number: int, group: str, raw: object) -> Iterator[Record]:
        """What becomes of one entry."""
        place = f"{self._chunk.file}:{number}"
        names = (group, self._chunk.owner, *self._chunk.people)
        entry = read_entry(raw, comments=self._chunk.comments, spoilt=self._chunk.spoilt, names=names)
        if entry is None:
            text = "This entry holds neither words nor pictures."
            yield Finding(
                stage="read",
                severity="info",
                code="entry-empty",
                text=text,
                source=source_key(group),
                locator=place,
                lost=1,
            )
            return
        yield from self._message(entry, group, place)

    def _message(self, entry: Entry, group: str, place: str) -> Iterator[Record]:
        author = entry.author or self._chunk.owner or SOMEBODY
        is_exact = entry.sent_at is not None and not self._chunk.file.lower().endswith(".html")
        key = message_key(group, author, entry.sent_at, entry.contents.text, own="" if is_exact else entry.title)
        findings = _Findings(source_key(group), key, place)
        files: list[AttachmentRef] = []
        notes: list[str] = []
        for item in entry.media:
            found = self._picture(item, findings)
            notes += filter(None, (found.note, "" if item.description in entry.contents.text else item.description))
            if found.content is not None:
                yield found.content
            if found.file is not None:
                files.append(found.file)
            yield from findings.taken()
        contents = replace(entry.contents, notes=(*entry.contents.notes, *notes))
        message = Message(
            key=key,
            source=source_key(group),
            author=person_key(author),
            title=title_of(contents, author, entry.sent_at, _kind(entry.media)),
            body=body_of(contents),
            sent_at=entry.sent_at,
            date_source="source" if entry.sent_at else None,
            native_format="text/plain",
            native=entry.contents.text.encode("utf-8", "replace"),
            attachments=tuple(files),
            origins=(Origin(source=source_key(group), locator=place),),
            url=direct(entry.url or "") or None,
            locator=place,
        )
        if author == SOMEBODY:
            findings.add("member-unknown", "It cannot be told who wrote this.")
        if entry.sent_at is None:
            findings.add("date-missing", "This entry has no date that can be.")
        yield from findings.taken()
        if entry.author and entry.author != self._chunk.owner:
            yield Person(key=person_key(author), name=author, names=(author,))
        yield from self._as_comment(message, entry, group) if entry.is_comment else [replace(message, thread=key)]

    def _as_comment(self, message: Message, entry: Entry, group: str) -> Iterator[Record]:
        answered = self._answered(entry.title)
        if answered and answered != self._chunk.owner:
            yield Person(key=person_key(answered), name=answered, names=(answered,))
        yield replace(
            message,
            title=unplaced_title(entry.sent_at),
            references=(unplaced_key(group, entry.sent_at),),
            answers=person_key(answered) if answered else None,
            flags=("reply",) if is_reply(entry.title) else ("comment",),
        )

    def _picture(self, item: Media, findings: _Findings) -> Picture:
        if url := direct(item.uri):
            return Picture(note=url)
        file = self._media.get(item.uri)
        name = item.uri.rpartition("/")[2]
        if file is None:
            findings.add("attachment-missing", "A picture or video of this entry is not in the export.")
            return Picture(note=f"{name} (not in the export)")
        found = picture_of(file, name)
        for code, text in found.trouble:
            findings.add(code, text)
        return found


class _Findings:
    """Findings about one message, in their order."""

    def __init__(self, source: str, message: str, locator: str) -> None:
        self._of = (source, message, locator)
        self._found: list[Finding] = []

    def add(self, code: str, text: str) -> None:
        """Note one."""
        source, message, locator = self._of
        self._found.append(
            Finding(
                stage="read",
                severity="warning",
                code=code,
                text=text,
                source=source,
                message=message,
                locator=locator,
            )
        )

    def taken(self) -> list[Finding]:
        """Those noted since the last time."""
        found, self._found = self._found, []
        return found


def _kind(media: Sequence[Media]) -> str:
    """What to call a post that says nothing."""
    kind = media_type_of(b"", media[0].uri) if media else ""
    return {"image": "Photo", "video": "Video"}.get(kind.partition("/")[0], "Post")

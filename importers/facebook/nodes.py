"""Posts with the comments below them, whatever program wrote them down, as records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from importers.facebook.bodies import Contents, body_of, title_of, unplaced_title
from importers.facebook.keys import message_key, person_key, unplaced_key
from importers.facebook.markup import neutral, words
from importers.facebook.text import one_line
from migrate.model import Finding, Message, Origin, Person, Record, Source, Thread

KIND = "facebook"
SOMEBODY = "Unknown member"
MOST_NESTED = 20  # comments below comments; deeper ones are put there

# What is told once for all posts of a chunk: code → sentence.
_TOLD = {
    "member-unknown": "Posts and comments that do not say who wrote them, of people who left or hid themselves: {}.",
    "media-elsewhere": "Pictures, videos and files that are not in this export, only their addresses at Facebook, which"
    " may not work any more: {}. They are kept as links.",
    "comments-missing": "Posts and comments with more comments below them than this export holds: {}.",
    "parent-missing": "Comments that answer one that is not in this export: {}. They stand under what is above it.",
    "post-elsewhere": "Comments that do not stand below their post: {}. They are in its thread if the"
    " export says which it is.",
    "zone-unknown": "Dates that do not say their time zone: {}. They are taken for UTC.",
    "date-missing": "Posts and comments that have no date that can be: {}.",
}
_EMPTY = "This post or comment holds neither words nor anything else that was exported."
_INFO = frozenset({"member-unknown", "media-elsewhere", "zone-unknown"})


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: an id or an address where there is one."""

    name: str = ""
    id: str = ""
    email: str | None = None

    def person(self) -> Person:
        """The person; without name and id the unknown member."""
        name = one_line(self.name) or SOMEBODY
        named = person_key(self.id) if self.id else person_key(name)
        return Person(key=self.email or named, name=name, names=(name,), email=self.email)


@dataclass(frozen=True, slots=True)
class Moment:
    """When it was written, in UTC; whether its source says the zone, and the second."""

    at: datetime | None = None
    zoned: bool = True
    exact: bool = True


@dataclass(slots=True, kw_only=True)
class Node:
    """A post or a comment."""

    author: Author
    sent: Moment
    contents: Contents
    id: str = ""
    answers: str = ""  # the id of what it answers, if that is stated
    url: str | None = None
    conversation: str = ""  # what all of a post have in common where they may not be read together
    is_loose: bool = False  # a comment whose post is not with it
    elsewhere: int = 0  # pictures, videos and files that are only linked
    incomplete: bool = False  # whether it had more comments
    comments: list[Node] = field(default_factory=list)

    @property
    def body(self) -> str:
        """What it says, in neutral Markdown."""
        contents = self.contents
        return body_of(replace(contents, text=neutral(contents.text)) if contents.markdown else contents)

    @property
    def title(self) -> str:
        """What a thread is called that begins with it."""
        contents = self.contents
        shown = replace(contents, text=words(contents.text)) if contents.markdown else contents
        return title_of(shown, self.author.person().name, self.sent.at)


@dataclass(slots=True)
class _Told:
    """A node with what it is known by."""

    node: Node
    key: str
    place: str
    above: _Told | None
    depth: int
    order: tuple[bool, float, int]


def group_records(group: Source, posts: Iterator[tuple[str, Node]], label: str) -> Iterator[Record]:
    """The records of a group's posts, each with its place ("feed.json:3"); `label` is that of all of them."""
    counts: Counter[str] = Counter()
    yield group
    for place, post in posts:
        yield from _thread_records(group, post, place, counts)
    for code, count in sorted(counts.items()):
        yield Finding(
            stage="read",
            severity="info" if code in _INFO else "warning",
            code=code,
            text=_TOLD[code].format(count),
            source=group.key,
            locator=label,
        )


def _thread_records(group: Source, post: Node, place: str, counts: Counter[str]) -> Iterator[Record]:
    told = []
    for item in _told(group, post, place):
        if item.node.comments or item.node.body:
            told.append(item)
        else:
            yield Finding(stage="read", severity="info", code="entry-empty", text=_EMPTY, locator=item.place, lost=1)
    if not told:
        return
    ids = {item.node.id: item for item in reversed(told) if item.node.id}
    title = post.title
    thread = told[0].key
    if not post.is_loose:
        yield Thread(key=thread, source=group.key, title=title, url=post.url)
    for item in told:
        node = item.node
        person = node.author.person()
        yield person
        yield Message(
            key=item.key,
            source=group.key,
            author=person.key,
            title=unplaced_title(node.sent.at) if (gathered := _gathered(group, item)) else title,
            body=node.body,
            sent_at=node.sent.at,
            date_source="source" if node.sent.at else None,
            native_format="text/markdown" if node.contents.markdown else "text/plain",
            native=node.contents.text.encode(),
            thread=thread if item.above is None and not post.is_loose else None,
            parent=_parent(item, ids, counts),
            references=gathered,
            conversation=(node.conversation or None) if item.above is None else None,
            flags=("comment",) if item.above is None and post.is_loose else (),
            origins=(Origin(source=group.key, locator=item.place),),
            url=node.url,
            locator=item.place,
        )
        counts.update(_remarks(node, person))


def _told(group: Source, post: Node, place: str) -> list[_Told]:
    """A post and all comments below it, what stands above before what stands below."""
    found: list[_Told] = []
    waiting: list[tuple[Node, str, _Told | None]] = [(post, place, None)]
    while waiting:
        node, where, above = waiting.pop()
        key = _key(group, node, above)
        depth = 0 if above is None else above.depth + 1
        date = node.sent.at.timestamp() if node.sent.at else 0.0
        item = _Told(node, key, where, above, depth, (above is not None, date, len(found)))
        found.append(item)
        below = item if depth < MOST_NESTED else above
        dot = "/" if above is None else "."
        children = [(child, f"{where}{dot}{number}", below) for number, child in enumerate(node.comments, 1)]
        waiting += reversed(children)
    return found


def _gathered(group: Source, item: _Told) -> tuple[str, ...]:
    """What gathers it, if it is a comment of a post that nobody names."""
    is_lost = item.node.is_loose and item.above is None and not item.node.conversation
    return (unplaced_key(group.name, item.node.sent.at),) if is_lost else ()


def _key(group: Source, node: Node, above: _Told | None) -> str:
    author = node.author.person().name
    is_certain = node.sent.at is not None and node.sent.exact and author != SOMEBODY
    own = "" if is_certain else node.id or node.conversation or (above.key if above else "")
    return message_key(group.name, author, node.sent.at, node.contents.text, own=own)


def _parent(item: _Told, ids: dict[str, _Told], counts: Counter[str]) -> str | None:
    """The key of what it answers: as stated, if that is here and not later, else what it stands below."""
    if item.above is None:
        return None
    stated = ids.get(item.node.answers)
    if stated is not None and stated.order < item.order and stated.key != item.key:
        return stated.key
    if item.node.answers and stated is None:
        counts["parent-missing"] += 1
    return item.above.key


def _remarks(node: Node, person: Person) -> Iterator[str]:
    yield from ["media-elsewhere"] * node.elsewhere
    if person.name == SOMEBODY:
        yield "member-unknown"
    if node.incomplete:
        yield "comments-missing"
    if node.sent.at is None:
        yield "date-missing"
    elif not node.sent.zoned:
        yield "zone-unknown"
    if node.is_loose:
        yield "post-elsewhere"

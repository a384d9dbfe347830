"""Dumps of the Graph API and of Workplace, and captures by other tools, as JSON: whole threads with their comments."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from importers.facebook import apart, captures, graph
from importers.facebook.cutting import Cut, Path, Piece, is_whole
from importers.facebook.groups import GROUP_COMMAND, Wanted, folded
from importers.facebook.keys import source_key
from importers.facebook.links import direct
from importers.facebook.nodes import KIND, Node, group_records
from importers.facebook.streaming import Json
from importers.facebook.text import one_line
from migrate.errors import InputError
from migrate.model import Finding, Record, Source
from migrate.sources import Chunk
from migrate.tree import Tree, TreeFile, opened, read_file

READER = "facebook-dump-1"  # raise when `records` yields something else for the same posts
POSTS = 2 * 1024 * 1024  # bytes of posts in a chunk, about
MOST_POSTS = 500
SAMPLE = 100  # posts of a file that are asked which group they are of
HEAD = 1024 * 1024  # bytes that tell whether a file is one post after the other

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".txt")
_POST_MARKS = frozenset({b"created_time", b"post_id", b"comments_full", b"author_name"})
_SIGNS = (  # all strings of one of these stand in the beginning of such a file
    (b'"created_time"', b'"message"'),
    (b'"created_time"', b'"story"'),
    (b'"created_time"', b'"from"'),
    (b'"post_id"', b'"text"'),
    (b'"post_id"', b'"post_text"'),
    (b'"author_name"', b'"text"'),
    (b'"stories"', b'"text"'),
)
_POSTS_STAND_IN = frozenset({"data", "feed", "posts", "stories", "group"})
_COUNTED = re.compile(rb'"(?:created_time|comment_id|author_id|post_id)"\s*:')
_PUBLIC = frozenset({"OPEN", "PUBLIC"})
_STRAY = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*+[,}\]])|(?<=[\[{])\s*+,', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpChunk(Chunk):
    """Posts of one file, with their comments."""

    file: str  # its label, for locators
    group: Source
    reactions: bool
    posts: tuple[tuple[int, str, bytes], ...]  # number in the file from 1, key it stands under, JSON
    comments_of: str = ""  # the number of the post, if all of the file is said to be its comments


CHUNK: type[Chunk] = DumpChunk


def recognises(file: TreeFile, head: bytes) -> bool:
    """Whether a file holds such posts, by its first bytes."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    return (
        begins
        and file.name.lower().endswith(_SUFFIXES)
        and any(all(sign in head for sign in signs) for signs in _SIGNS)
    )


def look(tree: Tree, files: Sequence[TreeFile], asked: Sequence[str]) -> Looked:
    """Look through the files. Raises InputError where one does not say its group and the user does not either."""
    return Looked([_Dump.of(file) for file in files], asked)


def records(chunk: Chunk) -> Iterator[Record]:
    """The records of one chunk."""
    assert isinstance(chunk, DumpChunk)
    findings: list[Finding] = []
    place = f"{chunk.file}:{chunk.posts[0][0]}"
    yield from group_records(chunk.group, _nodes(chunk, findings), place)
    yield from findings


@dataclass(slots=True)
class _Dump:
    """One file, looked through."""

    file: TreeFile
    whole: bool
    cut: Cut = field(default_factory=Cut)
    counts: Counter[Path] = field(default_factory=Counter)  # posts and comments, by where the name of their group is
    named: Counter[str] = field(default_factory=Counter)  # groups that posts say they went to
    ids: Counter[str] = field(default_factory=Counter)  # of groups

    @classmethod
    def of(cls, file: TreeFile) -> _Dump:
        """Look through a file."""
        head, _ = read_file(file, HEAD)
        dump = cls(file, is_whole(head.removeprefix(b"\xef\xbb\xbf"), _POST_MARKS))
        dump.counts.update({(): 0})
        paths: Counter[Path] = Counter()
        with opened(file) as content:
            for piece in dump.cut.pieces(content.stream, whole=dump.whole):
                paths[piece.path[:2]] += max(1, len(_COUNTED.findall(piece.data)))
                if piece.number <= SAMPLE:
                    dump._sample(piece)
        for path, count in paths.items():
            dump.counts[dump.header_of(path)] += count
        return dump

    def _sample(self, piece: Piece) -> None:
        post = _loaded(piece.data)[0]
        if apart.is_comment(post, expected=self.comments_of != ""):
            return
        if (name := graph.group_named(post)) != "":
            self.named[name] += 1
        if (number := graph.group_id(post)) != "":
            self.ids[number] += 1

    def header_of(self, path: Path) -> Path:
        """Where something is said of the group that a post is of: () if nowhere else."""
        found = (
            path[:length] for length in range(len(path), 0, -1) if "name" in self.cut.headers.get(path[:length], {})
        )
        return next(found, ())

    def said(self, header: Path, name: str) -> str:
        """A text that is said of a group."""
        value = _loaded(self.cut.headers.get(header, {}).get(name, b'""'))[0]
        return value if isinstance(value, str) else ""

    def name_of(self, header: Path) -> str:
        """The name of a group as the file says it; "" where it does not."""
        stated = one_line(self.said(header, "name"))
        return stated or (next((name for name, _ in self.named.most_common(1)), "") if header == () else "")

    @property
    def comments_of(self) -> str:
        """The number of the post that all of the file is said to be the comments of; "" where it is not."""
        pages = (self.said(path, name) for path in self.cut.headers for name in ("next", "previous"))
        return apart.post_named(self.file.path, pages)

    @property
    def id(self) -> str:
        """The number of the group that most posts are of."""
        return next((number for number, _ in self.ids.most_common(1)), "")


class Looked:
    """The files, and of which groups they are."""

    def __init__(self, dumps: Sequence[_Dump], asked: Sequence[str]) -> None:
        self._dumps = dumps
        names = {dump.id: name for dump in dumps if dump.id and (name := dump.name_of(()))}
        every = {folded(name): name for dump in dumps for header in dump.counts if (name := dump.name_of(header))}
        only = next(iter(every.values())) if len(every) == 1 else asked[0] if len(asked) == 1 and not every else ""
        self._names: dict[tuple[int, Path], str] = {}
        self._counts: Counter[str] = Counter()
        for at, dump in enumerate(dumps):
            for header, count in dump.counts.items():
                if count:
                    name = dump.name_of(header) or names.get(dump.id, "") or only or _by_number(dump)
                    self._names[at, header] = name
                    self._counts[name] += count

    @property
    def groups(self) -> Mapping[str, int]:
        """The groups, by name, with how many posts and comments each has."""
        return self._counts

    def chunks(self, wanted: Wanted) -> Iterator[Chunk | Finding]:
        """Some megabytes of posts each."""
        for at, dump in enumerate(self._dumps):
            sources = {
                header: _source(dump, header, name)
                for (number, header), name in self._names.items()
                if number == at and wanted.includes(name)
            }
            yield from _chunks(dump, sources, reactions=wanted.reactions)
        others = [count for group, count in self._counts.items() if not wanted.includes(group)]
        if others:
            text = f"{sum(others)} posts and comments in {len(others)} other groups were not asked for and not read."
            yield Finding(stage="read", severity="info", code="other-groups", text=text)


def _by_number(dump: _Dump) -> str:
    if not dump.id:
        raise InputError(f"{dump.file.label} does not say of which group it is. Say it: {GROUP_COMMAND}.")
    return f"Facebook group {dump.id}"


def _source(dump: _Dump, header: Path, name: str) -> Source:
    privacy = dump.said(header, "privacy").upper()
    number = dump.id or (dump.said(header, "id") if dump.said(header, "id").isdigit() else "")
    url = direct(dump.said(header, "url")) or (f"https://www.facebook.com/groups/{number}" if number else None)
    description = one_line(dump.said(header, "description"))
    return Source(
        key=source_key(name), kind=KIND, name=name, description=description, url=url, private=privacy not in _PUBLIC
    )


def _chunks(dump: _Dump, sources: Mapping[Path, Source], *, reactions: bool) -> Iterator[Chunk | Finding]:
    label = dump.file.label
    posts: list[tuple[int, str, bytes]] = []
    group: Source | None = None
    with opened(dump.file) as content:
        for piece in Cut().pieces(content.stream, whole=dump.whole):
            here = sources.get(dump.header_of(piece.path[:2]))
            if here is None:
                continue
            if not piece.data:
                yield _broken(f"{label}:{piece.number}", "too large, nested too deep, or cut off")
                continue
            if posts and group and (here != group or _is_full(posts)):
                yield _chunk(dump, group, posts, reactions=reactions)
                posts = []
            group = here
            posts.append((piece.number, piece.path[-1] if piece.path else "", piece.data))
        if posts and group:
            yield _chunk(dump, group, posts, reactions=reactions)
        if content.finding:
            yield content.finding
    if dump.cut.broke_off:
        text = "This file ends in the middle; what came before was read. Get it again if you can."
        yield Finding(stage="read", severity="warning", code="entries-cut-off", text=text, locator=label)


def _is_full(posts: Sequence[tuple[int, str, bytes]]) -> bool:
    return len(posts) >= MOST_POSTS or sum(len(data) for _, _, data in posts) >= POSTS


def _chunk(dump: _Dump, group: Source, posts: Sequence[tuple[int, str, bytes]], *, reactions: bool) -> DumpChunk:
    label, comments_of = dump.file.label, dump.comments_of
    digest = blake2b(repr((READER, group, reactions, comments_of)).encode("utf-8", "backslashreplace"), digest_size=20)
    for _, key, data in posts:
        digest.update(repr((key, len(data))).encode("utf-8", "backslashreplace") + data)
    first = posts[0][0]
    return DumpChunk(
        label=label if first == 1 else f"{label}, from post {first}",
        fingerprint=f"{READER}-{digest.hexdigest()}",
        size=sum(len(data) for _, _, data in posts),
        file=label,
        group=group,
        reactions=reactions,
        posts=tuple(posts),
        comments_of=comments_of,
    )


def _nodes(chunk: DumpChunk, findings: list[Finding]) -> Iterator[tuple[str, Node]]:
    """The posts of a chunk with their places; what is none is put into `findings`."""
    for number, key, data in chunk.posts:
        place = f"{chunk.file}:{number}"
        post, trouble = _loaded(data)
        if trouble == "mended":
            text = "Commas that do not belong there were passed over in this post."
            findings.append(Finding(stage="read", severity="info", code="entry-mended", text=text, locator=place))
        if graph.is_post(post):
            yield place, _of_graph(chunk, post)
        elif captures.is_post(post):
            yield place, captures.node_of(post, key, reactions=chunk.reactions)
        elif trouble == "broken":
            findings.append(_broken(place, "it is no valid JSON"))
        elif not key or key in _POSTS_STAND_IN:
            findings.append(_broken(place, "it is no post of a kind that is known"))


def _of_graph(chunk: DumpChunk, post: Json) -> Node:
    """A post, or a comment whose post is elsewhere: the number of the post is what they have in common."""
    node = graph.node_of(post, reactions=chunk.reactions)
    node.is_loose = apart.is_comment(post, expected=chunk.comments_of != "")
    number = chunk.comments_of or apart.post_of(post) if node.is_loose else graph.post_number(post)
    node.conversation = f"{chunk.group.key}:post:{number}" if number else ""
    return node


def _loaded(data: bytes) -> tuple[Json, str]:
    """The value of some JSON, and "mended" or "broken" where that is so."""
    text = data.decode("utf-8", "replace")
    try:
        return json.loads(text), ""
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_STRAY.sub(lambda found: found[1] or "", text)), "mended"
    except (ValueError, RecursionError):
        return None, "broken"


def _broken(place: str, reason: str) -> Finding:
    text = f"A post cannot be read: {reason}."
    return Finding(stage="read", severity="warning", code="entry-broken", text=text, locator=place, lost=1)

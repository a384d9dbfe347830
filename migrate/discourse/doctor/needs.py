"""What an archive needs of a forum: room for its texts, kinds and sizes of files, tags."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, replace

from migrate.archive import Archive
from migrate.discourse.journal import Journal
from migrate.discourse.push.users import IMPORTER
from migrate.plan import Plan, Selection, Target, TargetFacts

# What Discourse takes for an image, and holds to `max_image_size_kb`.
_IMAGES = frozenset(("jpg", "jpeg", "jfif", "png", "gif", "svg", "ico", "webp", "avif", "heic", "heif"))
# What runs by a click: a forum should not offer it because somebody once sent it to a list.
PROGRAMS = frozenset(
    ("bat", "cmd", "com", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif", "ps1", "scr", "vbe", "vbs")
)


@dataclass(frozen=True, slots=True)
class FileKind:
    """The files of one extension."""

    extension: str  # lower-case, without the dot; empty where there is none
    count: int
    size: int  # bytes, of all
    largest: int  # bytes

    @property
    def is_image(self) -> bool:
        """Whether the limit for images counts."""
        return self.extension in _IMAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The defaults are those of no archive at all: it needs nothing but accounts for its authors, as any would."""

    accounts: bool = True  # whether some are to be made
    longest_text: int = 0  # characters
    files: tuple[FileKind, ...] = ()  # the largest share first
    tags: frozenset[str] = frozenset()
    most_tags: int = 0  # on one topic
    longest_tag: int = 0
    foreign_titles: int = 0  # without a letter that an ASCII address could have

    @property
    def extensions(self) -> list[str]:
        """The extensions that should be allowed."""
        return [kind.extension for kind in self.files if kind.extension and kind.extension not in PROGRAMS]

    @property
    def largest_image_kb(self) -> int:
        """Of all files that count as images."""
        return max((_kb(kind.largest) for kind in self.files if kind.is_image), default=0)

    @property
    def largest_file_kb(self) -> int:
        """Of all others, but those that are not to be allowed."""
        sizes = (kind.largest for kind in self.files if not kind.is_image and kind.extension in self.extensions)
        return max(map(_kb, sizes), default=0)


def needs_of(archive: Archive, target: Target) -> Needs:
    """What all of this archive needs of that forum, whatever is chosen there for a trial. Reads every message."""
    facts = replace(target.facts, tagging_enabled=True, max_tags_per_topic=100, max_tag_length=100)
    plan = Plan(archive, target=replace(target, facts=facts, selection=Selection()))
    tags: set[str] = set()
    most = foreign = 0
    threads = f"SELECT source_id, title, labels FROM thread WHERE {plan.scope.threads} AND {plan.scope.has_posts}"  # noqa: S608 - conditions of ours
    for source_id, title, labels in archive.db.execute(threads).fetchall():
        topic = plan.layout.tagged(source_id, title, tuple(json.loads(labels)), shown=title)
        tags.update(topic.tags)
        most = max(most, len(topic.tags))
        foreign += not _has_ascii(topic.title)
    (longest,) = archive.db.execute(_LONGEST.format(planned=plan.scope.messages)).fetchone()
    return Needs(
        accounts=_needs_accounts(archive, plan, target),
        longest_text=longest,
        files=_files(archive, plan),
        tags=frozenset(tags),
        most_tags=most,
        longest_tag=max(map(len, tags), default=0),
        foreign_titles=foreign,
    )


def _needs_accounts(archive: Archive, plan: Plan, target: Target) -> bool:
    """Whether a push would make accounts: for authors who have none, or the one that posts for several."""
    there = {person for person, row in Journal(archive, target).all("user").items() if row.state == "done"}
    if target.authors != "placeholders":
        return IMPORTER not in there
    return any(user.person_id not in there for user in plan.users())


def refused_files(files: tuple[FileKind, ...], facts: TargetFacts) -> list[FileKind]:
    """The kinds that the forum takes none of, or not the largest of, as far as it says what it takes."""
    allowed = {name.lower().removeprefix(".") for name in (facts.authorized_extensions or "*").split("|")}
    return [
        kind
        for kind in files
        if not ("*" in allowed or kind.extension in allowed)
        or _kb(kind.largest) > (facts.max_image_size_kb if kind.is_image else facts.max_attachment_size_kb)
    ]


def _files(archive: Archive, plan: Plan) -> tuple[FileKind, ...]:
    """Every file once for each extension it comes with."""
    kinds: dict[str, FileKind] = {}
    for name, size in archive.db.execute(_FILES.format(planned=plan.scope.messages)):
        extension = extension_of(name)
        kind = kinds.get(extension, FileKind(extension, 0, 0, 0))
        kinds[extension] = FileKind(extension, kind.count + 1, kind.size + size, max(kind.largest, size))
    return tuple(sorted(kinds.values(), key=lambda kind: -kind.size))


def extension_of(filename: str) -> str:
    """As Discourse reads it: what stands behind the last dot."""
    name, dot, extension = filename.rpartition(".")
    return extension.lower() if name and dot and extension.isalnum() else ""


def _kb(size: int) -> int:
    return -(-size // 1024)


def _has_ascii(title: str) -> bool:
    return any(letter.isascii() and letter.isalnum() for letter in unicodedata.normalize("NFKD", title))


_LONGEST = """
    SELECT coalesce(max(length(body) + length(elided)), 0) FROM content JOIN message ON message.id = message_id
    WHERE {planned}
"""

_FILES = """
    SELECT min(filename), size FROM message_attachment JOIN attachment ON attachment.id = attachment_id
    JOIN message ON message.id = message_id WHERE {planned} GROUP BY attachment.id
"""

"""Facebook groups: what members download, dumps of the Graph API and of Workplace, captures and tables.

Each kind of export is a module of its own (`importers.facebook.kinds`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import ClassVar

from migrate.errors import InputError
from migrate.model import Finding, Record
from migrate.sources import Chunk, Option, Options
from migrate.tree import TreeFile, read_tree

ENOUGH_TO_DETECT = 10  # files that are looked into


class FacebookImporter:
    """Facebook groups: downloads of members, Graph API and Workplace dumps."""

    name: ClassVar[str] = "facebook"
    summary: ClassVar[str] = "Facebook groups: downloads of members, Graph API and Workplace dumps"
    title: ClassVar[str] = "a Facebook export"
    refines: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[Mapping[str, Option]] = {
        "group": Option(
            help="The group to read, by its name; may be said several times. Needed where the export holds several.",
            kind="values",
            metavar="NAME",
        ),
        "reactions": Option(help="Say below each post how many reactions it had, where the export tells.", kind="flag"),
    }

    def detect(self, path: Path) -> bool:
        """Whether there is a file of a member's download, or of another kind known here."""
        from importers.facebook.kinds import recognised  # heavy, and not needed to list what there is

        try:
            return next(recognised(read_tree([str(path)]), ENOUGH_TO_DETECT), None) is not None
        except InputError:
            return False

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """The chunks of the wanted groups. Raises InputError where nothing can be read, or to ask which group."""
        from importers.facebook.groups import choose
        from importers.facebook.kinds import Kind, nothing, recognised

        tree = read_tree(locations)
        yield from tree.findings
        asked = options.all("group")
        files: defaultdict[Kind, list[TreeFile]] = defaultdict(list)
        for kind, file in recognised(tree):
            files[kind].append(file)
        looked = [kind.look(tree, found, asked) for kind, found in files.items()]
        counts: Counter[str] = Counter()
        for each in looked:
            counts.update(each.groups)
        if not counts:
            raise InputError(nothing(tree))
        wanted = replace(choose(counts, asked), reactions=options.is_set("reactions"))
        yield from chain.from_iterable(each.chunks(wanted) for each in looked)

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The group, its members, files and messages of one chunk."""
        from importers.facebook.kinds import KINDS

        kind = next(kind for kind in KINDS if isinstance(chunk, kind.CHUNK))
        return kind.records(chunk)

"""Files that came out of a wiki: XML from Special:Export and dumps, and single pages as wikitext.

Pages travel in `chunks.Pages`. Those of LiquidThreads have `Page.thread`: what <DiscussionThreading> says of them. Each
<topic> and <description> of a Flow board goes, as an Element, to `structured.TopicBatch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.errors import InputError
from migrate.files import Input
from migrate.model import Finding

if TYPE_CHECKING:
    from importers.wiki.offline.selection import Asked
    from importers.wiki.wishes import Wishes
    from migrate.sources import Chunk

ENOUGH_TO_DETECT = 10  # files of a folder that are looked at
HELD_BACK = 1000  # findings kept until it is clear that there is something to read


def is_ours(path: Path) -> bool:
    """Whether one of the first files at this path is an export of MediaWiki, or called as wikitext is."""
    from importers.wiki.offline.inputs import inputs, is_sevenzip, kind_of

    broken = False
    looked_at = 0
    try:
        with closing(inputs([str(path)])) as found:
            for item in found:
                if isinstance(item, Finding):
                    broken = True
                    continue
                looked_at += 1
                if kind_of(item):
                    return True
                if looked_at == ENOUGH_TO_DETECT:
                    break
    except InputError:  # a 7z archive that cannot be looked into; who scans it is told why
        return ".xml" in path.name.lower()
    return broken and ".xml" in path.name.lower() and is_sevenzip(path)


def scan_files(files: Sequence[str], wishes: Wishes) -> Iterator[Chunk | Finding]:
    """The pages that discussions are held on, or those asked for, in chunks of about 1 MB.

    Raises InputError where there are none, where what was asked for takes the wiki itself, and where the library for 7z
    is missing.
    """
    from importers.wiki.offline.nothing import nothing_read
    from importers.wiki.offline.selection import Asked

    if wishes.categories or wishes.searches:
        raise InputError("--category and --search ask the wiki itself: give its address instead of a file.")
    _check(wishes)
    asked = Asked.of(wishes)
    held: list[Finding] = []
    something = False
    for item in _scanned(files, wishes, asked):
        if not isinstance(item, Finding) and not something:
            something = True
            yield from held
        if something:
            yield item
        elif isinstance(item, Finding) and len(held) < HELD_BACK:
            held.append(item)
    missing = asked.not_found()
    if not something:
        raise InputError(nothing_read(files, held, missing))
    for text in missing:
        yield Finding(stage="read", severity="warning", code="wiki-title-not-found", text=text)


def _check(wishes: Wishes) -> None:
    from importers.wiki.languages import is_language
    from importers.wiki.sites import is_web

    if wishes.language and not is_language(wishes.language):
        raise InputError("--lang is no language that MediaWiki has; give its code: en, fr, pt-br, zh-hans.")
    if wishes.site and not is_web(wishes.site):
        raise InputError("--site is no address of a wiki; write it like https://wiki.example.org")


def _scanned(files: Sequence[str], wishes: Wishes, asked: Asked) -> Iterator[Chunk | Finding]:
    from importers.wiki.offline.dumps import Dumps, may_overlap
    from importers.wiki.offline.inputs import dump_labels, inputs, kind_of
    from importers.wiki.offline.nothing import Others
    from importers.wiki.offline.singles import Singles
    from importers.wiki.wishes import check_news

    dumps, singles = Dumps(wishes, asked), Singles(wishes, asked)
    labels = dump_labels(files)
    if labels:  # single files are named by themselves
        check_news(wishes)
    if may_overlap(labels):
        found = (item for item in inputs(files) if isinstance(item, Input) and kind_of(item) == "dump")
        for number, dump in enumerate(found):
            dumps.survey(dump, number)
    named = {Path(location) for location in files}
    number = 0
    others = Others()
    for item in inputs(files):
        kind = kind_of(item, named) if isinstance(item, Input) else None
        if isinstance(item, Finding):
            yield item
        elif kind == "dump":
            yield from dumps.read(item, number)
            number += 1
        elif kind == "wikitext":
            yield from singles.read(item)
        else:
            others.add(item)
    yield from dumps.flush()
    yield from singles.flush()
    yield from others.told()

"""Files that came out of a wiki: XML from Special:Export and dumps, and single pages as wikitext.

Pages travel in `chunks.Pages`. Those of LiquidThreads have `Page.thread`: what <DiscussionThreading> says of them. Each
<topic> and <description> of a Flow board goes, as an Element, to `structured.TopicBatch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.errors import InputError
from migrate.files import Input
from migrate.model import Finding
from migrate.text import printable

if TYPE_CHECKING:
    from importers.wiki.offline.selection import Asked
    from importers.wiki.wishes import Wishes
    from migrate.sources import Chunk

ENOUGH_TO_DETECT = 10  # files of a folder that are looked at
HELD_BACK = 1000  # findings kept until it is clear that there is something to read


def is_ours(path: Path) -> bool:
    """Whether one of the first files at this path is an export of MediaWiki, or called as wikitext is."""
    from importers.wiki.offline.inputs import inputs, kind_of

    try:
        with closing(inputs([str(path)])) as found:
            first = islice((item for item in found if isinstance(item, Input)), ENOUGH_TO_DETECT)
            return any(map(kind_of, first))
    except InputError:  # a 7z archive that cannot be looked into; who scans it is told why
        return ".xml" in path.name.lower()


def scan_files(files: Sequence[str], wishes: Wishes) -> Iterator[Chunk | Finding]:
    """The pages that discussions are held on, or those asked for, in chunks of about 1 MB.

    Raises InputError where there are none, where what was asked for takes the wiki itself, and where the library for 7z
    is missing.
    """
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
        raise InputError(_nothing(files, held, missing))
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
    from importers.wiki.offline.singles import Singles

    dumps, singles = Dumps(wishes, asked), Singles(wishes, asked)
    if may_overlap(dump_labels(files)):
        found = (item for item in inputs(files) if isinstance(item, Input) and kind_of(item) == "dump")
        for number, dump in enumerate(found):
            dumps.survey(dump, number)
    named = {Path(location) for location in files}
    number = 0
    others: list[str] = []
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
            others.append(item.label)
    yield from dumps.flush()
    yield from singles.flush()
    if others:
        yield _not_ours(others)


def _not_ours(labels: Sequence[str]) -> Finding:
    more = f" and {len(labels) - 1} more files are" if len(labels) > 1 else " is"
    text = f"{labels[0]}{more} neither an XML export of a wiki nor wikitext; passed over."
    return Finding(stage="read", severity="warning", code="wiki-not-export", text=text, locator=labels[0])


def _nothing(files: Sequence[str], findings: Sequence[Finding], missing: Sequence[str]) -> str:
    where = printable(", ".join(files))
    if missing:
        return f"{where}: {' '.join(missing)}"
    if not findings:
        return f"{where}: there are no pages in it that discussions are held on."
    said = sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))
    others = f" ({len(said) - 1} more things to say)" if len(said) > 1 else ""
    return f"{where}: there is nothing to read. {said[0].text}{others}"

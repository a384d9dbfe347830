"""The options that choose what becomes of an archive on a forum."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from migrate.errors import InputError
from migrate.text import printable

if TYPE_CHECKING:
    from collections.abc import Collection

    from migrate.mapping import Mapping, SourceName
    from migrate.plan import Plan, Selection

_LISTED = 12  # names of lists in a message

MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        dir_okay=False,
        help="A file that says which list goes to which category, and more (see mappings/ for examples). What is sent"
        " is remembered with it for this forum; topics that are there stay as they are.",
    ),
]
DoctorMappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping", metavar="FILE", dir_okay=False, help="Look with this mapping file; it is not remembered."
    ),
]
AuthorsOption = Annotated[
    Literal["placeholders", "existing", "byline"] | None,
    typer.Option(
        "--authors",
        show_default=False,
        help="Whose accounts the posts are under: `placeholders`, as is done unless you choose, makes one for everybody"
        " that people take over by signing up with their address; `existing` lets members post as themselves, and one"
        " account for all others, which names the author; `byline` that one account for everybody. Remembered for this"
        " forum; who has an account there keeps it.",
    ),
]


def _known_language(lang: str | None) -> str | None:
    if not _is_known(lang):
        raise typer.BadParameter(_languages())
    return lang


def _is_known(lang: str | None) -> bool:
    from migrate.discourse.words import languages

    return lang is None or lang.partition("_")[0].lower() in languages()


def _languages() -> str:
    from migrate.discourse.words import languages

    return f"there are words in these languages: {', '.join(sorted(languages()))}"


LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="LANGUAGE",
        callback=_known_language,
        help="The language of the few words that are added to posts (en, de, fr, …); the forum's own unless given."
        " Remembered for this forum.",
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, show_default=False, help="A trial: only so many topics.")
]
OnlyOption = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="PATTERN",
        help="A trial: only topics whose title, or list, is like this; * stands for anything, ? for one character.",
    ),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="A trial: only topics that began on that day (2024-05-31) or later.",
    ),
]


def read_mapping_file(path: Path | None) -> Mapping | None:
    """The mapping in a file. Raises InputError where it cannot be read, MappingError where it is not right."""
    if path is None:
        return None
    from migrate.mapping import error_at, read_mapping
    from migrate.mapping.file import read_text

    mapping = read_mapping(read_text(path), str(path))
    if not _is_known(mapping.lang):
        raise error_at(mapping, ("lang",), _languages())
    return mapping


def check_mapping(archive: Path, mapping: Mapping | None) -> None:
    """Raises MappingError where a mapping does not go with what is in the archive, and is not to be sent with."""
    if mapping is None:
        return
    from migrate.archive import Archive
    from migrate.plan import Plan

    with Archive.open(archive, mode="read") as opened:
        plan = Plan(opened, mapping=mapping)
        plan.categories()
        check_rules(mapping, plan.scope.sources.values(), sending=True)


def check_rules(mapping: Mapping, sources: Collection[SourceName], *, sending: bool) -> None:
    """Warn of rules that nothing in these sources comes to. Raises MappingError for a kind of source there is none of.

    Where it is about `sending`, raises MappingError for one that makes a list private by a name that no list has: that
    list would be sent in public.
    """
    from migrate.mapping import error_at, line_of, unmatched

    _check_kinds(mapping, sources)
    for number in unmatched(mapping, sources):
        rule = mapping.rules[number]
        if sending and rule.private and rule.source and not any(map(rule.fits_source, sources)):
            names = ", ".join(printable(source.name) for source in sources)
            words = "correct its name, or leave the rule out until the list is there"
            raise error_at(
                mapping,
                ("rule", number),
                f"this rule makes a list private that is not in the archive; {words}. There are: {names}",
            )
        line = line_of(mapping.text, ("rule", number))
        typer.echo(f"Warning: {mapping.file}, line {line}: nothing in the archive comes to this rule.", err=True)


def _check_kinds(mapping: Mapping, sources: Collection[SourceName]) -> None:
    from migrate.mapping import error_at
    from migrate.mapping.globs import fits
    from migrate.sources import importer_names

    known = sorted({*importer_names(), *(source.kind for source in sources)})
    for number, rule in enumerate(mapping.rules):
        for kind in rule.kind:
            if not fits((kind,), *known):
                near = difflib.get_close_matches(kind.lower(), known, n=1)
                hint = f" (is `{near[0]}` meant?)" if near else f"; there are: {', '.join(known)}"
                raise error_at(mapping, ("rule", number, "kind"), f"unknown kind `{printable(kind)}`{hint}")


def refuse_nothing(plan: Plan, selection: Selection) -> None:
    """Raises InputError where a trial was asked for that nothing in the archive fits, and it is not empty."""
    fitting, everything = plan.share
    if fitting or not everything:
        return
    asked = []
    if selection.only is not None:
        asked.append(f"is called {selection.only!r}")
    if selection.since is not None:
        asked.append(f"began on {datetime.fromtimestamp(selection.since / 1000, UTC):%Y-%m-%d} or later")
    names = [source.name for source in plan.scope.sources.values()]
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    lists = f"the lists are: {', '.join(map(printable, names[:_LISTED]))}{more}"
    subject = "No topic or list" if selection.only is not None else "No topic"
    raise InputError(f"{subject} that would be sent {' and '.join(asked)}; {lists}. Nothing was sent.")


def selected(limit: int | None, only: str | None, since: datetime | None) -> Selection:
    """What of the archive is to be sent; all of it where nothing was asked for."""
    from migrate.plan import Selection

    began = int(since.replace(tzinfo=UTC).timestamp() * 1000) if since else None
    return Selection(limit=limit, only=only, since=began)

"""The dry-run report: what was read, what would be created, what needs a look; and what changed since another one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.choices import MappingOption, check_rules, read_mapping_file
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    console,
    print_json,
)
from migrate.errors import InputError

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.archive.writer import Counts
    from migrate.mapping import Mapping
    from migrate.plan import Plan, Summary
    from migrate.report.compare import Side
    from migrate.report.facts import Facts

CompareOption = Annotated[
    Path | None,
    typer.Option(
        "--compare",
        metavar="OTHER",
        dir_okay=False,
        help="Only what changed since OTHER: another archive (an earlier copy), or another mapping file for this one.",
    ),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        dir_okay=False,
        help="Write the whole report as one page that needs nothing else, to be shown around: no addresses, and nothing"
        " of what only some may read.",
    ),
]
WithPrivateOption = Annotated[
    bool,
    typer.Option("--with-private", help="With --html: also what only some may read. Such a page is for them alone."),
]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command("report")(report)


def report(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    mapping: MappingOption = None,
    html: HtmlOption = None,
    with_private: WithPrivateOption = False,
    compare: CompareOption = None,
    json_: JsonOption = False,
) -> None:
    """Print the dry-run report of an archive again, write it as a page, or tell what changed."""
    from migrate.archive import Archive
    from migrate.report.compare import Side

    _check_together(html, with_private, compare)
    chosen = read_mapping_file(mapping)
    with Archive.open(archive, mode="read") as opened, opened.snapshot():
        facts, plan = _gathered(opened, chosen, sending=False)
        after = Side.of(opened, plan, facts)
        if compare is not None:
            _report_changes(after, compare, json_)
            return
        if html is not None:
            _write_page(after, html, with_private, json_)
            return
        if json_:
            _write_json(after)
            return
    if not facts.sources and not facts.findings:
        typer.echo("The archive is empty. Read something into it with: migrate import SOURCE PATH")
        return
    show_report(facts, after.summary, None, archive, chosen)
    show_next_steps(facts, after.summary, archive, chosen)


def _check_together(html: Path | None, with_private: bool, compare: Path | None) -> None:
    if html is not None and compare is not None:
        raise typer.BadParameter("a comparison is no page: leave out --html", param_hint="--compare")
    if with_private and html is None:
        raise typer.BadParameter("it is about the page: add --html FILE", param_hint="--with-private")


def gathered(archive: Archive, mapping: Mapping | None, *, sending: bool = False) -> tuple[Facts, Summary]:
    """What the report says, and what would be created. Raises ArchiveError where the numbers do not add up."""
    with archive.snapshot():
        facts, plan = _gathered(archive, mapping, sending=sending)
        return facts, plan.summary()


def _gathered(archive: Archive, mapping: Mapping | None, *, sending: bool) -> tuple[Facts, Plan]:
    """To be called within a snapshot, and the plan to be used within it."""
    from migrate.errors import ArchiveError
    from migrate.plan import Plan
    from migrate.report.facts import gather

    plan = Plan(archive, mapping=mapping)
    facts = gather(archive, plan)
    if mapping is not None:
        check_rules(mapping, plan.scope.sources.values(), sending=sending)
    if not facts.adds_up:
        raise ArchiveError(
            f"Internal error: {facts.read} messages were read, {facts.kept} are in threads, {facts.unsettled} in none"
            f" yet, {facts.duplicates} are duplicates and {facts.lost} left out. Please report this; the archive is"
            " not to be trusted."
        )
    return facts, plan


def show_report(facts: Facts, plan: Summary, counts: Counts | None, archive: Path, mapping: Mapping | None) -> None:
    """Print the report; of an import with what it did itself."""
    from migrate.plan import TargetFacts
    from migrate.report import terminal

    screen = console()
    if counts is not None:
        terminal.show_import(screen, counts)
    pace, options = TargetFacts().requests_per_minute, archive_flag(archive) + _mapping_flag(mapping)
    terminal.show(screen, facts, plan, pace, with_categories=mapping is not None, options=options)


def show_next_steps(facts: Facts, plan: Summary, archive: Path, mapping: Mapping | None) -> None:
    """Print what to do next, as commands for that archive and that mapping."""
    from migrate.report.steps import next_steps
    from migrate.report.terminal import show_next

    show_next(console(), next_steps(facts, plan, archive_flag(archive), _mapping_flag(mapping)))


def _mapping_flag(mapping: Mapping | None) -> str:
    return f" --mapping {argument(Path(mapping.file))}" if mapping else ""


def reported(facts: Facts, plan: Summary, counts: Counts) -> dict[str, Any]:
    """The report of an import: it speaks of what it read itself, where `migrate report` speaks of the whole archive."""
    from migrate.report.json import to_json

    return to_json(facts, plan) | {
        "read": counts.read,
        "new": counts.new,
        "duplicates": counts.duplicates,
        "lost": counts.lost,
    }


def _write_json(side: Side) -> None:
    from migrate.report.json import tables, to_json, write

    write(sys.stdout, to_json(side.facts, side.summary), tables(side.archive, side.plan))


def _write_page(side: Side, path: Path, with_private: bool, json_: bool) -> None:
    from migrate.archive.store import whole_file
    from migrate.report.html import html_report

    if path.exists() and path.samefile(side.archive.path):
        raise InputError(f"{path} is the archive itself. Name another file with --html.")
    page = html_report(side.archive, side.plan, facts=side.facts, summary=side.summary, with_private=with_private)
    try:
        with whole_file(path, private=with_private) as file:
            file.write(page.encode("utf-8", "replace"))
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror}.") from error
    if json_:
        print_json({"file": str(path), "with_private": with_private})
        return
    holds = "Private lists are in it: give it to nobody else" if with_private else "It can be shown around"
    typer.echo(f"{holds}: {argument(path)}. Open it in a browser.")


def _report_changes(after: Side, other: Path, json_: bool) -> None:
    from migrate.report.changes import changes_to_json, show_changes
    from migrate.report.compare import compare

    with _other_side(other, after) as (before, *names):
        changes = compare(before, after)
    if json_:
        print_json(changes_to_json((names[0], names[1]), changes))
    else:
        show_changes(console(), (names[0], names[1]), changes)


@contextmanager
def _other_side(other: Path, after: Side) -> Iterator[tuple[Side, str, str]]:
    """What to compare with, and how both are called. Raises InputError where it can be neither."""
    from migrate.archive import Archive
    from migrate.plan import Plan
    from migrate.report.compare import Side

    if _is_archive(other):
        with Archive.open(other, mode="read") as opened, opened.snapshot():
            yield Side.of(opened, Plan(opened, mapping=after.plan.mapping)), str(other), str(after.archive.path)
        return
    mapping = read_mapping_file(other)
    plan = Plan(after.archive, mapping=mapping)
    if mapping is not None:
        check_rules(mapping, plan.scope.sources.values(), sending=False)
    yield Side.of(after.archive, plan), str(other), after.plan.mapping.file or "without a mapping"


def _is_archive(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError as error:
        words = f"{path} cannot be read: {error.strerror}. Name an archive or a mapping file to compare with."
        raise InputError(words) from error

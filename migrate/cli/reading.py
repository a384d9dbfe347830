"""The commands that say what is there: sources, report, export."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.choices import MappingOption, check_rules, read_mapping_file
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    argument,
    console,
    print_json,
)
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.archive.writer import Counts
    from migrate.errors import MigrateError
    from migrate.mapping import Mapping
    from migrate.plan import Summary
    from migrate.report.facts import Facts


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command("sources")(sources)
    app.command("report")(report)
    export = typer.Typer(help="Write the archive's records in a plain, documented form.", no_args_is_help=True)
    export.command("jsonl")(export_jsonl)
    app.add_typer(export, name="export")


def sources(json_: JsonOption = False) -> None:
    """List what can be imported."""
    from migrate.sources import all_importers

    importers = list(all_importers(warn_of))
    if json_:
        listed = [
            {"name": item.name, "summary": item.summary, "options": {key: to.help for key, to in item.options.items()}}
            for item in importers
        ]
        print_json({"sources": listed})
        return
    for item in importers:
        typer.echo(f"{item.name:16}{item.summary}")
        for name, help_ in item.options.items():
            typer.echo(f"{'':16}  --{name}  {help_.help}")


def warn_of(error: MigrateError) -> None:
    """Say on stderr what went wrong with another package's importer."""
    typer.echo(f"Warning: {printable(str(error))}", err=True)


def report(archive: ArchiveOption = DEFAULT_ARCHIVE, mapping: MappingOption = None, json_: JsonOption = False) -> None:
    """Print the dry-run report of an archive again."""
    from migrate.archive import Archive

    chosen = read_mapping_file(mapping)
    with Archive.open(archive, mode="read") as opened:
        facts, plan = gathered(opened, chosen)
    if json_:
        print_json(reported(facts, plan, None))
    elif not facts.sources and not facts.findings:
        typer.echo("The archive is empty. Read something into it with: migrate import SOURCE PATH")
    else:
        show_report(facts, plan, None, chosen)


def export_jsonl(
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            dir_okay=False,
            help="The file to write, its attachments in a folder beside it; or `-`, without.",
        ),
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json_: JsonOption = False,
) -> None:
    """Write the archive as JSON Lines (docs/intermediate-format.md). `migrate import jsonl` reads it back."""
    from migrate.archive import Archive
    from migrate.jsonl import export, export_to

    with Archive.open(archive, mode="read") as opened:
        if str(output) == "-":
            # The format is UTF-8 whatever the terminal is; its own encoding would put "?" for what it lacks.
            with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n") as stream:
                export(opened, stream)
            return
        records, missing = export_to(opened, output)
    if json_:
        print_json({"records": records, "missing_attachments": missing, "file": str(output)})
        return
    typer.echo(f"{records:,} records written to {argument(output)}")
    if missing:
        folder = argument(opened.attachments)
        typer.echo(f"Attachments missing from {folder}: {missing:,}. Put that folder back as it was and export again.")


def gathered(archive: Archive, mapping: Mapping | None, *, sending: bool = False) -> tuple[Facts, Summary]:
    """What the report says, and what would be created. Raises ArchiveError where the numbers do not add up."""
    from migrate.errors import ArchiveError
    from migrate.plan import Plan
    from migrate.report.facts import gather

    with archive.snapshot():
        facts = gather(archive)
        planned = Plan(archive, mapping=mapping)
        plan = planned.summary()
        if mapping is not None:
            check_rules(mapping, planned.scope.sources.values(), sending=sending)
    if not facts.adds_up:
        raise ArchiveError(
            f"Internal error: {facts.read} messages were read, {facts.kept} are in threads, {facts.unsettled} in none"
            f" yet, {facts.duplicates} are duplicates and {facts.lost} left out. Please report this; the archive is"
            " not to be trusted."
        )
    return facts, plan


def show_report(facts: Facts, plan: Summary, counts: Counts | None, mapping: Mapping | None) -> None:
    """Print the report; of an import with what it did itself."""
    from migrate.plan import TargetFacts
    from migrate.report import terminal

    screen = console()
    if counts is not None:
        terminal.show_import(screen, counts)
    terminal.show(screen, facts, plan, TargetFacts().requests_per_minute, with_categories=mapping is not None)


def reported(facts: Facts, plan: Summary, counts: Counts | None) -> dict[str, Any]:
    """The report; an import speaks of what it read itself, where the report speaks of the whole archive."""
    from migrate.report.json import to_json

    if counts is None:
        return to_json(facts, plan)
    return to_json(facts, plan) | {
        "read": counts.read,
        "new": counts.new,
        "duplicates": counts.duplicates,
        "lost": counts.lost,
    }

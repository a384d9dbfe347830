"""The commands that say what is there: sources, export."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    argument,
    print_json,
)
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.errors import MigrateError


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command("sources")(sources)
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

"""The command that goes through the findings: review."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.choices import check_rules, read_mapping_file
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    archive_flag,
    console,
    print_json,
)

FILE = "mapping.toml"  # beside the archive

ReviewedOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        dir_okay=False,
        help=f"The mapping file that decisions are written to, made with the first one; `{FILE}` beside the archive"
        " unless given.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("review")(review)


def review(archive: ArchiveOption = DEFAULT_ARCHIVE, mapping: ReviewedOption = None, json_: JsonOption = False) -> None:
    """Go through the findings one kind at a time, and write what you decide into the mapping file.

    Each can be accepted, answered by a change of the mapping that is shown first, or passed over. Every decision is
    written at once: quit whenever you like. With --json it lists the findings and possible answers, and asks nothing.
    """
    from migrate.archive import Archive
    from migrate.review.json import to_json
    from migrate.review.session import Session
    from migrate.review.walk import Walk, ask_lines

    path = mapping or archive.with_name(FILE)
    chosen = read_mapping_file(path) if path.exists() else None
    with Archive.open(archive, mode="read") as opened:
        session = Session(opened, path)
        if json_:
            print_json(to_json(session, archive_flag(archive)))
            return
        if chosen is not None:
            check_rules(chosen, session.sources.values(), sending=False)
        screen = console()
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        typed = sys.stdin or ()  # None where it was closed before we began
        ask = input if sys.stdin and sys.stdin.isatty() else ask_lines(screen, typed)
        Walk(session, screen, ask, archive_flag(archive)).run()

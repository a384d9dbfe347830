"""The commands that tell where an archive stands: status, verify."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    print_json,
    show_progress,
)
from migrate.cli.session import known_target, session
from migrate.cli.target import KeyFileOption, ToOption, UserOption
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.discourse.status import TargetStatus
    from migrate.discourse.verify import Difference, Verification

SHOWN = 20  # differences that are printed
_PLURALS = {"user": "accounts", "category": "categories", "upload": "uploads", "post": "posts"}


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (status, verify):
        app.command(command.__name__)(command)


def status(archive: ArchiveOption = DEFAULT_ARCHIVE, json_: JsonOption = False) -> None:
    """Say where the archive stands on each forum it was sent to. Asks nobody."""
    from migrate.archive import Archive
    from migrate.discourse.status import status as standing
    from migrate.settle import unsettled

    with Archive.open(archive, mode="read") as opened:
        targets = standing(opened)
        left = unsettled(opened)
    if json_:
        print_json({"targets": [_status_object(item) for item in targets], "unsettled": left})
        return
    if left:
        typer.echo(f"{left:,} messages come from an import that was interrupted: run that import again.")
    if not targets:
        typer.echo("Nothing was sent yet. Start with: migrate push --to URL    (or --to sandbox)")
    for item in targets:
        _show_status(item)


def verify(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Read everything back from the forum and compare. Without --to it is the forum that was sent to last."""
    from migrate.discourse.verify import verify as compare

    to = known_target(archive, to)
    stop = threading.Event()
    with session(archive, to, api_key_file, api_username, stop) as (opened, client, target):
        with show_progress("Verifying", "posts", quiet=json_) as progress:
            result = compare(opened, client, target, progress.update)
    if json_:
        print_json(asdict(result))
    else:
        _show_verification(result, archive)
    if not result.is_clean:
        raise typer.Exit(REFUSED)


def _show_verification(result: Verification, archive: Path) -> None:
    typer.echo(
        f"{result.checked:,} posts checked: {result.equal:,} equal, {result.missing:,} missing, {result.extra:,} extra,"
        f" {result.different:,} different."
    )
    if result.refused_files:
        typer.echo(f"{result.refused_files:,} files that the forum refused are not there; their posts only name them.")
    elif result.is_clean:
        typer.echo("The forum holds what the archive holds.")
    for example in result.examples[:SHOWN]:
        typer.echo(f"  {example.kind}: {_place(example)}{printable(example.what)}")
    if (more := result.missing + result.extra + result.different - SHOWN) > 0:
        typer.echo(f"  and {more:,} more (--json lists a thousand)")
    if result.missing:
        typer.echo(f"To send what is missing: migrate resume{archive_flag(archive)}")


def _place(example: Difference) -> str:
    """Where a difference is: the post, else the message by the part of its id that looks like no address."""
    if example.topic_id and example.post_number:
        return f"topic {example.topic_id}, post {example.post_number}: "
    return f"message {printable((example.message or '').partition('@')[0])}: "


def _show_status(item: TargetStatus) -> None:
    refused = sum(standing.refused for standing in item.kinds.values())
    state = "complete" if item.is_complete else "not complete"
    typer.echo(f"{printable(item.target.url)}: {state}{f', but {refused:,} refused' if refused else ''}")
    for kind, standing in item.kinds.items():
        line = f"  {_PLURALS[kind]:12}{standing.done:>9,} of {standing.total:,}"
        if standing.sending:
            line += f"   {standing.sending:,} in doubt (looked up at the next run)"
        if standing.refused:
            line += f"   {standing.refused:,} refused"
        typer.echo(line)
    if not item.is_complete:
        typer.echo(f"  Go on with: migrate resume --to {printable(item.target.url)}")


def _status_object(item: TargetStatus) -> dict[str, Any]:
    return {
        "url": item.target.url,
        "complete": item.is_complete,
        "kinds": {kind: asdict(standing) | {"left": standing.left} for kind, standing in item.kinds.items()},
    }

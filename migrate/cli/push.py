"""The commands that send: push, resume."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    INTERRUPTED,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    print_json,
    show_progress,
)
from migrate.cli.session import known_target, session
from migrate.cli.target import SANDBOX, KeyFileOption, QuotesOption, ToOption, UserOption, sandbox_data

if TYPE_CHECKING:
    from migrate.cli.common import Progress as ProgressLine
    from migrate.discourse.run import Progress, PushResult
    from migrate.plan import Choices


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (push, resume):
        app.command(command.__name__)(command)


def push(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    quotes: QuotesOption = None,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Send the archive to a forum: every message once, however often this is run or interrupted.

    Example: migrate push --to https://forum.example.org
    """
    if to is None:
        raise typer.BadParameter("say which forum: --to URL, or --to sandbox to try it here", param_hint="--to")
    from migrate.plan import Choices

    push_archive(archive, to, api_key_file, api_username, json_, Choices(quotes=quotes))


def resume(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Go on with a push that was interrupted. Without --to it is the forum that was sent to last."""
    push_archive(archive, known_target(archive, to), api_key_file, api_username, json_)


def push_archive(
    archive: Path,
    to: str,
    api_key_file: Path | None,
    api_username: str,
    json_: bool,
    choices: Choices | None = None,
    imported: dict[str, Any] | None = None,
) -> None:
    """Send the archive to the forum `to` names, and say how it went. Exits with 1 where items were refused.

    The object for scripts is the result, or where there is `imported`, what an import has to say, that with a `push`.
    """
    from migrate.discourse.push import Push

    stop = threading.Event()
    with session(archive, to, api_key_file, api_username, stop, choices) as (opened, client, target):
        with _stopping(stop), _stages(json_) as report:
            result = Push(opened, client, target).run(report)
    if json_:
        print_json(imported | {"push": asdict(result)} if imported else asdict(result))
    else:
        _show_push(result, archive, to)
    if result.stopped:
        raise typer.Exit(INTERRUPTED)
    if result.refused:
        raise typer.Exit(REFUSED)


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C sets `stop`, so that requests in flight are finished; the second ends the command at once."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        typer.echo("\nFinishing what is under way … (Ctrl-C again stops at once; nothing is lost either way)", err=True)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _stages(quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A line on screen for each stage of a push, one after another."""
    with ExitStack() as stack:
        shown: dict[str, ProgressLine] = {}

        def report(now: Progress) -> None:
            if now.stage not in shown:
                stack.close()
                shown[now.stage] = stack.enter_context(show_progress(now.stage.capitalize(), now.stage, quiet=quiet))
            notes = {"uploads": now.uploads, "retries": now.retries, "refused": now.refused}
            note = "   ".join(f"{count:,} {name}" for name, count in notes.items() if count)
            shown[now.stage].update(now.done, now.total, note)

        yield report


def _show_push(result: PushResult, archive: Path, to: str) -> None:
    created = result.created
    parts = [
        f"{created.get('topic', 0):,} topics",
        f"{created.get('reply', 0):,} replies",
        f"{created.get('user', 0):,} accounts",
        f"{created.get('upload', 0):,} uploads",
    ]
    typer.echo(f"Created {' · '.join(parts)}")
    if result.already or result.adopted:
        typer.echo(f"Already there: {result.already + sum(result.adopted.values()):,}")
    if result.refused:
        typer.echo(f"Refused: {result.refused:,}. `migrate report{archive_flag(archive)}` says what and why.")
    if result.stopped:
        typer.echo(f"Stopped. Nothing is lost. Go on with: migrate resume{archive_flag(archive)}")
    elif to == SANDBOX:
        typer.echo(f"Look around with: migrate sandbox --data {argument(sandbox_data(archive))}")
    else:
        typer.echo(f"Next: migrate verify{archive_flag(archive)}")

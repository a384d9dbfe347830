"""The commands that speak to a forum: push, resume, status, verify, sandbox."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    INTERRUPTED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    print_json,
    show_progress,
)
from migrate.cli.target import SANDBOX, KeyFileOption, QuotesOption, ToOption, UserOption, open_forum, sandbox_data
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.cli.common import Progress as ProgressLine
    from migrate.discourse.client import Client
    from migrate.discourse.run import Progress, PushResult
    from migrate.discourse.status import TargetStatus
    from migrate.discourse.verify import Difference, Verification
    from migrate.plan import Tail, Target

REFUSED = 1  # exit code: some items were refused, or differ
SHOWN = 20  # differences that are printed
_PLURALS = {"user": "accounts", "category": "categories", "upload": "uploads", "post": "posts"}


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (push, resume, status, verify, sandbox):
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
    push_archive(archive, to, api_key_file, api_username, json_, quotes)


def resume(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Go on with a push that was interrupted. Without --to it is the forum that was sent to last."""
    push_archive(archive, _known_target(archive, to), api_key_file, api_username, json_)


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

    to = _known_target(archive, to)
    stop = threading.Event()
    with _session(archive, to, api_key_file, api_username, stop) as (opened, client, target):
        with show_progress("Verifying", "posts", quiet=json_) as progress:
            result = compare(opened, client, target, progress.update)
    if json_:
        print_json(asdict(result))
    else:
        _show_verification(result, archive)
    if not result.is_clean:
        raise typer.Exit(REFUSED)


def sandbox(
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes any that is free.")] = 0,
    api_key: Annotated[str | None, typer.Option(help="The API key to accept; made up unless given.")] = None,
    data: Annotated[Path | None, typer.Option(help="Where it keeps its data; beside the archive by default.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
) -> None:
    """Run a stand-in for Discourse on this machine until Ctrl-C: to push to, and to look at in a browser."""
    from migrate.sandbox import ADMIN_USERNAME, Sandbox, serve

    def announce(running: Sandbox) -> None:
        typer.echo(f"Browse:  {running.browse_url}")
        typer.echo(f"API:     {running.url}    DISCOURSE_API_USERNAME={ADMIN_USERNAME} DISCOURSE_API_KEY={running.key}")
        typer.echo("Stop with Ctrl-C.")

    serve(data or sandbox_data(archive), port=port, api_key=api_key, ready=announce)


def push_archive(
    archive: Path,
    to: str,
    api_key_file: Path | None,
    api_username: str,
    json_: bool,
    quotes: Tail | None = None,
    imported: dict[str, Any] | None = None,
) -> None:
    """Send the archive to the forum `to` names, and say how it went. Exits with 1 where items were refused.

    The object for scripts is the result, or where there is `imported`, what an import has to say, that with a `push`.
    """
    from migrate.discourse.push import Push

    stop = threading.Event()
    with _session(archive, to, api_key_file, api_username, stop, quotes) as (opened, client, target):
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
def _session(
    archive: Path,
    to: str,
    api_key_file: Path | None,
    api_username: str,
    stop: threading.Event,
    quotes: Tail | None = None,
) -> Iterator[tuple[Archive, Client, Target]]:
    """The archive, open for writing, and the forum, asked what it allows."""
    from migrate.archive import Archive
    from migrate.discourse.client import Client
    from migrate.discourse.facts import open_target
    from migrate.settle import settle

    with Archive.open(archive, mode="write") as opened, open_forum(archive, to, api_key_file, api_username) as forum:
        settle(opened)  # an import may have been interrupted before it came to that
        with closing(Client(forum.url, forum.api_key, forum.api_username, stop=stop)) as client:
            yield opened, client, open_target(opened, client, forum.name, quotes=quotes)


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


def _known_target(archive: Path, to: str | None) -> str:
    """The forum that is meant when none is named: the one that was sent to last."""
    if to is not None:
        return to
    from migrate.archive import Archive
    from migrate.discourse.facts import known_targets
    from migrate.errors import MigrateError

    with Archive.open(archive, mode="read") as opened:
        targets = known_targets(opened)
    if not targets:
        raise MigrateError("Nothing was sent from this archive yet. Start with: migrate push --to URL")
    if len(targets) > 1:
        names = ", ".join(target.url for target in targets)
        raise MigrateError(f"This archive was sent to several forums; say which with --to: {names}")
    return targets[0].url


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

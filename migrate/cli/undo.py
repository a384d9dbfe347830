"""The command that takes back what was sent: undo."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    INTERRUPTED,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    counted,
    print_json,
    settings_changed,
    show_progress,
)
from migrate.cli.push import stopping
from migrate.cli.session import known_target, session
from migrate.cli.target import KeyFileOption, ToOption, UserOption
from migrate.errors import MigrateError
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.cli.common import Progress
    from migrate.discourse.undo.undo import Item, UndoResult
    from migrate.plan import Target

SHOWN = 50  # things that stay
_WORDS = {
    "topic": ("topic", "topics"),
    "post": ("post", "posts"),
    "user": ("account", "accounts"),
    "category": ("category", "categories"),
    "tag": ("tag", "tags"),
    "permalink": ("redirect", "redirects"),
}


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command("undo")(undo)


def undo(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    also_answered: Annotated[
        bool, typer.Option("--also-answered", help="Also remove topics in which other people have written since.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Remove from a forum what this archive made there, and nothing else. A later push starts anew.

    Topics in which other people have written stay, and are listed. Accounts that somebody uses stay; categories stay
    while anything is in them, tags while other topics have them. What was changed in the forum's settings is put back
    by `migrate doctor --restore`. Without --to it is the forum that was sent to.
    """
    from migrate.discourse.known import settings_to_restore
    from migrate.discourse.undo.undo import Undo

    to = known_target(archive, to)
    stop = threading.Event()
    with session(archive, to, api_key_file, api_username, stop) as (opened, client, target):
        if not _is_wanted(opened, target, yes, also_answered):
            return
        with stopping(stop), _showing(json_) as report:
            result = Undo(opened, client, target, also_answered=also_answered).run(report)
        changed = settings_to_restore(opened, target)
    if json_:
        print_json(asdict(result))
    else:
        _show(result, archive, to)
        if changed and not result.stopped:
            typer.echo(settings_changed(to, changed, archive_flag(archive)))
    if result.stopped:
        raise typer.Exit(INTERRUPTED)
    if result.left:
        raise typer.Exit(REFUSED)


def _is_wanted(archive: Archive, target: Target, yes: bool, also_answered: bool) -> bool:
    """Whether to go on: asks, unless told not to. Raises MigrateError where nobody is there to be asked."""
    from migrate.discourse.undo.generations import is_undo_unfinished, made_here

    made, left = made_here(archive, target)
    title = f"{target.facts.title} ({target.url})" if target.facts.title else target.url
    goes_on = is_undo_unfinished(archive, target) and not also_answered  # what others wrote is asked about every time
    if yes or goes_on or not (made or left):
        return True
    if not sys.stdin.isatty():
        raise MigrateError(
            "undo asks before it removes anything, and nobody is there to answer. In a script say --yes."
        )
    if made:
        typer.echo(f"This removes from {printable(title)} what this archive made there:", err=True)
        typer.echo(f"  {_counts(made)}", err=True)
    if left:
        stays = "are removed, too" if also_answered else "stay, unless nobody else uses them any more"
        typer.echo(f"Left on {printable(title)} by the undo before; they {stays}:\n  {_counts(left)}", err=True)
    others = "are removed, too" if also_answered else "stay, and will be listed"
    typer.echo(f"Topics in which other people have written {others}.", err=True)
    typer.echo(
        "Administrators can still see deleted topics there; their authors' accounts are gone for good.", err=True
    )
    return typer.confirm("Remove all this?" if made or also_answered else "Look at these again?", err=True, abort=True)


def _show(result: UndoResult, archive: Path, to: str) -> None:
    typer.echo(f"Removed {_counts(result.removed)}" if any(result.removed.values()) else "There was nothing to remove.")
    if any(result.gone.values()):
        typer.echo(f"Not there any more: {_counts(result.gone)}")
    _list("Removed, although other people had written there:", result.answered)
    _list("Still there:", result.left)
    if any(item.kind == "topic" for item in result.left) and not result.stopped:
        again = f"migrate undo --to {printable(to)}{archive_flag(archive)} --also-answered"
        typer.echo(f"To remove topics with what other people wrote there: {again}")
    if result.removed.get("topic"):
        typer.echo("Files that no post uses any more are cleared away by the forum itself, after two days as a rule.")
    if result.stopped:
        typer.echo(f"Stopped. Go on with: migrate undo --to {printable(to)}{archive_flag(archive)}")


def _list(heading: str, items: list[Item]) -> None:
    if items:
        typer.echo(heading)
    for item in items[:SHOWN]:
        typer.echo(f"  {_WORDS[item.kind][0]} “{printable(item.name)}”: {printable(item.why)}  {printable(item.url)}")
    if len(items) > SHOWN:
        typer.echo(f"  and {len(items) - SHOWN:,} more (--json lists all)")


def _counts(counts: Mapping[str, int]) -> str:
    return " · ".join(counted(counts[kind], *words) for kind, words in _WORDS.items() if counts.get(kind))


@contextmanager
def _showing(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line on screen for each stage, one after another."""
    with ExitStack() as stack:
        shown: dict[str, Progress] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in shown:
                stack.close()
                shown[stage] = stack.enter_context(show_progress(stage.capitalize(), stage, quiet=quiet))
            shown[stage].update(done, total)

        yield report

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

from migrate.cli.choices import (
    AuthorsOption,
    LangOption,
    LimitOption,
    MappingOption,
    OnlyOption,
    SinceOption,
    check_mapping,
    read_mapping_file,
    refuse_nothing,
    selected,
)
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    INTERRUPTED,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    counted,
    print_json,
    show_progress,
)
from migrate.cli.session import known_target, session
from migrate.cli.target import (
    SANDBOX,
    AllowEmailsOption,
    KeyFileOption,
    QuotesOption,
    ToOption,
    UserOption,
    WorkersOption,
    sandbox_data,
)
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.cli.common import Progress as ProgressLine
    from migrate.discourse.push.run import Progress, PushResult
    from migrate.plan import Choices


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (push, resume):
        app.command(command.__name__)(command)


def push(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    mapping: MappingOption = None,
    limit: LimitOption = None,
    only: OnlyOption = None,
    since: SinceOption = None,
    quotes: QuotesOption = None,
    authors: AuthorsOption = None,
    lang: LangOption = None,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    workers: WorkersOption = None,
    allow_emails: AllowEmailsOption = False,
    json_: JsonOption = False,
) -> None:
    """Send the archive to a forum: every message once, however often this is run or interrupted.

    With --limit, --only or --since it is a trial: `resume` goes on with it, a push without them sends the rest.
    Every request is noted, without the texts, the addresses and the key, in a log beside the archive (migration.log).

    Example: migrate push --to https://forum.example.org
    """
    if to is None:
        raise typer.BadParameter("say which forum: --to URL, or --to sandbox to try it here", param_hint="--to")
    from migrate.plan import Choices

    chosen = read_mapping_file(mapping)
    check_mapping(archive, chosen)
    choices = Choices(quotes=quotes, authors=authors, lang=lang, selection=selected(limit, only, since))
    choices = choices.under(chosen) if chosen else choices
    push_archive(archive, to, api_key_file, api_username, json_, choices, workers=workers, allow_emails=allow_emails)


def resume(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    workers: WorkersOption = None,
    allow_emails: AllowEmailsOption = False,
    json_: JsonOption = False,
) -> None:
    """Go on with a push that was interrupted. Without --to it is the forum that was sent to last."""
    to = known_target(archive, to)
    push_archive(archive, to, api_key_file, api_username, json_, workers=workers, allow_emails=allow_emails)


def push_archive(
    archive: Path,
    to: str,
    api_key_file: Path | None,
    api_username: str,
    json_: bool,
    choices: Choices | None = None,
    imported: dict[str, Any] | None = None,
    workers: int | None = None,
    allow_emails: bool = False,
) -> None:
    """Send the archive to the forum `to` names, and say how it went. Exits with 1 where items were refused.

    The object for scripts is the result, or where there is `imported`, what an import has to say, that with a `push`.
    """
    from migrate.discourse.push.push import Push
    from migrate.discourse.status import sent_otherwise
    from migrate.plan import Selection

    stop = threading.Event()
    with session(archive, to, api_key_file, api_username, stop, choices) as (opened, client, target):
        with stopping(stop), showing_stages(json_) as report:
            push = Push(opened, client, target, workers=workers, allow_emails=allow_emails)
            if choices is not None:
                refuse_nothing(push.plan, target.selection)
            result = push.run(report)
        trial = push.plan.share if target.selection != Selection() else None
        staying = sent_otherwise(opened, push.plan, target)[1]
    if json_:
        done = (
            asdict(result) | {"staying": staying} | ({"trial": {"topics": trial[0], "of": trial[1]}} if trial else {})
        )
        print_json(imported | {"push": done} if imported else done)
    else:
        _show_push(result, archive, to, trial, staying)
    if result.stopped:
        raise typer.Exit(INTERRUPTED)
    if result.refused:
        raise typer.Exit(REFUSED)


@contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
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
def showing_stages(quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A line on screen for each stage of a push, one after another."""
    with ExitStack() as stack:
        shown: dict[str, ProgressLine] = {}

        def report(now: Progress) -> None:
            if now.stage not in shown:
                stack.close()
                shown[now.stage] = stack.enter_context(show_progress(now.stage.capitalize(), now.stage, quiet=quiet))
            shown[now.stage].update(now.done, now.total, _note(now))

        yield report


def _note(now: Progress) -> str:
    counts = {"uploads": now.uploads, "retries": now.retries, "refused": now.refused}
    notes = [f"{count:,} {name}" for name, count in counts.items() if count]
    if now.waiting_seconds >= 1:
        notes.append(f"waiting for the forum's limit ({now.waiting_seconds:.0f} s)")
    return "   ".join(notes)


def _show_push(result: PushResult, archive: Path, to: str, trial: tuple[int, int] | None, staying: int = 0) -> None:
    from migrate.plan import for_staff

    created = result.created
    parts = [
        counted(created.get("topic", 0), "topic"),
        counted(created.get("reply", 0), "reply", "replies"),
        counted(created.get("user", 0), "account"),
        counted(created.get("upload", 0), "upload"),
    ]
    typer.echo(f"Created {' · '.join(parts)}")
    if result.already or result.adopted:
        typer.echo(f"Already there: {result.already + sum(result.adopted.values()):,}")
    if result.refused:
        typer.echo(f"Refused: {result.refused:,}. `migrate report{archive_flag(archive)}` says what and why.")
    if trial:
        rest = f"migrate push --to {printable(to)}{archive_flag(archive)}"
        typer.echo(f"This was a trial: {trial[0]:,} of {counted(trial[1], 'topic')}. To send the rest: {rest}")
    if result.mended:
        typer.echo(f"Got the files that the forum takes by now: {counted(result.mended, 'post')}")
    if result.without_files:
        posts = counted(result.without_files, "post only names", "posts only name")
        typer.echo(
            f"{posts} files that the forum does not take. Allow them in its settings (authorized_extensions,"
            " max_attachment_size_kb, max_image_size_kb), and the next push adds them. What may be allowed without"
            f" harm is set by: migrate doctor --to {printable(to)}{archive_flag(archive)} --apply"
        )
    if result.reserved:
        typer.echo(printable(for_staff(result.reserved)))
    if staying:
        topics = counted(staying, "topic is", "topics are")
        stay = "stays where it is" if staying == 1 else "stay where they are"
        typer.echo(f"{topics} on the forum already and {stay}; by the mapping of now it would be another category.")
    if result.stopped:
        typer.echo(f"Stopped. Nothing is lost. Go on with: migrate resume{archive_flag(archive)}")
    elif to == SANDBOX:
        typer.echo(f"Look around with: migrate sandbox --data {argument(sandbox_data(archive))}")
    else:
        typer.echo(f"Next: migrate verify{archive_flag(archive)}")

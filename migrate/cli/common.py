"""What several commands share: their common options, JSON output, progress."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.text import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

ArchiveOption = Annotated[
    Path,
    typer.Option(
        "-a",
        "--archive",
        envvar="MIGRATE_ARCHIVE",
        dir_okay=False,
        help="The archive: everything read and sent is kept in it.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
DEFAULT_ARCHIVE = Path("migration.sqlite3")
REFUSED = 1  # exit code: some items were refused, or differ
INTERRUPTED = 130  # exit code
SECONDS_BETWEEN_LINES = 10


def print_json(value: dict[str, Any]) -> None:
    """One object on stdout, for scripts."""
    typer.echo(json.dumps(value, indent=2))  # in ASCII, so that it is JSON whatever the locale


def console() -> Console:
    """Where tables and prose go."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def archive_flag(archive: Path) -> str:
    """What to add to a command that is suggested, so that it means the same archive."""
    return "" if archive == DEFAULT_ARCHIVE else f" -a {argument(archive)}"


def argument(path: Path) -> str:
    """A path as it can be pasted into a shell, on one line."""
    return printable(shlex.quote(str(path)))


@dataclass(slots=True)
class Progress:
    """One stage on screen: a live bar on a terminal, a plain line now and then where output is piped."""

    label: str
    unit: str
    quiet: bool
    bars: Bars | None = None
    task: TaskID | None = None
    _began: tuple[float, int] | None = None  # when, and how much was done then
    _said: float = field(default_factory=time.monotonic)

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say that `done` of `total` are done; a total of None is not known."""
        now = time.monotonic()
        self._began = self._began or (now, done)
        rate = f"{(done - self._began[1]) / max(now - self._began[0], 0.001):,.0f}/s"
        if self.bars is not None and self.task is not None:
            self.bars.update(self.task, completed=done, total=total, note=note, rate=rate)
        elif not self.quiet and now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            of = f"/{total:,}" if total is not None else ""
            typer.echo(f"{self.label}  {done:,}{of} {self.unit}  {rate}  {note}".rstrip(), err=True)


@contextmanager
def show_progress(label: str, unit: str, *, quiet: bool) -> Iterator[Progress]:
    """Progress on stderr while the block runs; `quiet` for --json."""
    if quiet or not sys.stderr.isatty():
        yield Progress(label, unit, quiet)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit}  {{task.fields[rate]}}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        yield Progress(label, unit, quiet, bars, bars.add_task(label, total=None, note="", rate=""))

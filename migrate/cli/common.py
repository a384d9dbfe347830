"""What several commands share: their common options, JSON output, progress."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
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
RECENT_SECONDS = 60  # that a rate is of; the forum's own limits are per minute


def print_json(value: dict[str, Any]) -> None:
    """One object on stdout, for scripts."""
    typer.echo(json.dumps(value, indent=2))  # in ASCII, so that it is JSON whatever the locale


def counted(count: int, one: str, many: str = "") -> str:
    """A number with what there is of it: "1 post", "1,200 posts"; `many` unless an s makes it."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def console() -> Console:
    """Where tables and prose go."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def archive_flag(archive: Path) -> str:
    """What to add to a command that is suggested, so that it means the same archive."""
    return "" if archive == DEFAULT_ARCHIVE else f" -a {argument(archive)}"


def settings_changed(url: str, names: Collection[str], flag: str) -> str:
    """The reminder that settings of a forum are still as a push needs them; `flag` names the archive."""
    are = "is" if len(names) == 1 else "are"
    mail = ", e-mail is off among them" if "disable_emails" in names else ""
    back = f"migrate doctor --restore --to {printable(url)}{flag}"
    return f"{counted(len(names), 'setting')} there {are} changed for the push{mail}. When you are content: {back}"


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
    _recent: deque[tuple[float, int]] = field(default_factory=deque)  # when, and how much was done then
    _said: float = field(default_factory=time.monotonic)

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say that `done` of `total` are done; a total of None is not known."""
        now = time.monotonic()
        rate = self._rate(now, done)
        if self.bars is not None and self.task is not None:
            self.bars.update(
                self.task,
                completed=done,
                total=total,
                count=_count(done, total),
                rate=_speed(rate),
                left=_left(rate, done, total),
                note=note,
            )
        elif not self.quiet and now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            words = (f"{_count(done, total)} {self.unit}", _speed(rate), _left(rate, done, total), note)
            typer.echo("  ".join([self.label, *filter(None, words)]), err=True)

    def _rate(self, now: float, done: int) -> float:
        """How many were done a second lately; 0 where that cannot be said yet."""
        recent = self._recent
        if not recent or now - recent[-1][0] >= 1:
            recent.append((now, done))
        while now - recent[0][0] > RECENT_SECONDS and now - recent[1][0] >= RECENT_SECONDS / 2:
            recent.popleft()
        began, before = recent[0]
        return (done - before) / (now - began) if now - began >= 1 else 0.0


def _count(done: int, total: int | None) -> str:
    return f"{done:,}" if total is None else f"{done:,}/{total:,}"


def _speed(rate: float) -> str:
    if rate <= 0:
        return ""
    if rate < 1:
        return f"{rate * 60:.0f}/min"
    return f"{rate:.1f}/s" if rate < 100 else f"{rate:,.0f}/s"


def _left(rate: float, done: int, total: int | None) -> str:
    if total is None or rate <= 0:
        return ""
    return f"{timedelta(seconds=round(max(0, total - done) / rate))} left"


@contextmanager
def show_progress(label: str, unit: str, *, quiet: bool) -> Iterator[Progress]:
    """Progress on stderr while the block runs; `quiet` for --json."""
    if quiet or not sys.stderr.isatty():
        yield Progress(label, unit, quiet)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:10}"),
        BarColumn(),
        TextColumn(f"{{task.fields[count]}} {unit}"),
        *(TextColumn(f"{{task.fields[{name}]}}") for name in ("rate", "left", "note")),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(label, total=None, count="", rate="", left="", note="")
        yield Progress(label, unit, quiet, bars, task)

"""The `migrate` command: its subcommands, and what becomes of errors."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from migrate import __version__
from migrate.cli import (
    doctor,
    forget,
    importing,
    people,
    preview,
    push,
    reading,
    redirects,
    report,
    review,
    sandbox,
    standing,
    undo,
)
from migrate.cli.common import INTERRUPTED
from migrate.cli.wrong_use import PlainGroup
from migrate.errors import MigrateError
from migrate.text import printable

app = typer.Typer(
    name="migrate",
    cls=PlainGroup,
    help="Move a community's conversations into a Discourse forum. Nothing leaves this machine without --to.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (
    importing,
    reading,
    report,
    preview,
    review,
    people,
    doctor,
    push,
    standing,
    undo,
    forget,
    sandbox,
    redirects,
):
    room.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"migrate {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 refused or different items, 2 wrong use, 3 target, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character is no reason to stop
    try:
        app()
    except SystemExit as end:
        _explain(end)
        raise
    except MigrateError as error:
        _fail(str(error), error.exit_code)
    except sqlite3.Error as error:
        _fail(f"The archive cannot be used: {error}.", 2)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
        sys.exit(1)
    except OSError as error:
        _fail(f"{error.filename or 'A file'}: {error.strerror}.", 2)
    except Exception as error:  # a mistake of ours, or of another package's importer
        _fail(_internal(error), 2)


def _internal(error: Exception) -> str:
    """Where a mistake happened, in a line that can be reported: without the values that a traceback might show."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return f"Internal error: {place}. Nothing that was stored is lost. Please report this line with your command."


def _explain(end: SystemExit) -> None:
    """Say what Typer does not when it ends the program: that Ctrl-C was pressed; wrong use as an object for scripts."""
    cause: BaseException | None = end
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            _fail("Interrupted. Nothing is lost: run the same command again to go on.", INTERRUPTED)
        if "--json" in sys.argv and (message := getattr(cause, "format_message", None)):
            typer.echo(json.dumps({"error": message(), "exit_code": end.code}))
            return
        cause = cause.__context__


def _fail(text: str, code: int) -> None:
    if "--json" in sys.argv:
        with contextlib.suppress(OSError):  # the disk that it goes to may be full, which is what we have to say
            typer.echo(json.dumps({"error": text, "exit_code": code}))
    typer.echo(f"Error: {printable(text)}" if code != INTERRUPTED else printable(text), err=True)
    sys.exit(code)

"""The command that shows the forum-to-be in a browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choices import MappingOption, check_rules, read_mapping_file
from migrate.cli.common import DEFAULT_ARCHIVE, ArchiveOption, archive_flag, argument, counted, show_progress

if TYPE_CHECKING:
    from migrate.preview.export import Written

ExportOption = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="DIR",
        help="Write it as files instead, to be put on any web server for others to look at: no addresses, and nothing"
        " of what only some may read. DIR is new, empty, or an earlier export, which is replaced.",
    ),
]
WithPrivateOption = Annotated[
    bool,
    typer.Option("--with-private", help="With --export: also what only some may read. Such files are for them alone."),
]
_CAN_BE_SHARED = "copy the folder to any web server, at any address; behind a password, if members only may look."
_HOLDS_PRIVATE = "private lists are in it: give it to nobody else, or put it behind a password."
_SCREENS = {"DISPLAY", "WAYLAND_DISPLAY"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("preview")(preview)


def preview(
    context: typer.Context,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    mapping: MappingOption = None,
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes any that is free.")] = 4680,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only say where it is, and open no browser.")] = False,
    export: ExportOption = None,
    with_private: WithPrivateOption = False,
) -> None:
    """Show the forum-to-be in a browser, until Ctrl-C. Nothing is sent; save the mapping file and reload to see it."""
    from migrate.preview import Preview, serve

    if export is not None:
        source = context.get_parameter_source("port")
        if source is not None and source.name == "COMMANDLINE":
            words = "files are not served: leave it out, or leave out --export"
            raise typer.BadParameter(words, param_hint="--port")
        _export(archive, mapping, export, with_private)
        return
    if with_private:
        words = "it is about files: add --export DIR. In a browser on this machine you see everything"
        raise typer.BadParameter(words, param_hint="--with-private")
    serve(
        Preview(archive, mapping, lambda: read_mapping_file(mapping)),
        port=port,
        ready=partial(announce, no_open=no_open),
    )


def announce(url: str, *, no_open: bool) -> None:
    """Say where it is, and open a browser there."""
    typer.echo(f"Browse:  {url}")
    if not no_open and not _opens(url):
        port = url.rpartition(":")[2]
        typer.echo("No browser could be opened from here: open that address in one on this machine.")
        typer.echo(f"From another machine, first:  ssh -L {port}:127.0.0.1:{port} THIS-MACHINE")
    typer.echo("Stop with Ctrl-C.")


def _export(archive: Path, mapping: Path | None, folder: Path, with_private: bool) -> None:
    from migrate.archive import Archive
    from migrate.plan import Plan
    from migrate.preview.export import export

    chosen = read_mapping_file(mapping)
    with Archive.open(archive, mode="read") as opened, opened.snapshot():
        plan = Plan(opened, mapping=chosen)
        if chosen is not None:  # a private list whose name is misspelt would be shown to everyone
            check_rules(chosen, plan.scope.sources.values(), sending=True)
        with show_progress("Write", "topics and people", quiet=False) as progress:
            written = export(opened, plan, folder, with_private=with_private, told=progress.update)
    _tell(written, folder, archive, with_private)


def _tell(written: Written, folder: Path, archive: Path, with_private: bool) -> None:
    """What was written, and what to do with it."""
    from migrate.preview.static import INDEX

    parts = (counted(written.topics, "topic"), counted(written.pages, "page"), counted(written.pictures, "picture"))
    typer.echo(f"Written: {', '.join(parts)}, {max(0.1, written.size / 1_000_000):,.1f} MB in all.")
    if written.private_topics:
        left_out = counted(written.private_topics, "topic")
        typer.echo(f"Private: {left_out} that only some may read left out; --with-private writes them, too.")
    typer.echo(f"Look:    open {argument(folder / INDEX)} in a browser.")
    typer.echo(f"Share:   {_HOLDS_PRIVATE if with_private else _CAN_BE_SHARED}")
    typer.echo("Names:   people are shown by name: ask them first. Whose name is to be left out is said in the file of")
    typer.echo(f"         migrate people --csv people.csv{archive_flag(archive)}; after that, export again.")


def _opens(url: str) -> bool:
    """Open a browser with a window; one of the terminal, or on the far end of an ssh session, is of no use."""
    if "SSH_CONNECTION" in os.environ or (sys.platform == "linux" and not _SCREENS & os.environ.keys()):
        return False
    try:
        return webbrowser.open(url)
    except (OSError, webbrowser.Error):
        return False

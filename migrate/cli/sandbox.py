"""The command that runs a forum on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from migrate.cli.common import DEFAULT_ARCHIVE, ArchiveOption
from migrate.cli.target import sandbox_data


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("sandbox")(sandbox)


def sandbox(
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes any that is free.")] = 0,
    api_key: Annotated[str | None, typer.Option(help="The API key to accept; made up unless given.")] = None,
    data: Annotated[Path | None, typer.Option(help="Where it keeps its data; beside the archive by default.")] = None,
    version: Annotated[
        Literal["2.9", "2026"] | None,
        typer.Option("--as", help="The version of Discourse it answers as; remembered, and 2.9 at first."),
    ] = None,
    rate_limits: Annotated[
        bool,
        typer.Option("--rate-limits", help="Allow 60 requests a minute, and members to write no faster than usual."),
    ] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
) -> None:
    """Run a stand-in for Discourse on this machine until Ctrl-C: to push to, and to look at in a browser."""
    from migrate.sandbox import ADMIN_USERNAME, Sandbox, serve

    def announce(running: Sandbox) -> None:
        typer.echo(f"Browse:  {running.browse_url}")
        access = f"DISCOURSE_URL={running.url} DISCOURSE_API_USERNAME={ADMIN_USERNAME} DISCOURSE_API_KEY={running.key}"
        typer.echo(f"In another terminal:  export {access}")
        typer.echo("Stop with Ctrl-C.")

    serve(
        data or sandbox_data(archive),
        port=port,
        api_key=api_key,
        version=version,
        rate_limits=rate_limits,
        ready=announce,
    )

"""The command that leads old addresses to the new ones."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from migrate.cli.common import DEFAULT_ARCHIVE, REFUSED, ArchiveOption, JsonOption, archive_flag, counted, print_json
from migrate.cli.session import known_target, session
from migrate.cli.target import SANDBOX, KeyFileOption, ToOption, UserOption
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.discourse.redirects import Redirect
    from migrate.old_urls import Options
    from migrate.plan import Target

FormatOption = Annotated[
    Literal["csv", "nginx", "apache"],
    typer.Option("--format", help="A table, or rules for the web server that served the old addresses."),
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", dir_okay=False, help="The file to write; stdout unless given.")
]
BaseOption = Annotated[
    list[str],
    typer.Option(
        "--base-url",
        metavar="[NAME=]URL",
        help="Where a list's pipermail archive stood, like https://lists.example.org/pipermail/gardeners; NAME= says"
        " which list, where there are several.",
    ),
]
IndexOption = Annotated[
    list[str],
    typer.Option(
        "--index",
        metavar="[NAME=]FOLDER",
        help="The archive's date.html pages, saved with their folders: they tell the numbers of its pages.",
    ),
]
PermalinksOption = Annotated[
    str | None,
    typer.Option(
        "--permalinks",
        metavar="HOST",
        help="Instead of writing a file, make the addresses of this host permalinks of the forum; they work once that"
        " host leads to the forum.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("redirects")(redirects)


def redirects(
    how: FormatOption = "csv",
    output: OutputOption = None,
    base_url: BaseOption = [],  # noqa: B006 - Typer reads the default and copies it
    index: IndexOption = [],  # noqa: B006 - as above
    permalinks: PermalinksOption = None,
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Lead the old web addresses of what was sent to its new place: as a table, web server rules or permalinks.

    Example: migrate redirects --format nginx -o moved.map --base-url https://lists.example.org/pipermail/gardeners
    """
    from migrate.old_urls import Options

    options = Options(base_urls=_named(base_url), indexes={name: Path(path) for name, path in _named(index).items()})
    to = known_target(archive, to)
    if permalinks is not None:
        if output is not None:
            raise typer.BadParameter("permalinks go to the forum, not into a file", param_hint="--permalinks")
        _send(archive, to, permalinks, options, (api_key_file, api_username), json_)
        return
    if json_ and output is None:
        raise typer.BadParameter("--json needs a file for the rules: -o FILE", param_hint="--json")
    _write(archive, to, how, output, options, json_)


def _named(given: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE pairs; a value alone has the name ""."""
    found = {}
    for text in given:
        name, sign, value = text.partition("=")
        found.update({name: value} if sign and "/" not in name else {"": text})
    return found


def _write(
    archive: Path,
    to: str,
    how: Literal["csv", "nginx", "apache"],
    output: Path | None,
    options: Options,
    json_: bool,
) -> None:
    from migrate.archive import Archive
    from migrate.discourse.redirects import redirects as moved
    from migrate.discourse.redirects import write

    examples: list[Redirect] = []
    places: Counter[bool] = Counter()
    with Archive.open(archive, mode="read") as opened, _output(output) as out:
        target = _target(opened, to)
        forum = "" if target.url == SANDBOX else target.url
        bases = tuple(options.base_urls.values())
        count = write(_watched(moved(opened, target, options), bases, examples, places), out, how, forum)
    if json_:
        print_json({"redirects": count})
        return
    typer.echo(
        f"{counted(count, 'address', 'addresses')}{f' written to {printable(str(output))}' if output else ''}", err=True
    )
    if how != "csv" and places[True]:
        typer.echo(
            f"Not among them: {places[True]:,} places on pages (#…): no server is told which. --format csv has them.",
            err=True,
        )
    if how != "csv" and not forum and count:
        typer.echo("The sandbox has no address, so these lead to paths of it: make them again for the forum.", err=True)
    if not count:
        typer.echo("Nothing that was sent has an old address. For a pipermail archive add --base-url.", err=True)
    elif options.base_urls and not options.indexes:
        typer.echo("The pages were numbered by counting. See that these still show the same message:", err=True)
        for example in examples:
            typer.echo(f"  {example.old_url}   {forum}{example.path}", err=True)
        typer.echo("Where they do not, save the archive's index pages and add --index FOLDER.", err=True)


def _send(archive: Path, to: str, host: str, options: Options, access: tuple[Path | None, str], json_: bool) -> None:
    import threading
    from urllib.parse import urlsplit

    from migrate.cli.push import showing_stages, stopping
    from migrate.discourse.permalinks import push_permalinks
    from migrate.discourse.redirects import redirects as moved

    stop = threading.Event()
    with session(archive, to, *access, stop) as (opened, client, target):
        wanted = [item for item in moved(opened, target, options) if urlsplit(item.old_url).netloc == host.lower()]
        if not wanted:
            hosts = sorted({urlsplit(item.old_url).netloc for item in moved(opened, target, options)})
            raise typer.BadParameter(f"no old address is on {host}; there are: {', '.join(hosts) or 'none'}")
        with stopping(stop), showing_stages(json_) as report:
            result = push_permalinks(opened, client, target, wanted, report)
    made, there = result.created.get("permalink", 0), result.adopted.get("permalink", 0) + result.already
    if json_:
        print_json({"created": made, "already": there, "refused": result.refused, "stopped": result.stopped})
    else:
        typer.echo(f"{made:,} permalinks made, {there:,} were there, {result.refused:,} refused.")
        if result.refused:
            typer.echo(f"`migrate report{archive_flag(archive)}` says which and why.")
    if result.refused:
        raise typer.Exit(REFUSED)


def _target(archive: Archive, to: str) -> Target:
    from migrate.discourse.known import known_targets
    from migrate.errors import MigrateError

    found = next((target for target in known_targets(archive) if target.url == to.rstrip("/")), None)
    if found is None:
        raise MigrateError(f"Nothing was sent to {to} from this archive.")
    return found


def _watched(
    found: Iterable[Redirect], bases: tuple[str, ...], examples: list[Redirect], places: Counter[bool]
) -> Iterator[Redirect]:
    """The same; `examples` gets the first page below `bases`, the last and one between: a wrong count shows there.
    `places` counts what is a place on a page, and what is not."""
    count = 0
    for redirect in found:
        places[redirect.is_place] += 1
        if redirect.kind != "category" and redirect.old_url.startswith(bases):
            count += 1
            if count.bit_count() == 1:  # the highest power of two is never before the middle
                del examples[1:]
                examples.append(redirect)
            last = redirect
        yield redirect
    examples += [last] if count > len(examples) else []


@contextmanager
def _output(path: Path | None) -> Iterator[IO[str]]:
    from migrate.archive.store import whole_file

    if path is None:
        yield sys.stdout
        return
    import io

    with whole_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()

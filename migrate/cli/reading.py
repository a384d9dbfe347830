"""The commands that read: import, sources, report, export."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.choices import AuthorsOption, LangOption, MappingOption, check_rules, read_mapping_file
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    console,
    print_json,
    show_progress,
)
from migrate.cli.target import KeyFileOption, QuotesOption, SendToOption, UserOption
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.archive.writer import Counts
    from migrate.mapping import Mapping
    from migrate.plan import Summary
    from migrate.report.facts import Facts
    from migrate.sources import Importer, Options


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command("import")(import_)
    app.command("sources")(sources)
    app.command("report")(report)
    export = typer.Typer(help="Write the archive's records in a plain, documented form.", no_args_is_help=True)
    export.command("jsonl")(export_jsonl)
    app.add_typer(export, name="export")


def import_(
    source: Annotated[str, typer.Argument(help="What kind of export it is (see `migrate sources`), or `auto`.")],
    paths: Annotated[list[str], typer.Argument(help="Files and folders; `-` reads from stdin.", metavar="PATH")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    option: Annotated[
        list[str],
        typer.Option("-o", "--option", metavar="NAME=VALUE", help="An option of the source, see `migrate sources`."),
    ] = [],  # noqa: B006 - Typer reads the default and copies it
    mapping: MappingOption = None,
    to: SendToOption = None,
    quotes: QuotesOption = None,
    authors: AuthorsOption = None,
    lang: LangOption = None,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Read an export into the archive and print the dry-run report; with --to also send it.

    Reading the same input again adds nothing; a grown or interrupted one adds what is missing.

    Example: migrate import mbox lists/gardeners.mbox.gz
    """
    from migrate.ingest import ingest
    from migrate.settle import settle

    for name, given in (("--quotes", quotes), ("--authors", authors), ("--lang", lang)):
        if given is not None and to is None:
            raise typer.BadParameter("it is about sending: add --to URL, or choose at `migrate push`", param_hint=name)
    chosen = read_mapping_file(mapping)
    importer = _importer(source, paths)
    with _made_to_read(archive) as opened:
        with show_progress("Reading", "messages", quiet=json_) as progress:
            counts = ingest(
                opened, importer, paths, _options(option), progress=lambda _, so_far: progress.update(so_far.read)
            )
        settle(opened)
        facts, plan = _gathered(opened, chosen, sending=to is not None)
    reported = _object(facts, plan, counts) if json_ else {}
    if not json_:
        _show(facts, plan, counts, chosen)
    if to is not None:
        from migrate.cli.push import push_archive
        from migrate.plan import Choices, Selection

        choices = Choices(quotes=quotes, authors=authors, lang=lang, selection=Selection())
        choices = choices.under(chosen) if chosen else choices
        push_archive(archive, to, api_key_file, api_username, json_, choices, reported)
    elif json_:
        print_json(reported)
    else:
        flag = archive_flag(archive)
        typer.echo(
            f"\nNext: migrate push --to sandbox{flag}    try it on this machine\n      migrate push --to URL{flag}"
        )


def sources(json_: JsonOption = False) -> None:
    """List what can be imported."""
    from migrate.errors import InputError
    from migrate.sources import get_importer, importer_names

    importers = []
    for name in importer_names():
        try:
            importers.append(get_importer(name))
        except InputError as error:  # another package's that is broken must not hide the others
            typer.echo(f"Warning: {printable(str(error))}", err=True)
    if json_:
        listed = [
            {"name": item.name, "summary": item.summary, "options": {key: to.help for key, to in item.options.items()}}
            for item in importers
        ]
        print_json({"sources": listed})
        return
    for item in importers:
        typer.echo(f"{item.name:16}{item.summary}")
        for name, help_ in item.options.items():
            typer.echo(f"{'':16}  --{name}  {help_.help}")


def report(archive: ArchiveOption = DEFAULT_ARCHIVE, mapping: MappingOption = None, json_: JsonOption = False) -> None:
    """Print the dry-run report of an archive again."""
    from migrate.archive import Archive

    chosen = read_mapping_file(mapping)
    with Archive.open(archive, mode="read") as opened:
        facts, plan = _gathered(opened, chosen)
    if json_:
        print_json(_object(facts, plan, None))
    elif not facts.sources:
        typer.echo("The archive is empty. Read something into it with: migrate import SOURCE PATH")
    else:
        _show(facts, plan, None, chosen)


def export_jsonl(
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            dir_okay=False,
            help="The file to write, its attachments in a folder beside it; or `-`, without.",
        ),
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json_: JsonOption = False,
) -> None:
    """Write the archive as JSON Lines (docs/intermediate-format.md). `migrate import jsonl` reads it back."""
    from migrate.archive import Archive
    from migrate.jsonl import export, export_to

    with Archive.open(archive, mode="read") as opened:
        if str(output) == "-":
            # The format is UTF-8 whatever the terminal is; its own encoding would put "?" for what it lacks.
            with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n") as stream:
                export(opened, stream)
            return
        records, missing = export_to(opened, output)
    if json_:
        print_json({"records": records, "missing_attachments": missing, "file": str(output)})
        return
    typer.echo(f"{records:,} records written to {argument(output)}")
    if missing:
        folder = argument(opened.attachments)
        typer.echo(f"Attachments missing from {folder}: {missing:,}. Put that folder back as it was and export again.")


@contextmanager
def _made_to_read(path: Path) -> Iterator[Archive]:
    """The archive to read into. One that this very command made does not stay where nothing came into it."""
    from migrate.archive import Archive

    is_new = not path.exists()
    with Archive.open(path, mode="create") as opened:
        try:
            yield opened
        except BaseException:
            query = "SELECT EXISTS (SELECT 1 FROM chunk) OR EXISTS (SELECT 1 FROM finding)"
            if is_new and opened.db.execute(query).fetchone() == (0,):
                opened.discard()
            raise


def _importer(source: str, paths: list[str]) -> Importer:
    from migrate.sources import detect_importer, get_importer

    return detect_importer(Path(paths[0])) if source == "auto" else get_importer(source)


def _options(pairs: list[str]) -> Options:
    from migrate.sources import Options

    options = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE", param_hint="-o")
        options[name] = (value,)
    return Options(options)


def _gathered(archive: Archive, mapping: Mapping | None, *, sending: bool = False) -> tuple[Facts, Summary]:
    from migrate.errors import ArchiveError
    from migrate.plan import Plan
    from migrate.report.facts import gather

    with archive.snapshot():
        facts = gather(archive)
        planned = Plan(archive, mapping=mapping)
        plan = planned.summary()
        if mapping is not None:
            check_rules(mapping, planned.scope.sources.values(), sending=sending)
    if not facts.adds_up:
        raise ArchiveError(
            f"Internal error: {facts.read} messages were read, {facts.kept} are in threads, {facts.unsettled} in none"
            f" yet, {facts.duplicates} are duplicates and {facts.lost} unreadable. Please report this; the archive is"
            " not to be trusted."
        )
    return facts, plan


def _show(facts: Facts, plan: Summary, counts: Counts | None, mapping: Mapping | None) -> None:
    from migrate.plan import TargetFacts
    from migrate.report import terminal

    screen = console()
    if counts is not None:
        terminal.show_import(screen, counts)
    terminal.show(screen, facts, plan, TargetFacts().requests_per_minute, with_categories=mapping is not None)


def _object(facts: Facts, plan: Summary, counts: Counts | None) -> dict[str, Any]:
    """The report; an import speaks of what it read itself, where the report speaks of the whole archive."""
    from migrate.report.json import to_json

    if counts is None:
        return to_json(facts, plan)
    return to_json(facts, plan) | {
        "read": counts.read,
        "new": counts.new,
        "duplicates": counts.duplicates,
        "lost": counts.lost,
    }

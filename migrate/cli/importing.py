"""The commands that read an export into the archive: one for each importer, with the importer's own options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer
from typer.core import TyperGroup

from migrate.cli.choices import AuthorsOption, LangOption, MappingOption, read_mapping_file
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    print_json,
    show_progress,
)
from migrate.cli.reading import warn_of
from migrate.cli.report import gathered, reported, show_next_steps, show_report
from migrate.cli.target import KeyFileOption, QuotesOption, SendToOption, UserOption
from migrate.errors import InputError

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.archive.writer import Counts
    from migrate.discourse.invites import Invitations
    from migrate.sources import Importer, Option, Options

AUTO = "auto"
_AUTO_SUMMARY = "find out by looking which of these it is"
_LITERAL: Any = Literal
_OWN = "own_"  # before the names of an importer's options, which may be called like a common parameter


class ImportGroup(TyperGroup):
    """A command for each importer that is installed; only the one that was typed is loaded."""

    def collect_usage_pieces(self, _: Any) -> list[str]:  # noqa: ANN401 - the class of it is private to Typer
        """What stands behind the name of the command in its help."""
        return ["SOURCE", "PATH...", "[OPTIONS]"]

    def list_commands(self, _: Any) -> list[str]:  # noqa: ANN401 - the class of it is private to Typer
        """The names of all importers that load, and `auto`."""
        from migrate.sources import all_importers

        return [AUTO, *(importer.name for importer in all_importers(warn_of))]

    def get_command(self, _: Any, cmd_name: str) -> Any:  # noqa: ANN401 - both classes are private to Typer
        """The command of one importer. Raises InputError where there is none of that name."""
        from migrate.sources import get_importer, importer_names

        if cmd_name not in (AUTO, *importer_names()) and Path(cmd_name).exists():
            raise InputError(
                f"{cmd_name} is no kind of source. To have it found out: migrate import auto {argument(Path(cmd_name))}"
            )
        importer = None if cmd_name == AUTO else get_importer(cmd_name)
        small = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        summary = importer.summary if importer else _AUTO_SUMMARY
        small.command(cmd_name, short_help=summary)(command_for(importer))
        return typer.main.get_command(small)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    group = typer.Typer(
        cls=ImportGroup,
        help="Read an export into the archive and print the dry-run report; with --to also send it.\n\n"
        "What can be said beside that is told by `migrate import SOURCE --help`.\n\n"
        "Example: migrate import mbox lists/gardeners.mbox.gz",
        no_args_is_help=True,
    )
    app.add_typer(group, name="import")


def command_for(importer: Importer | None) -> Callable[..., None]:
    """The function behind `migrate import SOURCE`, as Typer wants it; None is the one that looks which it is."""
    options = importer.options if importer else {}

    def command(**given: Any) -> None:  # noqa: ANN401 - Typer has made of each value what the signature says
        own = {name: given.pop(_parameter(name)) for name in options}
        _import(importer, _options(own), **given)

    paths, *rest = list(inspect.signature(_import).parameters.values())[2:]
    if not _instead_of_paths(options):
        paths = paths.replace(default=inspect.Parameter.empty)
    unloaded = {"Importer": Any, "Options": Any}  # their module is not imported for a help text
    hints = get_type_hints(_import, localns=unloaded, include_extras=True)
    hints[paths.name] = _argument(importer)
    # What the source calls so itself goes before what is common to all: that can be said at `migrate push`.
    shared = [
        parameter.replace(annotation=hints[parameter.name])
        for parameter in (paths, *rest)
        if parameter.name.replace("_", "-") not in options
    ]
    parameters = [*shared, *(_typed(name, option) for name, option in options.items())]
    as_any: Any = command
    as_any.__signature__ = inspect.Signature(parameters)
    as_any.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    beginning = importer.summary if importer else _AUTO_SUMMARY
    command.__doc__ = f"{beginning[:1].upper()}{beginning[1:]}.\n\n{inspect.getdoc(_import)}"
    return command


def _argument(importer: Importer | None) -> Any:  # noqa: ANN401 - typing has no type for an annotation
    """What may be named to be read, as Typer wants it."""
    from migrate.sources import Named

    named: Named = getattr(importer, "named", Named())
    return Annotated[list[str] | None, typer.Argument(help=named.help, metavar=named.metavar)]


def _import(
    importer: Importer | None,
    options: Options,
    paths: list[str] | None = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    mapping: MappingOption = None,
    to: SendToOption = None,
    quotes: QuotesOption = None,
    authors: AuthorsOption = None,
    lang: LangOption = None,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Read the export into the archive and print the dry-run report; with --to also send it.

    Reading the same input again adds nothing; a grown or interrupted one adds what is missing.
    """
    from migrate.detect import detect_importer
    from migrate.discourse.credit import sent_without
    from migrate.discourse.invites import write_invitations

    for name, given in (("--quotes", quotes), ("--authors", authors), ("--lang", lang)):
        if given is not None and to is None:
            raise typer.BadParameter("it is about sending: add --to URL, or choose at `migrate push`", param_hint=name)
    if not paths:
        _check_instead_of_paths(importer, options)
    paths = paths or []
    chosen = read_mapping_file(mapping)
    importer = importer or detect_importer(paths)
    with _made_to_read(archive) as opened:
        unlicensed = sent_without(opened)
        counts = _read(opened, importer, paths, options, json_)
        from migrate.settle import settle  # not before: the workers would begin 0.1 s later

        too_late = sum(unlicensed[source] for source in unlicensed.keys() - sent_without(opened).keys())
        settle(opened)
        invited = write_invitations(opened)
        facts, plan = gathered(opened, chosen, sending=to is not None)
    result = reported(facts, plan, counts) if json_ else {}
    if invited is not None:
        result["invitations"] = {"count": invited.count, "left_out": invited.unsafe, "file": str(invited.path)}
    if too_late:
        result["sent_without_licence"] = too_late
    if not json_:
        show_report(facts, plan, counts, archive, chosen)
        _show_invitations(invited)
        _show_unlicensed(too_late, archive)
    if to is not None:
        from migrate.cli.push import push_archive
        from migrate.plan import Choices, Selection

        choices = Choices(quotes=quotes, authors=authors, lang=lang, selection=Selection())
        choices = choices.under(chosen) if chosen else choices
        push_archive(archive, to, api_key_file, api_username, json_, choices, result)
    elif json_:
        print_json(result)
    else:
        show_next_steps(facts, plan, archive, chosen)


def _show_invitations(invited: Invitations | None) -> None:
    """Where the list for invitations lies, and that nobody was written to."""
    if invited is None:
        return
    typer.echo(
        f"\nAddresses for invitations: {invited.count:,}, in {argument(invited.path)}. Nothing was sent to them."
    )
    typer.echo("The forum's page of invitations takes the file (bulk invite). Delete it when you need it no more.")
    if invited.unsafe:
        typer.echo(f"Left out, since a spreadsheet would take them for a formula: {invited.unsafe:,}.")


def _show_unlicensed(posts: int, archive: Path) -> None:
    """That the licence, which is known only now, came too late for what was sent."""
    if posts:
        flag = archive_flag(archive)
        typer.echo(
            f"\nThe licence came too late for what is on a forum already ({posts:,} posts): they stay without the line"
            f" that names it. To have it there: migrate undo{flag}, then push again."
        )


def _read(archive: Archive, importer: Importer, paths: list[str], options: Options, json_: bool) -> Counts:
    """Read into the archive. Where nothing of its kind is there, the error says what it looks like instead."""
    from migrate.detect import better_for, looks_like
    from migrate.ingest import ingest

    if better := better_for(paths, importer):
        typer.echo(f"Note: {better}", err=True)
    try:
        with show_progress("Reading", "messages", quiet=json_) as progress:
            return ingest(archive, importer, paths, options, progress=lambda _, so_far: progress.update(so_far.read))
    except InputError as error:
        if hint := looks_like(paths, importer):
            raise InputError(f"{error} {hint}") from error
        raise


def _instead_of_paths(options: Mapping[str, Option]) -> list[str]:
    return [name for name, option in options.items() if option.instead_of_paths]


def _check_instead_of_paths(importer: Importer | None, options: Options) -> None:
    """Nothing to read was named. Raises BadParameter where no option was said that stands for it."""
    instead = _instead_of_paths(importer.options if importer else {})
    if not any(options.is_set(name) for name in instead):
        also = "".join(f", or say --{name}" for name in instead)
        raise typer.BadParameter(f"say which files or folders to read{also}", param_hint="PATH")


def _options(own: Mapping[str, Any]) -> Options:
    """What was said of an importer's own options; what was not said is not among them."""
    from migrate.sources import Options

    said = {name: value for name, value in own.items() if value not in (None, [], False)}
    return Options(
        {
            name: tuple(value) if isinstance(value, list) else ("",) if value is True else (value,)
            for name, value in said.items()
        }
    )


def _typed(name: str, option: Option) -> inspect.Parameter:
    """An importer's option as a parameter that Typer understands."""
    value: Any = _LITERAL[option.choices] if option.choices else str
    default: Any = None
    if option.kind == "flag":
        value, default = bool, False
    elif option.kind == "values":
        value = list[value] | None
    else:
        value = value | None
    metavar = "|".join(option.choices) or option.metavar if option.kind != "flag" else None
    typed = Annotated[
        value, typer.Option(f"--{name}", help=option.help, metavar=metavar, rich_help_panel="Options of this source")
    ]
    return inspect.Parameter(_parameter(name), inspect.Parameter.KEYWORD_ONLY, default=default, annotation=typed)


def _parameter(name: str) -> str:
    return _OWN + name.replace("-", "_")


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

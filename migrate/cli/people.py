"""The command about who is who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    console,
    print_json,
)
from migrate.cli.target import KeyFileOption, UserOption, open_forum
from migrate.text import mask_addresses, printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.discourse.push.accounts import Inhabitants
    from migrate.people_choices import Applied
    from migrate.people_file import PeopleFileError, Row
    from migrate.plan import Plan, TargetFacts

SHOWN = 20  # people in the table
PROBLEMS_SHOWN = 50

CsvOption = Annotated[
    Path | None,
    typer.Option("--csv", dir_okay=False, help="Write everybody to this file, to be checked in a spreadsheet."),
]
ReadOption = Annotated[
    Path | None, typer.Option("--read", dir_okay=False, help="Read the file back, as people changed it.")
]
# No variable: asking a forum is said each time.
AskOption = Annotated[
    str | None,
    typer.Option("--to", metavar="URL", help="Ask this forum who is there: members by their address, names taken."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("people")(people)


def people(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    csv: CsvOption = None,
    read: ReadOption = None,
    to: AskOption = None,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Show who wrote, and which accounts they get; as a file, to put together, take apart, rename or leave out.

    Example: migrate people --csv people.csv
    """
    if csv is not None and read is not None:
        raise typer.BadParameter("write the file with --csv, change it, then read it with --read", param_hint="--read")
    from migrate.archive import Archive
    from migrate.people_file import people as all_people
    from migrate.people_file import write_people
    from migrate.settle import settle

    with Archive.open(archive, mode="read" if csv is None and read is None else "write") as opened:
        if csv is not None or read is not None:
            settle(opened)  # an import may have been interrupted before it came to that
        with _asked(opened, archive, to, api_key_file, api_username) as (plan, facts, there):
            rows = all_people(opened, plan, taken=there.taken, members=there.members)
            if read is not None:
                _read(opened, read, rows, facts, there, json_, to or "")
                return
    if csv is not None:
        write_people(rows, csv)
    if json_:
        print_json(_object(rows))
    elif csv is not None:
        typer.echo(f"Wrote {len(rows):,} addresses and names to {argument(csv)}. It is not for everybody's eyes.")
        typer.echo(f"When it is right: migrate people --read {argument(csv)}{archive_flag(archive)}")
    else:
        _show(rows, archive)


@contextmanager
def _asked(
    opened: Archive, archive: Path, to: str | None, key_file: Path | None, username: str
) -> Iterator[tuple[Plan, TargetFacts, Inhabitants]]:
    """The plan for a forum that is asked who is there; without one nobody is there."""
    from migrate.discourse.api.client import Client
    from migrate.discourse.facts import ask_facts
    from migrate.discourse.known import known_targets
    from migrate.discourse.push.accounts import Inhabitants, inhabitants
    from migrate.plan import Plan, TargetFacts

    if to is None:
        yield Plan(opened), TargetFacts(), Inhabitants(set(), {})
        return
    with open_forum(archive, to, key_file, username) as forum:
        with closing(Client(forum.url, forum.api_key, forum.api_username)) as client:
            facts = ask_facts(client)
            known = next((target for target in known_targets(opened) if target.url == forum.name), None)
            yield Plan(opened, facts, known), facts, inhabitants(client)


def _read(
    opened: Archive, file: Path, rows: Sequence[Row], facts: TargetFacts, there: Inhabitants, json_: bool, forum: str
) -> None:
    from migrate.people_choices import choose
    from migrate.people_file import PeopleFileError, read_lines

    members = {name.lower() for name in there.members.values()} if there.taken else None
    try:
        lines = read_lines(file)
        applied = choose(opened, lines, facts, taken=there.taken, members=members, rows=rows, forum=printable(forum))
    except PeopleFileError as error:
        _show_problems(error, json_)
        raise typer.Exit(error.exit_code) from None
    if json_:
        print_json(asdict(applied))
    else:
        _show_applied(applied)


def _show_problems(error: PeopleFileError, json_: bool) -> None:
    if json_:
        print_json({"error": str(error), "exit_code": error.exit_code, "problems": error.problems})
        return
    for problem in error.problems[:PROBLEMS_SHOWN]:
        typer.echo(printable(problem), err=True)
    if (more := len(error.problems) - PROBLEMS_SHOWN) > 0:
        typer.echo(f"and {more:,} more", err=True)
    typer.echo("Error: nothing was changed. Mend these lines and read the file again.", err=True)


def _show_applied(applied: Applied) -> None:
    rows = "1 row says" if applied.changed == 1 else f"{applied.changed:,} rows say"
    typer.echo(f"{rows} something new; it is noted." if applied.changed else "The file says nothing new.")
    for note in applied.notes:
        typer.echo(f"  {printable(note)}")


def _show(rows: Sequence[Row], archive: Path) -> None:
    from rich.table import Table
    from rich.text import Text

    messages, joined = _together(rows)
    heads = sorted((row for row in rows if not row.same_as), key=lambda row: -messages[row.person])
    table = Table("Messages", "Name", "User name", "Years", "", box=None, pad_edge=False)
    for row in heads[:SHOWN]:
        name = row.name or row.names.rpartition(" (")[0].partition(" (")[0] or "(no name)"
        years = "–".join(dict.fromkeys(day[:4] for day in (row.first, row.last) if day))
        notes = [f"{joined[row.person] + 1} in one"] if joined[row.person] else []
        notes += [f"{row.withhold} withheld"] if row.withhold else []
        cells = (f"{messages[row.person]:,}", mask_addresses(name), row.proposed_username, years, ", ".join(notes))
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console().print(table)
    if len(heads) > SHOWN:
        typer.echo(f"and {len(heads) - SHOWN:,} more people")
    typer.echo(f"Everybody, to check and change: migrate people --csv people.csv{archive_flag(archive)}")


def _together(rows: Sequence[Row]) -> tuple[Counter[str], Counter[str]]:
    """By key: how many messages somebody wrote under all addresses, and how many more of these there are."""
    messages: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    for row in rows:
        messages[row.same_as or row.person] += int(row.messages)
        joined[row.same_as] += bool(row.same_as)
    return messages, joined


def _object(rows: Sequence[Row]) -> dict[str, object]:
    listed = [{name: mask_addresses(value) for name, value in asdict(row).items() if name != "address"} for row in rows]
    return {"people": sum(not row.same_as for row in rows), "rows": listed}

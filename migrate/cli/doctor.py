"""The command that looks whether a forum is ready, and readies it."""

from __future__ import annotations

import shutil
import textwrap
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choices import DoctorMappingOption, check_mapping, read_mapping_file
from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    print_json,
)
from migrate.cli.session import session
from migrate.cli.target import KeyFileOption, ToOption, UserOption, open_forum
from migrate.errors import MigrateError
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.discourse.doctor.changes import Change
    from migrate.discourse.doctor.checks import Check
    from migrate.discourse.doctor.doctor import Diagnosis
    from migrate.discourse.doctor.settings import Advice

_TITLES = {
    "must": "Must be set before a push",
    "should": "Should be set",
    "for good": "Should be set, and stay so",
    "your decision": "For you to decide",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("doctor")(doctor)


def doctor(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    mapping: DoctorMappingOption = None,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Change the forum's settings as needed; what they were is kept in the archive."),
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Put the settings back that --apply changed, e-mail among them.")
    ] = False,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Look whether a forum is ready for a push, and for this archive if there is one. Exits with 1 where it is not.

    What a push depends on is tried out in a topic in a category that only staff can see; both are deleted again.

    Example: migrate doctor --to https://forum.example.org --apply
    """
    if apply and restore:
        raise typer.BadParameter("it is either --apply or --restore", param_hint="--restore")
    if restore:
        _restore(archive, _changed_forum(archive, to), api_key_file, api_username, json_)
        return
    if to is None:
        raise typer.BadParameter("say which forum: --to URL", param_hint="--to")
    if apply and not archive.exists():
        raise MigrateError(
            f"--apply keeps the old settings in an archive, and there is none at {archive}: import first."
        )
    if mapping is not None and not archive.exists():
        raise MigrateError(f"--mapping is about what is in an archive, and there is none at {archive}: import first.")
    diagnosis = _examine(archive, to, api_key_file, api_username, apply, mapping)
    if json_:
        print_json(_object(diagnosis, archive))
    else:
        _show(diagnosis, archive, to, mapping)
    if not diagnosis.is_ready or any(change.fate == "refused" for change in diagnosis.changed):
        raise typer.Exit(REFUSED)


def _examine(
    archive: Path, to: str, api_key_file: Path | None, api_username: str, change: bool, mapping: Path | None
) -> Diagnosis:
    from migrate.discourse.api.client import Client
    from migrate.discourse.doctor.doctor import examine, examine_for
    from migrate.plan import Choices

    stop = threading.Event()
    if archive.exists():
        chosen = read_mapping_file(mapping)
        check_mapping(archive, chosen)
        choices = Choices().under(chosen) if chosen else None
        with session(archive, to, api_key_file, api_username, stop, choices) as (opened, client, target):
            return examine_for(opened, client, target, change=change)
    with open_forum(archive, to, api_key_file, api_username) as forum:
        with closing(Client(forum.url, forum.api_key, forum.api_username, stop=stop)) as client:
            return examine(client)


def _changed_forum(archive: Path, to: str | None) -> str:
    """The forum whose settings are to be put back, where none is named."""
    if to is not None:
        return to
    from migrate.archive import Archive
    from migrate.discourse.known import known_targets, settings_to_restore

    with Archive.open(archive, mode="read") as opened:
        urls = [target.url for target in known_targets(opened) if settings_to_restore(opened, target)]
    if not urls:
        raise MigrateError("There is nothing to put back: no forum's settings were changed from this archive.")
    if len(urls) > 1:
        raise MigrateError(f"Settings of several forums were changed; say which with --to: {', '.join(urls)}")
    return urls[0]


def _restore(archive: Path, to: str, api_key_file: Path | None, api_username: str, json_: bool) -> None:
    from migrate.discourse.doctor.changes import restore

    with session(archive, to, api_key_file, api_username, threading.Event()) as (opened, client, target):
        changes = restore(opened, client, target)
    if json_:
        print_json({"settings": [asdict(change) for change in changes]})
    else:
        _show_restored(changes)
    if any(change.fate == "refused" for change in changes):
        raise typer.Exit(REFUSED)


def _show(diagnosis: Diagnosis, archive: Path, to: str, mapping: Path | None) -> None:
    typer.echo(printable(f"{diagnosis.facts.title or to}, {to}"))
    for change in diagnosis.changed:
        typer.echo(f"  {'changed' if change.fate == 'done' else 'refused':13}{_change(change)}")
    _show_checks(diagnosis.checks)
    for kind, title in _TITLES.items():
        _show_settings(title, [advice for advice in diagnosis.settings if advice.kind == kind])
    typer.echo()
    typer.echo(_next(diagnosis, archive, to, mapping))


def _show_checks(checks: Iterable[Check]) -> None:
    from migrate.discourse.doctor.doctor import in_brief

    for check in sorted(in_brief(checks), key=lambda check: ("ok", "cannot tell", "to do").index(check.state)):
        typer.echo(_wrapped(f"  {check.state:13}{printable(check.text)}", indent=15))


def _wrapped(line: str, indent: int) -> str:
    """The line in the width of the terminal; as it is where there is none."""
    width = shutil.get_terminal_size((len(line) + 1, 0)).columns
    return textwrap.fill(line, max(width, 40), subsequent_indent=" " * indent, break_on_hyphens=False)


def _show_settings(title: str, settings: list[Advice]) -> None:
    if not settings:
        return
    typer.echo(f"\n{title}")
    for advice in settings:
        now, wanted = printable(advice.value) or "(empty)", printable(advice.wanted)
        typer.echo(f"  {advice.name}: {now} → {wanted}\n{_wrapped(f'      {advice.why}', indent=6)}")


def _next(diagnosis: Diagnosis, archive: Path, to: str, mapping: Path | None) -> str:
    flag = archive_flag(archive) + (f" --mapping {argument(mapping)}" if mapping else "")
    if any(advice.kind != "your decision" for advice in diagnosis.settings) and not diagnosis.changed:
        if not archive.exists():
            return "Next: import something; then migrate doctor --apply can set these, and put them back later."
        return (
            f"Next: migrate doctor --to {printable(to)}{flag} --apply    sets these but for what you decide"
            "    (--restore puts them back)"
        )
    if not diagnosis.is_ready:
        return "Next: see to what is to do above, and run this again."
    return f"Ready. Next: migrate push --to {printable(to)}{flag}"


def _show_restored(changes: list[Change]) -> None:
    for change in changes:
        if change.fate == "kept":
            words = f"{change.name}: left alone, somebody has changed it since ({change.words})"
        elif change.fate == "refused":
            words = f"{change.name}: the forum refuses {change.value} ({change.words}). Set it by hand."
        else:
            words = f"{change.name}: {change.value or '(empty)'}"
        typer.echo(f"  {printable(words)}")
    if not changes:
        typer.echo("There is nothing to put back.")
        return
    if any(change.name == "disable_emails" and change.fate == "done" for change in changes):
        typer.echo("The forum sends e-mail again as it did before.")
    typer.echo("embed_truncate and embed_unlisted stay as they are: imported topics need them so.")


def _change(change: Change) -> str:
    words = f"{change.name}: {change.value}"
    return printable(f"{words} ({change.words})" if change.words else words)


def _object(diagnosis: Diagnosis, archive: Path) -> dict[str, object]:
    return {
        "title": diagnosis.facts.title,
        "version": diagnosis.facts.version,
        "archive": str(archive) if archive.exists() else None,
        "ready": diagnosis.is_ready,
        "checks": [asdict(check) for check in diagnosis.checks],
        "settings": [asdict(advice) for advice in diagnosis.settings],
        "changed": [asdict(change) for change in diagnosis.changed],
    }

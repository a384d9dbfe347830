"""The commands that tell where an archive stands: status, verify."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    counted,
    print_json,
    settings_changed,
    show_progress,
)
from migrate.cli.session import known_target, session
from migrate.cli.target import KeyFileOption, ToOption, UserOption
from migrate.text import printable

if TYPE_CHECKING:
    from migrate.discourse.differences import Difference
    from migrate.discourse.status import TargetStatus
    from migrate.discourse.verify import Verification

SHOWN = 20  # differences that are printed
_PLURALS = {"user": "people", "category": "categories", "upload": "uploads", "post": "posts", "state": "states"}


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (status, verify):
        app.command(command.__name__)(command)


def status(archive: ArchiveOption = DEFAULT_ARCHIVE, json_: JsonOption = False) -> None:
    """Say where the archive stands on each forum it was sent to. Asks nobody."""
    from migrate.archive import Archive
    from migrate.discourse.status import prepared
    from migrate.discourse.status import status as standing

    with Archive.open(archive, mode="read") as opened:
        targets, ready = standing(opened), prepared(opened)
        left = opened.unsettled()
    if json_:
        print_json({"targets": [_status_object(item) for item in targets], "unsettled": left})
        return
    if left:
        come = "message comes" if left == 1 else "messages come"
        typer.echo(f"{left:,} {come} from an import that was interrupted: run that import again.")
    if not targets:
        typer.echo("Nothing was sent yet. Start with: migrate push --to URL    (or --to sandbox)")
    for item in targets:
        _show_status(item, archive_flag(archive))
    for target, changed in ready:
        typer.echo(f"{printable(target.url)}: nothing was sent there yet")
        _show_changed(target.url, changed, archive_flag(archive))


def verify(
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    fraction: Annotated[
        float,
        typer.Option(min=0.0001, max=1, help="Only this share of the topics, always the same: 0.05 is a twentieth."),
    ] = 1.0,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Read everything back from the forum and compare. Without --to it is the forum that was sent to last."""
    from migrate.discourse.verify import verify as compare

    to = known_target(archive, to)
    stop = threading.Event()
    with session(archive, to, api_key_file, api_username, stop) as (opened, client, target):
        with show_progress("Verifying", "posts", quiet=json_) as progress:
            result = compare(opened, client, target, progress.update, fraction=fraction)
    if json_:
        print_json(asdict(result))
    else:
        _show_verification(result, archive, client.host)
    if not result.is_clean or result.not_sent:
        raise typer.Exit(REFUSED)


def _show_verification(result: Verification, archive: Path, url: str) -> None:
    typer.echo(
        f"{counted(result.checked, 'post')} checked: {result.equal:,} equal, {result.missing:,} missing,"
        f" {result.extra:,} extra, {result.different:,} different."
    )
    if result.topics < result.of_topics:
        typer.echo(f"A sample: of {counted(result.of_topics, 'topic')}, {result.topics:,} looked at.")
    if result.not_chosen:
        typer.echo(f"Not chosen to be sent yet: {counted(result.not_chosen, 'message')}.")
    if result.not_sent:
        verb = "is" if result.not_sent == 1 else "are"
        typer.echo(
            f"{counted(result.not_sent, 'message')} {verb} not sent yet."
            f" Go on with: migrate resume{archive_flag(archive)}"
        )
    if result.refused_files:
        typer.echo(f"Files that the forum refused: {result.refused_files:,}. They are not there, only their names.")
    elif result.is_clean and not (result.not_sent or result.not_chosen) and result.topics == result.of_topics:
        typer.echo("The forum holds what the archive holds.")
    for line in [*_lost(result), *result.open_categories]:
        typer.echo(f"  {printable(line)}")
    for example in result.examples[:SHOWN]:
        typer.echo(f"  {_difference(example, url)}")
    if (more := result.missing + result.extra + result.different - SHOWN) > 0:
        typer.echo(f"  and {more:,} more (--json lists a thousand)")
    if result.missing:
        again = f"migrate resume{archive_flag(archive)}"
        typer.echo(f"What was deleted there can be recovered there; what was refused is tried again by: {again}")


def _lost(result: Verification) -> list[str]:
    members = counted(result.lost_members, "account of a member", "accounts of members")
    return [f"Not there any more: {members} without a message."] if result.lost_members else []


def _difference(example: Difference, url: str) -> str:
    """One line: which message, what is the matter, where to look."""
    date = f", {example.date[:10]}" if example.date else ""
    what = f"differs in {example.what}" if example.kind == "different" else example.what
    words = f"{example.kind}: “{printable(example.title)}”{date}: {printable(what)}"
    if not example.topic_id:
        return words
    number = f"/{example.post_number}" if example.post_number else ""
    return f"{words}  {printable(url)}/t/{example.topic_id}{number}"


def _show_status(item: TargetStatus, flag: str) -> None:
    refused = sum(standing.refused for standing in item.kinds.values())
    if item.undo_unfinished:
        again = f"migrate undo --to {printable(item.target.url)}{flag}"
        typer.echo(f"{printable(item.target.url)}: taking it back is not finished. Go on with: {again}")
        _show_changed(item.target.url, item.changed_settings, flag)
        return
    if item.taken_back:
        again = f"migrate push --to {printable(item.target.url)}{flag}"
        typer.echo(f"{printable(item.target.url)}: all that was sent was taken back. A push starts anew: {again}")
        _show_changed(item.target.url, item.changed_settings, flag)
        return
    state = "complete" if item.is_complete else "not complete"
    typer.echo(f"{printable(item.target.url)}: {state}{f', but {refused:,} refused' if refused else ''}")
    for kind, standing in item.kinds.items():
        own = kind == "user" and item.target.authors != "placeholders"
        line = f"  {'accounts' if own else _PLURALS[kind]:12}{standing.done:>9,} of {standing.total:,}"
        if standing.sending:
            line += f"   {standing.sending:,} in doubt (looked up at the next run)"
        if standing.refused:
            line += f"   {standing.refused:,} refused"
        typer.echo(line)
    for line in _outlook(item):
        typer.echo(f"  {line}")
    if not item.is_complete:
        typer.echo(f"  Go on with: migrate resume --to {printable(item.target.url)}{flag}")
    _show_changed(item.target.url, item.changed_settings, flag)


def _show_changed(url: str, changed: Collection[str], flag: str) -> None:
    if changed:
        typer.echo(f"  {settings_changed(url, changed, flag)}")


def _outlook(item: TargetStatus) -> list[str]:
    """What stays as it is on the forum, and what a next push would add."""
    now, lines = item.outlook, []
    if item.trial:
        lines.append(f"A trial: {item.trial[0]:,} of {item.trial[1]:,} topics; `migrate push` without it sends all.")
    if now.new_topics or now.new_replies:
        replies = f"{counted(now.new_replies, 'reply', 'replies')} to topics that are there"
        lines.append(f"A next push adds {counted(now.new_topics, 'topic')} and {replies}.")
    if now.elsewhere or now.skipped:
        lines.append(
            f"Topics that are there ({now.topics:,}) keep category, title, tags and texts. By the mapping of now:"
        )
    if now.elsewhere:
        lines.append(
            f"  {now.elsewhere:,} would go to another category; move them on the forum, or undo and push again."
        )
    if now.skipped:
        lines.append(f"  {now.skipped:,} would be left out; delete them on the forum, or undo and push again.")
    return lines


def _status_object(item: TargetStatus) -> dict[str, Any]:
    return {
        "url": item.target.url,
        "complete": item.is_complete,
        "undo_unfinished": item.undo_unfinished,
        "taken_back": item.taken_back,
        "changed_settings": item.changed_settings,
        "kinds": {kind: asdict(standing) | {"left": standing.left} for kind, standing in item.kinds.items()},
        "outlook": asdict(item.outlook),
        "trial": {"topics": item.trial[0], "of": item.trial[1]} if item.trial else None,
    }

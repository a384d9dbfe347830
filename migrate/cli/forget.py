"""The command that takes one person out of archive and forum."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.common import (
    DEFAULT_ARCHIVE,
    INTERRUPTED,
    REFUSED,
    ArchiveOption,
    JsonOption,
    archive_flag,
    argument,
    counted,
    print_json,
    show_progress,
)
from migrate.cli.push import stopping
from migrate.cli.target import KeyFileOption, UserOption, open_forum
from migrate.errors import MigrateError
from migrate.text import mask_addresses, printable

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.archive.forget import Scrubbed
    from migrate.discourse.forget import Forgotten
    from migrate.discourse.former import Account
    from migrate.discourse.remains import StillNamed
    from migrate.plan import Target

SHOWN = 20  # refusals that are printed

WhoArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS|USER", help="An address, a user name, or a key of the people file.")
]
# No variable: which forums are meant must not depend on one that somebody set long ago.
OnlyOption = Annotated[
    str | None,
    typer.Option("--to", metavar="URL", help="Only on this forum; else on every one the archive was sent to."),
]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for at the command line."""

    who: str
    words: bool
    yes: bool
    archive: Path
    api_key_file: Path | None
    api_username: str


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command("forget")(forget)


def forget(
    who: WhoArgument,
    to: OnlyOption = None,
    words: Annotated[bool, typer.Option("--words", help="Also remove what they wrote, and their files.")] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    api_key_file: KeyFileOption = None,
    api_username: UserOption = "system",
    json_: JsonOption = False,
) -> None:
    """Take a person's name and address out of the archive and of the forums it was sent to. This cannot be undone.

    On a forum the account becomes anonymous, and posts that name the person are edited. Reading the same export again
    does not bring the person back. If it is interrupted, run it again.

    Example: migrate forget ann@example.org --words
    """
    from migrate.archive import Archive
    from migrate.archive.forget import Scrubbed
    from migrate.archive.forget import forget as scrub
    from migrate.discourse.api.pace import Stopped
    from migrate.discourse.former import find_person
    from migrate.discourse.invites import refresh_invitations
    from migrate.discourse.remains import is_forgotten, namesakes, only_named, short_names, still_named
    from migrate.settle import settle

    wish = _Wish(who, words, yes, archive, api_key_file, api_username)
    with Archive.open(archive, mode="write") as opened:
        settle(opened)  # an import may have been interrupted before it came to that
        people = find_person(opened, who)
        people += only_named(opened, people)
        targets = _targets(opened, to)
        if is_forgotten(opened, people, targets, words=words):
            if json_:
                print_json({"archive": asdict(Scrubbed(0, 0, 0)), "forums": {}, "forgotten_before": True})
            else:
                typer.echo("This person is forgotten already; nothing is left to do.")
            return
        names, alike = short_names(opened, people), namesakes(opened, people)
        _tell_namesakes(alike, wish)
        if not yes:
            _ask(opened, people, targets, words)
        try:
            forums = {target.url: _on_forum(opened, target, people, wish, json_) for target in targets}
        except Stopped:
            typer.echo("Stopped. Run the same command again to go on.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        scrubbed = scrub(opened, people, words=words)
        refresh_invitations(opened)
        named = still_named(opened, people, names, targets)
        left = [target.url for target in _targets(opened, None) if target.url not in forums]
    if json_:
        done_there = {url: asdict(done) for url, done in forums.items()}
        rest = {"still_named": asdict(named), "namesakes": alike}
        print_json({"archive": asdict(scrubbed), "forums": done_there} | rest)
    else:
        _show(scrubbed, forums, left, wish)
        _show_remains(named)
    if any(done.refused for done in forums.values()):
        raise typer.Exit(REFUSED)


def _targets(opened: Archive, to: str | None) -> list[Target]:
    """The forums that something of this archive is on; only the named one where there is one."""
    from migrate.discourse.known import known_targets

    query = "SELECT 1 FROM operation WHERE target_id = ? AND generation = ? AND state IN ('sending', 'done') LIMIT 1"
    used = [
        target
        for target in known_targets(opened)
        if opened.db.execute(query, (target.id, target.generation)).fetchone()
    ]
    if to is None:
        return used
    named = [target for target in used if target.url == to.rstrip("/")]
    if not named:
        raise MigrateError(f"Nothing of this archive is on {to}.")
    return named


def _ask(opened: Archive, people: list[int], targets: list[Target], words: bool) -> None:
    """Go on only where somebody says so."""
    if not sys.stdin.isatty():
        raise MigrateError(
            "forget asks before it changes anything, and nobody is there to answer. In a script say --yes."
        )
    marks = ", ".join("?" * len(people))
    query = f"SELECT name FROM person_name WHERE person_id IN ({marks}) ORDER BY uses DESC"  # noqa: S608 - only marks
    names = [mask_addresses(name) for (name,) in opened.db.execute(query, people).fetchall()] or [
        "somebody without a name"
    ]
    count = f"SELECT count(*) FROM message WHERE author_id IN ({marks})"  # noqa: S608 - only marks
    (messages,) = opened.db.execute(count, people).fetchone()
    what = "name, address and words" if words else "name and address"
    places = " and ".join(["this archive", *(target.url for target in targets)])
    typer.echo(
        f"This takes {what} of {printable(names[0])} ({counted(messages, 'message')}) out of {printable(places)}.",
        err=True,
    )
    typer.confirm("It cannot be undone. Go on?", err=True, abort=True)


def _on_forum(opened: Archive, target: Target, people: list[int], wish: _Wish, quiet: bool) -> Forgotten:
    from migrate.discourse.api.client import Client
    from migrate.discourse.facts import open_target
    from migrate.discourse.forget import Forget
    from migrate.discourse.former import accounts_of

    stop = threading.Event()
    with (
        open_forum(wish.archive, target.url, wish.api_key_file, wish.api_username) as forum,
        closing(Client(forum.url, forum.api_key, forum.api_username, stop=stop)) as client,
        stopping(stop),
    ):
        target = open_target(opened, client, forum.name)
        accounts = accounts_of(opened, client, target, people)
        _ask_for_members(target, accounts, wish.yes)
        with show_progress("Forgetting", "topics", quiet=quiet) as progress:
            work = Forget(opened, client, target, people, accounts, words=wish.words, address=wish.who)
            return work.run(progress.update)


def _ask_for_members(target: Target, accounts: list[Account], yes: bool) -> None:
    """An account that somebody uses by now is nothing to take away without being told to."""
    for account in (account for account in accounts if account.is_members):
        words = f"On {target.url} the account {account.username} is in use: somebody has signed up and taken it over."
        if yes or not sys.stdin.isatty():
            raise MigrateError(f"{words} Run this without --yes at a terminal to be asked about it.")
        typer.echo(printable(words), err=True)
        typer.confirm(
            "Make it anonymous all the same? Its owner will not be able to log in any more.", err=True, abort=True
        )


def _show(scrubbed: Scrubbed, forums: dict[str, Forgotten], left: list[str], wish: _Wish) -> None:
    files = f", {counted(scrubbed.files, 'file')} removed" if wish.words else ""
    typer.echo(f"Archive: {scrubbed.messages:,} of their messages, {scrubbed.mentions:,} that named them{files}.")
    for url, done in forums.items():
        counts = f"{counted(done.accounts, 'account')} made anonymous, {done.posts:,} of their posts changed"
        typer.echo(f"{printable(url)}: {counts}, {done.mentions:,} that named them.")
        for refusal in done.refused[:SHOWN]:
            typer.echo(f"  not changed: {printable(refusal)}")
        if (more := len(done.refused) - SHOWN) > 0:
            typer.echo(f"  and {more:,} more (--json lists all)")
        if done.in_history:
            show = counted(done.in_history, "changed post still shows its", "changed posts still show their")
            typer.echo(f"  {show} earlier text in the post's history; a moderator can hide or delete it there.")
    if forums:
        typer.echo(
            "A forum's log of staff actions, and backups made before, keep what was there; delete these yourself."
        )
    for url in left:
        command = f"migrate forget {argument(Path(wish.who))}{' --words' if wish.words else ''} --to {printable(url)}"
        typer.echo(f"Still on {printable(url)}: {command}{archive_flag(wish.archive)}")


def _tell_namesakes(keys: list[str], wish: _Wish) -> None:
    if keys:
        typer.echo(
            f"Somebody else here has the same full name and is not forgotten with this person: {', '.join(keys)}. See"
            f" who that is with: migrate people --csv people.csv{archive_flag(wish.archive)}",
            err=True,
        )


def _show_remains(named: StillNamed) -> None:
    """What is left, and where."""
    if named.messages:
        typer.echo(
            f"Messages by others that still hold the one-word name: {named.messages:,}. It may be anybody's, or no name"
            " at all; look through them yourself."
        )
        for address in named.addresses:
            typer.echo(f"  {printable(address)}")
    typer.echo(
        "The export that was read, and people files written before (people.csv), still hold everything: delete them,"
        " or take the person out of them, too."
    )

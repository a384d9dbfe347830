"""A forum and an archive, opened for one command that speaks to the forum."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.cli.target import open_forum

if TYPE_CHECKING:
    from migrate.archive import Archive
    from migrate.discourse.api.client import Client
    from migrate.plan import Choices, Target


@contextmanager
def session(
    archive: Path,
    to: str,
    api_key_file: Path | None,
    api_username: str,
    stop: threading.Event,
    choices: Choices | None = None,
) -> Iterator[tuple[Archive, Client, Target]]:
    """The archive, open for writing, and the forum, asked what it allows."""
    from migrate.archive import Archive
    from migrate.discourse.api.client import Client
    from migrate.discourse.api.requests_log import RequestsLog, requests_log
    from migrate.discourse.facts import open_target
    from migrate.plan import Choices
    from migrate.settle import settle

    with Archive.open(archive, mode="write") as opened, open_forum(archive, to, api_key_file, api_username) as forum:
        settle(opened)  # an import may have been interrupted before it came to that
        with (
            closing(RequestsLog(requests_log(archive))) as log,
            closing(Client(forum.url, forum.api_key, forum.api_username, stop=stop, log=log)) as client,
        ):
            yield opened, client, open_target(opened, client, forum.name, choices or Choices())


def known_target(archive: Path, to: str | None) -> str:
    """The forum that is meant when none is named: the one that was sent to last."""
    if to is not None:
        return to
    from migrate.archive import Archive
    from migrate.discourse.known import known_targets, was_sent_to
    from migrate.errors import MigrateError

    with Archive.open(archive, mode="read") as opened:
        known = known_targets(opened)
        targets = [target for target in known if was_sent_to(opened, target)]
    if not targets:
        raise MigrateError("Nothing was sent from this archive yet. Start with: migrate push --to URL")
    if len(targets) > 1:
        names = ", ".join(target.url for target in targets)
        raise MigrateError(f"This archive was sent to several forums; say which with --to: {names}")
    return targets[0].url

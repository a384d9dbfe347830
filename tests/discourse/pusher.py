"""A push as the command line does it."""

from __future__ import annotations

from pathlib import Path

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import PushResult


def push(path: Path, url: str, key: str, *, client: Client | None = None) -> PushResult:
    """Push the archive at `path`; what an earlier run began is gone on with."""
    with Archive.open(path, mode="write") as archive:
        client = client or Client(url, key, "admin")
        return Push(archive, client, open_target(archive, client, name="the forum")).run()

"""A push as the command line does it; as a program, one that is killed at a random instant."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from migrate.archive import Archive
from migrate.discourse.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push import Push
from migrate.discourse.run import PushResult


def push(path: Path, url: str, key: str, *, client: Client | None = None) -> PushResult:
    """Push the archive at `path`; what an earlier run began is gone on with."""
    with Archive.open(path, mode="write") as archive:
        client = client or Client(url, key, "admin")
        return Push(archive, client, open_target(archive, client, name="the forum")).run()


def kill_after_requests(client: Client, count: int, *, answered: bool) -> None:
    """Die at the request of that number, either before it leaves or when its answer is there."""
    request = client._session.request
    seen = 0

    def counting(*args: Any, **kwargs: Any) -> Any:
        nonlocal seen
        seen += 1
        last = seen >= count
        if last and not answered:
            os.kill(os.getpid(), signal.SIGKILL)
        response = request(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    client._session.request = counting  # type: ignore[method-assign]  # counted on the way


def main(path: str, url: str, key: str, seed: str) -> None:
    rng = random.Random(int(seed))
    client = Client(url, key, "admin")
    if rng.random() < 0.6:
        kill_after_requests(client, rng.randint(2, 12), answered=rng.random() < 0.5)
    else:
        threading.Timer(rng.uniform(0.001, 0.02), os.kill, (os.getpid(), signal.SIGKILL)).start()
    push(Path(path), url, key, client=client)


if __name__ == "__main__":
    main(*sys.argv[1:])

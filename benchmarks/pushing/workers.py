"""Does the push find the number of workers that suits a forum? Its rate beside that of fixed numbers."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import Progress
from pushing.community import make_archive
from pushing.programs import running
from pushing.table import Row

FORUM = ("0.1", "3")  # a post takes so many seconds, so many are made at a time
FIXED = (1, 2, 3, 4, 8)


def rows(seconds: float, peers: Sequence[int] = FIXED) -> list[Row]:
    """The row of the adapting push; it runs twice as long as each of the fixed ones, its beginning counts."""
    fixed = {number: _rate(seconds, number) for number in peers}
    ours = _rate(2 * seconds, None)
    best = max(fixed.values())
    return [
        Row(
            what=f"posts/s where a post takes {float(FORUM[0]) * 1000:.0f} ms, {FORUM[1]} at a time",
            ours=f"{ours:.1f} ({ours / best:.0%} of the best)",
            beside=", ".join(f"{number} workers {rate:.1f}" for number, rate in fixed.items()),
            goal="95 % of the best",
        )
    ]


def _rate(seconds: float, workers: int | None) -> float:
    """Posts a second, from the first one on, of a push that is stopped after so long."""
    with TemporaryDirectory() as folder, running("slow_forum", f"{folder}/forum.sqlite3", *FORUM) as said:
        url, key = said.readline().split()
        client = Client(url, key, "admin")
        began: list[float] = []

        def watch(now: Progress) -> None:
            if now.stage == "posts" and not began:
                began.append(time.monotonic())
                timer = threading.Timer(seconds, client.stop.set)
                timer.daemon = True
                timer.start()

        posts = int(seconds * 100)  # more than can be sent
        with make_archive(Path(folder) / "migration.sqlite3", messages=posts, threads=posts // 7, people=5) as archive:
            result = Push(archive, client, open_target(archive, client), workers=workers).run(watch)
        return (result.created.get("topic", 0) + result.created.get("reply", 0)) / (time.monotonic() - began[0])

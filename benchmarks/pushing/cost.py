"""What the client itself costs: pushing to a forum that answers at once, beside bare requests with the same bytes."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.api.requests_log import RequestsLog
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import Progress
from migrate.plan import Target
from pushing.community import make_archive, mark_sent
from pushing.programs import running
from pushing.table import Row

PEOPLE = 200
WORDS = 8  # sentences: 800 characters, as mails have them


def rows(posts: int) -> list[Row]:
    """One worker, and as many as the push likes; both beside bare requests."""
    bare = _bare(posts)
    peer = f"bare requests {_both(bare)}"
    found = []
    for workers, name in ((1, "one worker"), (None, "adapting")):
        ours = _push(posts, workers)
        found.append(
            Row(
                what=f"posts/s to a forum that answers at once, {name}",
                ours=f"{_both(ours)}, {ours[1] / bare[1]:.0%} of bare",
                beside=peer,
                goal="400 on one core",
            )
        )
    return found


def _both(rates: tuple[float, float]) -> str:
    return f"{rates[0]:,.0f} ({rates[1]:,.0f} per second of the client's CPU)"


def _push(posts: int, workers: int | None) -> tuple[float, float]:
    """Posts a second by the clock, and by this process's CPU time, threads and all."""
    with TemporaryDirectory() as folder, running("server") as said:
        path = Path(folder) / "migration.sqlite3"
        with make_archive(path, messages=posts, threads=posts // 7, people=PEOPLE, words=WORDS) as archive:
            client = Client(said.readline().strip(), "0" * 64, "system", log=RequestsLog(Path(folder) / "requests.log"))
            target = open_target(archive, client)
            mark_sent(archive, target.id, threads=0)
            return _measured(archive, client, target, posts, workers)


def _measured(archive: Archive, client: Client, target: Target, posts: int, workers: int | None) -> tuple[float, float]:
    began: list[tuple[float, float]] = []

    def watch(now: Progress) -> None:
        if now.stage == "posts" and not began:
            began.append((time.monotonic(), time.process_time()))

    result = Push(archive, client, target, workers=workers).run(watch)
    took = time.monotonic() - began[0][0], time.process_time() - began[0][1]
    sent = result.created["topic"] + result.created["reply"]
    assert sent == posts
    return sent / took[0], sent / took[1]


def _bare(posts: int) -> tuple[float, float]:
    """The same with nothing but requests: one connection, one body of the same size, the answer decoded."""
    body: dict[str, Any] = {
        "raw": "x" * 830,
        "created_at": "2009-03-04T05:06:07.000Z",
        "skip_validations": True,
        "import_mode": True,
        "embed_url": "https://import.invalid/1/" + "0" * 40,
        "topic_id": 1,
    }
    headers = {"Api-Key": "0" * 64, "Api-User-Id": "1"}
    with running("server") as said, requests.Session() as session:
        url = said.readline().strip() + "/posts.json"
        began = time.monotonic(), time.process_time()
        for _ in range(posts):
            session.post(url, json=body, headers=headers, timeout=10).json()
        return posts / (time.monotonic() - began[0]), posts / (time.process_time() - began[1])

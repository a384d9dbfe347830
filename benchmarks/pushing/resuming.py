"""How long `migrate resume` takes on a large archive, half of it sent, until the forum hears from it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from pushing.community import make_archive, mark_sent
from pushing.programs import running
from pushing.table import Row


def rows(messages: int) -> list[Row]:
    """The first request of any kind, and the first post that is sent."""
    threads, people = messages * 15 // 100, messages // 100
    with TemporaryDirectory() as folder, running("server") as said:
        url = said.readline().strip()
        path = Path(folder) / "migration.sqlite3"
        with make_archive(path, messages=messages, threads=threads, people=people) as archive:
            with archive.transaction() as db:
                (target_id,) = db.execute(
                    "INSERT INTO target (url, generation, facts) VALUES (?, 1, '{}') RETURNING id", (url,)
                ).fetchone()
            mark_sent(archive, target_id, threads=threads // 2)
        request, post = _resume(path, said)
    return [
        Row(
            what=f"seconds from `resume` to the first request, {messages:,} messages, half sent",
            ours=f"{request:.2f}, to the first post {post:.2f}",
            beside="",
            goal="under 2",
        )
    ]


def _resume(path: Path, said: IO[str]) -> tuple[float, float]:
    """Seconds from the start of the command to the first request and to the first post."""
    command = [sys.executable, "-m", "migrate", "resume", "-a", str(path)]
    began = time.time()
    environment = os.environ | {"DISCOURSE_API_KEY": "0" * 64}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own command
        heard = dict(said.readline().split() for _ in ("request", "create", "post"))
        request, post = (float(heard[what]) - began for what in ("request", "post"))
        process.kill()
    return request, post

"""A push that is killed again and again makes the very forum that an undisturbed one makes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from migrate.archive import Archive
from migrate.discourse.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.verify import verify
from migrate.sandbox import Sandbox
from tests.conftest import REPOSITORY
from tests.discourse.community import dump, make_archive, talk
from tests.discourse.conftest import undisturbed_push
from tests.discourse.pusher import push

INSTANTS = 20
THREADS = 30


def killed(path: Path, forum: Sandbox, seed: int) -> bool:
    command = [sys.executable, "-m", "tests.discourse.pusher", str(path), forum.url, forum.key, str(seed)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, timeout=60, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def test_killed_at_twenty_instants_and_resumed(tmp_path: Path, forum: Sandbox) -> None:
    (tmp_path / "undisturbed").mkdir()
    undisturbed = undisturbed_push(tmp_path / "undisturbed", talk(THREADS))
    path = tmp_path / "migration.sqlite3"
    make_archive(path, talk(THREADS)).close()
    deaths = sum(killed(path, forum, seed) for seed in range(INSTANTS))
    assert deaths >= INSTANTS * 3 // 4  # else most of the push was over before the killing was
    push(path, forum.url, forum.key)
    assert dump(forum.url, forum.key) == undisturbed
    with Archive.open(path, mode="write") as archive:
        client = Client(forum.url, forum.key, "admin")
        assert verify(archive, client, open_target(archive, client, name="the forum")).is_clean
        assert archive.db.execute("SELECT count(*) FROM operation WHERE state != 'done'").fetchone() == (0,)

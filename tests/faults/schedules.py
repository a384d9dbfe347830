"""One seed, one story: what goes wrong during a push, and whether the forum is the right one in the end."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import random
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from migrate.archive import Archive
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.sandbox import Sandbox
from migrate.sandbox.faults import APPROVAL, USUAL
from tests.discourse.community import make_archive
from tests.discourse.pushing import setting
from tests.faults import lives
from tests.faults.lives import BROKEN, DONE, KEY, SECOND, Death, Kind, Weather
from tests.faults.sample import LONGEST_POST, contents, differences, records

MOST_LIVES = 40  # of a push, after which it would never end
LATE = 10 * SECOND  # well before anybody may think that a request can be running no longer
TOO_LATE = 0.4  # seconds; longer than the client waits for an answer

# Processes are forked from one that has everything loaded.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.lives"])


_REQUESTS, _COMMITS = ("before request", "after request"), ("before commit", "after commit")
_TRICKY = ("lost after", "lost, late", "truncated", "504 after")  # what was done and cannot be known
_IN_TIME = tuple(name for name in USUAL if name != "lost, late")
_USUAL, _NEW, _DEAF = Kind(), Kind(version="2026"), Kind(ignores_reply_keys=True)
KINDS = (_USUAL, _USUAL, _USUAL, _NEW, _NEW, _DEAF)


@dataclass(frozen=True, slots=True)
class Story:
    """What a seed decides."""

    weather: Weather
    pushes: list[Death]  # so many lives of the push end by force
    forums: list[Death]  # so many of the forum do


def story(seed: int, log: Path) -> Story:
    """Everything by chance, and the same for the same seed."""
    rng = random.Random(seed)
    slow = rng.choice((LATE, LATE, LATE, TOO_LATE))
    names = list(USUAL if slow == LATE else _IN_TIME)
    share = rng.choice((0.0, 0.05, 0.15, 0.3))
    if rng.random() < 0.25:
        names += APPROVAL
    elif slow == LATE and rng.random() < 0.25:
        names, share = [rng.choice((*names, *_TRICKY, *_TRICKY))], 0.5  # one kind, very often
    weather = Weather(
        seed=str(seed),
        share=share,
        names=tuple(names),
        spares_reads=rng.random() < 0.5,
        own_share=rng.choice((0.0, 0.0, 0.1)),
        slow_seconds=slow,
        workers=rng.choice((1, 1, 3)),
        forum=rng.choice(KINDS),
        log=str(log),
    )
    pushes = [_death(rng, *_REQUESTS, *_COMMITS, "instant") for _ in range(rng.choice((0, 1, 1, 2, 4)))]
    forums = [_death(rng, *_REQUESTS, "instant") for _ in range(rng.choice((0, 0, 1, 2)))]
    return Story(weather, pushes, forums)


def _death(rng: random.Random, *ways: str) -> Death:
    how = rng.choice(ways)
    return Death(how, rng.uniform(0.0, 0.3) if how == "instant" else rng.randint(1, 60))


def survive(seed: int, folder: Path) -> None:
    """Play the story of this seed in an empty folder. AssertionError where the forum is not the right one then."""
    told = story(seed, folder / "log.txt")
    try:
        _play(told, folder)
    except BaseException as error:
        error.add_note(f"Again: python -m tests.faults.schedules {seed}\n{told}\n{_log_of(told)}")
        raise


def _play(told: Story, folder: Path) -> None:
    archive, data = folder / "migration.sqlite3", folder / "forum.sqlite3"
    shutil.copytree(_template(told.weather.forum) / "begin", folder, dirs_exist_ok=True)
    forum = _Forum(data, told)
    try:
        _push_until_done(archive, forum, told)
        forum.end_troubles()
        _check(archive, forum.url, told.weather)
    finally:
        forum.close()
    wrong = differences(_undisturbed(told.weather.forum), contents(data))
    assert not wrong, "\n".join(wrong)


def _push_until_done(archive: Path, forum: _Forum, told: Story) -> None:
    for number in range(MOST_LIVES):
        weather = replace(told.weather, seed=f"{told.weather.seed}.{number}")
        death = told.pushes[number] if number < len(told.pushes) else None
        lives.log(weather, f"push {number}: {death}")
        push = _FORKS.Process(target=lives.live_as_push, args=(str(archive), forum.url, weather, death))
        push.start()
        while forum.sentinel in wait([push.sentinel, forum.sentinel]):
            forum.rise()
        push.join()
        assert push.exitcode != BROKEN, "The push ends in an error of its own."
        if push.exitcode == lives.REFUSED:
            forum.publish_at_once()
        elif push.exitcode == DONE:
            return
    raise AssertionError("It does not come to an end.")


def _check(path: Path, url: str, weather: Weather) -> None:
    calm = replace(weather, own_share=0.0, slow_seconds=LATE)
    with Archive.open(path, mode="write") as archive:
        client = lives.client_for(url, calm)
        target = lives.target_of(archive, client)
        result = Push(archive, client, target).run()
        assert (result.created, result.adopted) == ({}, {})  # nothing was left to do
        states = archive.db.execute("SELECT DISTINCT state FROM operation").fetchall()
        assert states == [("done",)]
        found = verify(archive, client, target)
        assert found.is_clean, found.examples
        client.close()


def _log_of(told: Story) -> str:
    log = Path(told.weather.log)
    return log.read_text() if log.exists() else ""


class _Forum:
    """A forum in a process of its own, at one address; its deaths come in their order."""

    def __init__(self, data: Path, told: Story) -> None:
        self._data, self._weather, self._deaths = data, told.weather, list(told.forums)
        self._life = 0
        self._port = _free_port()
        self._start()

    @property
    def sentinel(self) -> int:
        return self._process.sentinel

    def rise(self) -> None:
        """Go on after it died."""
        self._process.join()
        self._start()

    def publish_at_once(self) -> None:
        """What an operator does: nothing waits for approval any more."""
        self._weather = replace(self._weather, names=USUAL if self._weather.slow_seconds == LATE else _IN_TIME)
        self._start_anew()

    def end_troubles(self) -> None:
        """From now on nothing goes wrong."""
        self._weather, self._deaths = replace(self._weather, share=0.0), []
        self._start_anew()

    def close(self) -> None:
        """End it, by force as ever."""
        self._process.kill()
        self._process.join()

    def _start_anew(self) -> None:
        self.close()
        self._start()

    def _start(self) -> None:
        death = self._deaths.pop(0) if self._deaths else None
        self._life += 1
        weather = replace(self._weather, seed=f"{self._weather.seed}.forum.{self._life}")
        lives.log(weather, f"forum {self._life}: {death}")
        self._line, other = _FORKS.Pipe()
        arguments = (str(self._data), self._port, weather, death, other)
        self._process: BaseProcess = _FORKS.Process(target=lives.live_as_forum, args=arguments, daemon=True)
        self._process.start()
        other.close()
        try:
            self.url: str = self._line.recv()
        except EOFError:  # it died before it could say so
            self.rise()


def _free_port() -> int:
    """One outside the range from which the system takes ports for connections: it must be free again after a death."""
    for port in random.SystemRandom().sample(range(10_000, 30_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free")


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked process must leave it to the one that goes on using it
        shutil.rmtree(folder)


@cache
def _template(kind: Kind) -> Path:
    """A folder with an archive and a forum before a push ("begin"), and after an undisturbed one ("end")."""
    folder = Path(tempfile.mkdtemp(prefix="migrate-faults-"))
    atexit.register(_remove, folder, os.getpid())
    begin, end = folder / "begin", folder / "end"
    begin.mkdir()
    make_archive(begin / "migration.sqlite3", records()).close()
    with Sandbox(begin / "forum.sqlite3", api_key=KEY, prepared=True, version=kind.version) as sandbox:
        setting(sandbox, "max_post_length", str(LONGEST_POST))
    shutil.copytree(begin, end)
    calm = replace(story(0, folder / "log.txt").weather, share=0.0, own_share=0.0)
    with Sandbox(end / "forum.sqlite3", ignores_reply_keys=kind.ignores_reply_keys) as sandbox:
        with Archive.open(end / "migration.sqlite3", mode="write") as archive:
            client = lives.client_for(sandbox.url, calm)
            result = Push(archive, client, lives.target_of(archive, client), workers=1).run()
            assert not result.refused
    return folder


@cache
def _undisturbed(kind: Kind) -> dict[str, list[Any]]:
    return contents(_template(kind) / "end" / "forum.sqlite3")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as place:
            survive(int(argument), Path(place))
        print(f"seed {argument}: the right forum")  # noqa: T201 - a program's own output

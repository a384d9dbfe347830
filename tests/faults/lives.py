"""Two processes that are killed again and again: the forum, and the push. Each call here is one life of one of them."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests
import uvicorn.lifespan.off
import uvicorn.loops.asyncio
import uvicorn.protocols.http.h11_impl  # noqa: F401 - loaded once, before processes part; else each of them would do it

import migrate.loopback  # noqa: F401 - as above
from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.errors import TargetError
from migrate.plan import Choices, Target
from migrate.sandbox import Sandbox
from migrate.sandbox.answers import Answer
from migrate.sandbox.calls import Call
from migrate.sandbox.faults import Respond, Schedule
from tests.discourse.faults import FaultyAdapter, QuickPace
from tests.faults.sample import MAPPING

KEY = "0123456789abcdef" * 4
NAME = "the forum"  # its address may change
SECOND = 1 / 200  # of waiting, in seconds: time passes quicker here
DONE, IN_TROUBLE, REFUSED, BROKEN = 0, 3, 4, 5  # how a push may end by itself

# What the client's own machine can do to a request; the rest is the forum's part.
_OWN_FAULTS = ("never sent", "lost before", "lost after")


@dataclass(frozen=True, slots=True)
class Death:
    """When a process kills itself."""

    how: str  # "before" or "after" a "request" or, for a push, a "commit" of the archive; or at an "instant"
    number: float  # of that request or commit, from 1; of seconds


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of forum it is."""

    version: str = "2.9"
    ignores_reply_keys: bool = False


@dataclass(frozen=True, slots=True)
class Weather:
    """What the requests of one life meet."""

    seed: str
    share: float  # of requests that the forum spoils
    names: tuple[str, ...]  # how
    spares_reads: bool  # so that more of what is spoiled is what changes something
    own_share: float  # of requests that the client's side spoils
    slow_seconds: float
    workers: int
    forum: Kind
    log: str  # a file to which both write what happened


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def live_as_forum(data: str, port: int, weather: Weather, death: Death | None, line: Connection) -> None:
    """Say on `line` where it is, and answer requests until death comes, or whoever listened to `line` is gone."""
    faults = _Mortal(weather, death)
    deaf = weather.forum.ignores_reply_keys
    sandbox = Sandbox(
        Path(data), port=port, api_key=KEY, version=weather.forum.version, ignores_reply_keys=deaf, faults=faults
    )
    if death and death.how == "instant":
        threading.Timer(death.number, die).start()
    line.send(sandbox.url)
    with suppress(EOFError):
        line.recv()
    die()


class _Mortal:
    """A forum's faults, of which the last one is its death."""

    def __init__(self, weather: Weather, death: Death | None) -> None:
        self._schedule = Schedule(weather.seed, weather.share, weather.names, weather.slow_seconds)
        self._weather, self._death, self._seen = weather, death, 0

    async def answer(self, call: Call, respond: Respond) -> Answer:
        self._seen += 1
        last = self._death is not None and self._seen == self._death.number
        if last and self._death and self._death.how == "before request":
            self._log(f"dies before {call.method} {call.path}")
            die()
        before = len(self._schedule.happened)
        try:
            if self._weather.spares_reads and call.method == "GET":
                return respond(call)
            return await self._schedule.answer(call, respond)
        finally:
            for words in self._schedule.happened[before:]:
                self._log(words)
            if last and self._death and self._death.how == "after request":
                self._log(f"dies after {call.method} {call.path}")
                die()

    def _log(self, words: str) -> None:
        log(self._weather, f"forum: {words}")


def live_as_push(path: str, url: str, weather: Weather, death: Death | None) -> None:
    """Push; ends the process with how it went, unless death comes before."""
    try:
        if death:
            _await(death, weather)
        with Archive.open(Path(path), mode="write") as archive:
            client = client_for(url, weather)
            result = Push(archive, client, target_of(archive, client), workers=weather.workers).run()
        code = REFUSED if result.refused else DONE
    except TargetError as error:
        log(weather, f"push: {error}")
        code = IN_TROUBLE
    except BaseException:
        log(weather, f"push: {traceback.format_exc()}")
        code = BROKEN
    os._exit(code)


def client_for(url: str, weather: Weather) -> Client:
    """A client that waits quickly, over the connection that the weather allows."""
    client = Client(url, KEY, "admin")
    client.pace = _Pace(client.stop)
    client.timeout = (1.0, 0.25 if weather.slow_seconds > 0.25 else 5.0)
    if weather.own_share:
        client._session.mount("http://", FaultyAdapter(_number(weather), weather.own_share, _OWN_FAULTS))
    return client


def target_of(archive: Archive, client: Client) -> Target:
    """The forum, with the choices that all pushes here are made with."""
    return open_target(archive, client, NAME, Choices(mapping=MAPPING))


class _Pace(QuickPace):
    """Waits a little all the same, so that what comes late still comes before a wait that is long enough for it."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(stop)
        self._for_limit = threading.local()

    def wait(self) -> None:
        self._for_limit.here = True  # nothing happens meanwhile, so that this wait may be as short as can be
        try:
            super().wait()
        finally:
            self._for_limit.here = False

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        time.sleep(0.001 if getattr(self._for_limit, "here", False) else seconds * SECOND)


def _number(weather: Weather) -> int:
    return random.Random(weather.seed).randrange(2**31)


def _await(death: Death, weather: Weather) -> None:
    if death.how == "instant":
        threading.Timer(death.number, die).start()
        return
    when, what = death.how.split()
    dying = _Counter(int(death.number), when, lambda: log(weather, f"push: dies {death.how} {death.number}"))
    if what == "request":
        send = requests.Session.request

        def request(*args: Any, **kwargs: Any) -> Any:
            with dying.once():
                return send(*args, **kwargs)

        requests.Session.request = request  # type: ignore[method-assign]  # this process is at its end anyway
    else:
        transaction = Archive.transaction

        @contextmanager
        def counted(archive: Archive) -> Iterator[Any]:
            with dying.once(), transaction(archive) as db:
                yield db

        Archive.transaction = counted  # type: ignore[method-assign,assignment]  # as above


class _Counter:
    """Dies at the given occurrence of something, before or after it."""

    def __init__(self, number: int, when: str, last_words: Callable[[], None]) -> None:
        self._left, self._when, self._last_words = number, when, last_words

    @contextmanager
    def once(self) -> Iterator[None]:
        self._left -= 1
        last = self._left == 0
        if last and self._when == "before":
            self._die()
        yield
        if last:
            self._die()

    def _die(self) -> None:
        self._last_words()
        die()


def log(weather: Weather, words: str) -> None:
    """Note what happened, for whoever must find out why a schedule fails."""
    with Path(weather.log).open("a") as file:
        file.write(words + "\n")

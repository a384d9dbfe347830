"""How often a forum may be asked: by all administrators' keys together, and from one address."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .answers import Answer, RefusalError, refused

MINUTE = 60.0
TOO_OFTEN = "You’ve performed this action too many times."
PER_ADDRESS = (("ip_10_secs_limit", 50, 10.0), ("ip_60_secs_limit", 200, MINUTE))


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What the environment of a forum sets, Discourse's defaults here."""

    admin_requests: int = 60  # a minute, of all keys together; 0 blocks everything
    on_loopback: bool = False  # whether requests from this very machine count for its address
    clock: Callable[[], float] = time.time  # seconds since 1970; a test may turn it faster


class Window:
    """At most `most` requests in any `seconds`. An aggressive one counts those that it refuses as well."""

    def __init__(self, most: int, seconds: float, *, aggressive: bool = False) -> None:
        self._times: deque[float] = deque(maxlen=most)
        self._seconds, self._aggressive = seconds, aggressive

    def wait(self, now: float) -> float:
        """Count one more request and give 0, or refuse it and give the seconds until one will be let through."""
        full = len(self._times) == self._times.maxlen
        left = self._seconds - (now - self._times[0]) if full and self._times else self._seconds if full else 0.0
        if left <= 0 or self._aggressive:
            self._times.append(now)
        return max(0.0, left)

    def give_back(self) -> None:
        """Forget the last request."""
        if self._times:
            self._times.pop()


class Limits:
    """The limits of one forum; without `options` there are none. They live as long as the process."""

    def __init__(self, options: RateLimits | None, later: bool) -> None:
        self._options, self._later = options, later
        self._admin = Window(options.admin_requests if options else 0, MINUTE)
        self._addresses: dict[str, list[Window]] = {}

    def arrive(self, client: str) -> None:
        """Count a request from an address, before anything else is looked at; RefusalError (429, plain text)."""
        if self._options is None or not self._options.on_loopback:  # nobody else can reach a sandbox
            return
        fresh = [Window(most, seconds, aggressive=True) for _, most, seconds in PER_ADDRESS]
        windows = self._addresses.setdefault(client, fresh)
        now = self._options.clock()
        waits = [window.wait(now) for window in windows]
        for (code, _, _), wait in zip(PER_ADDRESS, waits, strict=True):
            if wait:
                raise _slow_down(code, wait)

    def ask(self, client: str) -> None:
        """Count a request with a valid key; RefusalError (429)."""
        if self._options is None:
            return
        if self._later:
            for window in self._addresses.get(client, ()):
                window.give_back()
        wait = self._admin.wait(self._options.clock())
        if wait:
            raise too_many(TOO_OFTEN, wait, self._later, code="admin_api_key_rate_limit")


def too_many(sentence: str, seconds: float, later: bool, code: str = "") -> RefusalError:
    """A 429 of the application itself."""
    wait = max(1, math.ceil(seconds))
    left = time_left(wait)
    extras = {"wait_seconds": wait} | ({"time_left": left} if later else {})
    sentence = f"{sentence} Please wait {left} before trying again."
    refusal = refused(429, sentence, error_type="rate_limit", extras=extras)
    refusal.answer.headers["Retry-After"] = str(wait)
    if code:
        refusal.answer.headers["Discourse-Rate-Limit-Error-Code"] = code
    return refusal


def time_left(seconds: int) -> str:
    """A time for people: "9 seconds", "1 minute"."""
    count, unit = seconds, "second"
    if seconds >= 60:
        count, unit = (seconds // 60, "minute") if seconds < 3600 else (seconds // 3600, "hour")
    return f"{count} {unit}" + ("s" if count != 1 else "")


def _slow_down(code: str, seconds: float) -> RefusalError:
    """A 429 from in front of the application: plain text that does not say so."""
    wait = max(1, math.ceil(seconds))
    words = (
        "Slow down, too many requests from this IP address.\n"
        f"Please retry again in {wait} seconds.\nError code: {code}.\n"
    )
    headers = {"Retry-After": str(wait), "Discourse-Rate-Limit-Error-Code": code}
    return RefusalError(Answer(429, words.encode(), "", headers))

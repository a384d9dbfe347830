"""How fast requests leave: one pace for all worker threads, learned from the forum's refusals."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable

_WINDOWS = (10.0, 60.0)  # seconds; Discourse limits addresses per both, API keys per the second
_SHARE = 11 / 12  # of a limit that is used: others may need a little of it
_LEAST = 30  # requests per window, half of Discourse's lowest default: what is less, somebody else has used up


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """Work ends here because the user asked for it; what was in doubt is settled by the next run."""


class Pace:
    """Unlimited until the forum says 429; from then on a little below what it took before it said so."""

    def __init__(self, stop: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self._stop = stop
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: deque[float] = deque()
        self._limits: dict[float, tuple[int, float]] = {}  # window → requests, and when that was learned
        self._paused_until = 0.0
        self._ready_at = 0.0  # when somebody who waits may send

    @property
    def waiting_seconds(self) -> float:
        """How long requests still wait for the forum's limit; 0 where none does."""
        return max(0.0, self._ready_at - self._clock())

    def wait(self) -> None:
        """Return when the next request may leave. Raises Stopped."""
        while True:
            with self._lock:
                now = self._clock()
                delay = self._delay(now)
                if delay <= 0:
                    self._sent.append(now)
                    return
                self._ready_at = now + delay
            self.sleep(delay)

    def refused(self, wait_seconds: float, limit: str) -> None:
        """The forum said 429: nobody sends for that long, and slower afterwards."""
        window = _WINDOWS[0] if "10_secs" in limit else _WINDOWS[1]
        with self._lock:
            now = self._clock()
            self._paused_until = max(self._paused_until, now + wait_seconds * random.uniform(1, 1.1))  # noqa: S311 - spreads the workers, keeps no secret
            taken = sum(sent > now - window for sent in self._sent) - 1
            self._limits[window] = max(_LEAST, int(taken * _SHARE)), now

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the user asks to stop. Raises Stopped."""
        if self._stop.wait(seconds):
            raise Stopped

    def _delay(self, now: float) -> float:
        while self._sent and self._sent[0] <= now - _WINDOWS[-1]:
            self._sent.popleft()
        delay = self._paused_until - now
        for window, (learned, since) in self._limits.items():
            # Others may have used the same limit for a while: try a little more as time goes by.
            limit = learned + int((now - since) / window * max(2.5, learned / 20))
            if len(self._sent) >= limit and (ready := self._sent[-limit] + window) > now:
                delay = max(delay, ready - now)
        return delay

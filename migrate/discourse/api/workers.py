"""How many requests are under way at a time: found by trying one more and one fewer, and keeping what is not slower.

A forum in trouble (429, 5xx, no answer) has half as many at once. All threads and all stages share one such number.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FEWEST, FIRST, MOST = 1, 2, 16  # more at a time than this are felt by a forum's visitors
_SECONDS = 0.5  # it is measured for so long at least,
_ANSWERS = 8  # and over so many answers for each worker
_FULL = 0.7  # of the workers must have been waiting for the forum, else it is not the forum that is slow
_SHARE = 0.25  # of a worker's own part of the rate: one more must bring that much, one fewer may cost that much
_CALM, _LONGEST = 8, 32  # times as long is measured between two tries


class Workers:
    """So many requests may be under way. `fixed` is a number to keep to; else it is found out."""

    def __init__(self, fixed: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = fixed or FIRST
        self._fixed = fixed is not None
        self._clock = clock
        self._free = threading.Condition()
        self._active = 0
        self._step = 0  # that is tried now: one more, one fewer, none
        self._next = 1  # to be tried next
        self._hold = 1  # how long to measure before that: ever longer after vain tries
        self._before = 0.0  # requests a second before it was tried
        self._begin()

    @property
    def threads(self) -> int:
        """How many threads there should be: while the others wait for the forum, one more prepares its next request."""
        return self.limit if self._fixed else self.limit + 1

    def fix(self, limit: int) -> None:
        """Keep to this number from now on."""
        with self._free:
            self.limit, self._fixed = limit, True
            self._free.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one of the places; it is kept while the block runs."""
        with self._free:
            while self._active >= self.limit:
                self._free.wait()
            self._active += 1
        try:
            yield
        finally:
            with self._free:
                self._active -= 1
                self._free.notify()

    def answered(self, sent: float, *, trouble: bool) -> None:
        """A request that left at `sent` (by the clock) has its answer, or is known to have none."""
        with self._free:
            now = self._clock()
            if self._fixed or sent < self._since:  # it says nothing of how many there are now
                return
            if trouble:
                self._step, self._next, self._hold = 0, 1, 1
                self._set(self.limit // 2)
                return
            self._answers += 1
            self._waited += now - sent
            elapsed = now - self._since
            if elapsed >= _SECONDS and self._answers >= _ANSWERS * self.limit * self._rounds():
                latency = self._waited / self._answers
                # What left before the measurement began is not counted, so the first answers come after a latency.
                under_way = self._waited / max(elapsed - latency, elapsed / 2)
                self._judge(self.limit / max(latency, 1e-6), under_way >= _FULL * self.limit)

    def _rounds(self) -> int:
        """How many times as long as the least to measure."""
        return max(1, self._hold // 8) if self._step else self._hold

    def _judge(self, rate: float, full: bool) -> None:
        """A measurement is complete: so many requests a second where all workers were waiting for the forum."""
        if self._step:
            self._weigh(rate, full)
        elif full:
            self._try(rate)
        else:
            self._begin()

    def _weigh(self, rate: float, full: bool) -> None:
        """Keep what was tried, or take it back."""
        step, self._step = self._step, 0
        own_part = self._before / (self.limit - step)
        if full and rate >= self._before + step * _SHARE * own_part:
            self._hold, self._next = 1, step
            self._try(rate)
        else:
            self._hold = min(2 * self._hold, _LONGEST)
            # One more may have been taken for vain by chance: it is tried again before one fewer is.
            self._next = -1 if step > 0 and self._hold >= _CALM else 1
            self._set(self.limit - step)

    def _try(self, rate: float) -> None:
        if not FEWEST <= self.limit + self._next <= MOST:
            self._next = -self._next
        self._before, self._step = rate, self._next
        self._set(self.limit + self._step)

    def _set(self, limit: int) -> None:
        self.limit = max(FEWEST, limit)
        self._free.notify_all()
        self._begin()

    def _begin(self) -> None:
        self._since, self._answers, self._waited = self._clock(), 0, 0.0

"""How many requests are under way: as many as make the forum quicker, fewer when it is in trouble."""

from __future__ import annotations

import heapq
import threading
import time

import pytest

from migrate.discourse.api.client import Client
from migrate.discourse.api.pace import Stopped
from migrate.discourse.api.workers import FIRST, MOST, Workers
from migrate.discourse.push.run import run_parallel


class Forum:
    """Works on so many requests at a time, each for so long, in a time of its own."""

    def __init__(self, at_once: int, seconds: float, *, fixed: int | None = None, demand: int = 100) -> None:
        self.now = 0.0
        self.workers = Workers(fixed, clock=lambda: self.now)
        self.answered = 0
        self._at_once, self._seconds, self._demand = at_once, seconds, demand
        self._waiting: list[float] = []  # when they were sent
        self._under_way: list[tuple[float, float]] = []  # when they will be answered, when they were sent

    def run(self, seconds: float) -> float:
        """Keep as many requests under way as there may be. Returns the answers per second."""
        end, before = self.now + seconds, self.answered
        while self.now < end:
            while len(self._waiting) + len(self._under_way) < min(self.workers.limit, self._demand):
                self._waiting.append(self.now)
            while self._waiting and len(self._under_way) < self._at_once:
                heapq.heappush(self._under_way, (self.now + self._seconds, self._waiting.pop(0)))
            self.now, sent = heapq.heappop(self._under_way)
            self.answered += 1
            self.workers.answered(sent, trouble=False)
        return (self.answered - before) / seconds


@pytest.mark.parametrize("at_once", [1, 3, 6, 12])
def test_it_finds_out_how_many_suit_the_forum(at_once: int) -> None:
    forum = Forum(at_once, 0.1)
    forum.run(30)
    assert forum.run(60) >= 0.95 * Forum(at_once, 0.1, fixed=at_once).run(60)
    assert forum.workers.limit <= at_once + 1


def test_the_beginning_costs_little() -> None:
    assert Forum(3, 0.1).run(20) >= 0.95 * max(Forum(3, 0.1, fixed=number).run(20) for number in (1, 2, 3, 4, 8))


def test_it_follows_a_forum_that_changes() -> None:
    forum = Forum(8, 0.1)
    forum.run(60)
    assert forum.workers.limit >= 6
    forum._at_once = 2
    forum.run(300)
    assert forum.workers.limit <= 4
    forum._at_once = 8
    forum.run(300)
    assert forum.workers.limit >= 6


def test_there_are_never_too_many() -> None:
    forum = Forum(1000, 0.1)
    forum.run(120)
    assert MOST - 1 <= forum.workers.limit <= MOST


def test_it_takes_no_more_when_it_is_not_the_forum_that_is_slow() -> None:
    forum = Forum(8, 0.1, demand=1)
    forum.run(60)
    assert forum.workers.limit == FIRST


def test_trouble_halves_them_once_for_all_that_were_under_way() -> None:
    forum = Forum(8, 0.1)
    forum.run(60)
    before, sent = forum.workers.limit, forum.now
    forum.now += 0.1
    for _ in range(before):
        forum.workers.answered(sent, trouble=True)
    assert forum.workers.limit == before // 2
    forum.now += 0.2
    for _ in range(10):
        forum.now += 0.1
        forum.workers.answered(forum.now, trouble=True)
    assert forum.workers.limit == 1
    forum._under_way, forum._waiting = [], []
    forum.run(60)
    assert forum.workers.limit >= 6


def test_a_number_that_was_given_is_kept_to() -> None:
    forum = Forum(8, 0.1, fixed=3)
    forum.run(60)
    forum.workers.answered(forum.now, trouble=True)
    assert (forum.workers.limit, forum.workers.threads) == (3, 3)


def test_no_more_take_their_turn_than_there_may_be() -> None:
    workers, most, active = Workers(3), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal most, active
        with workers.turn():
            with lock:
                active += 1
                most = max(most, active)
            time.sleep(0.01)
            with lock:
                active -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3


def client(workers: int | None = None) -> Client:
    made = Client("https://forum.example.org", "a1" * 32, "admin")
    if workers:
        made.workers.fix(workers)
    return made


def test_every_item_is_worked_on_once() -> None:
    done: list[int] = []
    run_parallel(done.append, iter(range(500)), client(4))
    assert sorted(done) == list(range(500))


def test_there_are_as_many_threads_as_workers_and_more_when_these_become_more() -> None:
    forum, seen = client(2), set()

    def work(item: int) -> None:
        seen.add(threading.current_thread().name)
        if item == 5:
            forum.workers.fix(5)
        time.sleep(0.02)

    run_parallel(work, range(5), forum)
    assert len(seen) == 2
    run_parallel(work, range(5, 60), forum)
    assert len(seen) == 5


def test_the_first_error_ends_all_and_is_told() -> None:
    done: list[int] = []

    def work(item: int) -> None:
        if item == 3:
            raise ValueError("three")
        done.append(item)
        time.sleep(0.001)

    with pytest.raises(ValueError, match="three"):
        run_parallel(work, range(10_000), client(3))
    assert len(done) < 100


def test_an_error_of_taking_the_next_item_is_told() -> None:
    def items() -> object:
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        run_parallel(lambda _item: None, items(), client(2))  # type: ignore[arg-type]  # it yields numbers


def test_who_stops_ends_it_after_what_is_under_way() -> None:
    forum, done = client(3), []

    def work(item: int) -> None:
        if item == 20:
            forum.stop.set()
            raise Stopped
        done.append(item)

    run_parallel(work, range(10_000), forum)
    assert 17 <= len(done) < 100


def test_it_is_said_every_second_that_it_goes_on() -> None:
    said: list[float] = []
    run_parallel(lambda _item: time.sleep(1.3), [1], client(1), idle=lambda: said.append(time.monotonic()))
    assert len(said) == 1

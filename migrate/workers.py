"""Work handed to processes, one a core, and taken back in the order in which it was handed out.

They are forked where the platform does that; what is handed over and back must pickle.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from typing import Any, TypeVar

from migrate.errors import InputError

WORKER_DIED = (
    "A worker process died, perhaps for want of memory. What was read before is kept; run the command again to go on."
)

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_order(
    items: Iterable[_Item], submit: Callable[[_Item], Future[_Result]]
) -> Iterator[tuple[_Item, Future[_Result]]]:
    """Each item with its result to come; a few are worked on ahead, and they come out in the order they went in."""
    ahead = 2 * (os.cpu_count() or 1)
    waiting: deque[tuple[_Item, Future[_Result]]] = deque()
    for item in items:
        waiting.append((item, submit(item)))
        if len(waiting) > ahead:
            yield waiting.popleft()
    yield from waiting


@contextmanager
def pool(workers: int | None = None, *, inline: bool = False) -> Iterator[Callable[..., Future[Any]]]:
    """Something to submit a function and its arguments to: processes, by default one a core, or `inline` this very one.

    Raises InputError where a process dies.
    """
    if inline:
        yield _run_here
        return
    gc.freeze()  # else the first collection in each process would copy all memory that it shares with this one
    processes = ProcessPoolExecutor(workers or os.cpu_count() or 1, initializer=_begin_worker)
    try:
        yield partial(_submit, processes)
    except BrokenProcessPool as error:
        raise InputError(WORKER_DIED) from error
    finally:
        with _deadly_interrupt():
            processes.shutdown(wait=True, cancel_futures=True)
        gc.unfreeze()


def _submit(pool: ProcessPoolExecutor, *work: Any) -> Future[Any]:  # noqa: ANN401 - as that of the pool
    """Hand work to the pool. Ctrl-C waits for it: what falls into the making of a process would be lost."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows makes processes otherwise
        return pool.submit(*work)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(*work)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _deadly_interrupt() -> Iterator[None]:
    """Ctrl-C ends the process at once, where an exception in the middle would leave it waiting for ever.

    Nothing is lost: what is committed is committed, and the workers end with their parent.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _run_here(function: Callable[..., Any], *arguments: object) -> Future[Any]:
    future: Future[Any] = Future()
    try:
        future.set_result(function(*arguments))
    except Exception as error:  # as a worker process would hand it over
        future.set_exception(error)
    return future


def _begin_worker() -> None:
    """Ctrl-C is for the main process; and when that is killed its workers must not linger."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()

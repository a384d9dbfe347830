"""A command as a user starts it: how long it takes, and how much memory it and its processes hold together."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.1  # seconds between two looks
_PROC = Path("/proc")


class Spent(NamedTuple):
    """What a command took, and what it printed. Memory is 0 where the system does not tell (only Linux does)."""

    seconds: float
    memory: int  # bytes, the most at once; pages that several processes share are counted once
    output: str


def run(command: Sequence[str]) -> Spent:
    """Run the command to its end. Raises CalledProcessError where it fails."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own commands
        with Watch(process.pid) as watch:
            output, complaints = process.communicate()
            took = time.perf_counter() - began
    if process.returncode:
        sys.stderr.write(complaints)
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(took, watch.most, output)


class Watch:
    """Looks at a process and those it has started, again and again, for as long as the context lasts."""

    def __init__(self, pid: int) -> None:
        self.most = 0  # bytes
        self._pid = pid
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self.most = max(self.most, sum(map(_held, _family(self._pid))))


def _family(pid: int) -> list[int]:
    """The process and its descendants."""
    found = [pid]
    for known in found:
        with suppress(OSError):
            for thread in (_PROC / str(known) / "task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _held(pid: int) -> int:
    """Bytes of memory, shared pages divided among those who share them."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0

"""Forums and commands as programs of their own, so that the time they take is not counted as the client's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_BENCHMARKS = Path(__file__).parents[1]


@contextmanager
def running(program: str, *arguments: str) -> Iterator[IO[str]]:
    """What a module of this package prints, line by line, while it runs as a program. Paths are to be absolute."""
    command = [sys.executable, "-m", f"pushing.{program}", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=_BENCHMARKS) as process:  # noqa: S603 - our own programs
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.kill()

"""Forums and commands as programs of their own, so that the time they take is not counted as the client's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_FOLDER = Path(__file__).parent


@contextmanager
def running(program: str, *arguments: str) -> Iterator[IO[str]]:
    """What the program prints, line by line, while it runs."""
    command = [sys.executable, str(_FOLDER / program), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own programs
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.kill()

"""The sandbox, slowed down, as a program of its own: slow_forum.py DATA SECONDS WORKERS. Prints its URL and its key."""

from __future__ import annotations

import sys
from pathlib import Path

from migrate.sandbox import Sandbox
from migrate.sandbox.faults import Slow


def main(data: str, seconds: str, workers: str) -> None:
    """Answer until whoever started this closes its end."""
    with Sandbox(Path(data), prepared=True, faults=Slow(float(seconds), int(workers))) as sandbox:
        sys.stdout.write(f"{sandbox.url} {sandbox.key}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Running the command as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def migrate(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `migrate ARGUMENTS…` in an empty folder and checks its exit code (`expect`, 0 unless given)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOURSE", "MIGRATE"))}

    def run(
        *arguments: object,
        expect: int = 0,
        stdin: str | None = None,
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "migrate", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | (env or {}),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    return run

"""The benchmark of time and memory runs in its quick form and has figures for every step."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "scale.py"


def test_the_quick_form_measures_every_step() -> None:
    command = [sys.executable, str(PROGRAM), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=200)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in done.stdout.splitlines() if "|" in line]
    assert rows[0] == ["step", "300", "600", "slope 300 to 600"]
    steps = rows[2:]
    assert len(steps) == 12
    assert all(re.fullmatch(r"\d+\.\d\d s, [1-9]\d* MB", cell) for row in steps for cell in row[1:3])
    assert "bytes of memory for each message beyond 300" in done.stdout

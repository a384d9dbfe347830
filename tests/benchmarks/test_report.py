"""The benchmark of the report's page runs in its quick form and has a figure for everything."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "report.py"


def test_the_quick_form_measures_everything() -> None:
    command = [sys.executable, str(PROGRAM), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in done.stdout.splitlines()[2:]]
    assert [row[3] for row in rows] == ["10 s", "5 MB"] * 3
    assert all(any(figure in row[1] for figure in "123456789") for row in rows)

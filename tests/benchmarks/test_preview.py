"""The benchmark of the preview runs in its quick form and has a figure for every page."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "preview.py"


def test_the_quick_form_measures_every_page() -> None:
    command = [sys.executable, str(PROGRAM), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=120)
    assert done.returncode == 0, done.stderr
    head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in done.stdout.splitlines()]
    assert head == ["what", "migrate", "beside it", "goal"]
    assert len(rows) == 8
    assert all(any(figure in row[1] for figure in "123456789") for row in rows)

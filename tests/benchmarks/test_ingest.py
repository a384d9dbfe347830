"""The benchmark of the import runs in its quick form and has figures for each mailbox."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "ingest.py"
SAMPLE = REPOSITORY / "samples" / "mbox" / "gardeners.mbox"


def test_the_quick_form_measures_everything() -> None:
    command = [sys.executable, str(PROGRAM), "--quick", str(SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in done.stdout.splitlines()[2:]]
    names = [row[0].split(":")[0] for row in rows]
    assert names == ["gardeners.mbox"] * 5 + ["made up"] * 5 + ["made up, text only"] * 5
    assert all(any(figure in row[1] for figure in "123456789") for row in rows)

"""The benchmark of pushing runs in its quick form and has a figure for everything."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "push.py"


def test_the_quick_form_measures_everything() -> None:
    command = [sys.executable, str(PROGRAM), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, timeout=120)
    assert done.returncode == 0, done.stderr
    head, rule, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in done.stdout.splitlines()]
    assert head == ["what", "migrate", "beside it", "goal"]
    assert set("".join(rule)) == {"-"}
    assert [row[0].partition(" ")[0] for row in rows] == ["seconds", "posts/s", "posts/s", "posts/s"]
    assert all(any(figure in row[1] for figure in "123456789") for row in rows)
    assert "3 workers" in rows[-1][2]

"""The benchmark of dumps runs, and its dump is one that is read."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import REPOSITORY


def test_the_table_of_a_small_dump():
    command = [sys.executable, str(REPOSITORY / "benchmarks" / "wiki_speed.py"), "--megabytes", "1"]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.search(r"whose each line is \([1-9]\d* pages\) +\| +\d+ MB/s +\| ElementTree.*: \d+ MB/s", table)
    assert re.search(r"memory for it, at most +\| +\d+ MB", table)

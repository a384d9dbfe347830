"""How quickly a push works: workers, the client's own cost, the time until an interrupted one goes on. One table.

python benchmarks/push.py [--quick]; benchmarks/README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator

from pushing import cost, resuming, workers
from pushing.table import Row, markdown


def main() -> None:
    """Print the table on stdout, and each row on stderr as it is there."""
    parser = argparse.ArgumentParser(description="Measure how quickly a push works.")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works; no figures to show")
    quick = parser.parse_args().quick
    started = time.monotonic()
    rows = []
    for row in measure(quick):
        rows.append(row)
        sys.stderr.write(f"{time.monotonic() - started:4.0f} s  {row.what}: {row.ours}\n")
    sys.stdout.write(markdown(rows))


def measure(quick: bool) -> Iterator[Row]:
    """Every row, in the order of the table."""
    yield from resuming.rows(10_000 if quick else 1_000_000)
    yield from cost.rows(200 if quick else 5_000)
    yield from workers.rows(0.5, peers=(3,)) if quick else workers.rows(12)


if __name__ == "__main__":
    main()

"""How faithfully mail is read, threaded and trimmed, beside other programs on the same cases: one Markdown table.

python benchmarks/mail_fidelity.py [--corpora DIR]; benchmarks/README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fidelity import decoding, threads, trimming
from fidelity.corpora import mail_sets
from fidelity.table import Row, markdown

CORPORA = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora"
SHOWN = 30  # misses named in the progress of one row


def main() -> None:
    """Print the table on stdout; progress and the names of what we miss on stderr."""
    parser = argparse.ArgumentParser(description="Score migrate and its peers on mail with known answers.")
    parser.add_argument("--corpora", type=Path, default=CORPORA, metavar="DIR", help="default: %(default)s")
    corpora = parser.parse_args().corpora
    if not corpora.is_dir():
        parser.error(f"there are no corpora at {corpora}")
    logging.disable()  # talon and mail-parser log what they cannot read
    started = time.monotonic()
    rows = []
    for row in score(corpora):
        rows.append(row)
        sys.stderr.write(f"{time.monotonic() - started:4.0f} s  {row.name}: {row.ours}{_missed(row)}\n")
    sys.stdout.write(markdown(rows))


def score(corpora: Path) -> Iterator[Row]:
    """Every row, in the order of the table."""
    yield from trimming.rows(corpora)
    sets = mail_sets(corpora)
    yield from threads.rows(corpora, sets)
    yield from decoding.rows(sets)


def _missed(row: Row) -> str:
    if not row.missed:
        return ""
    more = f" and {len(row.missed) - SHOWN} more" if len(row.missed) > SHOWN else ""
    return f"; missed: {', '.join(row.missed[:SHOWN])}{more}"


if __name__ == "__main__":
    main()

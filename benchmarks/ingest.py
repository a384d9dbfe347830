"""How quickly mail is imported, beside the plain loop everyone would write. Alternating, each as a program of its own.

python benchmarks/ingest.py [--quick] [MBOX …]; benchmarks/README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingesting.community import write_mailbox
from ingesting.tree import run
from migrate.files import Input, open_inputs
from pushing.table import Row, markdown

PLAIN = Path(__file__).parent / "ingesting" / "plain.py"
# Messages a second of the indexing phase of Discourse's own mbox importer, and of the plain loop on the same machine.
DISCOURSE, PLAIN_BESIDE = 77, 1761
MESSAGES = 30_000  # of the mailboxes that are made up


def measure(name: str, mailbox: Path, rounds: int) -> Iterator[Row]:
    """Rows for the speed, the memory and the size of the archive."""
    plain, ours, size = [], [], 0
    for _ in range(rounds):
        plain.append(run([sys.executable, str(PLAIN), str(mailbox)]))
        with tempfile.TemporaryDirectory(dir=mailbox.parent) as folder:
            archive = Path(folder) / "archive.sqlite3"
            ours.append(run([sys.executable, "-m", "migrate", "import", "mbox", str(mailbox), "-a", str(archive)]))
            size = archive.stat().st_size
    loop, best = min(plain), min(ours)
    count = int(loop.output)
    ratio = loop.seconds / best.seconds
    rates = count / best.seconds, count / loop.seconds
    yield Row(f"{name}: messages/s", f"{rates[0]:,.0f}", f"plain loop {rates[1]:,.0f}", "")
    yield Row(f"{name}: times as quick as the plain loop", f"{ratio:.2f}", "1", "2; at least 1")
    peer = f"{DISCOURSE} messages/s where the plain loop made {PLAIN_BESIDE:,}"
    yield Row(f"{name}: times indexing by Discourse", f"{ratio * PLAIN_BESIDE / DISCOURSE:.0f}", peer, "20")
    memory = max(spent.memory for spent in ours) / 1e6
    yield Row(f"{name}: memory of all processes", f"{memory:.0f} MB", "", "400 MB")
    yield Row(f"{name}: archive to mailbox", f"{size / mailbox.stat().st_size:.2f}", "", "1.5 of text")


def mailboxes(given: list[Path], folder: Path, messages: int) -> Iterator[tuple[str, Path]]:
    """Names and plain mboxes: those given, unpacked, then two that are made up."""
    for path in given:
        mailbox = folder / "given.mbox"
        with mailbox.open("wb") as file:
            for item in open_inputs([str(path)]):
                if isinstance(item, Input):
                    shutil.copyfileobj(item.stream, file)
        yield path.name, mailbox
    made = folder / "made-up.mbox"
    for name, text_only in (("made up", False), ("made up, text only", True)):
        write_mailbox(made, messages, text_only=text_only)
        yield name, made


def main() -> None:
    """Print the table on stdout, and each row on stderr as it is there."""
    parser = argparse.ArgumentParser(description="Measure how quickly mail is imported.")
    parser.add_argument("mbox", nargs="*", type=Path, help="mailboxes to measure with, also packed")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works; no figures to show")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, mailbox in mailboxes(asked.mbox, Path(folder), 300 if asked.quick else MESSAGES):
            for row in measure(name, mailbox, 1 if asked.quick else 3):
                rows.append(row)
                sys.stderr.write(f"{row.what}: {row.ours} ({row.beside})\n")
    sys.stdout.write(markdown(rows))


if __name__ == "__main__":
    main()

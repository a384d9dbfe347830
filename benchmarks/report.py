"""How long the report of 100,000 messages takes as a page, and how large that is, against the goals.

python benchmarks/report.py [--quick]; benchmarks/README.md says what the figures mean. The archives are made by SQL in
a temporary folder; the report is started as a user does.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pushing.community import make_archive
from pushing.table import Row, markdown

MESSAGES = 100_000
SECONDS, MEGABYTES = "10 s", "5 MB"  # the goals
FINDINGS = 10  # one in so many messages has one
SOURCES = 6
HOSTILE = "<&>'\"" * 51  # as long as a title can be, and six times as long when escaped


def prepare(path: Path, *, messages: int, threads: int, people: int, title: str = "") -> None:
    """Lists of different sizes over twenty years, one of them private; a finding for one message in ten."""
    with (
        make_archive(path, messages=messages, threads=threads, people=people) as archive,
        archive.transaction() as db,
    ):
        for number in range(2, SOURCES + 1):
            values = (number, f"list{number}.example.org", f"List {number}", number == SOURCES)
            db.execute(
                "INSERT INTO source (id, key, kind, name, description, private) VALUES (?, ?, 'mbox', ?, '', ?)", values
            )
        db.execute("UPDATE thread SET source_id = 1 + id % 7 % ?", (SOURCES,))
        db.execute("UPDATE message SET source_id = (SELECT source_id FROM thread WHERE thread.id = thread_id)")
        db.execute("UPDATE message SET sent_at = 1000000000000 + id * (631152000000 / ?)", (messages,))
        db.execute("INSERT INTO origin SELECT id, source_id, locator FROM message")
        if title:
            db.execute("UPDATE thread SET title = ? || id", (title,))
        db.execute(
            "INSERT INTO finding (stage, severity, code, text, source_id, message_id, locator, lost)"
            " SELECT 'read', 'warning', 'odd-' || (id / ? % 40), 'Something is odd.', source_id, id, locator, 0"
            " FROM message WHERE id % ? = 0",
            (FINDINGS, FINDINGS),
        )
        db.execute("INSERT INTO chunk SELECT 'fingerprint', 'mbox', 'gardeners.mbox', count(*), 0, 0 FROM message")


def measure(name: str, archive: Path) -> Iterator[Row]:
    """A row for the time, and one for the size."""
    page = archive.with_suffix(".html")
    began = time.perf_counter()
    command = [sys.executable, "-m", "migrate", "report", "-a", str(archive), "--html", str(page)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    took = time.perf_counter() - began
    yield Row(f"{name}: time", f"{took:.1f} s", "", SECONDS)
    yield Row(f"{name}: size of the page", f"{page.stat().st_size / 1e6:.1f} MB", "", MEGABYTES)


def rows(messages: int) -> Iterator[Row]:
    """Every row, in the order of the table."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, threads, people, title) in enumerate(
            (
                ("threads of seven", messages // 7, messages // 20, ""),
                ("no message answers another, everybody wrote one", messages, messages, ""),
                ("the same with titles of 255 letters that are all escaped", messages, messages, HOSTILE),
            )
        ):
            archive = Path(folder) / f"{number}.sqlite3"
            prepare(archive, messages=messages, threads=threads, people=people, title=title)
            yield from measure(f"{messages:,} messages, {name}", archive)


def main() -> None:
    """Print the table on stdout, and each row on stderr as it is there."""
    parser = argparse.ArgumentParser(description="Measure how long the report takes as a page.")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works; no figures to show")
    done = []
    for row in rows(1_000 if parser.parse_args().quick else MESSAGES):
        done.append(row)
        sys.stderr.write(f"{row.what}: {row.ours}\n")
    sys.stdout.write(markdown(done))


if __name__ == "__main__":
    main()

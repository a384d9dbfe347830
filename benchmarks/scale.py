"""How time and memory grow with the archive: every step of a migration with 10,000, 100,000 and 1,000,000 messages.

python benchmarks/scale.py [--quick] [SIZE …]; benchmarks/README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple

from ingesting.community import write_mailbox
from ingesting.tree import Watch, run
from migrate.archive import Archive
from pushing.community import mark_sent
from pushing.programs import running

SIZES = (10_000, 100_000, 1_000_000)
MIGRATE = (sys.executable, "-m", "migrate")
os.environ["DISCOURSE_API_KEY"] = "0" * 64  # any will do


class Taken(NamedTuple):
    """Seconds and bytes of one step."""

    seconds: float
    memory: int


def steps(folder: Path, messages: int) -> Iterator[tuple[str, Taken]]:
    """Every step, in the order of a migration."""
    mailbox, archive = folder / "made-up.mbox", folder / "archive.sqlite3"
    write_mailbox(mailbox, messages)
    on = ("-a", str(archive))
    yield "--help", _command("--help")
    yield "import", _command("import", "mbox", str(mailbox), *on)
    yield "import again", _command("import", "mbox", str(mailbox), *on)
    mailbox.unlink()
    yield "report", _command("report", *on)
    yield "report --json", _command("report", "--json", *on)
    yield "report --html", _command("report", "--html", str(folder / "report.html"), *on)
    yield from _preview(archive)
    with running("server") as said:
        url = said.readline().strip()
        yield "push, until it makes something", _until(said, "create", "push", "--to", url, *on)
    with running("server") as said:
        _sent(archive, said.readline().strip(), half=True)
        yield "resume half-way, until its first post", _until(said, "post", "resume", *on)
    yield "status", _command("status", *on)
    with running("mirror", str(archive)) as said:
        _sent(archive, said.readline().strip(), half=False)
        yield "verify", _command("verify", *on)


def _command(*arguments: str) -> Taken:
    spent = run([*MIGRATE, *arguments])
    return Taken(spent.seconds, spent.memory)


def _preview(archive: Path) -> Iterator[tuple[str, Taken]]:
    """Until it listens, and its first page."""
    with _started("preview", "-a", str(archive), "--no-open", "--port", "0") as (process, watch, began):
        assert process.stdout
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address, "the preview does not start"
        listens = time.perf_counter()
        with urllib.request.urlopen(address[0]) as answer:  # noqa: S310 - our own server
            answer.read()
        shown = time.perf_counter()
    yield "preview, until it listens", Taken(listens - began, watch.most)
    yield "preview, first page", Taken(shown - listens, watch.most)


def _until(said: IO[str], what: str, *arguments: str) -> Taken:
    """Until the forum hears a request of that kind. Raises RuntimeError where the command ends before."""
    heard: dict[str, float] = {}
    threading.Thread(target=_listen, args=(said, heard), daemon=True).start()
    began = time.time()
    with _started(*arguments) as (process, watch, _):
        while what not in heard:
            if process.poll() is not None:
                raise RuntimeError(f"migrate {arguments[0]} ended with status {process.returncode}")
            time.sleep(0.01)
    return Taken(heard[what] - began, watch.most)


def _listen(said: IO[str], heard: dict[str, float]) -> None:
    for line in said:
        what, moment = line.split()
        heard[what] = float(moment)


@contextmanager
def _started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Watch, float]]:
    """A command that is ended when enough of it was seen."""
    began = time.perf_counter()
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen([*MIGRATE, *arguments], stdout=pipe, stderr=nowhere, text=True) as process:  # noqa: S603 - our own command
        with Watch(process.pid) as watch:
            yield process, watch, began
        process.kill()


def _sent(archive: Path, url: str, *, half: bool) -> None:
    """The journal of a push to that forum, of half of the threads or of all; what was there is forgotten."""
    with Archive.open(archive, mode="write") as opened:
        with opened.transaction() as db:
            db.execute("DELETE FROM operation")
            db.execute("DELETE FROM target")
            (threads,) = db.execute("SELECT max(id) FROM thread").fetchone()
            query = "INSERT INTO target (url, generation, facts) VALUES (?, 1, '{}') RETURNING id"
            (target_id,) = db.execute(query, (url,)).fetchone()
        mark_sent(opened, target_id, threads=threads // 2 if half else threads)


def table(measured: dict[int, dict[str, Taken]]) -> Iterator[str]:
    """A row for each step: time and memory at every size, and how steeply both grow."""
    sizes = sorted(measured)
    head = ["step", *(f"{size:,}" for size in sizes), *(f"slope {a:,} to {b:,}" for a, b in pairwise(sizes))]
    yield _row(head)
    yield _row(["---"] * len(head))
    for step in measured[sizes[0]]:
        taken = [measured[size][step] for size in sizes]
        cells = [f"{one.seconds:.2f} s, {one.memory / 1e6:.0f} MB" for one in taken]
        pairs = zip(pairwise(taken), pairwise(sizes), strict=True)
        yield _row([step, *cells, *(f"{_slope(*times, *of):.2f}" for times, of in pairs)])
    if len(sizes) > 1:
        most = {size: measured[size]["import"].memory for size in sizes[-2:]}
        (fewer, before), (more, after) = most.items()
        yield f"\nimport, bytes of memory for each message beyond {fewer:,}: {(after - before) / (more - fewer):.0f}\n"


def _slope(before: Taken, after: Taken, smaller: int, larger: int) -> float:
    return math.log(after.seconds / before.seconds) / math.log(larger / smaller)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Print the table on stdout, and each step on stderr as it is there."""
    parser = argparse.ArgumentParser(description="Measure how time and memory grow with the archive.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="messages; default: 10000 100000 1000000")
    parser.add_argument("--quick", action="store_true", help="a minute, to see that it works; no figures to show")
    asked = parser.parse_args()
    measured: dict[int, dict[str, Taken]] = {}
    for size in (300, 600) if asked.quick else asked.sizes:
        measured[size] = {}
        with tempfile.TemporaryDirectory() as folder:
            for step, taken in steps(Path(folder), size):
                measured[size][step] = taken
                sys.stderr.write(f"{size:,} {step}: {taken.seconds:.2f} s, {taken.memory / 1e6:.0f} MB\n")
    sys.stdout.writelines(table(measured))


if __name__ == "__main__":
    main()

"""How quickly the preview is there and shows its pages, for archives of 100,000 and of a million messages.

python benchmarks/preview.py [--quick]; benchmarks/README.md says what the figures mean. The archives are made by SQL in
a temporary folder; the preview is started as a user does, and asked over HTTP.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pushing.community import make_archive
from pushing.table import Row, markdown

GOALS = {100_000: ("1 s", "300 ms", "1 s"), 1_000_000: ("a few s", "", "")}  # start, page, search
LONG = 10_000  # posts of one topic
SENTENCES = 8  # in a message, of about 100 characters
RARE = "Quittenmarmelade"


def prepare(path: Path, *, messages: int, people: int) -> None:
    """An archive of threads of seven, one of them with 10,000 messages; one word stands in the oldest message only."""
    with (
        make_archive(path, messages=messages, threads=messages // 7, people=people, words=SENTENCES) as archive,
        archive.transaction() as db,
    ):
        long = min(LONG, messages // 2)
        db.execute("UPDATE message SET thread_id = 1, position = id, parent_id = nullif(1, id) WHERE id <= ?", (long,))
        db.execute("UPDATE content SET body = body || ? WHERE message_id = 1", (RARE,))


@contextmanager
def running(archive: Path) -> Iterator[tuple[str, float]]:
    """A preview of the archive: its address, and after how many seconds it listened."""
    began = time.perf_counter()
    command = [sys.executable, "-u", "-m", "migrate", "preview", "-a", str(archive), "--no-open", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            assert server.stdout
            address = re.search(r"http://\S+", server.stdout.readline())
            if address is None:
                raise SystemExit("the preview does not start")
            yield address[0], time.perf_counter() - began
        finally:
            server.terminate()


def seconds(url: str) -> float:
    """How long a page takes."""
    began = time.perf_counter()
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
        answer.read()
    return time.perf_counter() - began


def measure(path: Path, messages: int) -> Iterator[Row]:
    """A row for the start, and one for each kind of page."""
    start, page, search = GOALS.get(messages, ("", "", ""))
    long = min(LONG, messages // 2)
    pages = {
        "first page": ("/", page),
        "a page far down the list": (f"/latest?page={min(100, messages // 7 // 60)}", page),
        f"topic of {long:,} posts, in the middle": (f"/t/beans-part-1/1?post={long // 2}", page),
        "its last page": (f"/t/beans-part-1/1?page={long // 20}", page),
        "somebody's posts": ("/u/Person_7", page),
        "search: a word of all posts": ("/search?q=slugs", search),
        "search: a word of one post": ("/search?q=" + urllib.parse.quote(RARE.lower()), search),
    }
    with running(path) as (url, took):
        yield Row(f"{messages:,} messages: until it listens", f"{took:.2f} s", "", start)
        for name, (address, goal) in pages.items():
            first, again = seconds(url + address), seconds(url + address)
            yield Row(f"{messages:,} messages: {name}", f"{first * 1000:.0f} ms", f"again: {again * 1000:.0f} ms", goal)


def main() -> None:
    """Print the table on stdout."""
    parser = argparse.ArgumentParser(description="Measure how quickly the preview shows its pages.")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    sizes = [3_500] if parser.parse_args().quick else list(GOALS)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for messages in sizes:
            path = Path(folder) / f"{messages}.sqlite3"
            prepare(path, messages=messages, people=messages // 20 if messages > 500_000 else messages // 10)
            rows += measure(path, messages)
            path.unlink()
    sys.stdout.write(markdown(rows))


if __name__ == "__main__":
    main()

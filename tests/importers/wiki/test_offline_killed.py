"""A dump through the command line: again, in another form, and after it was killed in the middle."""

from __future__ import annotations

import bz2
import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.importers.wiki.dumps import export, page, revision
from tests.test_ingest import contents

SAID = "{} words [[User:{}|{}]] ([[User talk:{}|talk]]) 10:{:02}, 3 March 2020 (UTC)"


def dump(pages: int) -> bytes:
    """Talk pages of ten comments each."""
    texts = []
    for number in range(pages):
        said = [SAID.format(":" * (minute % 4), *["Ann" if minute % 2 else "Ben"] * 3, minute) for minute in range(10)]
        texts.append(page(f"Talk:Page {number}", revision("\n".join([f"== Soil {number} ==", *said]), number + 1)))
    return export(*texts)


def command(archive: Path, *files: Path) -> list[str]:
    """What somebody types."""
    return [sys.executable, "-m", "migrate", "import", "auto", *map(str, files), "-a", str(archive), "--json"]


def imported(archive: Path, *files: Path) -> dict[str, Any]:
    """Import, and what was counted."""
    done = subprocess.run(command(archive, *files), check=True, capture_output=True, text=True)
    counts: dict[str, Any] = json.loads(done.stdout)
    return counts


def test_the_same_dump_again_adds_nothing_in_whatever_form(tmp_path: Path):
    archive, plain, packed = tmp_path / "a.sqlite3", tmp_path / "dump.xml", tmp_path / "dump.xml.bz2"
    plain.write_bytes(dump(5))
    packed.write_bytes(bz2.compress(dump(5)))
    imported(archive, plain)
    before = contents(archive)
    assert "Talk:Page 4" in repr(before)
    imported(archive, packed)
    assert contents(archive) == before


def messages(archive: Path) -> int:
    """How many are in the archive by now; 0 where there is none yet."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM message").fetchone()[0])
    return 0


def test_an_import_killed_in_the_middle_goes_on_to_the_same_archive(tmp_path: Path):
    path = tmp_path / "dump.xml"
    path.write_bytes(dump(200))
    imported(tmp_path / "whole.sqlite3", path)
    archive = tmp_path / "killed.sqlite3"
    process = subprocess.Popen(command(archive, path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not messages(archive) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < messages(archive) < 200 * 10
    imported(archive, path)
    assert contents(archive) == contents(tmp_path / "whole.sqlite3")

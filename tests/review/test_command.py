"""review as a user types it: at a terminal, in a script, as data."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from migrate.cli.app import app
from migrate.mapping import read_mapping
from migrate.model import Record, Source, Thread
from migrate.review.answers import answered_codes, command
from tests.discourse.community import make_archive, message
from tests.review.desk import finding, undated
from tests.test_docs import commands, parameters

PATIENCE = 30  # seconds
BOARD = Source(key="board.example.org", kind="google-groups", name="Board", private=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody works: an archive and nothing else."""
    undated(tmp_path / "migration.sqlite3").close()
    return tmp_path


def review(folder: Path, *arguments: str, typed: str = "") -> Result:
    """The command in a script, reading its answers line by line."""
    return CliRunner().invoke(app, ["review", "-a", str(folder / "migration.sqlite3"), *arguments], input=typed)


class Terminal:
    """A real one: what is typed is sent when the prompt stands there."""

    def __init__(self, folder: Path) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "migrate", "review"],
            cwd=folder,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: _take_terminal(theirs),
        )
        os.close(theirs)
        self.shown = ""

    def wait(self, words: str) -> None:
        """Until these words stand there anew."""
        began, end = len(self.shown), time.monotonic() + PATIENCE
        while words not in self.shown[began:]:
            assert time.monotonic() < end, f"no {words!r} in {self.shown!r}"
            self._read()

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def interrupt(self) -> None:
        """Ctrl-C. One that comes just before `input` begins to read is seen with the next key only: then again."""
        end = time.monotonic() + PATIENCE
        while "Interrupted" not in self.shown and time.monotonic() < end:
            self.type(b"\x03")
            while select.select([self._ours], [], [], 3)[0] and self._read() and "Interrupted" not in self.shown:
                pass

    def end(self) -> int:
        """Its exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return self._process.wait(PATIENCE)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], PATIENCE)[0]:
            self._process.kill()
            pytest.fail(f"nothing came any more after {self.shown!r}")
        try:
            found = os.read(self._ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            return False
        self.shown += found.decode()
        return bool(found)


def _take_terminal(number: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(number, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


LEAVING = {"Ctrl-C": (130, "Nothing is lost"), "Ctrl-D": (0, "Decided: 1 of 2"), "q": (0, "Decided: 1 of 2")}


@pytest.mark.parametrize("how", LEAVING)
def test_at_a_terminal_quitting_in_the_middle_keeps_what_was_decided(folder: Path, how: str) -> None:
    terminal = Terminal(folder)
    terminal.wait("q quit > ")
    terminal.type(b"a\n")
    terminal.wait("q quit > ")
    if how == "Ctrl-C":
        terminal.interrupt()
    else:
        terminal.type(b"\x04" if how == "Ctrl-D" else b"q\n")
    code, last = LEAVING[how]
    assert terminal.end() == code
    assert last in terminal.shown
    assert "Traceback" not in terminal.shown
    assert read_mapping((folder / "mapping.toml").read_text("utf-8"), "").accepted == ("date-from-neighbours",)
    assert {path.name for path in folder.iterdir() if "mapping" in path.name} == {"mapping.toml"}


def test_ctrl_c_before_a_change_is_confirmed_writes_nothing(folder: Path) -> None:
    terminal = Terminal(folder)
    terminal.wait("q quit > ")
    terminal.type(b"1\n")
    terminal.wait("y/n > ")
    terminal.interrupt()
    assert terminal.end() == 130
    assert not (folder / "mapping.toml").exists()


def test_a_script_answers_line_by_line(folder: Path) -> None:
    done = review(folder, typed="1\ny\na\n")
    assert done.exit_code == 0
    assert "Write this? y/n > y\n" in done.output
    assert "Decided: 2 of 2." in done.output
    mapping = read_mapping((folder / "mapping.toml").read_text("utf-8"), "")
    assert (mapping.undated, len(mapping.accepted)) == ("leave-out", 2)
    other = folder / "other.toml"
    assert review(folder, "--mapping", str(other), typed="s\na\n").exit_code == 0
    assert read_mapping(other.read_text("utf-8"), "").accepted == ("people-joined",)


def test_bytes_that_are_no_text_are_no_answer(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "migrate", "review"],
        cwd=folder,
        input=b"\xff\n\x00\na\n",
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert b"Decided: 1 of 2." in done.stdout


def test_as_data_it_lists_findings_and_answers_and_asks_nothing(folder: Path) -> None:
    done = review(folder, "--json", typed="a\na\n")
    found = json.loads(done.stdout)
    assert not (folder / "mapping.toml").exists()
    assert [each["code"] for each in found["findings"]] == ["date-from-neighbours", "people-joined"]
    first, second = found["findings"]
    assert first["touched"] == [{"severity": "warning", "count": 2, "things": 2, "posts": 2, "people": 1}]
    assert first["answers"][0] == {
        "words": "accept",
        "mapping": {"review": {"accepted": ["date-from-neighbours"]}},
    }
    assert first["answers"][1]["mapping"] == {"undated": "leave-out"}
    assert second["command"].startswith("migrate people --csv people.csv -a ")
    review(folder, typed="a\n")
    assert [each["accepted"] for each in json.loads(review(folder, "--json").stdout)["findings"]] == [True, False]


def private() -> Iterator[Record]:
    yield BOARD
    yield Thread(key="secret", source=BOARD.key, title="Money")
    yield message("s", "secret", source=BOARD)
    yield finding("visibility-unknown", source=None, locator=BOARD.key)  # said before the group was known


def test_readers_of_a_private_group_are_named(tmp_path: Path) -> None:
    make_archive(tmp_path / "migration.sqlite3", private()).close()
    done = review(tmp_path, typed="1\n\n1\neveryone\n1\nboard, helpers\ny\n")
    assert "name the groups of the forum that may read them: Board" in done.output
    assert "No group was named." in done.output
    assert "`read` must be names of groups" in done.output
    assert "categories for staff alone 1 → 0" in done.output
    (rule,) = read_mapping((tmp_path / "mapping.toml").read_text("utf-8"), "").rules
    assert (rule.source, rule.read, rule.public) == ((BOARD.key,), ("board", "helpers"), False)


def test_what_goes_against_the_archive_is_told_and_not_written(tmp_path: Path) -> None:
    others = replace(BOARD, key="others.example.org", name="Others")
    more: list[Record] = [others, Thread(key="t", source=others.key, title="T"), message("t", "t", source=others)]
    make_archive(tmp_path / "migration.sqlite3", [*private(), *more]).close()
    text = '[[rule]]\nsource = "elsewhere*"\ncategory = "Board"\nread = ["staff"]\n'
    file = tmp_path / "mapping.toml"
    file.write_text(text, "utf-8")
    done = review(tmp_path, typed="2\nq\n")
    assert done.exit_code == 0
    assert "everyone may read the category 'Board'" in done.output
    assert file.read_text("utf-8") == text


def test_readers_of_one_group_are_not_given_another_one_by_the_way(tmp_path: Path) -> None:
    shed = replace(BOARD, key="shed.example.org", name="Shed")
    records = [*private(), shed, Thread(key="s", source=shed.key, title="S"), message("s1", "s", source=shed)]
    make_archive(tmp_path / "migration.sqlite3", records).close()
    file = tmp_path / "mapping.toml"
    file.write_text('[[rule]]\nkind = "google-groups"\ncategory = "Groups"\n')
    before = file.read_text()
    done = review(tmp_path, typed="1\nmembers\ny\n")
    assert "'Shed' stands in the same category" in done.output
    assert file.read_text() == before


def test_without_anything_to_read_from_nothing_is_asked(folder: Path) -> None:
    arguments = ["-m", "migrate", "review", "-a", str(folder / "migration.sqlite3")]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Decided: 0 of 2." in done.stdout


def test_commands_that_are_named_exist() -> None:
    known = {
        name: {flag for info, *_ in parameters(function) for flag in _flags(info)} for name, function in commands()
    }
    for code in answered_codes():
        text = command(code, " -a x")
        if text.startswith("migrate"):
            name = re.match("migrate (import )?[a-z-]+", text.replace("SOURCE", "mbox"))
            assert name
            options = set(re.findall(r"--[a-z-]+", text))
            assert options <= known[name[0]], text


def _flags(info: object) -> set[str]:
    given = (getattr(info, "default", None), *(getattr(info, "param_decls", None) or ()))
    return {flag for flag in given if isinstance(flag, str)}

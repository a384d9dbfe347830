"""`migrate preview` as somebody starts it at a terminal."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.cli import preview
from tests.discourse.community import make_archive, talk

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    make_archive(tmp_path / "migration.sqlite3", talk()).close()
    return tmp_path / "migration.sqlite3"


def test_it_says_where_it_is_and_ends_with_ctrl_c(archive: Path) -> None:
    command = [sys.executable, "-u", "-m", "migrate", "preview", "--no-open", "--port", "0"]
    server = subprocess.Popen(command, cwd=archive.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert address
        assert server.stdout.readline() == "Stop with Ctrl-C.\n"
        with urllib.request.urlopen(address[0]) as page:
            assert b"About seeds, part 1" in page.read()
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
        assert (server.returncode, errors) == (0, "")
    finally:
        server.kill()
        server.wait()


def test_a_port_that_is_taken_is_said_so(archive: Path, migrate: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = migrate("preview", "--no-open", "--port", taken.getsockname()[1], expect=2)
    assert "choose another with --port" in done.stderr


def test_what_is_wrong_at_first_is_said_at_the_terminal(archive: Path, migrate: Run) -> None:
    (archive.parent / "m.toml").write_text("[[rule]]\ncategorie = 1\n")
    assert "m.toml, line 2" in migrate("preview", "--no-open", "--mapping", "m.toml", expect=2).stderr
    assert "none.toml" in migrate("preview", "--no-open", "--mapping", "none.toml", expect=2).stderr
    assert "There is no archive" in migrate("preview", "--no-open", "-a", "none.sqlite3", expect=2).stderr
    assert "port 99999999" in migrate("preview", "--no-open", "--port", "99999999", expect=2).stderr


@pytest.mark.parametrize("opened", [True, False, OSError()])
def test_where_no_browser_can_be_opened_it_says_how_to_get_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], opened: bool | OSError
) -> None:
    def open_browser(_: str) -> bool:
        if isinstance(opened, OSError):
            raise opened
        return opened

    monkeypatch.setattr("webbrowser.open", open_browser)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    preview.announce("http://127.0.0.1:4680", no_open=False)
    assert ("ssh -L 4680:127.0.0.1:4680" in capsys.readouterr().out) is (opened is not True)


def test_no_browser_is_opened_at_the_far_end_of_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("opened"))
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    preview.announce("http://127.0.0.1:4680", no_open=False)
    preview.announce("http://127.0.0.1:4680", no_open=True)

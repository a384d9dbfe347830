"""Progress while something runs: lines where output is piped, one live line on a terminal; rate and time left."""

from __future__ import annotations

import io

import pytest

from migrate.cli import common
from migrate.cli.common import SECONDS_BETWEEN_LINES, Progress, show_progress
from migrate.cli.push import showing_stages
from migrate.discourse.push.run import Progress as PushProgress


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(common, "time", made)
    return made


def piped() -> Progress:
    return Progress("Posts", "posts", quiet=False, _said=1000.0)


def test_a_pipe_gets_a_line_every_ten_seconds(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress = piped()
    for second in range(36):
        clock.now = 1000.0 + second
        progress.update(17_000 + second * 12, 48_163, "2 retries")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 35 // SECONDS_BETWEEN_LINES
    assert lines[0] == "Posts  17,120/48,163 posts  12.0/s  0:43:07 left  2 retries"


def test_the_rate_is_that_of_the_last_minute(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress, done = piped(), 0
    for second in range(400):
        clock.now = 1000.0 + second
        done += 100 if second < 300 else 2
        progress.update(done, 100_000)
    assert "  2.0/s  " in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("a_second", "shown"), [(0.5, "30/min"), (2.5, "2.5/s"), (2500.0, "2,500/s")], ids=["slow", "usual", "quick"]
)
def test_a_rate_is_told_in_fitting_figures(
    clock: Clock, capsys: pytest.CaptureFixture[str], a_second: float, shown: str
) -> None:
    progress = piped()
    for second in range(11):
        clock.now = 1000.0 + second
        progress.update(int(second * a_second), None)
    assert f"  {shown}" in capsys.readouterr().err


def test_where_nothing_moves_no_time_is_promised(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    progress = piped()
    for second in range(11):
        clock.now = 1000.0 + second
        progress.update(5, 10, "waiting for the forum's limit (42 s)")
    assert capsys.readouterr().err == "Posts  5/10 posts  waiting for the forum's limit (42 s)\n"


def test_each_stage_has_a_line_of_its_own_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    with showing_stages(quiet=False) as report:
        report(PushProgress("users", 3, 3, uploads=0, retries=0, refused=0))
        report(PushProgress("posts", 1, 1200, uploads=4, retries=2, refused=1, waiting_seconds=41.6))
    shown = screen.getvalue()
    assert "3/3 users" in shown
    assert "1/1,200 posts" in shown
    assert "4 uploads   2 retries   1 refused   waiting for the forum's limit (42 s)" in shown


def test_scripts_see_no_progress(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("Posts", "posts", quiet=True) as progress:
        clock.now += 60
        progress.update(5, 10)
    assert capsys.readouterr().err == ""

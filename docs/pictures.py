"""Takes the pictures of the documents from the samples: `make pictures`.

Terminals are drawn from what the commands really print on one of 100 columns, pages are photographed with chromium.
Everything happens in a temporary folder, so that no path or file of whoever runs it is to be seen.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
SAMPLES = DOCS.parent / "samples"
COLUMNS = 100
PATIENCE = 60  # seconds without a word from a command
WIDTH, HEIGHT = 1000, 720  # pixels of a page
BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync")
LIST, TOPIC = "Gardeners of Mill Lane", "When do you chit potatoes?"  # it has quotes, and answers to answers
# A picture asks no other site for a font; every terminal's own will do.
SVG = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


class Terminal:
    """A terminal in a folder; what is typed there is seen as somebody at the keyboard would see it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"}

    def run(self, command: str, *answers: str, picture: str = "") -> None:
        """Run `migrate …`, type an answer at each of its prompts, and draw it."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
        process = subprocess.Popen(  # noqa: S603 - a command that stands below
            ["/bin/sh", "-c", command.replace("migrate", f"{sys.executable} -m migrate", 1)],
            cwd=self._folder,
            env=self.environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs if answers else None,  # prompts stand there; else bars that move, which cannot be drawn
        )
        os.close(theirs)
        said = _conversation(ours, answers)
        os.close(ours)
        if process.wait() not in (0, 1):  # 1: `doctor` found something to be done
            raise SystemExit(f"{command}\n{said}")
        if picture:
            _draw(PICTURES / f"{picture}.svg", command, said)

    @contextmanager
    def running(self, command: str) -> Iterator[list[str]]:
        """A command that serves pages until it is stopped; gives what it says of itself, a line each."""
        words = [sys.executable, "-m", "migrate", *command.split()[1:]]
        with subprocess.Popen(  # noqa: S603 - so does this one
            words, cwd=self._folder, env=self.environment, stdout=subprocess.PIPE
        ) as process:
            try:
                assert process.stdout
                lines = io.TextIOWrapper(process.stdout, "utf-8")
                yield list(iter(lambda: lines.readline().strip(), "Stop with Ctrl-C."))
            finally:
                process.terminate()


def _conversation(ours: int, answers: tuple[str, ...]) -> str:
    """Everything that was printed and typed."""
    said, at, waiting = b"", 0, list(answers)
    while True:
        if not select.select([ours], [], [], PATIENCE)[0]:
            raise SystemExit(f"It waits for something:\n{said.decode()}")
        try:
            more = os.read(ours, 65536)
        except OSError:  # so Linux tells the end
            more = b""
        if not more:
            return said.decode()
        said += more
        if waiting and said[at:].replace(b"\x1b[?2004h", b"").endswith(b"> "):
            at = len(said)
            os.write(ours, waiting.pop(0).encode() + b"\n")


def _draw(path: Path, command: str, said: str) -> None:
    """What stands on the terminal, as SVG."""
    said = re.sub(r"\x1b\[\?2004[hl]|\r", "", said)  # signs that a line is about to be typed
    screen = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    screen.print(Text.assemble(("$ ", "green"), (command, "bold")))
    screen.print(Text.from_ansi(said.rstrip()), soft_wrap=False)
    drawn = screen.export_svg(title="migrate", theme=DIMMED_MONOKAI, code_format=SVG, unique_id=path.stem)
    path.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", "utf-8")


class Camera:
    """A browser window; photographs what is to be seen in it without scrolling."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, url: str, height: int = HEIGHT) -> None:
        """Go there, in a window of that height."""
        self._page.set_viewport_size({"width": WIDTH, "height": height})
        self._page.goto(url)

    def take(self, picture: str) -> None:
        """A picture of what the window shows."""
        self._page.screenshot(path=PICTURES / f"{picture}.png", animations="disabled")

    def follow(self, words: str, which: int = 0, height: int = HEIGHT) -> None:
        """Click on the link with these words, the first of them unless told otherwise."""
        link = self._page.get_by_role("link", name=words, exact=True).nth(which)
        self.open(link.evaluate("link => link.href"), height)

    def forget_today(self) -> None:
        """Take the day it was made from the report, since a picture is to change only when something else does."""
        self._page.locator(".kicker").evaluate("line => { line.textContent = line.textContent.split(',')[0] }")


def terminals(terminal: Terminal) -> None:
    """Import three samples, look at them, send them to the sandbox."""
    terminal.run("migrate import mbox samples/mbox/*", picture="import")
    terminal.run("migrate import google-groups samples/google-groups")
    terminal.run("migrate import facebook samples/facebook")
    terminal.run("migrate report", picture="report")
    terminal.run("migrate review --mapping my-community.toml", "1", "y", "q", picture="review")
    terminal.run("migrate report --html report.html")
    terminal.run("migrate push --to sandbox")
    terminal.run("migrate verify", picture="verify")


def doctor(terminal: Terminal) -> None:
    """A forum with the settings of a new Discourse, asked what it needs."""
    with terminal.running("migrate sandbox --data practice.sqlite3 --as 2026 --port 4681") as lines:
        given = next(line for line in lines if "export " in line).partition("export ")[2]
        terminal.environment |= dict(pair.split("=", 1) for pair in given.split())
        terminal.run("migrate doctor", picture="doctor")


def pages(terminal: Terminal, camera: Camera, folder: Path) -> None:
    """The report as a page, the preview, the forum of the sandbox."""
    camera.open((folder / "report.html").as_uri(), 900)
    camera.forget_today()
    camera.take("report-html")
    camera.open((folder / "report.html").as_uri() + "#history", 900)
    camera.take("report-history")
    with terminal.running("migrate preview --no-open --port 0") as lines:
        url = lines[0].split()[-1]
        camera.open(f"{url}/findings")
        camera.take("preview-findings")
        camera.open(url)
        camera.take("preview-latest")
        camera.follow(LIST)
        camera.follow(TOPIC, height=1000)
        camera.take("preview-topic")
        camera.follow("source", which=1, height=1000)
        camera.take("preview-source")
    with terminal.running("migrate sandbox --port 0") as lines:
        camera.open(lines[0].split()[-1])
        camera.take("sandbox")


def main() -> None:
    """All pictures anew."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        raise SystemExit(
            "Pictures of pages are taken with chromium, and there is none. On Debian: apt install chromium"
        )
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        shutil.copytree(SAMPLES, folder / "samples")
        terminal = Terminal(folder)
        terminals(terminal)
        browser = playwright.chromium.launch(executable_path=program, args=list(BROWSER))
        pages(terminal, Camera(browser.new_page(color_scheme="light", locale="en-GB", timezone_id="UTC")), folder)
        browser.close()
        doctor(terminal)


if __name__ == "__main__":
    main()

"""An archive with findings, and somebody who answers the questions."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from migrate.archive import Archive
from migrate.model import Finding, Record, Thread
from migrate.review.session import Session
from migrate.review.walk import Walk, ask_lines
from tests.discourse.community import GARDENERS, make_archive, message


def finding(code: str, about: str | None = None, **fields: object) -> Finding:
    """A finding of a code, about a message of that key."""
    values: dict[str, object] = {
        "stage": "read",
        "severity": "warning",
        "code": code,
        "text": f"Something about {code}.",
        "message": about,
        "locator": about or "somewhere",
    }
    return Finding(**(values | fields))  # type: ignore[arg-type]  # fields by name, as a test needs them


def undated(path: Path) -> Archive:
    """Two threads of two messages; of the second one nothing says when it was, and there are findings about it."""
    records: list[Record] = [Thread(key=key, source=GARDENERS.key, title=f"About {key}") for key in ("a", "c")]
    records += [message("a", "a"), message("b", "a", "a", author=2, day=1)]
    for key, parent in (("c", None), ("d", "c")):
        records += [message(key, "c", parent, date_source="neighbours"), finding("date-from-neighbours", key)]
    return make_archive(path, [*records, finding("people-joined", severity="info")])


def walk(archive: Archive, path: Path, *answers: str) -> str:
    """What the terminal shows to somebody who types these answers, and leaves."""
    return walk_along(archive, path, answers)


def walk_along(archive: Archive, path: Path, answers: Iterable[str]) -> str:
    """The same, each answer taken when it is asked for."""
    screen = io.StringIO()
    console = Console(file=screen, width=200, highlight=False, soft_wrap=True)
    Walk(Session(archive, path), console, ask_lines(console, answers), "").run()
    return screen.getvalue()

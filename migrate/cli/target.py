"""The options that name a forum, and the forum they name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from migrate.errors import MigrateError

SANDBOX = "sandbox"

ToOption = Annotated[
    str | None,
    typer.Option(
        "--to", envvar="DISCOURSE_URL", metavar="URL", help="The forum, or `sandbox` for one on this machine."
    ),
]
# An import never sends because of a variable somebody set long ago.
SendToOption = Annotated[str | None, typer.Option("--to", metavar="URL", help="Send it, too: the forum, or `sandbox`.")]
KeyFileOption = Annotated[
    Path | None,
    typer.Option("--api-key-file", help="A file that holds the API key; else it is taken from DISCOURSE_API_KEY."),
]
UserOption = Annotated[
    str, typer.Option("--api-username", envvar="DISCOURSE_API_USERNAME", help="The administrator who acts.")
]
QuotesOption = Annotated[
    Literal["fold", "keep", "drop"] | None,
    typer.Option(
        "--quotes",
        show_default=False,
        help="Quotes of a whole mail and signatures: `fold` shows them on a click, as is done unless you choose;"
        " `keep` shows them; `drop` leaves them in the archive. Remembered for this forum; a later choice is for what"
        " is sent from then on, posts that are there stay as they are.",
    ),
]

WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=64,
        show_default=False,
        help="How many requests are under way at a time; found out, and changed as the forum answers, unless given.",
    ),
]
AllowEmailsOption = Annotated[
    bool, typer.Option("--allow-emails", help="Push even where the forum could send e-mail to the people.")
]


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum to talk to. `name` is how the archive remembers it; the sandbox's URL changes, its name does not."""

    name: str
    url: str
    api_key: str
    api_username: str


@contextmanager
def open_forum(archive: Path, to: str, key_file: Path | None, username: str) -> Iterator[Forum]:
    """The forum that `--to` names; the sandbox runs while the block does. Raises MigrateError where no key is given."""
    if to == SANDBOX:
        from migrate.sandbox import Sandbox

        with Sandbox(sandbox_data(archive), prepared=True) as sandbox:
            yield Forum(SANDBOX, sandbox.url, sandbox.key, sandbox.admin_username)
        return
    yield Forum(to.rstrip("/"), to.rstrip("/"), _api_key(key_file), username)


def sandbox_data(archive: Path) -> Path:
    """Where the embedded forum of an archive keeps its data: beside it."""
    return archive.with_name(archive.stem + ".sandbox.sqlite3")


def _api_key(key_file: Path | None) -> str:
    if key_file is None:
        key = os.environ.get("DISCOURSE_API_KEY", "")
    else:
        try:
            key = key_file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MigrateError(f"The key file {key_file} cannot be read.") from error
    if not key.strip():
        raise MigrateError("No API key: put it into DISCOURSE_API_KEY or name a file with --api-key-file.")
    return key.strip()

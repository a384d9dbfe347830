"""The mapping file is written in one piece or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from migrate.errors import InputError

BEGINNING = """\
# What becomes of your conversations on the forum. Begun by `migrate review`; change it as you like. Name it with
# --mapping where you look (migrate report, migrate preview) and where you send (migrate push).
# mappings/default.toml, which comes with migrate, explains every key.
"""


def write_text(path: Path, text: str) -> None:
    """Put the text into the file, with the line ends it has. Raises InputError where it cannot be written."""
    path = path.resolve()  # what a link leads to is changed, the link stays
    try:
        _replace(path, text)
    except OSError as error:
        raise InputError(f"The mapping file {path} cannot be written: {error.strerror}.") from error


def _replace(path: Path, text: str) -> None:
    is_there = path.exists()
    ends = "\r\n" if is_there and b"\r\n" in path.read_bytes() else "\n"
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", newline=ends) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if is_there:
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise

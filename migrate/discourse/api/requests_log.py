"""A file beside the archive with one JSON line per request, to see afterwards what a forum was asked and how it was.

Never in it: the key, what was sent or answered, what stood behind a `?`, e-mail addresses.
"""

from __future__ import annotations

import json
import os
import re
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from migrate.errors import ArchiveError

LARGEST = 50_000_000  # bytes; what is older lies in FILE.1, and what was there before is gone

_ADDRESS = re.compile(r"[^/]*(?:@|%40)[^/]*", re.IGNORECASE)


class RequestsLog:
    """One file, appended to; only its owner may read it. May be used from several threads.

    Raises ArchiveError where it cannot be written.
    """

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self._path = path
        self._largest = largest
        self._lock = threading.Lock()
        try:
            self._open()
        except OSError as error:
            raise ArchiveError(f"Cannot write the log of requests, {path}: {error.strerror}.") from error

    def close(self) -> None:
        """Close the file; what is noted afterwards is left out."""
        self._file.close()

    def note(
        self, forum: str, method: str, path: str, *, status: int, seconds: float, attempt: int, stage: str
    ) -> None:
        """One request has ended; status 0 stands for no answer, attempt 1 for the first."""
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "forum": forum,
                "stage": stage,
                "method": method,
                "path": without_addresses(path),
                "status": status,
                "ms": round(seconds * 1000),
                "attempt": attempt,
            }
        )
        # A full disk: the archive says so. A closed file: the command ends, and its threads with it.
        with self._lock, suppress(OSError, ValueError):
            if self._size > self._largest:
                self._begin_anew()
            self._size += self._file.write(f"{line}\n".encode())

    def _begin_anew(self) -> None:
        self._file.close()  # first: Windows renames no open file
        with suppress(OSError):  # where it cannot be renamed it grows on
            self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._open()

    def _open(self) -> None:
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0)
        self._size = self._path.stat().st_size


def requests_log(archive: Path) -> Path:
    """Where the log of an archive lies: beside it, "x.sqlite3" has "x.log"."""
    return archive.with_name(archive.stem + ".log")


def without_addresses(path: str) -> str:
    """A path without what follows a `?`, and with "…" for each part that holds an e-mail address."""
    return _ADDRESS.sub("…", path.partition("?")[0].partition("#")[0])

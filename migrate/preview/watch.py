"""The forum-to-be as it is now: made anew when the mapping file was saved, or the archive has changed.

Each one has its own connection to the archive, and with it goes all that was gathered for it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from migrate.archive import Archive
from migrate.archive.store import database_error
from migrate.errors import MigrateError
from migrate.mapping import Mapping, line_of, unmatched
from migrate.plan import Plan
from migrate.preview.forum import PlannedForum

ReadMapping = Callable[[], Mapping | None]
# While an import writes, so much longer than making it took the last one is shown.
_PATIENCE = 10
_TOLD = 3  # rules that nothing comes to


class Preview:
    """What to show of an archive with a mapping file; with a mistake in it, what was shown before stays."""

    def __init__(self, archive: Path, file: Path | None, read: ReadMapping) -> None:
        """`read` reads the mapping in `file`. Raises ArchiveError, InputError and MappingError."""
        self._path, self._file, self._read = archive, file, read
        self._stamp = _stamp(file)
        self._seen: tuple[int, int] | None  # None: to be made anew, whatever the archive holds
        self._archive, self._forum, self._seen, self._not_before = self._made()

    @contextmanager
    def forum(self) -> Iterator[PlannedForum]:
        """What to show now; everything read within is of one moment."""
        self._renew()
        try:
            with _one_moment(self._archive):
                yield self._forum
        except sqlite3.Error:
            self._seen, self._not_before = None, 0  # tables may be half filled, or gone
            raise

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def _renew(self) -> None:
        saved = _stamp(self._file)
        if saved == self._stamp and not self._is_outdated():
            return
        self._stamp = saved
        began = time.monotonic()
        try:
            before = self._archive
            self._archive, self._forum, self._seen, self._not_before = self._made()
            before.close()
        except (MigrateError, sqlite3.Error) as error:
            # An archive that is locked, or a disk that is full, may not be so for long.
            self._seen, self._not_before = None, _later(began)
            words = database_error(self._path, error) if isinstance(error, sqlite3.Error) else error
            self._forum.notice = f"What you see is as it was before. {words}"

    def _is_outdated(self) -> bool:
        """Whether the archive has changed so long ago, or so much, that what is shown is to be made anew."""
        if _data_of(self._archive) == self._seen:
            return False
        known = self._forum.plan.scope.sources
        there = self._archive.db.execute("SELECT id FROM source").fetchall()
        return time.monotonic() >= self._not_before or {source for (source,) in there} != set(known)

    def _made(self) -> tuple[Archive, PlannedForum, tuple[int, int], float]:
        """An archive and its forum, what tells that it has changed, and when to look for that."""
        began = time.monotonic()
        archive = Archive.open(self._path, mode="read")
        try:
            seen = _data_of(archive)
            mapping = self._read()
            with _one_moment(archive):
                forum = PlannedForum(archive, Plan(archive, mapping=mapping))
                _ = forum.cast.names  # of many people that takes seconds, which no page is to wait for
                forum.notice = forum.notice or _unused_rules(mapping, forum.plan)
        except BaseException:
            archive.close()
            raise
        return archive, forum, seen, _later(began)


def _later(began: float) -> float:
    """When to look again, for what took so long."""
    now = time.monotonic()
    return now + _PATIENCE * (now - began)


def _data_of(archive: Archive) -> tuple[int, int]:
    """Tells what is in the archive now from what was there before, without reading it."""
    try:
        file = archive.path.stat().st_ino  # another archive may have taken its place
    except OSError:
        file = 0
    (version,) = archive.db.execute("PRAGMA data_version").fetchone()
    return version, file


def _stamp(file: Path | None) -> tuple[int, int] | None:
    try:
        stat = file.stat() if file else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_size) if stat else None


@contextmanager
def _one_moment(archive: Archive) -> Iterator[None]:
    """As `Archive.snapshot`, but tables that are made within stay."""
    archive.db.execute("BEGIN")
    try:
        yield
    finally:
        if archive.db.in_transaction:
            archive.db.execute("COMMIT")


def _unused_rules(mapping: Mapping | None, plan: Plan) -> str:
    """What to say of rules that nothing comes to: mostly a name is misspelt."""
    numbers = unmatched(mapping, plan.scope.sources.values()) if mapping else []
    if mapping is None or not numbers:
        return ""
    lines = ", ".join(str(line_of(mapping.text, ("rule", number))) for number in numbers[:_TOLD])
    more = f" and {len(numbers) - _TOLD:,} more" if len(numbers) > _TOLD else ""
    return f"{mapping.file}: nothing in the archive comes to the rule on line {lines}{more}. Are the names right?"

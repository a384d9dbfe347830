"""The one SQLite file the stand-in keeps its forum in, and the few ways to ask it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from migrate.errors import MigrateError

Row = sqlite3.Row
Cell = Any  # what SQL takes and gives: str, int, float, bytes or None
APPLICATION_ID = 0x4D535342  # marks the file as ours ("MSSB")
VERSION = 2
UPGRADES = {  # from each earlier version to the next
    1: """
    ALTER TABLE categories ADD COLUMN topic_review INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE categories ADD COLUMN reply_review INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE review_queue ADD COLUMN topic_id INTEGER;
    ALTER TABLE review_queue ADD COLUMN category_id INTEGER;
    ALTER TABLE review_queue ADD COLUMN status INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE review_queue ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tag_groups ADD COLUMN parent_tag_id INTEGER REFERENCES tags (id) ON DELETE SET NULL;
    ALTER TABLE permalinks ADD COLUMN user_id INTEGER;
    """,
}


class Store:
    """An open data file. It belongs to one process; all requests are answered one after another by one thread."""

    def __init__(self, path: Path) -> None:
        """Open `path`, or make it. MigrateError when it cannot be written, is in use, or is something else."""
        self.path = path
        self._db = _open(path)
        self._db.row_factory = Row

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside takes effect, or with an exception nothing does. May be nested."""
        nested = self._db.in_transaction
        begin, commit, undo = (
            ("SAVEPOINT inner", "RELEASE inner", "ROLLBACK TO inner") if nested else ("BEGIN", "COMMIT", "ROLLBACK")
        )
        self._db.execute(begin)
        try:
            yield
        except BaseException:
            self._db.execute(undo)
            if nested:
                self._db.execute("RELEASE inner")
            raise
        self._db.execute(commit)

    def all(self, sql: str, *values: Cell) -> list[Row]:
        return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Cell) -> Row | None:
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def value(self, sql: str, *values: Cell) -> Cell:
        """The first column of the first row, or None."""
        row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    def run(self, sql: str, *values: Cell) -> int:
        """Execute; gives the number of rows changed."""
        return self._db.execute(sql, values).rowcount

    def insert(self, table: str, **columns: Cell) -> int:
        """Add a row; gives its id. Table and column names are the caller's own, never a client's."""
        names = ", ".join(columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks(columns)})"  # noqa: S608 - only our own words are put in
        return self._db.execute(sql, tuple(columns.values())).lastrowid or 0

    def update(self, table: str, row_id: int, **columns: Cell) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        self._db.execute(f"UPDATE {table} SET {names} WHERE id = ?", (*columns.values(), row_id))  # noqa: S608 - only our own words are put in


def marks(values: Sized) -> str:
    """As many question marks as there are values, for `IN (…)`."""
    return ", ".join("?" * len(values))


def folded(text: str) -> str:
    """What searching compares: the case of letters, and what Markdown escapes with, make no difference."""
    return text.casefold().replace("\\", "")


def _open(path: Path) -> sqlite3.Connection:
    try:
        if not path.exists():
            path.touch(mode=0o600)  # addresses stand there
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.5)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise MigrateError(
            f"{path}: cannot be opened as the sandbox's data file ({reason}); name another with --data"
        ) from None
    try:
        _prepare(db, path)
    except sqlite3.Error as error:
        db.close()
        raise MigrateError(f"{path}: {_reason(error)}") from None
    except MigrateError:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    application, version = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    empty = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if not empty and application != APPLICATION_ID:
        raise MigrateError(f"{path}: a database, but not one of the sandbox; name another with --data")
    if not empty and version != VERSION and version not in UPGRADES:
        raise MigrateError(f"{path}: made by another version of the sandbox; name another with --data")
    db.create_function("folded", 1, folded, deterministic=True)
    # Exclusive: a second sandbox on the same file must fail at once, not answer from the same ids.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    if empty:
        schema = (Path(__file__).parent / "schema.sql").read_text("utf-8")
        mark = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
        db.executescript(f"BEGIN EXCLUSIVE; {schema} {mark} COMMIT;")
    else:
        steps = "".join(UPGRADES[number] for number in range(version, VERSION))
        db.executescript(f"BEGIN EXCLUSIVE; {steps} PRAGMA user_version = {VERSION}; COMMIT;")


def _reason(error: sqlite3.Error) -> str:
    """What is wrong with the file, and what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_BUSY:
        return "in use by another sandbox; stop that one (Ctrl-C in the other terminal), or name another with --data"
    reasons = {
        sqlite3.SQLITE_NOTADB: "not a data file of the sandbox",
        sqlite3.SQLITE_READONLY: "cannot be written",
        sqlite3.SQLITE_CANTOPEN: "cannot be written",
    }
    return f"{reasons.get(code, f'cannot be used ({error})')}; name another with --data"

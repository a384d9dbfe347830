"""Opening an archive, its one-writer lock, its transactions and its attachments folder."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Literal, Self

from migrate import __version__
from migrate.errors import ArchiveError

if TYPE_CHECKING:
    from filelock import FileLock

    from migrate.model import Finding

VERSION = 8
_WRITE_CACHE, _READ_CACHE = 65_536, 4_096  # KiB; who reads goes through once, and more would only take longer to fill
APPLICATION_ID = 0x6D677274  # "mgrt": tells our file from any other SQLite file
BUSY_SECONDS = 30


class Archive:
    """One archive file, opened. Use as a context manager; `open` is the only way to get one.

    `db` is in autocommit mode: write inside `transaction()`. All methods may be called from several threads.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, lock: FileLock | None) -> None:
        self.path = path
        self.db = db
        self.attachments = attachments_folder(path)
        self._file_lock = lock
        self._write_lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, mode: Literal["create", "write", "read"]) -> Archive:
        """Open the archive at `path`.

        "create" makes it where it is absent and takes the writer's lock, "write" takes the lock, "read" does neither.
        Raises ArchiveError where it is missing, unwritable, in use, damaged, of another version or no archive.
        """
        if mode != "create" and not path.is_file():
            raise ArchiveError(
                f"There is no archive at {path}. Go to the folder where it is, name it with -a FILE, or make one with:"
                " migrate import SOURCE PATH"
            )
        lock = None if mode == "read" else _take_lock(path)
        try:
            _make_private(path)
            db = _connect(path, mode)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls(path, db, lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise database_error(self.path, error) from error

    def close(self) -> None:
        """Close the file and give the writer's lock back."""
        with suppress(sqlite3.Error):
            self.db.close()
        if self._file_lock is not None:
            self._file_lock.release()

    def discard(self) -> None:
        """Close the file and remove it, where it was made for nothing."""
        self.db.close()
        for suffix in ("", "-wal", "-shm", ".lock"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; nested in one thread, the outermost commits. Raises ArchiveError, e.g. on a full disk."""
        with self._write_lock:
            if self.db.in_transaction:
                yield self.db
                return
            try:
                self.db.execute("BEGIN IMMEDIATE")
                yield self.db
                self.db.execute("COMMIT")
            except BaseException as error:
                _roll_back(self.db)
                if isinstance(error, sqlite3.Error):
                    raise database_error(self.path, error) from error
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Everything read within is of one moment, whatever an import writes meanwhile."""
        with self._write_lock:
            self.db.execute("BEGIN")
            try:
                yield self.db
            finally:
                _roll_back(self.db)

    def vacuum(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it. Raises ArchiveError."""
        try:
            with self._write_lock:
                self.db.execute("VACUUM")
                (is_busy, *_) = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise database_error(self.path, error) from error
        if is_busy:
            raise ArchiveError(
                f"{self.path} is being read, so that what was removed can still be found in its bytes. End the other"
                " migrate command (a preview, perhaps), then run this one again."
            )

    def add_finding(self, finding: Finding) -> None:
        """Store a finding; the very same one (stage, code, place, text) is stored once."""
        with self.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO finding (stage, severity, code, text, source_id, message_id, locator, lost)"
                " VALUES (?, ?, ?, ?, (SELECT id FROM source WHERE key = ?),"
                " (SELECT id FROM container WHERE key = ?), ?, ?)",
                (
                    finding.stage,
                    finding.severity,
                    finding.code,
                    finding.text,
                    finding.source,
                    finding.message,
                    finding.locator,
                    finding.lost,
                ),
            )

    def unsettled(self) -> int:
        """How many messages were read by an import that was interrupted before it settled them."""
        return int(self.db.execute("SELECT count(*) FROM message WHERE position IS NULL").fetchone()[0])

    def attachment_path(self, sha256: str) -> Path:
        """Where the bytes with that SHA-256 (64 hex digits) lie, or would lie."""
        return attachment_path(self.attachments, sha256)


def attachments_folder(archive: Path) -> Path:
    """The folder beside an archive or a JSON Lines file: "x.sqlite3" has "x.attachments"."""
    return archive.with_name(archive.stem + ".attachments")


def attachment_path(folder: Path, sha256: str) -> Path:
    """The file for a hash. Raises ValueError unless it is 64 lower-case hex digits: it becomes part of a path."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return folder / sha256[:2] / sha256


def store_attachment(folder: Path, sha256: str, content: bytes) -> None:
    """Put bytes into the folder, whole or not at all; safe from several processes. Raises ArchiveError."""
    path = attachment_path(folder, sha256)
    if path.exists():
        return
    try:
        make_private_folder(path.parent, within=folder)
        with whole_file(path, private=True) as file:
            file.write(content)
    except OSError as error:
        raise ArchiveError(f"Cannot write the attachment {path}: {error.strerror}.") from error


def make_private_folder(folder: Path, *, within: Path) -> None:
    """Make a folder, and `within` that it lies in, for their owner alone; those that are there stay as they are."""
    within.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A file to write that becomes `path` when the block ends, and is gone when the block fails.

    A private one can be read by its owner alone. Raises OSError, which names `path`.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        if private:
            unfinished.touch(mode=0o600)
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(unfinished):
            error.filename, error.filename2 = str(path), None  # what the user knows about
        raise


def digest(content: bytes) -> str:
    """The SHA-256 of an attachment, as its name: 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def database_error(path: Path, error: sqlite3.Error) -> ArchiveError:
    """What to tell the user when SQLite gives up."""
    if "full" in str(error):
        return ArchiveError(f"{path}: the disk is full. Free some space and run the command again; nothing is lost.")
    if isinstance(error, sqlite3.OperationalError) and "readonly" in str(error):
        return ArchiveError(f"{path}: the archive cannot be written to.")
    return ArchiveError(f"{path}: the archive cannot be used: {error}.")


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:  # a full disk has rolled back already
        db.execute("ROLLBACK")


def _take_lock(path: Path) -> FileLock:
    from filelock import FileLock, Timeout  # whoever only reads need not wait for it

    if not path.parent.is_dir():
        raise ArchiveError(f"Cannot make {path}: the folder {path.parent} does not exist.")
    file = path.with_name(path.name + ".lock")
    lock = FileLock(file, thread_local=False)
    try:
        file.touch()  # the lock itself would take a folder we may not write to for a lock that is held
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ArchiveError(f"{path} is in use by another migrate command. Wait for it to end, or stop it.") from error
    except OSError as error:
        raise ArchiveError(f"Cannot write beside {path}: {error.strerror}.") from error
    return lock


def _make_private(path: Path) -> None:
    """Make an archive that its owner alone can read; SQLite gives the files beside it the same mode."""
    try:
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise ArchiveError(f"Cannot make {path}: {error.strerror}.") from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    new = not path.exists() or path.stat().st_size == 0
    if new and mode != "create":
        raise ArchiveError(f"{path} is empty: it is no archive.")
    if mode == "read" and not os.access(path, os.R_OK):
        raise ArchiveError(f"{path} cannot be read: permission denied.")
    # SQLite wants to write beside a WAL file even to read it; on a read-only disk nobody else can be writing.
    fixed = mode == "read" and not os.access(path.parent, os.W_OK)
    try:
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?immutable={int(fixed)}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
        )
    except sqlite3.Error as error:
        raise ArchiveError(f"Cannot open {path}: {error}.") from error
    try:
        if new:
            _create(db)
        else:
            _update(path, db, fixed)
        if not fixed:
            _configure(db, cache=_READ_CACHE if mode == "read" else _WRITE_CACHE)
    except sqlite3.Error as error:
        db.close()
        raise database_error(path, error) from error
    except UnicodeDecodeError as error:  # SQLite complains in the words of a damaged schema
        db.close()
        raise ArchiveError(f"{path}: the archive is damaged.") from error
    except ArchiveError:
        db.close()
        raise
    return db


def _create(db: sqlite3.Connection) -> None:
    made_by = f"INSERT INTO meta VALUES ('created_by', 'migrate {__version__}');"  # noqa: S608 - our own version
    marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
    db.executescript(f"BEGIN IMMEDIATE; {marks} {_schema()} {made_by} COMMIT;")


def _schema() -> str:
    from importlib import resources  # the same

    return resources.files("migrate.archive").joinpath("schema.sql").read_text("utf-8")


def _update(path: Path, db: sqlite3.Connection, fixed: bool) -> None:
    """Bring an archive that an earlier version made up to date."""
    if _version(path, db) == VERSION:
        return
    if fixed:
        raise ArchiveError(f"An earlier migrate made {path}. Copy it, with its folder, to where it can be written to.")
    _extend(db)


def _version(path: Path, db: sqlite3.Connection) -> int:
    try:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:  # a full disk, a file that cannot be opened
        raise
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path} is no archive of migrate. Name another file with -a.") from error
    if application != APPLICATION_ID:
        raise ArchiveError(f"{path} is no archive of migrate. Name another file with -a.")
    if version > VERSION:
        raise ArchiveError(
            f"{path} is an archive of version {version}, this is migrate {__version__} for version {VERSION}."
            " Use the migrate that made it, or read the exports again into a new archive."
        )
    return int(version)


def _extend(db: sqlite3.Connection) -> None:
    """Add what the schema has gained since an archive was made: tables, columns, indexes.

    Views and triggers hold nothing: they are made anew.
    """
    with closing(sqlite3.connect(":memory:")) as latest:
        latest.executescript(_schema())
        parts = latest.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        ).fetchall()
        db.execute("BEGIN IMMEDIATE")
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        for kind, name, sql in parts:
            if kind == "index":
                # Looked up now: the copy of a table has lost its indexes.
                if db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone() == (sql,):
                    continue
                db.execute(f"DROP INDEX IF EXISTS {name}")
            elif kind in ("view", "trigger"):
                db.execute(f"DROP {kind} IF EXISTS {name}")
            elif name in there:
                _add_columns(db, latest, name, sql)
                continue
            db.execute(sql)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")


def _add_columns(db: sqlite3.Connection, latest: sqlite3.Connection, table: str, sql: str) -> None:
    there = {name: in_key for _, name, *_, in_key in db.execute(f"PRAGMA table_info({table})")}
    columns = latest.execute(f"PRAGMA table_info({table})").fetchall()
    if any(in_key and not there.get(name) for _, name, *_, in_key in columns):
        _copy_table(db, table, sql, ", ".join(there))
        return
    for _, name, declared, not_null, default, _ in columns:
        if name not in there:
            rule = f" NOT NULL DEFAULT {default}" if not_null else ""
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {declared}{rule}")


def _copy_table(db: sqlite3.Connection, table: str, sql: str, columns: str) -> None:
    """A column cannot be added to a primary key: the rows move to a table made anew, its indexes are made after it."""
    db.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    db.execute(sql)
    db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")  # noqa: S608 - names of our own schema
    db.execute(f"DROP TABLE {table}_before")


def _configure(db: sqlite3.Connection, *, cache: int) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    # NORMAL survives the death of the process; what a power cut may undo is found again by its key on the forum.
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = OFF")  # rows name containers and messages that come later in the same chunk
    db.execute(f"PRAGMA cache_size = -{cache:d}")

"""The folder that an export is written to: whole, or as it was before."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from migrate.errors import InputError
from migrate.preview.static import TOP
from migrate.text import printable

MARKER = "about-this-preview.txt"
FIRST_LINE = "This folder was written by migrate preview --export."
ABOUT = f"""{FIRST_LINE}

It shows a forum as it will be, for those who are to say yes to it. Open index.html in a browser, or put the
whole folder on a web server, at any address.

Pictures of posts are in it; of other files there is only the name, since a web server would hand them out as they
are. What posts were made of, and where which finding is, stays in migrate preview.

The next export into this folder replaces it; what you add at its top (as a file that asks for a password) is kept.
"""
PRIVATE = "Private lists are in it: it is for those alone who may read them.\n"
_LOCK = ".lock"


@contextmanager
def replaced(target: Path, *, private: bool) -> Iterator[Path]:
    """A folder to write to that takes the place of `target` when the block ends, and is gone when the block fails.

    `target` may be absent, empty, or an earlier export; it is what it was until then. A private folder can be read by
    its owner alone, another one by whom it was open to. Raises InputError where it is something else, or cannot be
    written.
    """
    path = target
    try:
        path = Path(os.path.realpath(target))
        _check(path)
        _mend(path)
        with _unfinished(path, private) as new:
            yield new
    except OSError as error:
        raise _refused(path, error) from error


def _check(path: Path) -> None:
    if not path.name or os.path.ismount(path):
        raise InputError(f"{_said(path)} cannot be replaced as a whole. Name a folder in it with --export.")
    if not path.exists():
        return
    if _holds_us(path):
        raise InputError(
            f"{_said(path)} is where you are now, and would be replaced. Leave it (cd ..), or name another folder with"
            " --export."
        )
    if not path.is_dir():
        raise InputError(f"{_said(path)} is a file. Name a folder with --export.")
    if not _is_ours(path) and any(path.iterdir()):
        raise InputError(
            f"{_said(path)} holds other things than an earlier export. Name a new or an empty folder with --export."
        )


def _holds_us(path: Path) -> bool:
    try:
        return Path.cwd().is_relative_to(path)
    except OSError:  # where we are is no more
        return False


def _is_ours(path: Path) -> bool:
    return _about(path).startswith(FIRST_LINE)


def _about(path: Path) -> str:
    try:
        with (path / MARKER).open("rb") as file:
            return file.read(2 * len(ABOUT)).decode("utf-8", "replace")
    except OSError:
        return ""


def _mend(path: Path) -> None:
    """Put away what an export left behind that was killed; one that is under way is left alone."""
    for before in _siblings(path, "old"):
        if not path.exists():
            before.rename(path)
        else:
            _remove(before)
    for part in _siblings(path, "part"):
        with suppress(Timeout), FileLock(part / _LOCK, timeout=0):
            _remove(part)


def _siblings(path: Path, ending: str) -> Sequence[Path]:
    """Folders beside it that earlier runs made for it."""
    start, end = f".{path.name}.", f".{ending}"
    if not path.parent.is_dir():
        return ()
    found = sorted(one for one in path.parent.iterdir() if one.name.startswith(start) and one.name.endswith(end))
    return [one for one in found if one.name[len(start) : -len(end)].isdecimal() and _is_ours(one)]


@contextmanager
def _unfinished(path: Path, private: bool) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.part")
    new.mkdir(mode=0o700)  # a password that the other folder asks for is not asked for here
    lock = FileLock(new / _LOCK)
    try:
        lock.acquire(timeout=0)
        (new / MARKER).write_text(ABOUT + (PRIVATE if private else ""), "utf-8", newline="\n")
        yield new
        _keep_others(path, new)
        if not private:
            new.chmod(_mode(path))
        lock.release()
        (new / _LOCK).unlink(missing_ok=True)
        _swap(path, new)
    finally:
        lock.release()
        with suppress(OSError, InputError):
            _remove(new)


def _mode(path: Path) -> int:
    """Who may look into what takes its place: nobody who could not, but for what only its private lists had closed."""
    if not path.is_dir() or PRIVATE in _about(path):
        masked = os.umask(0o077)
        os.umask(masked)
        return 0o777 & ~masked
    return path.stat().st_mode & 0o777 | 0o700


def _keep_others(path: Path, new: Path) -> None:
    """What people put beside an earlier export: a file that asks for a password must not get lost."""
    for one in path.iterdir() if path.is_dir() else ():
        if one.name in TOP or one.name == MARKER:
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.copytree(one, new / one.name, symlinks=True)
        else:
            shutil.copy2(one, new / one.name, follow_symlinks=False)


def _swap(path: Path, new: Path) -> None:
    if not path.exists():
        new.rename(path)
        return
    before = path.with_name(f".{path.name}.{os.getpid()}.old")
    path.rename(before)
    try:
        new.rename(path)
    except BaseException:
        if not path.exists():
            before.rename(path)
        raise
    _remove(before)


def _remove(folder: Path) -> None:
    """Delete one that we made. What tells so goes last: the next run goes on where this one is interrupted."""
    folder.chmod(0o700)  # what asks for a password may be deleted before what it is asked for
    for one in folder.iterdir():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        elif one.name != MARKER:
            with suppress(OSError):
                one.unlink()
    if any(one.name != MARKER for one in folder.iterdir()):
        raise InputError(
            f"What is left of an earlier export cannot be deleted. Delete {_said(folder)} yourself: it may hold what is"
            " not for everyone any more. The export that took its place is not touched by that."
        )
    shutil.rmtree(folder)


def _refused(path: Path, error: OSError) -> InputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        words = "the disk is full. Free some space, or name a folder on another disk with --export"
    else:
        what = error.args[0][0][2] if isinstance(error, shutil.Error) else error.strerror or error  # of copied folders
        where = f" ({_said(Path(error.filename))})" if isinstance(error.filename, str) else ""
        words = f"{printable(str(what))}{where}. Name one with --export in a folder that you may write to"
    return InputError(f"Cannot write {_said(path)}: {words}. What was there is as it was.")


def _said(path: Path) -> str:
    return printable(str(path))

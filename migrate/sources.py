"""What an importer is, and which ones there are.

An importer is a pure reader: it knows one kind of export and nothing of Discourse. Another package adds one by naming
it in the entry-point group "migrate.importers"; CONTRIBUTING.md shows how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from migrate.errors import InputError
from migrate.model import Finding, Record

GROUP = "migrate.importers"
_PARTS = ("name", "summary", "title", "refines", "options", "detect", "scan", "read")  # of an importer


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A small piece of the input that a worker process can read by itself. Importers subclass it; it must pickle.

    `fingerprint` identifies the content and whatever else decides what `read` will yield (never the time or the
    absolute path): a chunk whose fingerprint is in the archive is not read again.
    """

    label: str  # for people: "gardeners.mbox.gz, from byte 4194304"
    fingerprint: str
    size: int  # bytes of input, for the progress bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What the user may say after `migrate import SOURCE`: `--NAME VALUE`."""

    help: str
    kind: Literal["value", "values", "flag"] = "value"  # "values" may be said several times; a "flag" takes no value
    choices: tuple[str, ...] = ()  # the only values there are; () for any
    metavar: str = "TEXT"
    instead_of_paths: bool = False  # with it nothing need be named to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What stands behind `migrate import SOURCE`. An importer says so as `named` where these are not just files."""

    metavar: str = "PATH"
    help: str = "Files and folders; mail also from stdin, as `-`."


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said, by name of the option. The importer's `options` are the only names there are."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """The value said last."""
        return self.values.get(name, (default,))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of an option that may be said several times."""
        return self.values.get(name, ())

    def is_set(self, name: str) -> bool:
        """Whether a flag was said."""
        return name in self.values


class Importer(Protocol):
    """Detect, scan, read. Bounded memory, deterministic order, no network unless the source is a network service."""

    name: ClassVar[str]  # as typed after `migrate import`
    summary: ClassVar[str]  # one line for `migrate sources`
    title: ClassVar[str]  # what its exports are to people, after "this looks like": "a Google Takeout of groups"
    refines: ClassVar[tuple[str, ...]]  # importers that recognise the same files, and read less of what is in them
    options: ClassVar[Mapping[str, Option]]  # by name, without the dashes

    def detect(self, path: Path) -> bool:
        """Whether the file or folder looks like this importer's kind; reads only its beginning, or a list of names."""
        ...

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """Cut the input into chunks. Raises InputError where nothing can be read at all."""
        ...

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The records of one chunk; runs in a worker process. Bad input costs that item and yields a Finding.

        Sources, persons and attachments come before the messages that name them, so that all of them is known by then.
        """
        ...


def importer_names() -> list[str]:
    """The names of all importers, sorted."""
    return sorted(_entry_points())


def get_importer(name: str) -> Importer:
    """The importer of that name. Raises InputError where there is none, or where its package does not load."""
    points = _entry_points()
    if name not in points:
        raise InputError(f"There is no source called {name!r}. There are: {', '.join(sorted(points))}.")
    try:
        importer: Importer = points[name].load()()
    except Exception as error:  # a third party's package may fail in any way
        raise InputError(f"The importer {name!r} ({points[name].value}) does not load: {error}") from error
    if missing := [part for part in _PARTS if not hasattr(importer, part)]:
        raise InputError(f"The importer {name!r} ({points[name].value}) does not load: it has no {missing[0]!r}.")
    return importer


def all_importers(failed: Callable[[InputError], None] = lambda error: None) -> Iterator[Importer]:
    """All importers by name. `failed` is told of those that do not load: they must not hide the others."""
    for name in importer_names():
        try:
            yield get_importer(name)
        except InputError as error:
            failed(error)


@cache  # looking through all packages that are installed takes milliseconds
def _entry_points() -> Mapping[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}

"""JSON of any size cut into its posts without reading them: each is handed on as the bytes it consists of.

Only brackets and keys are looked at, so that a post that is no valid JSON costs nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

DEEPEST = 60  # brackets within one post; threads of comments have about twenty
LONGEST = 16 * 1024 * 1024  # bytes of one post with all its comments
LONGEST_HEADER = 4000  # bytes of what is said of a group
MOST_HEADERS = 1000
_READ = 256 * 1024  # bytes at once
_BOM = b"\xef\xbb\xbf"
_MAPS = frozenset({b"posts", b"stories"})  # their members are posts, by their ids

_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_OUTSIDE = re.compile(rb"(" + _STRING + rb")(\s*+:)?|[\[\]{}\"]", re.DOTALL)
_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One post as it stands in the file."""

    path: Path  # the keys that lead to it
    number: int  # from 1
    data: bytes  # of one JSON object; empty where it is too large or nested too deep


@dataclass(slots=True)
class Cut:
    """A file that is being cut."""

    headers: dict[Path, dict[str, bytes]] = field(default_factory=dict)  # strings beside the posts, by where they stand
    broke_off: bool = False  # whether it ends within something

    def pieces(self, stream: BinaryIO, *, whole: bool) -> Iterator[Piece]:
        """The posts: members of the outermost lists and of the maps called "stories".

        `whole`: the outermost objects themselves, one after the other.
        """
        return _Cutter(self, stream, whole=whole).run()


def is_whole(head: bytes, marks: frozenset[bytes]) -> bool:
    """Whether a file, by its beginning, is one post after the other: one of these keys stands in its first object."""
    depth = 0
    for found in _OUTSIDE.finditer(head):
        token = found[0][:1]
        if token in b"[{":
            depth += 1
        elif token in b"]}":
            depth -= 1
            if depth == 0:
                return False
        elif depth == 1 and found[2] and found[1][1:-1] in marks:
            return True
        if depth == 1 and token == b"[":
            return False
    return False


class _Cutter:
    """The state of a file: where in it, and what has been read and not used yet."""

    def __init__(self, cut: Cut, stream: BinaryIO, *, whole: bool) -> None:
        self._cut = cut
        self._stream = stream
        self._whole = whole
        self._buffer = b""
        self._at = 0  # in the buffer
        self._open: list[tuple[bool, bytes]] = []  # whether a list, and the key it stands under, from the outside
        self._deeper = 0  # brackets that are open beyond those
        self._key = b""

    def run(self) -> Iterator[Piece]:
        self._more()
        self._buffer = self._buffer.removeprefix(_BOM)
        number = 0
        while found := self._next():
            if found[0] == b"{" and self._is_post():
                number += 1
                path = self._path()
                self._key = b""
                yield Piece(path, number, self._post(found.end() - 1))
            else:
                self._step(found)
        self._cut.broke_off = self._cut.broke_off or bool(self._open)

    def _is_post(self) -> bool:
        if not self._open:
            return self._whole
        is_list, key = self._open[-1]
        return is_list or key in _MAPS

    def _step(self, found: re.Match[bytes]) -> None:
        token = found[0]
        if token in b"[{":
            if len(self._open) < DEEPEST:
                self._open.append((token == b"[", self._key))
            else:
                self._deeper += 1
        elif token in b"]}":
            self._close()
        elif found[2]:
            self._key = found[1][1:-1]
            return
        elif self._key:
            self._note(found[1])
        self._key = b""

    def _close(self) -> None:
        if self._deeper:
            self._deeper -= 1
        elif self._open:
            self._open.pop()
        else:  # what follows stands in nothing any more
            self._cut.broke_off = True

    def _note(self, value: bytes) -> None:
        path = tuple(_text(key) for _, key in self._open if key)
        if len(value) <= LONGEST_HEADER and (path in self._cut.headers or len(self._cut.headers) < MOST_HEADERS):
            self._cut.headers.setdefault(path, {}).setdefault(_text(self._key), value)

    def _path(self) -> Path:
        """The keys that lead to what comes next."""
        return tuple(_text(key) for key in (*(key for _, key in self._open), self._key) if key)

    def _next(self) -> re.Match[bytes] | None:
        """The next bracket or string outside of posts; None at the end."""
        while True:
            found = _OUTSIDE.search(self._buffer, self._at)
            cut_off = found is not None and found[0] != b'"' and found.end() == len(self._buffer) and found[1]
            if found is not None and found[0] != b'"' and not cut_off:
                self._at = found.end()
                return found
            self._at = len(self._buffer) if found is None else found.start()
            if len(self._buffer) - self._at > LONGEST or not self._more():
                self._at = len(self._buffer)
                self._cut.broke_off = self._cut.broke_off or found is not None
                return None

    def _post(self, start: int) -> bytes:
        """The bytes from the bracket at `start` to the one that closes it; the place is behind that then."""
        self._at = start
        depth, passed, fits = 1, 1, True
        while depth:
            found = _BRACKET.match(self._buffer, self._at + passed)
            if found is not None:
                passed = found.end() - self._at
                depth += 1 if found[1] in b"[{" else -1
                fits = fits and depth <= DEEPEST
            elif not self._read_on(passed):
                return b""
            if passed > LONGEST or not fits:  # it is forgotten up to here
                self._at, passed, fits = self._at + passed, 0, False
        self._at += passed
        return self._buffer[self._at - passed : self._at] if fits else b""

    def _read_on(self, passed: int) -> bool:
        """More of the post; False where the file ends within it, or a string in it never does."""
        if len(self._buffer) - self._at - passed <= LONGEST and self._more():
            return True
        self._at = len(self._buffer)
        self._cut.broke_off = True
        return False

    def _more(self) -> bool:
        data = self._stream.read(max(_READ, len(self._buffer) - self._at))  # as much again: what is kept is copied
        self._buffer = self._buffer[self._at :] + data
        self._at = 0
        return bool(data)


def _text(key: bytes) -> str:
    return key[:200].decode("utf-8", "replace")

"""Who brought which line of a page, worked out while its versions pass by, without keeping their texts.

A line belongs to the oldest version it stands in, also where it vanished in between and came back. Compared is only
what differs from the version before, so that a long page costs little however often it was saved. Memory is bounded: of
the lines that are no longer there the last MAX_GONE are remembered.
"""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

MAX_GONE = 100_000  # lines


@dataclass(slots=True, eq=False)
class Version:
    """One saved version, as far as its history needs it."""

    id: int  # 0 where the input does not tell
    parent: int | None  # the id of the version before; None where it says that there is none
    time: str  # "2020-03-03T10:15:00Z"
    user: str | None
    comment: str = ""
    order: tuple[str, int, int] = ("", 0, 0)  # time, id, place in the file
    certain: bool = field(default=True, init=False)  # whether new lines in it can be nobody else's


class LineHistory:
    """Takes the versions of one page, mostly from the oldest on, and tells whose the lines of the newest are."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._newest: Version | None = None
        self._owners: list[Version] = []  # by line of the text
        self._gone: dict[int, Version] = {}  # by hash of the line
        self._places: dict[int, list[int]] | None = None  # by hash: the lines of the text that hold it
        self._ids = array("q")
        self._orphans: defaultdict[int, list[Version]] = defaultdict(list)  # by parent that did not come before them
        self._after_hidden = False

    def add(self, version: Version, text: str | None) -> None:
        """The next version; without its text where the wiki hides it."""
        self._note(version)
        if text is None:
            self._after_hidden = True
            return
        if self._newest is not None and version.order < self._newest.order:
            self._add_older(version, text)
            return
        if self._after_hidden:
            version.certain = False  # it may repeat what was hidden
        self._after_hidden = False
        if self._text is None:
            self._owners = [version] * (text.count("\n") + 1)
        else:
            self._add_newer(version, self._text, text)
        self._text, self._newest, self._places = text, version, None

    def owners(self) -> list[Version | None]:
        """Per line of the newest text who first wrote it; None where a version that is not there may have."""
        for known in self._ids:
            for version in self._orphans.pop(known, ()):
                version.certain = True
        missing = {id(version) for versions in self._orphans.values() for version in versions}
        return [owner if owner.certain and id(owner) not in missing else None for owner in self._owners]

    def _note(self, version: Version) -> None:
        if version.parent is not None and (not self._ids or version.parent != self._ids[-1]):
            self._orphans[version.parent].append(version)
        self._ids.append(version.id)

    def _add_newer(self, version: Version, old: str, new: str) -> None:
        start, old_end, new_end = _difference(old, new)
        head = old.count("\n", 0, start)
        tail = new.count("\n", new_end) + 1 if new_end < len(new) else 0
        gone: defaultdict[int, deque[Version]] = defaultdict(deque)
        middle = self._owners[head : len(self._owners) - tail]
        for digest, owner in zip(map(_digest, _lines(old, start, old_end)), middle, strict=True):
            gone[digest].append(owner)
        owners = []
        for digest in map(_digest, _lines(new, start, new_end)):
            if here := gone.get(digest):
                owners.append(here.popleft())
            else:
                owners.append(self._gone.get(digest, version))
        self._owners[head : len(self._owners) - tail] = owners
        self._forget(gone)

    def _forget(self, gone: dict[int, deque[Version]]) -> None:
        """Remember whose the lines were that are no longer there."""
        for digest, owners in gone.items():
            if owners and digest != _EMPTY:
                self._gone.setdefault(digest, owners[0])
        if len(self._gone) > MAX_GONE:
            for digest in list(islice(self._gone, len(self._gone) - MAX_GONE // 2)):
                del self._gone[digest]

    def _add_older(self, version: Version, text: str) -> None:
        """A version that comes late, as where a wiki exports the newest first: what it holds may be its."""
        assert self._text is not None
        if self._places is None:
            self._places = defaultdict(list)
            for place, line in enumerate(self._text.split("\n")):
                self._places[_digest(line)].append(place)
        used: defaultdict[int, int] = defaultdict(int)
        for digest in map(_digest, text.split("\n")):
            places = self._places.get(digest, ())
            if used[digest] < len(places):
                place = places[used[digest]]
                used[digest] += 1
                self._owners[place] = _older(self._owners[place], version)
            elif not places and digest != _EMPTY:
                self._gone[digest] = _older(self._gone.get(digest, version), version)
        self._forget({})


def _digest(line: str) -> int:
    """What a line is recognised by: whoever indents it anew or mends its spaces did not write it."""
    return hash(" ".join(line.lstrip(":*#; ").split()))


_EMPTY = _digest("")


def _older(one: Version, other: Version) -> Version:
    return other if other.order < one.order else one


def _lines(text: str, start: int, end: int) -> list[str]:
    """The lines between two places where lines begin; up to the end of the text its last line, too."""
    if end < len(text):
        return text[start:end].split("\n")[:-1]
    return text[start:].split("\n")


def _difference(old: str, new: str) -> tuple[int, int, int]:
    """Where the first and, in the old and the new text, the last line that differs begins and ends."""
    most = min(len(old), len(new))
    same = _grown(most, lambda low, high: old[low:high] == new[low:high])
    start = new.rfind("\n", 0, same) + 1
    same = _grown(
        most - start,
        lambda low, high: old[len(old) - high : len(old) - low] == new[len(new) - high : len(new) - low],
    )
    line = new.find("\n", len(new) - same) + 1 if same else 0
    if not line:
        return start, len(old), len(new)
    return start, len(old) - (len(new) - line), line


def _grown(most: int, are_same: Callable[[int, int], bool]) -> int:
    """How far the texts are the same, from the end they are looked at from."""
    if are_same(0, most):
        return most
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if are_same(low, middle):
            low = middle
        else:
            high = middle
    return low


def numbered(owners: Iterable[Version | None]) -> tuple[list[Version], list[int]]:
    """The versions that own a line, from the oldest, and per line the number of its own; -1 for none."""
    owners = list(owners)
    versions = sorted({id(owner): owner for owner in owners if owner}.values(), key=lambda version: version.order)
    places = {id(version): place for place, version in enumerate(versions)}
    return versions, [places[id(owner)] if owner else -1 for owner in owners]

"""Threading: which container hangs under which, after Jamie Zawinski's algorithm (jwz.org/doc/threading.html), refined.

Everything here works on container ids in arrays, some 12 bytes a container: a million messages thread in memory that a
phone has. Ids are those of the archive, from 1; 0 stands for "none".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NONE = 0
DAY = 24 * 60 * 60 * 1000  # milliseconds
SUBJECT_WINDOW = 30 * DAY  # a reply without any reference joins what was last written to in this time


class Forest:
    """Trees of containers, none of them in a loop, however the references point."""

    def __init__(self, highest_id: int) -> None:
        self.parent = array("i", bytes(4 * (highest_id + 1)))
        self.spoke = bytearray(highest_id + 1)  # 1 for messages that name what they answer, be it here or not
        self._up = array("i", range(highest_id + 1))  # union-find: a shortcut towards the root

    def __len__(self) -> int:
        return len(self.parent)

    def root(self, container: int) -> int:
        """The container at the top of the tree that holds `container`."""
        up = self._up
        while up[container] != container:
            up[container] = up[up[container]]
            container = up[container]
        return container

    def link(self, parent: int, child: int) -> bool:
        """Hang `child` under `parent` unless it hangs somewhere already or the link would close a loop."""
        if self.parent[child] != NONE or self.root(parent) == child:
            return False
        self.parent[child] = parent
        self._up[child] = self._up[parent]
        return True

    def ancestors(self, container: int) -> Iterator[int]:
        """Parent, grandparent and so on, nearest first."""
        container = self.parent[container]
        while container != NONE:
            yield container
            container = self.parent[container]


@dataclass(frozen=True, slots=True)
class Root:
    """A tree as the subject fallback sees it. Dates are in milliseconds."""

    container: int
    first: int  # date of its first message
    last: int  # date of its last message
    joins: bool  # its root is a reply by its subject and names nothing it replies to


def link_references(forest: Forest, references: Iterable[tuple[int, Sequence[int]]]) -> None:
    """First every message under the last of its references: its own word on its parent counts most.

    `references` is (message, references oldest first); a reference to itself is ignored.
    """
    for message, chain in references:
        for parent in reversed(chain):
            if parent != message:
                forest.spoke[message] = 1
                forest.link(parent, message)
                break


def link_chains(forest: Forest, references: Iterable[tuple[int, Sequence[int]]]) -> None:
    """Then each reference under the one before it, unless it has a word of its own: this ties in lost messages."""
    for message, chain in references:
        previous = NONE
        for container in chain:
            if container == message:
                continue
            if previous not in (NONE, container) and not forest.spoke[container]:
                forest.link(previous, container)
            previous = container


def link_conversations(forest: Forest, conversations: Iterable[tuple[int, int]]) -> None:
    """Trees whose messages carry one thread id of the source (message, container of that id) become one tree."""
    for message, conversation in conversations:
        root = forest.root(message)
        if root != conversation:
            forest.link(conversation, root)


def link_subjects(forest: Forest, roots: Iterable[Root]) -> None:
    """Join trees of one base subject: a reply without references goes to the last tree written to within the window.

    A tree that starts anew with an old subject (a monthly reminder) joins nothing and is what later replies join."""
    current: Root | None = None
    for root in sorted(roots, key=lambda item: (item.first, item.container)):
        if current and root.joins and root.first - current.last <= SUBJECT_WINDOW:
            forest.link(current.container, root.container)
            current = Root(current.container, current.first, max(current.last, root.last), current.joins)
        else:
            current = root


def effective_dates(parents: array[int], dates: array[int]) -> tuple[array[int], array[int]]:
    """For each container the later of its own date and its parent's effective one, and its depth in the tree.

    Sorting by (effective date, depth) puts parents before children whatever their clocks said.
    `parents` and `dates` (milliseconds) are indexed by container.
    """
    effective, depths = (
        array("q", bytes(8 * len(parents))),
        array("i", bytes(4 * len(parents))),
    )  # depth 0: not yet known
    path: list[int] = []
    for start in range(1, len(parents)):
        container = start
        while container != NONE and depths[container] == 0:
            path.append(container)
            container = parents[container]
        while path:
            below = path.pop()
            effective[below] = max(dates[below], effective[container]) if container != NONE else dates[below]
            depths[below] = depths[container] + 1 if container != NONE else 1
            container = below
    return effective, depths

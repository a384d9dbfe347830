"""Threading: which container hangs under which, after Jamie Zawinski's algorithm (jwz.org/doc/threading.html), refined.

Everything here works on container ids in arrays, some 25 bytes a container: a million messages thread in memory that a
phone has. Ids are those of the archive, from 1; 0 stands for "none". They depend on what was read first, so nothing is
decided by them: where order matters, the messages' `ranks` do, and the same mail makes the same trees however it came.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

NONE = 0

References = Iterable[tuple[int, Sequence[int]]]  # (message, what it refers to, oldest first)
Rank = Callable[[int], tuple[int, int]]  # what comes first: the message's date, then something of its own


class Forest:
    """Trees of containers, none of them in a loop, however the references point."""

    def __init__(self, highest_id: int) -> None:
        self.parent = array("i", bytes(4 * (highest_id + 1)))
        self.spoke = bytearray(highest_id + 1)  # 1 for messages that name what they answer, be it here or not
        self.firm = bytearray(highest_id + 1)  # 1 for messages whose parent stands, whatever else is known
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

    def link_in_loop(self, parent: int, child: int, rank: Rank) -> None:
        """Hang a root under one of its own descendants, and open the loop above the message that comes last.

        So RFC 5256 (3, REFERENCES, step 1) has it: a link is not made where those made before would become a loop.
        """
        loop = [parent, *self.ancestors(parent)]
        last = max((item for item in loop if not self.firm[item]), key=rank)
        if last != child:
            self.parent[child] = parent
            self.parent[last] = NONE
            self._up[last] = self._up[child] = last

    def ancestors(self, container: int) -> Iterator[int]:
        """Parent, grandparent and so on, nearest first."""
        container = self.parent[container]
        while container != NONE:
            yield container
            container = self.parent[container]


def link_firmly(forest: Forest, parents: Iterable[tuple[int, int]]) -> None:
    """What is not to change any more: (message, parent)."""
    for message, parent in parents:
        forest.firm[message] = forest.link(parent, message)


def link_references(forest: Forest, references: References, rank: Rank) -> None:
    """First every message under the last of its references: its own word on its parent counts most.

    A reference to itself is ignored. In a loop the message that comes last answers nobody.
    """
    for message, chain in references:
        parent = next((item for item in reversed(chain) if item != message), NONE)
        if parent == NONE:
            continue
        forest.spoke[message] = 1
        if forest.parent[message] == NONE and not forest.link(parent, message):
            forest.link_in_loop(parent, message, rank)


def link_chains(forest: Forest, references: References, rank: Rank) -> None:
    """Then each reference under the one before it, unless it has a word of its own: this ties in lost messages.

    Where messages disagree on what a lost one answered, the message that comes first is believed.
    """
    said = array("i", bytes(4 * len(forest)))
    sayer = array("i", bytes(4 * len(forest)))
    for message, chain in references:
        previous = NONE
        for container in chain:
            if container == message:
                continue
            comes_first = sayer[container] == NONE or rank(message) < rank(sayer[container])
            if previous not in (NONE, container) and not forest.spoke[container] and comes_first:
                said[container], sayer[container] = previous, message
            previous = container
    claimed = (container for container, parent in enumerate(said) if parent != NONE)
    for container in sorted(claimed, key=lambda item: (rank(sayer[item]), rank(item))):
        forest.link(said[container], container)


def link_conversations(forest: Forest, conversations: Iterable[tuple[int, int]]) -> None:
    """Trees whose messages carry one thread id of the source (message, container of that id) become one tree."""
    for message, conversation in conversations:
        root = forest.root(message)
        if root != conversation:
            forest.link(conversation, root)


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

"""How a program threads messages, in a form that can be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Linked:
    """A message by a name of its own; two copies of one message have one name."""

    name: str
    parent: str | None  # its name
    thread: str


@dataclass(frozen=True, slots=True)
class Threads:
    """Messages by their place in the corpora."""

    of: dict[str, Linked]

    def is_parent(self, parent: str | None, child: str) -> bool:
        """Whether the message at the one place is the parent of that at the other; None: whether it has none."""
        if child not in self.of or (parent and parent not in self.of):
            return False
        return self.of[child].parent == (self.of[parent].name if parent else None)

    def together(self, one: str, other: str) -> bool:
        """Whether the messages at both places are in one thread."""
        return one in self.of and other in self.of and self.of[one].thread == self.of[other].thread

    def shape(self, places: list[str]) -> frozenset[frozenset[tuple[int, int]]]:
        """Each thread as its (message, parent) pairs, by number in `places` from 1; 0 for no parent."""
        number = {self.of[place].name: index for index, place in reversed(list(enumerate(places, 1)))}
        threads: dict[str, set[tuple[int, int]]] = {}
        for index, place in enumerate(places, 1):
            linked = self.of[place]
            parent = number[linked.parent] if linked.parent else 0
            threads.setdefault(linked.thread, set()).add((index, parent))
        return frozenset(frozenset(thread) for thread in threads.values())

"""Which of the groups in an export are wanted. Nothing else of it is read."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrate.errors import InputError

GROUP_COMMAND = '`migrate import facebook … --group "NAME"`'
MOST_LISTED = 30  # groups named in one message
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")  # from the hyphen to the bar, and the minus


@dataclass(frozen=True, slots=True)
class Wanted:
    """The groups whose posts are read, by name."""

    names: tuple[str, ...]
    reactions: bool = False  # whether reactions are counted below each post

    def includes(self, group: str) -> bool:
        """Whether a group is wanted, however its name is spelt: case, accents' encoding, spaces and
        kinds of dashes do not count."""
        return folded(group) in {folded(name) for name in self.names}


def folded(name: str) -> str:
    """A name as it is compared: few can type the dash that Facebook shows."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().translate(_DASHES).split())


def choose(counts: Mapping[str, int], asked: Sequence[str]) -> Wanted:
    """The groups the user asked for; without any the only one there is. `counts`: posts and comments by group name.

    Raises InputError with a list of the groups where there are several, or where one that was asked for is not there.
    """
    groups = _joined(counts)
    there = {folded(name) for name in groups}
    missing = [name for name in asked if folded(name) not in there]
    if missing:
        raise InputError(f"There is no group called {_quoted(missing[0])} here. {_listed(groups)}")
    if asked:
        return Wanted(tuple(dict.fromkeys(asked)))
    if len(groups) == 1:
        return Wanted(tuple(groups))
    if not groups:
        raise InputError("No posts or comments of a group were found here.")
    raise InputError(f"This holds several groups: say which with {GROUP_COMMAND}. {_listed(groups)}")


def _joined(counts: Mapping[str, int]) -> Counter[str]:
    """The counts with spellings of one name joined, under the one seen most."""
    spelling: dict[str, str] = {}
    groups: Counter[str] = Counter()
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        groups[spelling.setdefault(folded(name), name)] += count
    return groups


def _listed(groups: Counter[str]) -> str:
    if not groups:
        return "No group was found."
    names = [f"{_quoted(name)} ({count})" for name, count in groups.most_common(MOST_LISTED)]
    more = f" and {len(groups) - MOST_LISTED} more" if len(groups) > MOST_LISTED else ""
    return f"Groups, with how many posts and comments: {', '.join(names)}{more}."


def _quoted(name: str) -> str:
    return f'"{name}"'

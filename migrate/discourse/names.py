"""User names, titles and category names as Discourse accepts them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from migrate.text import mask_addresses

NO_TITLE = "(no subject)"
NO_NAME = "user"

# Discourse's default for `reserved_usernames`.
RESERVED_USERNAMES = frozenset(
    re.findall(
        r"\w+",
        "admin moderator administrator mod sys system community info you name username user nickname discourse"
        " discourseorg discourseforum support all here",
    )
)

# Letters that Unicode does not decompose to ASCII.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9]+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")  # and control characters


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def topic_title(title: str, limit: int) -> str:
    """The title in one line of at most `limit` characters, without addresses; never without anything to see."""
    line = _SPACES.sub(" ", mask_addresses(title)).strip()
    return cut(line, limit) if any(unicodedata.category(letter)[0] not in "CZ" for letter in line) else NO_TITLE


def display_name(name: str) -> str:
    """The name as shown on the forum: one line, without addresses."""
    return cut(_SPACES.sub(" ", mask_addresses(name)).strip(), 255)


def unused_name(name: str, taken: Collection[str], limit: int) -> str:
    """The name, or the name and a number, that is not among `taken` (folded names); at most `limit` characters."""
    proposal, number = cut(name, limit), 1
    while proposal.casefold() in taken:
        number += 1
        suffix = f" {number}"
        proposal = cut(name, limit - len(suffix)) + suffix
    return proposal


class Usernames:
    """Hands out user names that nobody has: ASCII, unique ignoring case, numbered where they collide."""

    def __init__(self, taken: Collection[str], *, shortest: int = 3, longest: int = 20) -> None:
        self._taken = {name.lower() for name in taken} | RESERVED_USERNAMES
        self._next: dict[str, int] = {}
        self._shortest = shortest
        self._longest = longest

    def propose(self, *wishes: str) -> str:
        """A free name after the first wish that has ASCII letters or digits once transliterated; it is taken then."""
        base = next((base for wish in wishes if (base := self._base(wish))), NO_NAME)
        name = base.ljust(self._shortest, "1")
        number = self._next.get(base, 0)
        while name.lower() in self._taken:
            number += 1
            name = f"{base[: self._longest - len(str(number))].rstrip('_')}{number}".rjust(self._shortest, "0")
        self._next[base] = number
        self._taken.add(name.lower())
        return name

    def _base(self, wish: str) -> str:
        text = wish.partition("@")[0].translate(_LETTERS)
        ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        return _NOT_ALLOWED.sub("_", ascii_text).strip("_")[: self._longest].rstrip("_")

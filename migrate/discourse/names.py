"""User names, titles and category names as Discourse accepts them."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Collection

from migrate.discourse.words import ENGLISH
from migrate.text import mask_addresses

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
_FILE_ENDINGS = tuple(
    f".{ending}"
    for ending in "js json css htm html xml jpg jpeg png gif bmp ico tif tiff woff".split()  # noqa: SIM905 - easier to read
)
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9]+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")  # and control characters


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def topic_title(title: str, limit: int, no_title: str = ENGLISH.no_title) -> str:
    """The title in one line of at most `limit` characters, without addresses; `no_title` where nothing shows."""
    line = _SPACES.sub(" ", mask_addresses(title)).strip()
    return cut(line, limit) if any(unicodedata.category(letter)[0] not in "CZ" for letter in line) else no_title


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


def username_fault(name: str, shortest: int = 3, longest: int = 20) -> str:
    """What Discourse has against a user name, whoever has it; empty where it is right."""
    faults = (
        (not shortest <= len(name) <= longest, f"must have {shortest} to {longest} characters"),
        (not re.fullmatch(r"[A-Za-z0-9_.-]*", name), "may hold letters without accents, digits and _ . - only"),
        (not re.match(r"[A-Za-z0-9_]", name), "must begin with a letter, a digit or _"),
        (not re.search(r"[A-Za-z0-9]\Z", name), "must end with a letter or a digit"),
        (re.search(r"[_.-]{2}", name) is not None, "must not have two of _ . - in a row"),
        (name.lower().endswith(_FILE_ENDINGS), "must not end like the name of a file"),
    )
    return next((text for is_wrong, text in faults if is_wrong), "")


class Usernames:
    """Hands out user names that nobody has: ASCII, unique ignoring case, numbered where they collide."""

    def __init__(self, taken: Collection[str], *, shortest: int = 3, longest: int = 20) -> None:
        self._taken = {name.lower() for name in taken} | RESERVED_USERNAMES
        # A reserved name may have a star for any letters.
        self._patterns = [re.compile(fnmatch.translate(name)) for name in self._taken if "*" in name]
        self._next: dict[str, int] = {}
        self._shortest = shortest
        self._longest = longest

    def propose(self, *wishes: str) -> str:
        """A free name after the first wish that has ASCII letters or digits once transliterated; it is taken then."""
        base = self._unreserved(next((base for wish in wishes if (base := self._base(wish))), NO_NAME))
        name = base.ljust(self._shortest, "1")
        number = self._next.get(base, 0)
        while name.lower() in self._taken:
            number += 1
            name = f"{base[: self._longest - len(str(number))].rstrip('_')}{number}".rjust(self._shortest, "0")
        self._next[base] = number
        self._taken.add(name.lower())
        return name

    def claim(self, name: str) -> str:
        """This very name where nobody has it, else one like it; it is taken then."""
        if name.lower() in self._taken or self._is_reserved(name):
            return self.propose(name)
        self._taken.add(name.lower())
        return name

    def _is_reserved(self, name: str) -> bool:
        return any(pattern.match(name.lower()) for pattern in self._patterns)

    def _unreserved(self, base: str) -> str:
        """The base, or one with another beginning where the forum reserves all that begin or end like it."""
        others = (base, *(f"{letter}_{base}"[: self._longest].rstrip("_") for letter in "mx"))
        return next((name for name in others if not self._is_reserved(f"{name}1")), base)

    def _base(self, wish: str) -> str:
        text = wish.partition("@")[0].translate(_LETTERS)
        ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        return _NOT_ALLOWED.sub("_", ascii_text).strip("_")[: self._longest].rstrip("_")

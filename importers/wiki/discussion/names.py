"""What DiscussionTools calls headings and comments (CommentParser, computeId and computeName)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

_LONGEST = 80  # bytes of a name or heading
_NEW_STYLE = datetime(2022, 7, 12, tzinfo=UTC)  # since then dates in ids have digits only


def comment_name(author: str, at: datetime) -> str:
    """The same wherever the comment goes: "c-Ann_Lee-20200303101500"."""
    return f"c-{_short(author)}-{digits(at)}"


def heading_name(oldest: tuple[str, datetime] | None) -> str:
    """The same wherever the section goes: "h-Ann_Lee-20200303101500", after its oldest comment; "h-" without one."""
    return f"h-{_short(oldest[0])}-{digits(oldest[1])}" if oldest else "h-"


def digits(at: datetime) -> str:
    """The moment in UTC, in 14 digits."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


class Ids:
    """Ids, each of them once on the page."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._next: Counter[str] = Counter()

    def comment(self, author: str, at: datetime, parent: str) -> str:
        """`parent` is what `reference` says of the comment or heading that is answered, "" for none."""
        return self._unique(f"c-{reference(author, at)}{_dashed(parent)}")

    def heading(self, anchor: str, parent: str, oldest: datetime | None) -> str:
        """`anchor` is the address of the heading within the page, `parent` that of the next higher one."""
        return self._unique(f"h-{_short(anchor)}{_dashed(_short(parent))}{_dashed(_stamp(oldest) if oldest else '')}")

    def _unique(self, name: str) -> str:
        unique = name
        while unique in self._used:
            self._next[name] += 1
            unique = f"{name}-{self._next[name]}"
        self._used.add(unique)
        return unique


class Anchors:
    """The addresses of headings on their page, as MediaWiki gives them: the words, and a number where they repeat."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def anchor(self, text: str) -> str:
        """For the next heading."""
        plain = "_".join(text.split())
        key = plain.lower()
        self._used[key] += 1
        return plain if self._used[key] == 1 else f"{plain}_{self._used[key]}"


def reference(author: str, at: datetime) -> str:
    """How the id of an answer refers to the comment it answers."""
    return f"{_short(author)}-{_stamp(at)}"


def heading_reference(anchor: str) -> str:
    """How the id of a comment refers to the heading it stands below."""
    return _short(anchor)


def _stamp(at: datetime) -> str:
    at = at.astimezone(UTC)
    return digits(at) if at >= _NEW_STYLE else at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _short(text: str) -> str:
    return text.replace(" ", "_").encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")


def _dashed(text: str) -> str:
    return f"-{text}" if text else ""

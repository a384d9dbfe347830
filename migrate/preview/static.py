"""Where the pages of an exported preview lie: each in a folder of its own, with links from one to the other by the way.

Folders are called after ids where there are some, so that an address stays what it is when a title changes; names of
people and tags become names that every file system takes, and no two of them the same one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from dataclasses import dataclass

from migrate.pages.slugs import slug
from migrate.pages.view import POSTS_PER_PAGE, Author, CategoryCard, TopicLine, pages

INDEX = "index.html"  # named in every link, since only web servers look for it by themselves
STYLE, SEARCH, REPORT = "style.css", f"search/{INDEX}", "report.html"
# All that lies at the top of an export.
TOP = frozenset({INDEX, STYLE, REPORT, "search", "latest", "categories", "c", "t", "u", "tag", "files"})
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}
)
_PLAIN = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")  # never with "--", which those have that are made up
_LONGEST = 60  # characters
_DIGITS = 16


@dataclass(slots=True)
class Static:
    """Addresses (migrate.pages.addresses) as they stand in the page that lies `up` from the top: "", "../", "../../"…

    With the top's own they are the paths of the files. Whom `users` does not hold has no page; None: everybody has one.
    """

    up: str = ""
    users: Container[str] | None = None  # lower-case user names

    def stand_in(self, path: str) -> None:
        """From now on links are those of the page with this path from the top."""
        self.up = "../" * path.count("/")

    def home(self) -> str:
        return self.up + INDEX

    def latest(self, page: int = 1) -> str:
        return self._page("latest", page) if page > 1 else self.home()

    def categories(self) -> str:
        return self._page("categories", 1)

    def category(self, card: CategoryCard, page: int = 1) -> str:
        return self._page(f"c/{card.id:d}", page)

    def tag(self, name: str, page: int = 1) -> str:
        return self._page(f"tag/{folder_name(name)}", page)

    def topic(self, topic: TopicLine, page: int = 1) -> str:
        return self.topic_of(topic.id, page)

    def topic_of(self, topic_id: int, page: int = 1) -> str:
        """That of a topic by its id."""
        return self._page(f"t/{topic_id:d}", page)

    def post(self, topic: TopicLine, number: int, page: int | None = None) -> str:
        return f"{self.topic(topic, page or pages(number, POSTS_PER_PAGE))}#post_{number:d}"

    def user(self, author: Author, page: int = 1) -> str:
        """Empty for whoever has no page."""
        name = author.username.lower()
        return self._page(f"u/{folder_name(name)}", page) if self.users is None or name in self.users else ""

    def search(self, query: str = "", page: int = 1) -> str:
        """Nobody answers what forms ask."""
        return ""

    def other(self, path: str) -> str:
        """Empty for all that is not in an export."""
        return self.up + path if path in (SEARCH, REPORT) else ""

    def style(self) -> str:
        return self.up + STYLE

    def file(self, name: str) -> str:
        """A picture."""
        return f"{self.up}files/{name[:2]}/{name}"

    def _page(self, folder: str, page: int) -> str:
        return f"{self.up}{folder}/{f'page-{page:d}/' if page > 1 else ''}{INDEX}"


def folder_name(name: str) -> str:
    """What a folder is called for somebody or something of that name: ASCII, no capitals, nothing that is reserved."""
    if len(name) <= _LONGEST and name not in _RESERVED and _PLAIN.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
    return f"{slug(name, otherwise='x')[: _LONGEST - _DIGITS - 2].strip('-_')}--{digest}"

"""Reading a wiki that is on the web, over its API. Scanning only lists pages; their texts are asked for when a chunk is
read, so that an import that was stopped asks again for nothing that it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate.model import Finding
from migrate.sources import Chunk

if TYPE_CHECKING:
    from importers.wiki.wishes import Wishes


def is_address(text: str) -> bool:
    """Whether it is written like the address of something on the web."""
    return text[:8].lower().startswith(("http://", "https://"))


def scan_site(address: str, wishes: Wishes) -> Iterator[Chunk | Finding]:
    """The pages that were asked for, else all that discussions are held on, in chunks.

    `address` is that of the wiki, of its api.php, or of a page that is then read as well. Raises InputError where there
    is nothing to read.
    """
    from importers.wiki.api.scanning import scan_wiki  # mwclient is slow to load

    yield from scan_wiki(address, wishes)

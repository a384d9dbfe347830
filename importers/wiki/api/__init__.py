"""Reading a wiki that is on the web, over its API. Scanning only lists pages; their texts are asked for when a chunk is
read, so that an import that was stopped asks again for nothing that it has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from migrate.errors import InputError
from migrate.model import Finding
from migrate.sources import Chunk

if TYPE_CHECKING:
    from importers.wiki.wishes import Wishes


def is_address(text: str) -> bool:
    """Whether it is written like the address of something on the web."""
    return text[:8].lower().startswith(("http://", "https://"))


def check_one_login(addresses: Sequence[str]) -> None:
    """Raises InputError where the password for one wiki would be sent to another as well."""
    hosts = {address.split("/")[2].lower() for address in addresses if address.count("/") > 1}
    if len(hosts) > 1 and os.environ.get("MEDIAWIKI_PASSWORD"):
        raise InputError("A password is for one wiki: import one at a time, or unset MEDIAWIKI_PASSWORD.")


def scan_site(address: str, wishes: Wishes) -> Iterator[Chunk | Finding]:
    """The pages that were asked for, else all that discussions are held on, in chunks.

    `address` is that of the wiki, of its api.php, or of a page that is then read as well. Raises InputError where there
    is nothing to read.
    """
    from importers.wiki.api.scanning import scan_wiki  # mwclient is slow to load

    yield from scan_wiki(address, wishes)

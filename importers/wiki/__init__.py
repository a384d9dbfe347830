"""MediaWiki: talk pages and other discussions, over the wiki's API or from its XML exports and single pages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from importers.wiki.wishes import Wishes
from migrate.errors import InputError
from migrate.model import Finding, Record
from migrate.sources import Chunk, Named, Option, Options


class WikiImporter:
    """Discussions on a wiki that runs MediaWiki."""

    name: ClassVar[str] = "wiki"
    summary: ClassVar[str] = "wiki talk pages: a MediaWiki's API, its XML exports and dumps, single pages as wikitext"
    title: ClassVar[str] = "an export of a wiki"
    refines: ClassVar[tuple[str, ...]] = ()
    opens: ClassVar[tuple[str, ...]] = (".7z",)  # which the others have to be given unpacked
    named: ClassVar[Named] = Named(
        metavar="ADDRESS|TITLE|FILE",
        help="The wiki's address and titles of its pages, or files that were exported from it. Titles with spaces stand"
        " in quotes: https://wiki.example.org 'Project:Village pump'. Without titles: what --prefix, --category and"
        " --search find, else all pages that hold discussions.",
    )
    options: ClassVar[Mapping[str, Option]] = {
        "subpages": Option(help="Read the subpages of the named pages, too (their archives always are).", kind="flag"),
        "prefix": Option(help="All pages whose title begins so: 'Talk:', 'Project:Village pump'.", kind="values"),
        "category": Option(help="The talk pages of all pages in this category.", kind="values"),
        "search": Option(help="The pages that the wiki's own search finds for these words.", kind="values"),
        "newsletters": Option(
            help="The pages are news or a newsletter: each issue becomes a topic, its talk page the replies.",
            kind="flag",
        ),
        "show-ips": Option(
            help="Show the IP addresses of people who wrote without an account. They are personal data.", kind="flag"
        ),
        "lang": Option(help="The wiki's language, for a file that does not say: fr, zh-hans.", metavar="CODE"),
        "title": Option(help="Which page a file of wikitext is: 'Talk:Foo'."),
        "site": Option(help="The wiki's address, for links from a file that does not say.", metavar="URL"),
        "licence": Option(
            help="The licence of the texts, where file or wiki do not say: 'CC BY-SA 4.0'. Posts name it.",
            metavar="NAME",
        ),
    }

    def detect(self, path: Path) -> bool:
        """Whether it begins like an XML export of MediaWiki."""
        from importers.wiki.offline import is_ours

        return is_ours(path)

    def scan(self, locations: Sequence[str], options: Options) -> Iterator[Chunk | Finding]:
        """Pages. `locations` are addresses of wikis, files and folders; whatever is neither is the title of a page.

        Raises InputError where there is no wiki to read, or none of the pages is there.
        """
        from importers.wiki.api import check_one_login, is_address, scan_site
        from importers.wiki.offline import scan_files

        addresses = [location for location in locations if is_address(location)]
        files = [location for location in locations if location not in addresses and os.path.lexists(location)]
        wishes = _wishes(options, [location for location in locations if location not in {*addresses, *files}])
        if not addresses and not files:
            missing = next((location for location in locations if _looks_like_a_file(location)), None)
            if missing is not None:
                raise InputError(f"There is no file or folder {missing}.")
            raise InputError("Name the wiki: its address (https://wiki.example.org), or a file exported from it.")
        check_one_login(addresses)
        for address in addresses:
            yield from scan_site(address, wishes)
        if files:
            yield from scan_files(files, wishes)

    def read(self, chunk: Chunk) -> Iterator[Record]:
        """The discussions of a few pages."""
        from importers.wiki.chunks import READERS

        return READERS[type(chunk)](chunk)


def _looks_like_a_file(text: str) -> bool:
    return text.lower().endswith((".xml", ".bz2", ".gz", ".7z", ".xz", ".zst", ".zip", ".wikitext", ".wiki", ".txt"))


def _wishes(options: Options, titles: Sequence[str]) -> Wishes:
    return Wishes(
        titles=tuple(titles),
        subpages=options.is_set("subpages"),
        prefixes=options.all("prefix"),
        categories=options.all("category"),
        searches=options.all("search"),
        newsletters=options.is_set("newsletters"),
        show_ips=options.is_set("show-ips"),
        language=options.one("lang"),
        title=options.one("title"),
        site=options.one("site"),
        licence=options.one("licence"),
    )

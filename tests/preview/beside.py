"""What the tests of sources and findings share: archives of mail as it comes, and pages taken apart."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.mapping import read_mapping
from migrate.pages import web
from migrate.plan import Plan
from migrate.preview import PlannedForum, findings, source
from migrate.settle import settle
from migrate.sources import get_importer


def archive_of(folder: Path, *mails: bytes) -> Archive:
    """An archive of mails, each with its header."""
    box = folder / "list.mbox"
    box.write_bytes(b"".join(b"From x Mon Feb  3 08:00:00 2020\n" + mail.strip() + b"\n\n" for mail in mails))
    return read(folder / "a.sqlite3", "mbox", box)


def read(path: Path, importer: str, *locations: Path) -> Archive:
    """An archive of these exports."""
    archive = Archive.open(path, mode="create")
    ingest(archive, get_importer(importer), [str(location) for location in locations], workers=1)
    settle(archive)
    return archive


def forum_of(archive: Archive, mapping: str = "") -> PlannedForum:
    """What it becomes."""
    return PlannedForum(archive, Plan(archive, mapping=read_mapping(mapping, "m.toml")))


def messages(archive: Archive) -> list[int]:
    """The ids of all messages."""
    return [message for (message,) in archive.db.execute("SELECT id FROM message ORDER BY id").fetchall()]


def show(forum: PlannedForum, path: str, page: int = 1) -> Taken:
    """The page at an address without what may stand behind it."""
    path = path.partition("#")[0]
    path, _, query = path.partition("?")
    asked = {"page": query.removeprefix("page=") or str(page)}
    rooms = (web.page, source.page, findings.page)
    found = next((shown for room in rooms if (shown := room(forum, path, asked))), None) or web.missing(forum)
    return Taken(found)


class Taken(HTMLParser):
    """A page's text, its links, its tags and what stands in its source."""

    def __init__(self, page: web.Page) -> None:
        super().__init__()
        self.status, self.html, self.location = page.status, page.html, page.location
        self.text = self.source = ""
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: set[str] = set()
        self._in_source = 0
        self.feed(page.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.ids |= {value or "" for name, value in attrs if name == "id"}
        self._in_source += tag == "pre" and dict(attrs).get("dir") == "auto"

    def handle_endtag(self, tag: str) -> None:
        self._in_source -= tag == "pre" and self._in_source > 0

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_source:
            self.source += data

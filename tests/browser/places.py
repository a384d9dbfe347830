"""What the browser is shown: one archive of everything, as preview, sandbox, report and exported files."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from migrate.archive import Archive
from migrate.cli.choices import read_mapping_file
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.ingest import ingest
from migrate.loopback import Server
from migrate.plan import Choices, Plan
from migrate.preview import Preview
from migrate.preview.server import make_app
from migrate.report.html import html_report
from migrate.sandbox import Sandbox
from migrate.settle import settle
from migrate.sources import get_importer
from tests.browser.hostile import LONG_TOPIC, TITLE, mails
from tests.conftest import SAMPLES
from tests.test_samples import SOURCE_OF

FIRST_MAPPING = (
    '[tags]\nfrom_prefix = true\nfrom_labels = true\n\n[[rule]]\nsource = "gardeners*"\ncategory = "Mill Lane"\n'
)
QUOTED = "When do you chit potatoes?"
WITH_FILES = "The new raised bed"


@dataclass(frozen=True, slots=True)
class Place:
    """A site: where it is, and an address of every kind of page on it, from the root."""

    url: str
    kinds: dict[str, str]

    def __getitem__(self, kind: str) -> str:
        return self.url + self.kinds[kind]


def make_archive(path: Path) -> Path:
    """All samples, and the list that plays tricks."""
    tricks = path.with_name("tricks.mbox")
    tricks.write_bytes(mails())
    with Archive.open(path, mode="create") as archive:
        for name, source in SOURCE_OF.items():
            if name != "facebook-graph":  # the same group as "facebook"
                ingest(archive, get_importer(source), [str(SAMPLES / name)], workers=1)
        ingest(archive, get_importer("mbox"), [str(tricks)], workers=1)
        settle(archive)
    return path


@contextmanager
def preview(archive: Path, mapping: Path) -> Iterator[Place]:
    """The preview with a mapping file."""
    shown = Preview(archive, mapping, lambda: read_mapping_file(mapping))
    kinds = _kinds(archive, lambda thread, number: f"/t/{thread}/{number}")
    with Archive.open(archive, mode="read") as opened:
        code, message = _finding_of_a_post(opened)
        query = "SELECT min(m.id) FROM message AS m JOIN source AS s ON s.id = source_id WHERE s.kind = 'wiki'"
        wiki = opened.db.execute(query).fetchone()[0]
    kinds |= {
        "findings": "/findings",
        "finding": f"/findings/{code}",
        "source": f"/source/{message}",
        "source-wiki": f"/source/{wiki}",
    }
    server = Server(lambda _: make_app(shown), 0, shown.close)
    server.start()
    try:
        yield Place(server.url, kinds | _linked(server.url, kinds))
    finally:
        server.stop()


@contextmanager
def sandbox(archive: Path, mapping: Path, data: Path) -> Iterator[Place]:
    """A forum that has all of it."""
    chosen = read_mapping_file(mapping)
    assert chosen
    choices = Choices().under(chosen)
    with Sandbox(data, prepared=True) as forum, Archive.open(archive, mode="write") as opened:
        with closing(Client(forum.url, forum.key, forum.admin_username, stop=threading.Event())) as client:
            assert Push(opened, client, open_target(opened, client, choices=choices)).run().refused == 0
        topics = dict(
            opened.db.execute("SELECT thread_id, topic_id FROM operation WHERE kind = 'post' AND topic_id IS NOT NULL")
        )
        kinds = _kinds(archive, lambda thread, number: f"/t/{topics[thread]}/{number}")
        yield Place(forum.url, kinds | _linked(forum.url, kinds))


def write_report(archive: Path, mapping: Path, page: Path, preview_url: str = "") -> Path:
    """The report as one page."""
    with Archive.open(archive, mode="read") as opened, opened.snapshot():
        plan = Plan(opened, mapping=read_mapping_file(mapping))
        page.write_text(html_report(opened, plan, preview=preview_url), "utf-8")
    return page


@contextmanager
def files(folder: Path) -> Iterator[str]:
    """A web server that knows nothing but files; gives its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _kinds(archive: Path, post: Callable[[int, int], str]) -> dict[str, str]:
    with Archive.open(archive, mode="read") as opened:
        long, tricks = _thread(opened, LONG_TOPIC), _thread(opened, TITLE)
        quotes, files, wide = (_thread(opened, title) for title in (QUOTED, WITH_FILES, "Wide things"))
    return {
        "latest": "/",
        "latest-2": "/latest?page=2",
        "categories": "/categories",
        "search": "/search?q=zucchinifest",
        "search-none": "/search?q=nothingatallofthiskind",
        "missing": "/t/no-such-topic/999999999",
        "topic": post(quotes, 1),
        "topic-long": post(long, 1),
        "topic-tricks": post(tricks, 1),
        "topic-files": post(files, 1),
        "topic-wide": post(wide, 1),
    }


def _linked(url: str, kinds: dict[str, str]) -> dict[str, str]:
    """Pages whose addresses other pages know."""

    def first(kind: str, start: str) -> str:
        with urlopen(url + kinds[kind]) as answer:
            found = re.search(f'href="({start}[^"]+)"', answer.read().decode())
        assert found, (kind, start)
        return found[1]

    return {
        "category": first("latest", "/c/"),
        "user": first("topic", "/u/"),
        "user-tricks": first("topic-tricks", "/u/"),
        "tag": first("latest", "/tag/"),
        "search-tricks": "/search?" + urlencode({"q": "tricks"}),
    }


def _thread(archive: Archive, title: str) -> int:
    (found,) = archive.db.execute("SELECT id FROM thread WHERE instr(title, ?) ORDER BY id", (title,)).fetchone()
    assert isinstance(found, int)
    return found


def _finding_of_a_post(archive: Archive) -> tuple[str, int]:
    query = (
        "SELECT code, message_id FROM finding JOIN message ON message.id = message_id"
        " JOIN source ON source.id = message.source_id WHERE source.private = 0 AND kind = 'mbox' ORDER BY finding.id"
    )
    code, message = archive.db.execute(query).fetchone()
    return str(code), int(message)

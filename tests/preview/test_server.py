"""What a browser gets from the preview."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from migrate.archive import Archive
from migrate.archive.store import store_attachment
from migrate.archive.writer import Writer
from migrate.loopback import Server
from migrate.model import Attachment, AttachmentRef, Thread
from migrate.preview import Preview
from migrate.preview.server import make_app
from tests.discourse.community import GARDENERS, file, fill, message

Make = Callable[..., Preview]
SHA = "0123456789abcdef" * 4
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@contextmanager
def served(preview: Preview) -> Iterator[str]:
    server = Server(lambda _: make_app(preview), 0, lambda: None)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def url(archive: Archive, preview: Make) -> Iterator[str]:
    with served(preview(archive)) as address:
        yield address


def get(url: str, **chosen: object) -> requests.Response:
    return requests.get(url, timeout=20, allow_redirects=False, **chosen)  # type: ignore[arg-type]  # what requests takes


def carry(archive: Archive, name: str, media_type: str, content: bytes = SVG) -> str:
    """A message with that file; returns the file's address."""
    store_attachment(archive.attachments, SHA, content)
    with archive.transaction():
        Writer(archive).write([Attachment(sha256=SHA, media_type=media_type, size=len(content))])
    carried = AttachmentRef(sha256=SHA, filename=name, media_type=media_type, size=len(content))
    thread = Thread(key="c", source=GARDENERS.key, title="Carrier")
    fill(archive, [thread, message("c", "c", attachments=(carried,), day=99)])
    return f"/files/{SHA}/x"


def test_pages_are_there_with_all_that_keeps_them_harmless(url: str) -> None:
    answer = get(f"{url}/")
    assert answer.status_code == 200
    assert "About seeds, part 1" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    head = requests.head(f"{url}/", timeout=20)
    assert (head.status_code, head.content) == (200, b"")
    assert requests.post(url, timeout=20).status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "[", "", "127.0.0.1.evil.example"])
def test_a_page_elsewhere_cannot_read_it_under_its_own_name(url: str, host: str) -> None:
    assert get(f"{url}/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/t", "/t/x/1/2/3", "/t/999999999999999999", "/c/x/9999999999999999999", "/u/%ff", "/u/%00", "/tag/%F0%9F"),
        *("/..%2f..%2fetc/passwd", "/files/abc", f"/files/{SHA}/x", f"/files/{SHA.upper()}/x", "/%", "/a%zz"),
        *(f"/{'a' * 50_000}", "/u/" + "a" * 200, "/%E2%80%AE", "/t/%0d%0aX:%20y/1/1/1", "/source/x", "/?page=9999"),
    ],
)  # fmt: skip
def test_odd_addresses_are_missing_pages(url: str, path: str) -> None:
    assert get(url + path).status_code == 404


@pytest.mark.parametrize("query", ["?page=0", "?page=%ff", "search?q=%ff%00", "search?q=" + "a+" * 500, "/", "?x=&&="])
def test_odd_questions_are_answered(url: str, query: str) -> None:
    assert get(f"{url}/{query}").status_code == 200


def test_bytes_that_are_no_request_do_no_harm(url: str, caplog: pytest.LogCaptureFixture) -> None:
    port = int(url.rpartition(":")[2])
    for request in (b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"\x16\x03\x01 hello\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(request)
            assert line.recv(100).startswith(b"HTTP/1.1 400")
    assert get(f"{url}/").status_code == 200
    assert caplog.messages == []  # they would come to the terminal, of somebody who could do nothing about it


def test_pictures_are_shown(archive: Archive, preview: Make) -> None:
    with served(preview(archive)) as url:
        answer = get(f"{url}/files/{file('plan.png').sha256}/plan.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.content == archive.attachment_path(file("plan.png").sha256).read_bytes()
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_picture_that_one_message_calls_otherwise_is_shown_in_the_other(archive: Archive, preview: Make) -> None:
    address = carry(archive, "scan.bin", "application/octet-stream")
    carried = AttachmentRef(sha256=SHA, filename="scan.avif", media_type="image/avif", size=len(SVG))
    fill(archive, [message("again", "c", "c", attachments=(carried,), day=100)])
    with served(preview(archive)) as url:
        answer = get(url + address)
    assert answer.headers["Content-Type"] == "image/avif"
    assert answer.headers["Content-Disposition"] == 'inline; filename="scan.avif"'


@pytest.mark.parametrize(
    ("name", "media_type", "sent_as"),
    [
        ("a.svg", "image/svg+xml", "image/svg+xml"),
        ("a.html", "text/html", "application/octet-stream"),
        ("a.png", "text/html", "application/octet-stream"),
        ("a.pdf", "application/pdf", "application/octet-stream"),
    ],
)
def test_other_files_are_saved(archive: Archive, preview: Make, name: str, media_type: str, sent_as: str) -> None:
    address = carry(archive, name, media_type)
    with served(preview(archive)) as url:
        answer = get(url + address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, sent_as)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ['x"\r\nSet-Cookie: a=b', "../../etc/passwd", "..", "", "\u202egnp.exe", "é" * 5000])
def test_hostile_names_of_files_stay_names(archive: Archive, preview: Make, name: str) -> None:
    address = carry(archive, name, "application/pdf")
    with served(preview(archive)) as url:
        answer = get(url + address)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "/" not in answer.headers["Content-Disposition"].replace("utf-8''", "")
        with preview(archive).forum() as forum:
            topic = forum.topic(forum.topic_ids()[0], 1)
        assert topic
        assert get(url + topic.posts[0].html.partition('href="')[2].partition('"')[0]).status_code == 200


def test_a_script_in_a_post_is_no_script(archive: Archive, preview: Make) -> None:
    body = "<script>alert(1)</script><img src=x onerror=alert(2)>[x](javascript:alert(3))"
    thread = Thread(key="evil", source=GARDENERS.key, title="<script>alert(0)</script>")
    fill(archive, [thread, message("evil", "evil", body=body, day=99)])
    with served(preview(archive)) as url:
        listed = get(f"{url}/").text
        topic = get(f"{url}/t/script-alert-0-script/{archive.db.execute('SELECT max(id) FROM thread').fetchone()[0]}")
    assert topic.status_code == 200
    for text in (listed, topic.text):
        assert "<script" not in text
        assert "onerror" not in text
        assert 'href="javascript' not in text


def test_two_at_once_are_both_answered(url: str) -> None:
    answers: list[int] = []

    def ask() -> None:
        answers.append(get(f"{url}/search?q=words").status_code)

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join(30)
    assert answers == [200] * 8


def test_when_the_archive_cannot_be_read_it_says_so(archive: Archive, preview: Make, tmp_path: Path) -> None:
    with sqlite3.connect(archive.path) as db:
        shown = preview(archive)
        with served(shown) as url:
            db.execute("DROP TABLE content")
            db.commit()
            with shown.forum() as forum:
                thread = forum.topic_ids()[0]
            answer = get(f"{url}/t/with-files/{thread}", headers={"Connection": "close"})
    assert answer.status_code == 503
    assert "cannot be read now" in answer.text

"""Files: what is kept, under which name, and that none of them can do harm in a browser."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from migrate.pages.images import dimensions
from migrate.sandbox import Sandbox

from .conftest import Client


def test_the_same_bytes_are_one_upload_with_the_first_name(client: Client) -> None:
    first = client.upload("minutes.txt", b"the minutes").json()
    again = client.upload("copy.md", b"the minutes").json()
    assert again == first
    assert (first["original_filename"], first["extension"], first["filesize"]) == ("minutes.txt", "txt", 11)


def test_the_short_address_is_the_digest_in_base_62(client: Client) -> None:
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    short = client.upload("a.txt", b"hello").json()["short_url"].removeprefix("upload://").partition(".")[0]
    number = 0
    for letter in short:
        number = number * 62 + digits.index(letter)
    assert f"{number:040x}" == hashlib.sha1(b"hello").hexdigest()


def test_files_of_any_name_come_back_as_they_were(client: Client) -> None:
    for name in ("data.json", "README", "../../etc/passwd.txt", "a b\u00fc.tar.gz"):
        content = f"content of {name}".encode()
        document = client.upload(name, content).json()
        answer = client.send("GET", "/" + document["url"].split("/", 3)[3])
        assert answer.content == content
        assert answer.headers["Content-Disposition"] == "attachment"


def test_only_its_owner_can_read_a_forums_file(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "forum.sqlite3") as sandbox:
        assert sandbox.url
        assert (tmp_path / "forum.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["page.html", "page.xhtml", "picture.svg", "page", "page.png.html"])
def test_a_file_cannot_run_in_the_browser(client: Client, name: str) -> None:
    document = client.upload(name, b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').json()
    answer = client.page("/" + document["url"].split("/", 3)[3])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_sizes_of_images() -> None:
    assert dimensions(b"GIF89a\x03\x00\x05\x00...") == (3, 5)
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x07\x00\x09\x03"
    assert dimensions(jpeg) == (9, 7)
    assert dimensions(b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x1f\x00\x00\x0f\x00\x00") == (
        32,
        16,
    )
    for broken in (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"text", b"\xff\xd8\xff\xe0\x00\x00" * 3):
        assert dimensions(broken) is None


def test_too_large_is_refused_with_the_limit(client: Client) -> None:
    client.send("PUT", "/admin/site_settings/max_attachment_size_kb.json", json={"max_attachment_size_kb": "2"})
    answer = client.upload("big.bin", b"x" * 3000)
    assert answer.status_code == 422
    assert "2 KB" in answer.json()["errors"][0]

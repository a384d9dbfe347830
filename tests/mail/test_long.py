"""Texts that nobody would read to their end."""

import base64

import pytest

from migrate.mail.message import read_mail
from tests.mail.test_body import HEAD, PLAIN, codes, multipart

LINES = "Grüße aus dem Garten.\n" * 3000


@pytest.fixture
def short_patience(monkeypatch):
    """Texts of more than 20 kB are very long."""
    monkeypatch.setattr("migrate.mail.body.LONGEST_TEXT", 20_000)
    monkeypatch.setattr("migrate.mail.body.SHOWN_OF_LONG", 10_000)


LONG = {
    "alone": HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + LINES.encode(),
    "base64": HEAD
    + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(LINES.encode()),
    "the better of two": multipart(
        "alternative",
        b"Content-Type: text/plain; charset=utf-8\n\n" + LINES.encode(),
        b"Content-Type: text/html\n\n<p>Hello</p>",
    ),
    "a footer's place": multipart("mixed", PLAIN)[:-1] + b"\n" + LINES.encode(),
}


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("name", LONG)
def test_a_very_long_text_is_a_file_and_its_beginning_is_shown(name):
    mail = read_mail(LONG[name])
    (file,) = mail.files
    assert (file.filename, file.media_type, file.content.decode().strip()) == (
        "attachment.txt",
        "text/plain",
        LINES.strip(),
    )
    (shown,) = mail.footers or mail.texts
    assert 5_000 < len(shown.text) < 10_000
    assert LINES.startswith(shown.text) and shown.text.endswith("\n")
    assert codes(mail) == ["text-too-long"]
    assert len(mail.native) < 1_000


def test_what_others_read_as_one_text_stays_one():
    text = "word " * 1_000_000
    mail = read_mail(HEAD + b"\n" + text.encode())
    assert (mail.texts[0].text, mail.files) == (text, ())

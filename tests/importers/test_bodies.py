"""A mail's pieces as Markdown, and digests as records."""

from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.model import Finding, Message
from migrate.sources import Options
from tests.importers.test_mbox import mbox, message, records

NEXT = b"-------------- next part --------------\n"
PLACE = b"https://lists.example.org/pipermail/g/attachments/20150302/ab12cd34/"
PDF = (
    b"A non-text attachment was scrubbed...\nName: the_plan.pdf\nType: application/pdf\nSize: 71147 bytes\n"
    b"Desc: not available\nURL: <" + PLACE + b"attachment.pdf>\n"
)
HTML = b"An HTML attachment was scrubbed...\nURL: <" + PLACE + b"attachment.html>\n"


def letter(path: Path, body: bytes, more: bytes = b"") -> Message:
    path.write_bytes(mbox(message(1, more, body)))
    return next(record for record in records(path) if isinstance(record, Message))


def multipart(*parts: bytes) -> tuple[bytes, bytes]:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n"
    return body, b"Content-Type: multipart/mixed; boundary=b\n"


def picture(name: bytes, content_id: bytes = b"") -> bytes:
    return b"Content-Type: image/png; name=" + name + b"\nContent-ID: <" + content_id + b">\n\n" + name


def test_scrubbed_files_are_links_at_the_end_and_all_words_stay(tmp_path):
    found = letter(tmp_path / "g.mbox", b"The plan.\n" + NEXT + PDF + NEXT + HTML + NEXT + b"Yours\n")
    url = PLACE.decode()
    assert found.body == (
        "The plan.\n\n-------------- next part --------------\nYours\n\n"
        f"[the_plan.pdf]({url}attachment.pdf) (application/pdf, 71147 bytes)"
    )
    assert "A non-text attachment was scrubbed... · Name: the_plan.pdf" in found.elided
    assert f"[attachment.html]({url}attachment.html)\nnext part · An HTML attachment was scrubbed..." in found.elided


def test_what_the_archive_threw_away_is_told_apart_from_the_text(tmp_path):
    found = letter(tmp_path / "g.mbox", b"The plan.\n" + NEXT + b"Skipped content of type multipart/mixed\n")
    assert (found.body, found.elided) == ("The plan.", "*Skipped content of type multipart/mixed*\nnext part")


@pytest.mark.parametrize("file", [b"", NEXT + HTML])
def test_what_the_archive_says_is_not_shown_as_the_author_s_words(tmp_path, file):
    found = letter(tmp_path / "g.mbox", b"Skipped content of type multipart/alternative" + file)
    link = f"\n[attachment.html]({PLACE.decode()}attachment.html)" if file else ""
    assert found.body == f"*Skipped content of type multipart/alternative*{link}"


def test_a_mail_of_which_only_a_notice_is_left_shows_it(tmp_path):
    found = letter(tmp_path / "g.mbox", NEXT + HTML)
    assert found.body == f"[attachment.html]({PLACE.decode()}attachment.html)"


def test_a_forwarded_message_is_a_quote_below_its_fields(tmp_path):
    inner = b"From: Ben *B* <ben@example.org>\nSubject: Beans\n\nOne.\n\n-- \nBen"
    found = letter(tmp_path / "g.mbox", *multipart(b"\nLook:", b"Content-Type: message/rfc822\n\n" + inner))
    assert found.body == "Look:\n\n> From: Ben \\*B\\* \\<ben@example.org>\n> Subject: Beans\n>\n> One."
    assert found.elided == "> \\--\n> Ben"
    assert [file.filename for file in found.attachments] == ["message.eml"]


def test_what_a_subject_says_is_forwarded_is_shown(tmp_path):
    text = (
        b"This came today.\n\n---------- Forwarded message ---------\nFrom: Ben\nDate: Monday\nTo: Cy\n\nShall we dig?"
    )
    (tmp_path / "g.mbox").write_bytes(mbox(message(1, b"", text).replace(b"Subject: ", b"Subject: Fwd: ")))
    found = next(record for record in records(tmp_path / "g.mbox") if isinstance(record, Message))
    assert "Shall we dig?" in found.body
    assert "Shall we dig?" in letter(tmp_path / "h.mbox", text).elided


def test_pictures_stand_where_they_stood(tmp_path):
    found = letter(tmp_path / "g.mbox", *multipart(b"\nAbove", picture(b"a.png"), b"\nbelow"))
    assert found.body == f"Above\n\n![a.png](attachment:{found.attachments[0].sha256})\n\nbelow"


def test_pictures_take_the_place_of_what_stands_for_them_in_the_text(tmp_path):
    text = b"\nBy name [image: b_1.png], by id [cid:a@x], not at all [image: c.png]."
    found = letter(tmp_path / "g.mbox", *multipart(text, picture(b"a.png", b"a@x"), picture(b"b_1.png")))
    a, b = (f"attachment:{file.sha256}" for file in found.attachments)
    assert found.body == f"By name ![b_1.png]({b}), by id ![a.png]({a}), not at all \\[image: c.png\\]."


def test_pictures_without_names_are_placed_in_order_if_all_are_there(tmp_path):
    text = b"\n[image: Inline image 1]\n[image: Inline image 2]\n[image: Inline image 3]"
    files = picture(b"a.png"), picture(b"b.png")
    assert letter(tmp_path / "g.mbox", *multipart(text, *files)).body.count("attachment:") == 0
    found = letter(tmp_path / "h.mbox", *multipart(text, *files, picture(b"c.png")))
    assert [line.partition("]")[0] for line in found.body.split("\n")] == ["![a.png", "![b.png", "![c.png"]


def digest(count: int) -> bytes:
    numbered = [
        f"Message: {number}\nDate: Mon, 1 Jan 2024 10:0{number}:00 +0000\nFrom: Ann <ann@example.org>\n"
        f"Subject: Bed {number}\nMessage-ID: <{number}@digested.example>\n\nWords {number}.\n\n{'-' * 30}\n\n"
        for number in range(1, count + 1)
    ]
    text = f"Today's Topics:\n\n{'-' * 70}\n\n{''.join(numbered)}End of Seeds Digest, Vol 3, Issue 7\n{'*' * 30}\n"
    head = "From: Seeds <seeds-request@example.org>\nSubject: Seeds Digest, Vol 3, Issue 7\nMessage-ID: <d@x>\n"
    return f"{head}List-Id: <seeds.example.org>\n\n{text}".encode()


def test_a_digest_is_its_messages_of_its_list_and_says_so(tmp_path):
    path = tmp_path / "g.mbox"
    path.write_bytes(mbox(message(1), digest(3)))
    found = records(path)
    letters = [record for record in found if isinstance(record, Message)]
    assert [letter.key for letter in letters] == ["1@example.org", *(f"{at}@digested.example" for at in (1, 2, 3))]
    assert [letter.body for letter in letters[1:]] == ["Words 1.", "Words 2.", "Words 3."]
    assert {letter.source for letter in letters[1:]} == {"seeds.example.org"}
    at = len(mbox(message(1)))
    assert [letter.locator for letter in letters[1:]] == [f"g.mbox@{at}#{number}" for number in (1, 2, 3)]
    (split,) = (record for record in found if isinstance(record, Finding) and record.code == "digest-split")
    assert (split.locator, split.lost, split.severity) == (f"g.mbox@{at}", 0, "info")
    assert "3 messages" in split.text


def test_count_in_is_count_out_with_digests_and_their_originals(tmp_path):
    original = digest(1).partition(b"Message: 1\n")[2].partition(b"\n\n---")[0]
    path = tmp_path / "g.mbox"
    path.write_bytes(mbox(original, digest(3)))
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        for expected in ((4, 3, 1, 0), (4, 0, 4, 0)):
            counts = ingest(archive, MboxImporter(), [str(path)], Options({"list": ("seeds.example.org",)}), workers=1)
            assert (counts.read, counts.new, counts.duplicates, counts.lost) == expected
